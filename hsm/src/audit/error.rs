//! Why the audit log took no event, or is not whole.

use thiserror::Error;

use super::AuthenticatorError;
use crate::journal::{Id, JournalError};

/// Why the audit log took no event, or is not whole.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AuditError {
    /// The file: locked by another process, damaged, not writable.
    #[error("the audit log: {0}")]
    Journal(#[from] JournalError),
    /// The key that authenticates entries could not be used.
    #[error("the audit key: {0}")]
    Authenticator(#[from] AuthenticatorError),
    /// A text of an event over its limit; nothing was written.
    #[error("{what} has {bytes} bytes; an audit event takes {limit}")]
    TooLarge {
        /// Which text.
        what: &'static str,
        /// Bytes given.
        bytes: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// More details than an event takes; nothing was written.
    #[error("{given} details given; an audit event takes {limit}")]
    TooManyDetails {
        /// Details given.
        given: usize,
        /// Details allowed.
        limit: usize,
    },
    /// An entry that does not read as one. Its checksum is right, so somebody wrote it so.
    #[error("entry {entry} of the audit log is not an audit entry: {reason}")]
    Form {
        /// Number of the entry, from 0.
        entry: u64,
        /// What is wrong.
        reason: String,
    },
    /// The entry was changed, moved, or put in from elsewhere; or the one before it was.
    #[error(
        "entry {entry} of the audit log does not follow from the one before it: an entry was \
         changed, moved, removed or put in at this place"
    )]
    Chain {
        /// Number of the entry, from 0.
        entry: u64,
    },
    /// The chain is right, but the key did not make it.
    #[error(
        "entry {entry} of the audit log was not written with this key: it was forged, or the key \
         is another one"
    )]
    Tag {
        /// Number of the entry, from 0.
        entry: u64,
    },
    /// The head itself is not authentic.
    #[error("the exported head was not made with this key: it was forged, or the key is another")]
    HeadTag,
    /// The head belongs to another log.
    #[error("the exported head belongs to audit log {expected}; this one is {found}")]
    ForeignHead {
        /// The log of the head.
        expected: Id,
        /// The log that was read.
        found: Id,
    },
    /// The log is shorter than it was.
    #[error(
        "the audit log has {found} entries; it had {expected} when the head was exported: its end \
         was cut off"
    )]
    Truncated {
        /// Entries at the time of the head.
        expected: u64,
        /// Entries that are there.
        found: u64,
    },
    /// The log is another one from some place on.
    #[error(
        "the audit log differs from the exported head within its first {entries} entries: it was \
         written anew"
    )]
    HeadDiffers {
        /// Entries that the head covers.
        entries: u64,
    },
    /// A text that is no exported head.
    #[error("not an exported head of an audit log: {reason}")]
    HeadForm {
        /// What is wrong.
        reason: String,
    },
}
