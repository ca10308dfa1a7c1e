//! What a validator may be asked to sign.

use std::fmt;

use sha2::{Digest as _, Sha256};

use super::GuardKey;

/// One signature asked for: by which key, for what, over which message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duty {
    /// The signer's public key.
    pub key: GuardKey,
    /// What is to be signed.
    pub act: Act,
    /// Which message; see [`Digest`].
    pub digest: Digest,
}

/// What is to be signed, as far as the rules against double signing look.
///
/// Whoever fills this in has to take it from the message itself: the guard sees a digest and
/// cannot tell a block from a RANDAO reveal. A signer that takes bare roots from outside as
/// [`Act::Unguarded`] has no protection at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    /// A vote or proposal of our consensus.
    Consensus(Position),
    /// An Ethereum block proposal.
    Block {
        /// Slot of the block.
        slot: u64,
    },
    /// An Ethereum attestation.
    Attestation(Vote),
    /// A message that cannot contradict another one; see [`Unguarded`].
    Unguarded(Unguarded),
}

/// A place in our consensus. Ordered: height first, then round, then phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// Height of the block.
    pub height: u64,
    /// Round or view at that height.
    pub round: u64,
    /// Phase within the round, in the order in which an honest node goes through them.
    pub phase: u8,
}

/// The two fields of an attestation that the rules look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Vote {
    /// Epoch of the source checkpoint.
    pub source_epoch: u64,
    /// Epoch of the target checkpoint.
    pub target_epoch: u64,
}

/// Messages that are signed without a record, each because signing two of them is no offence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unguarded {
    /// Ethereum: the epoch is the whole message, so a key has one reveal for each.
    RandaoReveal,
    /// Ethereum: the slot is the whole message.
    SelectionProof,
    /// Ethereum: wraps an aggregate of votes that were each guarded when they were signed.
    AggregateAndProof,
    /// Ethereum: sync committees are not slashed; a light client counts majorities.
    SyncCommittee,
    /// Ethereum: an exit is final, and the second one is the same exit.
    VoluntaryExit,
    /// Ethereum: a deposit moves its sender's own money, once for each transaction.
    Deposit,
    /// Ethereum: a wish to a block builder, dated; the newest counts.
    BuilderRegistration,
    /// Ours: a VRF has one output and one valid proof for each input.
    VrfProof,
    /// Ours: the public key is the whole message.
    ProofOfPossession,
}

/// Which message is signed: the message itself where that has 32 bytes by its rules (an Ethereum
/// signing root), SHA-256 of the message elsewhere.
///
/// All zeros stands for "unknown" in interchange files, so a message with that digest is never
/// taken for a repetition.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// SHA-256 of a message of our consensus.
    pub fn of(message: &[u8]) -> Self {
        Self(Sha256::digest(message).into())
    }

    /// `None` for all zeros.
    pub(crate) fn known(self) -> Option<Self> {
        (self.0 != [0; 32]).then_some(self)
    }
}

impl Act {
    /// Whether the message of this act is its own digest: an Ethereum signing root.
    pub(crate) fn signs_root(&self) -> bool {
        !matches!(
            self,
            Self::Consensus(_)
                | Self::Unguarded(Unguarded::VrfProof | Unguarded::ProofOfPossession)
        )
    }
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Consensus(Position { height, round, phase }) => {
                write!(f, "height {height}, round {round}, phase {phase}")
            }
            Self::Block { slot } => write!(f, "the block of slot {slot}"),
            Self::Attestation(Vote { source_epoch, target_epoch }) => {
                write!(f, "the attestation from epoch {source_epoch} to {target_epoch}")
            }
            Self::Unguarded(kind) => write!(f, "{kind:?}"),
        }
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{}", hex::encode(self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}
