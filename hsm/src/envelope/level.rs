//! Protection levels, from strongest to weakest, and what each is good for.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

/// How a secret key is protected. The order is that of strength.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// The token itself signs; the secret never leaves it.
    Native,
    /// AES-256-GCM under a key-encryption key that never leaves the token.
    EnvelopeGcm,
    /// AES-256-CBC and HMAC-SHA256 under two keys that never leave the token.
    EnvelopeCbcHmac,
    /// Wrapped by a key of the token (RFC 3394) and read from a session object after unwrapping.
    UnwrapObject,
    /// A readable object in the token.
    SecretObject,
    /// An EIP-2335 file under a password; no token.
    KeystoreFile,
}

impl Level {
    /// All, from strongest to weakest.
    pub const ALL: [Self; 6] = [
        Self::Native,
        Self::EnvelopeGcm,
        Self::EnvelopeCbcHmac,
        Self::UnwrapObject,
        Self::SecretObject,
        Self::KeystoreFile,
    ];

    /// Its name: in the API, in logs, in health reports and in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::EnvelopeGcm => "envelope-gcm",
            Self::EnvelopeCbcHmac => "envelope-cbc-hmac",
            Self::UnwrapObject => "unwrap-object",
            Self::SecretObject => "secret-object",
            Self::KeystoreFile => "keystore-file",
        }
    }

    /// What it protects against.
    pub fn protects(self) -> &'static str {
        match self {
            Self::Native => "theft of the key, even by who controls this host; not misuse by them",
            Self::EnvelopeGcm | Self::EnvelopeCbcHmac => {
                "theft of files and backups: without the token they are worth nothing"
            }
            Self::UnwrapObject => {
                "theft of files and backups; the token must allow reading what it unwraps"
            }
            Self::SecretObject => {
                "theft of files; who knows the PIN can read the key out at any time"
            }
            Self::KeystoreFile => "theft of files, as far as the password is strong",
        }
    }

    /// What it leaves open.
    pub fn leaves_open(self) -> &'static str {
        match self {
            Self::Native => "signing in the holder's name while this host is controlled",
            Self::KeystoreFile => {
                "guessing the password on a stolen file; reading the unlocked key on this host"
            }
            _ => "reading the unlocked key out of this host's memory, for who controls the host",
        }
    }

    /// Whether the secret is in this process's memory while unlocked.
    pub fn is_in_memory(self) -> bool {
        self != Self::Native
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Level {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|level| level.name() == text).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|level| level.name()).collect();
            format!("\"{text}\" is no protection level: {}", names.join(", "))
        })
    }
}
