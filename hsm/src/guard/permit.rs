//! The guard's answer: a permit or a refusal.

use thiserror::Error;

use super::{Act, Digest, Duty, GuardKey};

/// The right to make one signature. It exists only after the duty is on disk, it cannot be
/// copied, and only the guard can make one; a signer takes it by value.
///
/// ```compile_fail
/// # fn forge(permit: pairlane_hsm::guard::Permit) {
/// let twice = permit.clone();
/// # }
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct Permit {
    duty: Duty,
}

impl Permit {
    pub(super) fn new(duty: Duty) -> Self {
        Self { duty }
    }

    /// The key that may sign.
    pub fn key(&self) -> &GuardKey {
        &self.duty.key
    }

    /// What may be signed.
    pub fn act(&self) -> &Act {
        &self.duty.act
    }

    /// Which message may be signed.
    pub fn digest(&self) -> &Digest {
        &self.duty.digest
    }

    /// Whether this permit is for that key and that message. A signer signs nothing else.
    pub fn covers(&self, key: &GuardKey, message: &[u8]) -> bool {
        let same = if self.duty.act.signs_root() {
            self.duty.digest.0 == message
        } else {
            self.duty.digest == Digest::of(message)
        };
        same && self.duty.key == *key
    }
}

/// Why a duty was not permitted. Nothing was recorded for it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The guard has not been told of the key, so it may have signed anything elsewhere.
    #[error("key {key} is not registered with the guard; register it before it is activated")]
    NotRegistered {
        /// The key.
        key: Box<GuardKey>,
    },
    /// An Ethereum duty, and the guard was opened without a network.
    #[error("no Ethereum network is set; open the guard with its genesis_validators_root")]
    NoNetwork,
    /// Another message was permitted for the same place, or the same target epoch.
    #[error("key {key} has signed another message for {signed}; asked was {asked}")]
    Conflict {
        /// The key.
        key: Box<GuardKey>,
        /// What was asked.
        asked: Act,
        /// What is on record.
        signed: Act,
    },
    /// The duty lies before what is on record; signing it might contradict something older, or
    /// surround a vote.
    #[error("key {key} has gone on to {signed} and does not go back to {asked}")]
    Behind {
        /// The key.
        key: Box<GuardKey>,
        /// What was asked.
        asked: Act,
        /// What is on record.
        signed: Act,
    },
    /// An attestation whose source lies after its target: no honest node makes one.
    #[error("{asked} goes backwards")]
    SourceAfterTarget {
        /// What was asked.
        asked: Act,
    },
    /// More duties than one batch may hold.
    #[error("{given} duties in one batch; at most {limit} are allowed")]
    TooMany {
        /// Duties given.
        given: usize,
        /// Duties allowed.
        limit: usize,
    },
    /// The record could not be made durable, so nothing may be signed.
    #[error("the duty could not be recorded: {reason}")]
    NotRecorded {
        /// What the journal said.
        reason: String,
    },
}
