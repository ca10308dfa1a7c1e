//! Sealed secrets as they stand in a record.

use serde::{Deserialize, Serialize};

use super::level::Level;
use crate::keystore::HexBytes;
use crate::token::KekId;

/// A sealed secret. Everything in it may be seen; nothing of it opens without the token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "level", deny_unknown_fields)]
pub enum Sealed {
    /// [`Level::EnvelopeGcm`].
    EnvelopeGcm {
        /// The sealing key.
        kek: KekId,
        /// 96 bits, never twice under one key.
        iv: HexBytes<12>,
        /// Ciphertext and tag.
        ciphertext: HexBytes<48>,
    },
    /// [`Level::EnvelopeCbcHmac`].
    EnvelopeCbcHmac {
        /// The sealing key.
        kek: KekId,
        /// The initialisation vector.
        iv: HexBytes<16>,
        /// Ciphertext.
        ciphertext: HexBytes<32>,
        /// HMAC over the binding, the initialisation vector and the ciphertext.
        tag: HexBytes<32>,
    },
    /// [`Level::UnwrapObject`].
    UnwrapObject {
        /// The wrapping key.
        kek: KekId,
        /// The wrapped secret.
        wrapped: HexBytes<40>,
        /// HMAC over the binding and the wrapped secret.
        tag: HexBytes<32>,
    },
    /// [`Level::SecretObject`]: the secret is in the token, under the key's id.
    SecretObject {
        /// The key of the tag.
        kek: KekId,
        /// HMAC over the binding.
        tag: HexBytes<32>,
    },
}

impl Sealed {
    /// How it is sealed.
    pub fn level(&self) -> Level {
        match self {
            Self::EnvelopeGcm { .. } => Level::EnvelopeGcm,
            Self::EnvelopeCbcHmac { .. } => Level::EnvelopeCbcHmac,
            Self::UnwrapObject { .. } => Level::UnwrapObject,
            Self::SecretObject { .. } => Level::SecretObject,
        }
    }

    /// Under which key.
    pub fn kek(&self) -> KekId {
        match self {
            Self::EnvelopeGcm { kek, .. }
            | Self::EnvelopeCbcHmac { kek, .. }
            | Self::UnwrapObject { kek, .. }
            | Self::SecretObject { kek, .. } => *kek,
        }
    }
}
