//! Who vouches for entries: a key in the token, or one in software.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use thiserror::Error;
use zeroize::Zeroizing;

/// What an authenticator makes of bytes: 32 bytes, such as HMAC-SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag(pub [u8; 32]);

/// The key could not be used: the token is away, the session is lost.
#[derive(Debug, Error)]
#[error(transparent)]
pub struct AuthenticatorError(Box<dyn std::error::Error + Send + Sync>);

impl AuthenticatorError {
    /// Wraps what went wrong.
    pub fn new(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(source.into())
    }
}

/// A key that vouches for bytes. In a token, the process that writes the log can use the key but
/// not take it away.
pub trait Authenticator: Send + Sync {
    /// The tag of some bytes.
    ///
    /// # Errors
    ///
    /// The key could not be used.
    fn authenticate(&self, bytes: &[u8]) -> Result<Tag, AuthenticatorError>;

    /// Whether the tag is of these bytes, compared in constant time.
    ///
    /// # Errors
    ///
    /// The key could not be used. A wrong tag is `false`.
    fn verify(&self, bytes: &[u8], tag: &Tag) -> Result<bool, AuthenticatorError>;
}

/// An HMAC-SHA-256 key in this process's memory, where there is no token. It keeps out who may
/// write the file and not read the key; it keeps out nobody who controls this process.
pub struct SoftwareKey {
    key: Zeroizing<[u8; 32]>,
}

impl SoftwareKey {
    /// The key of these bytes, which have to be random and used for nothing else.
    pub fn new(key: Zeroizing<[u8; 32]>) -> Self {
        Self { key }
    }

    fn mac(&self, bytes: &[u8]) -> Result<Hmac<Sha256>, AuthenticatorError> {
        let mac = Hmac::<Sha256>::new_from_slice(self.key.as_slice());
        let mut mac = mac.map_err(AuthenticatorError::new)?;
        mac.update(bytes);
        Ok(mac)
    }
}

impl Authenticator for SoftwareKey {
    fn authenticate(&self, bytes: &[u8]) -> Result<Tag, AuthenticatorError> {
        Ok(Tag(self.mac(bytes)?.finalize().into_bytes().into()))
    }

    fn verify(&self, bytes: &[u8], tag: &Tag) -> Result<bool, AuthenticatorError> {
        Ok(self.mac(bytes)?.verify_slice(&tag.0).is_ok())
    }
}

impl fmt::Debug for SoftwareKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SoftwareKey(..)")
    }
}
