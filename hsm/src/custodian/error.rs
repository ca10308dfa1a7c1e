//! Why the custodian did not sign.

use crate::keystore::{KeyId, KeyType, StoreError};
use crate::token::TokenError;

/// Why the custodian did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CustodyError {
    /// The key is not in memory.
    #[error("key {0} is locked: unlock it first")]
    Locked(KeyId),
    /// The key is of another type than the message.
    #[error("key {id} is of type {key_type}, which makes no {message}")]
    WrongType {
        /// The key.
        id: KeyId,
        /// Its type.
        key_type: KeyType,
        /// What was asked for.
        message: &'static str,
    },
    /// The token signs under another suite.
    #[error("key {id} is in the token, which signs under the draft's suite {there} alone")]
    OtherSuite {
        /// The key.
        id: KeyId,
        /// The scheme of that suite.
        there: String,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The token, for keys that it keeps.
    #[error(transparent)]
    Token(#[from] TokenError),
}
