//! Why a vault did not open, or did not do what was asked.

use std::path::PathBuf;

use thiserror::Error;

use crate::audit::AuditError;
use crate::custodian::CustodyError;
use crate::guard::{GuardError, GuardKeyError};
use crate::keystore::{KeyId, StoreError};
use crate::token::TokenError;

/// Why a vault did not open, or did not do what was asked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum VaultError {
    /// There is one already.
    #[error("{} holds a vault already", folder.display())]
    Exists {
        /// The folder.
        folder: PathBuf,
    },
    /// There is none.
    #[error("there is no vault in {}: `pairlane token init` makes one", folder.display())]
    Missing {
        /// The folder.
        folder: PathBuf,
    },
    /// A file of the vault's own.
    #[error("cannot {what} {}: {source}", path.display())]
    File {
        /// What was tried.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The operating system gave no randomness.
    #[error("no randomness: {0}")]
    Randomness(String),
    /// A key that the guard cannot know.
    #[error("a public key that the guard cannot keep apart: {0}")]
    Key(#[from] GuardKeyError),
    /// The key is disabled.
    #[error("key {0} is disabled: enable it first")]
    Disabled(KeyId),
    /// The key store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The custodian.
    #[error(transparent)]
    Custody(#[from] CustodyError),
    /// The guard.
    #[error(transparent)]
    Guard(#[from] GuardError),
    /// The audit log.
    #[error("the audit log: {0}")]
    Audit(#[from] AuditError),
    /// The token.
    #[error(transparent)]
    Token(#[from] TokenError),
}
