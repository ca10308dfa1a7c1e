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
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The token, for keys that it keeps.
    #[error(transparent)]
    Token(#[from] TokenError),
}
