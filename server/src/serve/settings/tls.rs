//! Whether callers are spoken to in TLS.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Without a certificate there is no TLS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Tls {
    /// The certificate and those that lead to its root, PEM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) certificate: Option<PathBuf>,
    /// The certificate's key, PEM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<PathBuf>,
    /// Who signs the certificates of clients, PEM. If it is set, clients have to show one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_ca: Option<PathBuf>,
    /// For the second listener, too.
    pub(crate) ops: bool,
    /// How long a client may take for the handshake, in milliseconds.
    pub(crate) handshake_ms_max: u64,
}

impl Default for Tls {
    fn default() -> Self {
        Self { certificate: None, key: None, client_ca: None, ops: false, handshake_ms_max: 10_000 }
    }
}
