//! Why a journal did not open, or took no entry.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why a journal did not open, or took no entry.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum JournalError {
    /// The system refused: no space, no permission, a failing disk.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// Another process, or another part of this one, has the journal open.
    #[error(
        "{} is in use by {}: one process at a time may open it; stop that one first",
        path.display(), holder.map_or("another process".into(), |pid| format!("process {pid}")),
    )]
    Locked {
        /// The journal.
        path: PathBuf,
        /// The process that holds it, if it said so.
        holder: Option<u32>,
    },
    /// There is no such file.
    #[error("{} does not exist", path.display())]
    Missing {
        /// The journal.
        path: PathBuf,
    },
    /// A new journal was to be created where one stands.
    #[error("{} exists already; open it, or move it away first", path.display())]
    Exists {
        /// The journal.
        path: PathBuf,
    },
    /// The file's header is not one of ours.
    #[error(
        "{} is not a journal ({reason}); nothing was changed; restore the newest copy of it",
        path.display()
    )]
    Header {
        /// The file.
        path: PathBuf,
        /// What is wrong with the header.
        reason: &'static str,
    },
    /// A newer pairlane wrote the file.
    #[error(
        "{} has format version {found}, this program knows {supported}; use a newer pairlane",
        path.display()
    )]
    Version {
        /// The file.
        path: PathBuf,
        /// Version in the header.
        found: u32,
        /// Version that this program writes.
        supported: u32,
    },
    /// A journal, but of something else.
    #[error("{} is a journal for {found:?}, not for {expected:?}", path.display())]
    Purpose {
        /// The file.
        path: PathBuf,
        /// Purpose in the header.
        found: String,
        /// Purpose asked for.
        expected: String,
    },
    /// Bytes that were once durable have changed.
    #[error(
        "{} is damaged at byte {offset}, where entry {sequence} should begin: {reason}. The \
         entries before it are whole and nothing was changed. Do not cut the file: what follows \
         may hold promises already given. Check the disk and restore the newest copy",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where the bad frame begins.
        offset: u64,
        /// Number of the first entry that could not be read.
        sequence: u64,
        /// What is wrong there.
        reason: &'static str,
    },
    /// The frame is whole, but its reader does not accept what an entry says.
    #[error(
        "{}: entry {sequence}, in the frame at byte {offset}: {reason}; nothing was changed",
        path.display()
    )]
    Entry {
        /// The file.
        path: PathBuf,
        /// Where the frame of the entry begins.
        offset: u64,
        /// Number of the entry.
        sequence: u64,
        /// What the reader said.
        reason: String,
    },
    /// An entry or a batch over the limit; nothing of it was written.
    #[error("{what} of {bytes} bytes given; at most {limit} fit")]
    TooLarge {
        /// "an entry" or "a batch".
        what: &'static str,
        /// Bytes given.
        bytes: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// An earlier write failed, so the state of the disk is unknown.
    #[error(
        "{} takes no more entries, because a write failed: {reason}. Make room or replace the \
         disk, then open it again",
        path.display()
    )]
    Poisoned {
        /// The journal.
        path: PathBuf,
        /// The failure.
        reason: String,
    },
    /// A ticket that this journal did not give.
    #[error("no entry {end} was submitted to {}", path.display())]
    Ticket {
        /// The journal.
        path: PathBuf,
        /// End of the ticket.
        end: u64,
    },
    /// The operating system gave no randomness for the id of a new journal.
    #[error("the operating system gave no randomness: {0}")]
    Randomness(getrandom::Error),
}

impl JournalError {
    /// For `map_err`: an I/O error with the file and the step it happened at.
    pub(crate) fn io(path: &Path, action: &'static str) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_path_buf();
        move |source| Self::Io { path, action, source }
    }
}
