//! What can be signed.

use pairlane::{Scheme, Tag};

/// How a message is hashed for a BLS signature.
#[derive(Clone, Debug)]
pub enum BlsScheme<'a> {
    /// The draft's own suite of a scheme.
    Standard(Scheme),
    /// A scheme under a tag of the caller's.
    Tagged(Scheme, &'a Tag),
}

/// A message, with what its key's type needs to know.
#[derive(Clone, Debug)]
pub enum Message<'a> {
    /// For a BLS key of either variant.
    Bls {
        /// How it is hashed.
        scheme: BlsScheme<'a>,
        /// The message.
        message: &'a [u8],
    },
    /// For an Ed25519 key.
    Ed25519 {
        /// The message.
        message: &'a [u8],
    },
    /// For an ECVRF key; what comes back is a proof.
    Vrf {
        /// The input.
        alpha: &'a [u8],
    },
}

impl<'a> Message<'a> {
    /// The bytes that are signed or proved.
    pub fn bytes(&self) -> &'a [u8] {
        match self {
            Self::Bls { message, .. } | Self::Ed25519 { message } => message,
            Self::Vrf { alpha } => alpha,
        }
    }

    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Bls { .. } => "BLS signature",
            Self::Ed25519 { .. } => "Ed25519 signature",
            Self::Vrf { .. } => "VRF proof",
        }
    }
}
