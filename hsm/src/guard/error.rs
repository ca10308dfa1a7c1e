//! Why the guard did not open, or did not do what was asked.

use std::path::PathBuf;

use thiserror::Error;

use super::{GuardKey, InterchangeError, Marker};
use crate::journal::{Id, JournalError};

/// Why the guard did not open, or did not do what was asked. Refused duties are a
/// [`super::Refusal`].
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum GuardError {
    /// The log: locked by another process, damaged, not writable.
    #[error("the guard's log: {0}")]
    Journal(#[from] JournalError),
    /// The guard's directory cannot be made.
    #[error("cannot create {}: {source}", path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// There is no log, but there has been one.
    #[error(
        "{} is missing, but {known}. Without it, keys could sign what they have signed already. \
         Restore the newest copy. If there is none: stop, find out from the network what the keys \
         signed last, accept it once (`pairlane guard accept lost-log`, `Accept::LostLog`), import \
         those places, and register the keys anew (`pairlane keys enable`)",
        path.display()
    )]
    LogMissing {
        /// Where the log should be.
        path: PathBuf,
        /// How we know that there was one.
        known: String,
    },
    /// The log is an old copy.
    #[error(
        "{} is older than what {witness} remembers: it is at epoch {}, entry {}, and has been at \
         epoch {}, entry {}. It was restored from a backup, and what was signed since is not in \
         it. Restore the newest copy. If there is none: find out from the network what the keys \
         signed last, accept it once (`pairlane guard accept older-log`, `Accept::OlderLog`), import \
         those places, and register the keys anew (`pairlane keys enable`)",
        path.display(), log.epoch, log.sequence, marker.epoch, marker.sequence
    )]
    LogBehind {
        /// The log.
        path: PathBuf,
        /// The witness that remembers more.
        witness: String,
        /// Where the log is.
        log: Marker,
        /// Where the witness has seen it.
        marker: Marker,
    },
    /// The log is in order, and a witness has missed at least one use of it.
    #[error(
        "{witness} was restored from a backup: it remembers epoch {remembered} of the log, which \
         is at {epoch}. Keys that were deleted or disabled since may be back in it. Restore its \
         newest copy, or check its keys and accept it once (`pairlane guard accept older-witness`, \
         `Accept::OlderWitness`)"
    )]
    WitnessBehind {
        /// The witness.
        witness: String,
        /// The epoch it remembers.
        remembered: u64,
        /// The epoch of the log.
        epoch: u64,
    },
    /// The log and a witness belong to different stores.
    #[error(
        "{} is log {log}, but {witness} belongs to log {expected}. Put the log of the same store \
         in place; if that one is lost for good, `pairlane guard accept lost-log` \
         (`Accept::LostLog`)",
        path.display()
    )]
    ForeignLog {
        /// The log.
        path: PathBuf,
        /// Its id.
        log: Id,
        /// The witness.
        witness: String,
        /// The id that the witness remembers.
        expected: Id,
    },
    /// A witness cannot be asked or told.
    #[error("{witness} {what}: {reason}")]
    Witness {
        /// The witness.
        witness: String,
        /// "cannot be read" or "cannot be written".
        what: &'static str,
        /// What it said.
        reason: String,
    },
    /// An active key of the key store is not in the log.
    #[error(
        "key {key} (and {more} more) is active, but the log does not have it registered: this is \
         not the log that protected it. Put that one back; if it is lost for good, accept that once \
         (`pairlane guard accept lost-log`), import what the key has signed, and register it anew \
         (`pairlane keys enable`)"
    )]
    KeyMissing {
        /// The first such key.
        key: Box<GuardKey>,
        /// How many others.
        more: usize,
    },
    /// The log belongs to another Ethereum network.
    #[error(
        "the log belongs to the network with genesis_validators_root 0x{}, not to 0x{}; a store \
         serves one network",
        hex::encode(recorded),
        hex::encode(given)
    )]
    Network {
        /// The root in the log.
        recorded: [u8; 32],
        /// The root given.
        given: [u8; 32],
    },
    /// Ethereum places are to be imported or exported, and no network is set.
    #[error("no Ethereum network is set; open the guard with its genesis_validators_root")]
    NoNetwork,
    /// An interchange file that is not in order; nothing of it was taken in.
    #[error(transparent)]
    Interchange(#[from] InterchangeError),
    /// More keys than one store may hold.
    #[error("the guard would hold {keys} keys; at most {limit} are allowed")]
    TooManyKeys {
        /// Keys it would hold.
        keys: usize,
        /// Keys allowed.
        limit: usize,
    },
}
