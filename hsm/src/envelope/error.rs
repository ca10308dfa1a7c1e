//! Why a secret was not sealed or did not open.

use super::level::Level;
use crate::arena::ArenaError;
use crate::token::{KekId, TokenError};

/// Why a secret was not sealed or did not open.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// The token.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The sealed bytes are not what was sealed for this record.
    #[error(
        "what is sealed is damaged, or was sealed for another key, record or token ({cause}): \
         restore the file from a backup"
    )]
    Damaged {
        /// What gave it away.
        cause: String,
    },
    /// Sealed in another way, or under another key, than the sealer's.
    #[error("sealed as {there} under {kek}, not as {wanted}")]
    OtherSealer {
        /// How it is sealed.
        there: Level,
        /// Under which key.
        kek: KekId,
        /// How the sealer seals.
        wanted: Level,
    },
    /// This level seals nothing: the secret is in the token, or under a password.
    #[error("{level} is no level that seals secrets under a token's key")]
    NotSealing {
        /// The level.
        level: Level,
    },
    /// The token did not give back what it sealed.
    #[error("the token did not give back what it sealed; nothing was stored")]
    Unfaithful,
    /// No locked memory.
    #[error(transparent)]
    Arena(#[from] ArenaError),
}
