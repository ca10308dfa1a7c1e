//! Who may do what, as the configuration says it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// What callers may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Access {
    /// What a caller without credentials may; nothing if it is empty.
    pub(crate) anonymous: Vec<Permission>,
    /// Callers that prove who they are.
    pub(crate) clients: Vec<Client>,
}

/// A caller that proves who it is by one of the four.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Client {
    /// What the audit log calls it.
    pub(crate) name: String,
    /// SHA-256 of its bearer token, in hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) token_sha256: Option<String>,
    /// The file that holds its bearer token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) token_file: Option<PathBuf>,
    /// SHA-256 of its certificate (DER), in hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) certificate_sha256: Option<String>,
    /// A name in its certificate: a DNS name or an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) certificate_name: Option<String>,
    /// What it may do.
    #[serde(default)]
    pub(crate) may: Vec<Permission>,
    /// The public keys that it may sign with, in hex; `*` for every one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) keys: Vec<String>,
}

/// What a caller may be allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Permission {
    /// To verify, aggregate and select: nothing that touches a key of ours.
    Verify,
    /// To register public keys for everybody, and to remove them: they share a bounded memory.
    Register,
    /// To see which keys there are. Who may sign with some sees those.
    ListKeys,
    /// To sign, with the keys that are named for the caller.
    Sign,
    /// To import, delete and reload keys.
    Admin,
}

impl Default for Access {
    fn default() -> Self {
        Self { anonymous: vec![Permission::Verify], clients: Vec::new() }
    }
}
