//! The key of the audit log, in the token.

use super::{Authenticator, AuthenticatorError, Tag};
use crate::token::{MacKey, MacPurpose, Token, TokenError};

/// An HMAC-SHA-256 key that was made in the token and never leaves it: who takes the disk away can
/// neither write an entry nor check one.
#[derive(Debug)]
pub struct TokenKey(MacKey);

impl TokenKey {
    /// Makes the key in a token that has none.
    ///
    /// # Errors
    ///
    /// [`TokenError`].
    pub fn generate(token: &Token) -> Result<Self, TokenError> {
        MacKey::generate(token, MacPurpose::Audit).map(Self)
    }

    /// The key of a token.
    ///
    /// # Errors
    ///
    /// [`TokenError`]; [`TokenError::ObjectMissing`] if it has none.
    pub fn open(token: &Token) -> Result<Self, TokenError> {
        MacKey::open(token, MacPurpose::Audit).map(Self)
    }
}

impl Authenticator for TokenKey {
    fn authenticate(&self, bytes: &[u8]) -> Result<Tag, AuthenticatorError> {
        self.0.authenticate(bytes).map(Tag).map_err(AuthenticatorError::new)
    }

    fn verify(&self, bytes: &[u8], tag: &Tag) -> Result<bool, AuthenticatorError> {
        self.0.verify(bytes, &tag.0).map_err(AuthenticatorError::new)
    }
}
