//! What a sealed secret is bound to.

use crate::keystore::{KeyId, KeyType};
use crate::token::KekId;

use super::level::Level;

/// Version of the envelope's format.
const VERSION: u8 = 1;
/// In front of everything that is authenticated.
const TAG: &[u8] = b"PAIRLANE-ENVELOPE";

/// The record that a secret belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding<'a> {
    /// The key's id.
    pub key: KeyId,
    /// The key's type, which is its purpose.
    pub key_type: KeyType,
    /// The public key.
    pub public_key: &'a [u8],
}

impl Binding<'_> {
    /// The authenticated data: tag, version, level, sealing key, key id, type, and the public key
    /// with its length. Every field but the last has a fixed length or a length before it.
    pub(super) fn authenticated(&self, level: Level, kek: KekId) -> Vec<u8> {
        let (level, key_type) = (level.name().as_bytes(), self.key_type.name().as_bytes());
        let mut out = TAG.to_vec();
        out.push(VERSION);
        for text in [level, key_type] {
            out.push(u8::try_from(text.len()).expect("names are short"));
            out.extend_from_slice(text);
        }
        out.extend_from_slice(kek.as_bytes());
        out.extend_from_slice(self.key.as_bytes());
        let length = u32::try_from(self.public_key.len()).expect("public keys are short");
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(self.public_key);
        out
    }
}
