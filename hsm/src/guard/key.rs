//! What the guard keeps apart: public keys.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// The public key that a record protects, as bytes: 32 (Ed25519, ECVRF), 48 (BLS, keys in G1) or
/// 96 (BLS, keys in G2).
///
/// The public key and not some id of the key store: a key that is imported twice is one validator
/// and must have one history.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GuardKey {
    length: u8,
    bytes: [u8; 96],
}

/// Why bytes or a text are not the public key of any scheme we sign with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum GuardKeyError {
    /// A length that no scheme has.
    #[error("{actual} bytes given; a public key has 32, 48 or 96")]
    Length {
        /// Bytes given.
        actual: usize,
    },
    /// Not hex with `0x` in front.
    #[error("a public key is written as 0x and hexadecimal digits")]
    Hex,
}

impl GuardKey {
    /// A key from its compressed bytes. They are not checked to be a point: the guard compares
    /// keys and never computes with them.
    ///
    /// # Errors
    ///
    /// A length other than 32, 48 or 96.
    pub fn new(bytes: &[u8]) -> Result<Self, GuardKeyError> {
        let length = match bytes.len() {
            32 => 32,
            48 => 48,
            96 => 96,
            actual => return Err(GuardKeyError::Length { actual }),
        };
        let mut padded = [0; 96];
        padded[..bytes.len()].copy_from_slice(bytes);
        Ok(Self { length, bytes: padded })
    }

    /// The bytes it was made of.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }
}

impl FromStr for GuardKey {
    type Err = GuardKeyError;

    fn from_str(text: &str) -> Result<Self, GuardKeyError> {
        let digits = text.strip_prefix("0x").ok_or(GuardKeyError::Hex)?;
        // A stranger's text: nothing is decoded that could not be a key.
        if digits.len() > 192 {
            return Err(GuardKeyError::Length { actual: digits.len() / 2 });
        }
        Self::new(&hex::decode(digits).map_err(|_| GuardKeyError::Hex)?)
    }
}

impl fmt::Display for GuardKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{}", hex::encode(self.as_bytes()))
    }
}

impl fmt::Debug for GuardKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GuardKey({self})")
    }
}
