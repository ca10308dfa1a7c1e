//! TLS for a listener: certificates that can be changed while it runs, and who the client is.

use std::future::Future;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use axum::Extension;
use axum::middleware::AddExtension;
use axum_server::accept::Accept;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::net::TcpStream;
use tower::Layer;

use super::access::PeerCertificate;
use super::settings::{self, Refusal};
use crate::secret_file;

/// The certificates in force.
#[derive(Clone)]
pub(super) struct Tls {
    config: RustlsConfig,
    handshake: Duration,
}

/// Where certificates come from.
struct Files<'a> {
    certificate: &'a Path,
    key: &'a Path,
    client_ca: Option<&'a Path>,
}

impl Tls {
    /// Reads the certificates, if there are to be any.
    pub(super) fn load(settings: &settings::Tls) -> Result<Option<Self>, Refusal> {
        let settings::Tls { certificate, key, client_ca, ops, handshake_ms_max } = settings;
        let (certificate, key) = match (certificate, key) {
            (Some(certificate), Some(key)) => (certificate, key),
            (None, None) if client_ca.is_none() && !ops => return Ok(None),
            _ => {
                let why = ": certificate and key are needed, both of them";
                return Err(Refusal::new("tls", why));
            }
        };
        let files = Files { certificate, key, client_ca: client_ca.as_deref() };
        let read = files.read().map_err(|error| Refusal::of("tls", &error))?;
        let config = RustlsConfig::from_config(Arc::new(read));
        let handshake = Duration::from_millis(*handshake_ms_max);
        Ok(Some(Self { config, handshake }))
    }

    /// Takes the certificates of another, for connections to come.
    pub(super) fn adopt(&self, newer: &Self) {
        self.config.reload_from_config(newer.config.get_inner());
    }

    pub(super) fn acceptor(&self) -> TlsAcceptor {
        let inner = RustlsAcceptor::new(self.config.clone());
        TlsAcceptor(inner.handshake_timeout(self.handshake))
    }
}

impl Files<'_> {
    fn read(&self) -> anyhow::Result<ServerConfig> {
        let chain = certificates(self.certificate)?;
        secret_file::refuse_open_to_all(self.key)?;
        let key = PrivateKeyDer::from_pem_file(self.key)
            .with_context(|| format!("{}: no private key in PEM", self.key.display()))?;
        let provider = Arc::new(ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()?;
        let builder = match self.client_ca {
            None => builder.with_no_client_auth(),
            Some(path) => {
                let mut roots = RootCertStore::empty();
                for root in certificates(path)? {
                    roots.add(root).with_context(|| path.display().to_string())?;
                }
                let roots = Arc::new(roots);
                let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider);
                let verifier = verifier.build().with_context(|| path.display().to_string())?;
                builder.with_client_cert_verifier(verifier)
            }
        };
        let mut config = builder.with_single_cert(chain, key).with_context(|| {
            format!("{} and {}", self.certificate.display(), self.key.display())
        })?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }
}

fn certificates(path: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let read = || -> Result<Vec<_>, _> { CertificateDer::pem_file_iter(path)?.collect() };
    let chain = read().with_context(|| format!("{}: no certificates in PEM", path.display()))?;
    if chain.is_empty() {
        bail!("{}: no certificate in it", path.display());
    }
    Ok(chain)
}

/// Shakes hands, and tells routes which certificate the client has shown.
#[derive(Clone)]
pub(super) struct TlsAcceptor(RustlsAcceptor);

type Shaken<S> = <RustlsAcceptor as Accept<TcpStream, S>>::Service;

impl<S: Send + 'static> Accept<TcpStream, S> for TlsAcceptor {
    type Stream = <RustlsAcceptor as Accept<TcpStream, S>>::Stream;
    type Service = AddExtension<Shaken<S>, Option<PeerCertificate>>;
    type Future = Pin<Box<dyn Future<Output = io::Result<(Self::Stream, Self::Service)>> + Send>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let shaking = self.0.accept(stream, service);
        Box::pin(async move {
            let (stream, service) = shaking.await?;
            let shown = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
            let peer = shown.map(|certificate| PeerCertificate::new(certificate));
            Ok((stream, Extension(peer).layer(service)))
        })
    }
}
