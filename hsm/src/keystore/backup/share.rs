//! One holder's share, as text that can be written down.

use core::fmt;
use core::str::FromStr;

use pairlane::threshold::KeyShare;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::BackupError;

/// In front of the digits.
const PREFIX: &str = "pairlane-share-1-";
/// Bytes of a share and of the checksum that finds a slip of the pen.
const LENGTH: usize = 34;
const CHECKSUM: usize = 4;

/// A share of a backup. Wiped when dropped; `Debug` shows nothing of it.
pub struct BackupShare(Zeroizing<Vec<u8>>);

impl BackupShare {
    pub(super) fn new(share: &KeyShare) -> Self {
        Self(share.expose_bytes())
    }

    /// The text for its holder. Whoever reads it holds the share.
    pub fn expose_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(128));
        text.push_str(PREFIX);
        text.push_str(&Zeroizing::new(hex::encode(&*self.0)));
        text.push_str(&hex::encode(checksum(&self.0)));
        text
    }

    pub(super) fn to_key_share(&self, position: usize) -> Result<KeyShare, BackupError> {
        KeyShare::from_bytes(&self.0)
            .map_err(|error| BackupError::Share { position, what: error.to_string() })
    }
}

fn checksum(share: &[u8]) -> [u8; CHECKSUM] {
    let digest = Sha256::new().chain_update(PREFIX).chain_update(share).finalize();
    *digest.first_chunk().expect("32 bytes")
}

impl FromStr for BackupShare {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.trim().strip_prefix(PREFIX);
        let digits = digits.ok_or_else(|| format!("a share begins with {PREFIX}"))?;
        let mut bytes = Zeroizing::new([0; LENGTH + CHECKSUM]);
        hex::decode_to_slice(digits, &mut *bytes)
            .map_err(|_| format!("a share has {} hex digits", 2 * bytes.len()))?;
        let (share, sum) = bytes.split_at(LENGTH);
        if checksum(share) != *sum {
            return Err("its checksum is wrong: a digit was mistyped".to_owned());
        }
        Ok(Self(Zeroizing::new(share.to_vec())))
    }
}

impl fmt::Debug for BackupShare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BackupShare(..)")
    }
}
