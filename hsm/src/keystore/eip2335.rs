//! EIP-2335 keystore files: a secret under a password.
//!
//! The format is read strictly: unknown fields, functions and parameters out of bounds are refused,
//! so that a file from a stranger costs at most half a gigabyte and a few seconds.

mod crypto;

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crypto::Crypto;
pub use crypto::{KeystoreError, Scrypt};

use crate::arena::Locked;
use crate::envelope::SECRET_LENGTH;
use crate::token::Pin;

/// Longest file.
pub(crate) const KEYSTORE_LENGTH_MAX: usize = 16 << 10;

/// A keystore file of version 4.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keystore {
    crypto: Crypto,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// The spelling of some clients.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pubkey: Option<String>,
    path: String,
    uuid: Uuid,
    version: Version,
}

/// The one version there is.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
struct Version;

impl TryFrom<u64> for Version {
    type Error = String;

    fn try_from(version: u64) -> Result<Self, String> {
        if version == 4 { Ok(Self) } else { Err(format!("version {version}, expected 4")) }
    }
}

impl From<Version> for u64 {
    fn from(_: Version) -> Self {
        4
    }
}

impl Keystore {
    /// Seals a secret under a password, with scrypt at the given cost.
    ///
    /// # Errors
    /// [`KeystoreError`].
    pub fn seal(
        secret: &[u8; SECRET_LENGTH],
        public_key: &[u8],
        password: &Pin,
        cost: Scrypt,
    ) -> Result<Self, KeystoreError> {
        let mut uuid = [0; 16];
        getrandom::fill(&mut uuid).map_err(KeystoreError::Randomness)?;
        Ok(Self {
            crypto: Crypto::seal(secret, password, cost)?,
            description: None,
            name: None,
            pubkey: Some(hex::encode(public_key)),
            path: String::new(),
            uuid: uuid::Builder::from_random_bytes(uuid).into_uuid(),
            version: Version,
        })
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`KeystoreError::TooLong`] or [`KeystoreError::Format`].
    pub fn from_json(json: &[u8]) -> Result<Self, KeystoreError> {
        if json.len() > KEYSTORE_LENGTH_MAX {
            return Err(KeystoreError::TooLong { actual: json.len() });
        }
        serde_json::from_slice(json).map_err(|error| KeystoreError::Format(error.to_string()))
    }

    /// The file's text.
    ///
    /// # Panics
    /// Never: every field has a form in JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("strings and numbers only")
    }

    /// The public key that the file names, not checked.
    ///
    /// # Errors
    /// [`KeystoreError::Format`] when it is not hex.
    pub fn public_key(&self) -> Result<Option<Vec<u8>>, KeystoreError> {
        let decode = |text: &String| hex::decode(text.strip_prefix("0x").unwrap_or(text));
        let key = self.pubkey.as_ref().map(decode).transpose();
        key.map_err(|error| KeystoreError::Format(format!("pubkey: {error}")))
    }

    /// The path in a key tree that the file names; may be empty.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Opens the secret into locked memory.
    ///
    /// # Errors
    /// [`KeystoreError::Password`] for a wrong password or a damaged file, and others.
    pub fn open(&self, password: &Pin) -> Result<Locked<[u8; SECRET_LENGTH]>, KeystoreError> {
        self.crypto.open(password)
    }
}

impl fmt::Debug for Keystore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keystore({})", self.uuid)
    }
}
