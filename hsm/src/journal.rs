//! An append-only log file: what `append` returned for is on disk, whole and in order.
//!
//! # Form
//!
//! All numbers are little-endian. A file begins with a header of 64 bytes: magic, format version,
//! purpose, a random id, the sequence number of its first entry, how often it was rewritten, and
//! a CRC-32C. Then come frames. **One frame is one commit**: the entries of every thread that
//! waited at that moment, written by one `write` and made durable by one `fdatasync`.
//!
//! ```text
//! frame   magic 4 | payload bytes 4 | first sequence 8 | entries 4 | payload CRC 4 | mark 4 | CRC 4
//!         payload: (bytes 4 | entry)*    padding: 0xFF, 4 to 19 bytes, up to a multiple of 16
//! ```
//!
//! Both checksums are seeded with the header's, and the header holds a random id: a frame of
//! another file does not pass for one of this file.
//!
//! # What `open` makes of the end of a file
//!
//! A frame is written only after the one before it was synced, so a crash can leave at most the
//! last frame incomplete. Such a *torn tail* was never acknowledged; it is cut off and reported.
//! Torn means: the file ends inside the frame, or one of its 512-byte sectors reads as zeros, which
//! is how a file system shows blocks that were allocated and never written. **Everything else is
//! damage**, also in the last frame: a flipped bit there may hide a promise, so the journal does
//! not open and says where it is broken and what to do. Frames are padded so that no single
//! changed byte can turn one into a torn one; entries with 512 zeros in a row would undo that, and
//! neither the guard nor the audit log has such.
//!
//! Two losses leave no trace in the file itself: a tail cut exactly between frames, and a last
//! sector that the disk turned to zeros after it was synced. The guard's witnesses and the audit
//! log's exported head are there for those.
//!
//! # Group commit
//!
//! `submit` puts entries into a queue, in memory, and hands out a ticket. `wait` returns when the
//! ticket's entries are durable. The first thread to wait becomes the leader: it takes the batch
//! at the head of the queue, writes and syncs it without holding the lock, and wakes everyone.
//! Threads that submitted meanwhile share the next batch, and one of them leads it. So a lone
//! writer pays one sync, and a hundred writers pay about two. Nobody lingers to collect more: on a
//! disk that takes milliseconds a sync, the queue fills by itself.
//!
//! # Failure
//!
//! After a failed write or sync nobody knows what the disk holds (the kernel may have dropped the
//! pages and called them clean). The journal tries to cut the file back to its durable length and
//! is then *poisoned*: every later call fails until the file is opened again.

mod commit;
mod error;
mod frame;
mod header;
mod lock;
mod rewrite;
mod scan;

use std::collections::VecDeque;
use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

pub use error::JournalError;
pub use header::{Id, Purpose};
pub(crate) use lock::beside;
pub(crate) use rewrite::sync_directory_of;
pub use scan::{Entry, Scan, Torn, scan};

use frame::Batch;
use header::Header;
use lock::Lock;

/// An open journal, locked against every other process. May be shared between threads.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    state: Mutex<State>,
    /// Rung after every commit, good or bad.
    turn: Condvar,
    syncs: AtomicU64,
    _lock: Lock,
}

/// A claim on entries that were submitted: [`Journal::wait`] says when they are on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "entries are on disk only after `Journal::wait`"]
pub struct Ticket {
    /// Sequence number of the first entry.
    pub first: u64,
    /// One past the sequence number of the last.
    pub end: u64,
}

#[derive(Debug)]
struct State {
    file: std::sync::Arc<File>,
    header: Header,
    /// Bytes of the file that are durable; the next frame is written here.
    length: u64,
    /// Every entry below this number is durable.
    durable: u64,
    /// The number of the next entry submitted.
    next: u64,
    waiting: VecDeque<Batch>,
    /// A thread is writing, outside the lock.
    leading: bool,
    /// Why nothing may be written any more.
    failed: Option<String>,
}

