//! What is to be signed, with its bytes.

use pairlane::Scheme;
use pairlane_hsm::custodian::{BlsScheme, Message};

/// A message that outlives its request.
#[derive(Clone, Debug)]
pub(crate) enum OwnedMessage {
    /// For a BLS key of either variant, under the draft's own suite.
    Bls { scheme: Scheme, message: Vec<u8> },
    /// For an Ed25519 key.
    Ed25519 { message: Vec<u8> },
    /// For an ECVRF key; what comes back is a proof.
    Vrf { alpha: Vec<u8> },
}

impl OwnedMessage {
    pub(super) fn borrowed(&self) -> Message<'_> {
        match self {
            Self::Bls { scheme, message } => {
                Message::Bls { scheme: BlsScheme::Standard(*scheme), message }
            }
            Self::Ed25519 { message } => Message::Ed25519 { message },
            Self::Vrf { alpha } => Message::Vrf { alpha },
        }
    }
}
