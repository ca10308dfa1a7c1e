//! Why something of a threshold group was refused.

use thiserror::Error;

use crate::error::{PointError, SecretKeyError};
use crate::threshold::index::{Index, PARTICIPANTS_MAX};

/// Why a group, an index or a share cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ThresholdError {
    /// An index is from 1 to [`PARTICIPANTS_MAX`]: zero would be the secret itself.
    #[error("index {number} is not in 1..={PARTICIPANTS_MAX}")]
    Index {
        /// The number given.
        number: u16,
    },
    /// A threshold is at least 1 and at most the number of holders, which has a limit.
    #[error("{required} of {participants}: need 1 <= t <= n <= {PARTICIPANTS_MAX}")]
    Threshold {
        /// `t` as given.
        required: u16,
        /// `n` as given.
        participants: u16,
    },
    /// The index is above the group's number of holders.
    #[error("index {index} is not of this group of {participants}")]
    NotOfGroup {
        /// The index given.
        index: Index,
        /// Holders in the group.
        participants: usize,
    },
    /// A commitment has as many coefficients as shares are required.
    #[error("{actual} coefficients committed to where {expected} shares are required")]
    CommitmentLength {
        /// Shares required.
        expected: usize,
        /// Coefficients given.
        actual: usize,
    },
    /// The group key is the identity, or the key of this holder is: nobody could verify under it.
    #[error("the key of the group (0) or of a holder (its index), here {index}, is the identity")]
    IdentityKey {
        /// 0 for the group's own key, else the holder's index.
        index: u16,
    },
    /// The share is not the committed polynomial's value at its index.
    #[error("share {index} does not match the commitment")]
    WrongShare {
        /// Whose share it is.
        index: Index,
    },
    /// The operating system gave no randomness.
    #[error("no randomness: {0}")]
    Randomness(SecretKeyError),
}

/// Why shares or partial signatures could not be put together.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RecoverError {
    /// Fewer than the threshold were given, or were left once wrong ones were put aside.
    #[error("{given} good shares given, {required} required{}", wrong_ones(wrong))]
    TooFew {
        /// The threshold.
        required: usize,
        /// How many were given, wrong ones not counted.
        given: usize,
        /// Indices whose partial signatures were verified and found wrong.
        wrong: Vec<Index>,
    },
    /// Two of one index: interpolation has no answer.
    #[error("index {index} is given twice")]
    Duplicate {
        /// The repeated index.
        index: Index,
    },
    /// An index that the group does not have.
    #[error("index {index} is not of this group of {participants}")]
    NotOfGroup {
        /// The index given.
        index: Index,
        /// Holders in the group.
        participants: usize,
    },
    /// The shares interpolate to zero, which is no key: they are not shares of one key.
    #[error("the shares interpolate to zero: they are not of one key")]
    ZeroSecret,
}

fn wrong_ones(wrong: &[Index]) -> String {
    if wrong.is_empty() {
        return String::new();
    }
    let numbers: Vec<String> = wrong.iter().map(ToString::to_string).collect();
    format!("; wrong: {}", numbers.join(", "))
}

/// Why bytes are not a message of this module. Malformed bytes count as a message not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The bytes end before the message does, or go on after it.
    #[error("{actual} bytes given, {expected} expected")]
    Length {
        /// Bytes that the message has, by what its head says.
        expected: usize,
        /// Bytes given.
        actual: usize,
    },
    /// The first byte is that of another kind of message.
    #[error("kind {actual} where {expected} is expected")]
    Kind {
        /// The kind of this type.
        expected: u8,
        /// The kind given.
        actual: u8,
    },
    /// An index or a count is zero where it may not be, or above [`PARTICIPANTS_MAX`].
    #[error("an index or a count of {number} is out of range")]
    Range {
        /// The number given.
        number: u16,
    },
    /// Indices in a list must rise strictly.
    #[error("index {number} does not rise above the one before it")]
    Order {
        /// The index that does not.
        number: u16,
    },
    /// A flag is neither 0 nor 1, or a scalar is not below r.
    #[error("a flag is not 0 or 1, or a scalar is not below the group order")]
    Value,
    /// A point is refused; see [`PointError`].
    #[error("point {position}: {error}")]
    Point {
        /// Which point of the message, from 0.
        position: usize,
        /// Why.
        error: PointError,
    },
}