impl Journal {
    /// Creates an empty journal. It is durable, name and all, when this returns.
    ///
    /// # Errors
    ///
    /// [`JournalError::Exists`] if the file is there; locked by another process; I/O.
    pub fn create(path: &Path, purpose: Purpose) -> Result<Self, JournalError> {
        let lock = Lock::acquire(path)?;
        if path.try_exists().map_err(JournalError::io(path, "look for"))? {
            return Err(JournalError::Exists { path: path.into() });
        }
        let header = Header::new(purpose)?;
        let file = rewrite::create(path, &header, &mut std::iter::empty())?;
        Ok(Self::start(path, lock, header, file.file, file.length, header.first_sequence))
    }

    /// Opens a journal, cuts off a torn tail, and hands every entry to `visit` in order. A text that `visit` returns stops the opening.
    ///
    /// # Errors
    ///
    /// No such file; locked by another process; another purpose or version; damage, with its
    /// offset; an entry that `visit` refused; I/O. The file is changed only where a torn tail is
    /// cut, and only after everything before it was read.
    pub fn open(
        path: &Path,
        purpose: Purpose,
        visit: impl FnMut(Entry<'_>) -> Result<(), String>,
    ) -> Result<(Self, Scan), JournalError> {
        if !path.try_exists().map_err(JournalError::io(path, "look for"))? {
            return Err(JournalError::Missing { path: path.into() });
        }
        let lock = Lock::acquire(path)?;
        rewrite::discard_unfinished(path)?;
        let scan = scan::scan(path, purpose, visit)?;
        let file = File::options()
            .read(true)
            .write(true)
            .open(path)
            .map_err(JournalError::io(path, "open"))?;
        if scan.torn.is_some() {
            file.set_len(scan.length)
                .and_then(|()| file.sync_all())
                .map_err(JournalError::io(path, "cut the torn tail of"))?;
        }
        let journal = Self::start(path, lock, scan.header, file, scan.length, scan.next_sequence);
        Ok((journal, scan))
    }

    fn start(path: &Path, lock: Lock, header: Header, file: File, length: u64, next: u64) -> Self {
        let state = State {
            file: file.into(),
            header,
            length,
            durable: next,
            next,
            waiting: VecDeque::new(),
            leading: false,
            failed: None,
        };
        Self {
            path: path.into(),
            state: Mutex::new(state),
            turn: Condvar::new(),
            syncs: AtomicU64::new(0),
            _lock: lock,
        }
    }

    /// Appends entries and returns their numbers when they are on disk: one commit, so all of them
    /// or none.
    ///
    /// # Errors
    ///
    /// As [`Journal::submit`] and [`Journal::wait`].
    pub fn append<E: AsRef<[u8]>>(&self, entries: &[E]) -> Result<Range<u64>, JournalError> {
        let ticket = self.submit(entries)?;
        self.wait(ticket)?;
        Ok(ticket.first..ticket.end)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The random number that tells this journal from every other; kept when it is rewritten.
    pub fn id(&self) -> Id {
        self.lock().header.id
    }

    /// The number that the next entry will get; no entry has this number or a higher one.
    pub fn next_sequence(&self) -> u64 {
        self.lock().next
    }

    /// Bytes of the file that are durable.
    pub fn length_bytes(&self) -> u64 {
        self.lock().length
    }

    /// How often frames were synced to disk since this was opened: the cost of the promises.
    pub fn syncs(&self) -> u64 {
        self.syncs.load(Ordering::Relaxed)
    }

    /// Whether a failed write has stopped this journal for good.
    pub fn is_poisoned(&self) -> bool {
        self.lock().failed.is_some()
    }

    /// Poisons the journal: for an owner that can no longer vouch for what it submits.
    pub fn stop(&self, reason: &str) {
        let mut state = self.lock();
        state.failed.get_or_insert_with(|| reason.into());
        self.turn.notify_all();
    }

    /// A thread that panicked inside the lock leaves the state as it was: no step in there can
    /// be left half done, since all of them are assignments after the I/O.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Largest entry, in bytes.
pub const ENTRY_BYTES_MAX: usize = 1 << 20;

/// Largest payload of a frame, in bytes: what one batch may hold.
pub const FRAME_BYTES_MAX: usize = 16 << 20;
