//! What is on disk about a key.

use serde::{Deserialize, Serialize};

use super::eip2335::Keystore;
use super::id::{KeyId, KeyType};
use super::native::ObjectId;
use crate::envelope::{Level, Sealed};

/// Longest name of a key, in bytes.
pub(super) const NAME_LENGTH_MAX: usize = 128;
/// Version of the format.
pub(super) const RECORD_VERSION: u8 = 1;

/// Whether a key may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyState {
    /// It may be unlocked, and is when a service starts.
    Active,
    /// It stays sealed until somebody asks for it.
    Locked,
    /// It may not.
    Disabled,
}

/// How a key's secret is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Protection {
    /// Under a token's sealing key.
    Sealed(Sealed),
    /// In the token, which signs by itself.
    Native {
        /// The id of the token's object.
        object: ObjectId,
    },
    /// Under a password.
    Keystore(Box<Keystore>),
}

impl Protection {
    /// The protection's level.
    pub fn level(&self) -> Level {
        match self {
            Self::Sealed(sealed) => sealed.level(),
            Self::Native { .. } => Level::Native,
            Self::Keystore(_) => Level::KeystoreFile,
        }
    }
}

/// A key's record. There is nothing secret in it that would open without the token or a password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    pub(super) version: u8,
    /// The key's id.
    pub id: KeyId,
    /// Its type.
    pub key_type: KeyType,
    /// Its public key, in hex.
    #[serde(with = "hex::serde")]
    pub public_key: Vec<u8>,
    /// A name that its holder gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether it may be used.
    pub state: KeyState,
    /// When it was stored here, in seconds since 1970.
    pub created_s: u64,
    /// How its secret is kept.
    pub protection: Protection,
}

impl Record {
    pub(super) fn new(
        key_type: KeyType,
        public_key: Vec<u8>,
        name: Option<String>,
        protection: Protection,
    ) -> Self {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Self {
            version: RECORD_VERSION,
            id: KeyId::of(key_type, &public_key),
            key_type,
            public_key,
            name,
            state: KeyState::Active,
            created_s: now.map_or(0, |since| since.as_secs()),
            protection,
        }
    }

    /// What is inconsistent about a record that has been read, if anything.
    pub(super) fn flaw(&self) -> Option<String> {
        if self.version != RECORD_VERSION {
            return Some(format!("version {}, this build reads {RECORD_VERSION}", self.version));
        }
        if self.public_key.len() != self.key_type.public_key_length() {
            return Some(format!(
                "a public key of {} bytes, {} has {}",
                self.public_key.len(),
                self.key_type,
                self.key_type.public_key_length()
            ));
        }
        if self.id != KeyId::of(self.key_type, &self.public_key) {
            return Some("its id is not that of its public key".to_owned());
        }
        if self.name.as_ref().is_some_and(|name| name.len() > NAME_LENGTH_MAX) {
            return Some(format!("a name of over {NAME_LENGTH_MAX} bytes"));
        }
        None
    }
}
