//! Why stakes or a selection were refused.

use thiserror::Error;

use crate::election::stakes::VALIDATORS_MAX;

/// Why stakes or a selection were refused. Nothing has changed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ElectionError {
    /// An identifier was given twice: its stake would count double, or replace the first.
    #[error("validator {second} has the identifier of validator {first}")]
    DuplicateId {
        /// Position of the one that had it.
        first: usize,
        /// Position of the one that would get it.
        second: usize,
    },
    /// No validator has the identifier.
    #[error("no validator has this identifier")]
    UnknownId,
    /// No validator is at the position.
    #[error("position {position} is not below {validators}")]
    UnknownPosition {
        /// The position given.
        position: usize,
        /// How many validators there are.
        validators: usize,
    },
    /// The total of all stakes must stay below 2^128.
    #[error("with the stake of validator {position} the total is 2^128 or more")]
    TotalOverflow {
        /// Whose stake it is.
        position: usize,
    },
    /// There is a limit to the number of validators.
    #[error("more than {VALIDATORS_MAX} validators")]
    TooManyValidators,
    /// No validator has any stake, so nobody can be selected.
    #[error("no validator has stake")]
    NoStake,
    /// A committee without replacement needs as many validators with stake as it has seats.
    #[error("{seats} seats, but {eligible} validators with stake")]
    CommitteeTooLarge {
        /// Seats asked for.
        seats: usize,
        /// Validators with stake.
        eligible: usize,
    },
}
