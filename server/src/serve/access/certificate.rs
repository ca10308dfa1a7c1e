//! The certificate that a client has shown in its handshake, and that has been checked there.

use std::sync::Arc;

use rustls::pki_types::{CertificateDer, ServerName};
use sha2::{Digest, Sha256};
use webpki::EndEntityCert;

/// What tells clients apart.
#[derive(Clone, Debug)]
pub(crate) struct PeerCertificate {
    sha256: [u8; 32],
    certificate: Arc<CertificateDer<'static>>,
}

impl PeerCertificate {
    pub(crate) fn new(certificate: &CertificateDer<'_>) -> Self {
        let sha256 = Sha256::digest(certificate).into();
        Self { sha256, certificate: Arc::new(certificate.clone().into_owned()) }
    }

    pub(super) fn has_hash(&self, sha256: &[u8; 32]) -> bool {
        self.sha256 == *sha256
    }

    pub(super) fn has_name(&self, name: &ServerName<'_>) -> bool {
        EndEntityCert::try_from(&*self.certificate)
            .is_ok_and(|parsed| parsed.verify_is_valid_for_subject_name(name).is_ok())
    }
}
