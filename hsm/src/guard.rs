//! The double-sign guard: no signature leaves before it is on record, and none that contradicts
//! the record leaves at all.
//!
//! ```
//! use pairlane_hsm::guard::{Act, Digest, Duty, Guard, GuardKey, Options, Position};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let directory = tempfile::tempdir()?;
//! let (guard, _report) = Guard::open(&directory.path().join("guard"), Options::default())?;
//! let key = GuardKey::new(&[7; 48])?;
//! guard.register(key)?; // before the key is activated
//!
//! let at = Position { height: 10, round: 0, phase: 1 };
//! let duty = Duty { key, act: Act::Consensus(at), digest: Digest::of(b"prepare block A") };
//! let permit = guard.authorise_one(duty)?; // on disk now
//! assert!(permit.covers(&key, b"prepare block A"));
//!
//! let other = Duty { digest: Digest::of(b"prepare block B"), ..duty };
//! assert!(guard.authorise_one(other).is_err());
//! # Ok(())
//! # }
//! ```
//!
//! # How it works
//!
//! [`Guard::authorise`] decides a batch in memory, under a lock that no I/O is done under, and puts
//! its records into the log in the same order. Then it waits for the log: one `fdatasync` for the
//! batch, shared with whoever waits at the same time. Only then do permits exist. A repetition of
//! a message on record needs no new record, but waits until the old one is durable.
//!
//! Only the highest places matter to the rules, so that is all that is kept: the log is rewritten
//! as a snapshot when it has grown, and opening reads a bounded file.
//!
//! # What is believed
//!
//! | | holds | if it is lost |
//! |---|---|---|
//! | `guard.log` | the truth; see [`crate::journal`] | the guard does not open while keys or witnesses remember it |
//! | memory | the same, for deciding | read from the log |
//! | `index.sled/` | the same, for look-ups | rebuilt; see `guard/index.rs` |
//! | witnesses | how far the log had come | recorded anew; until then an old copy of the log goes unnoticed |
//!
//! sled holds the index and nothing else, because version 0.34 is no place for a promise: it is
//! beta software without maintenance, there is an open report of a database that no longer opens
//! after its process was killed, and it may panic on what it finds. Here that costs a rebuild of
//! milliseconds and no record: the index may be deleted at any time the guard is closed.
//!
//! The log counts its openings (the *epoch*) and its entries. Each [`Witness`] outside it, such as
//! the key store and the token, records both before anything may be signed. A log that has seen
//! less than a witness is a restored backup and is refused, and so is a witness that has missed an
//! epoch. What this cannot see: log and witnesses that were all restored together, and a copy of
//! the log from earlier in the same epoch whose place no witness recorded;
//! [`Guard::checkpoint`], called now and then, narrows the second. After any restore, treat what
//! the keys signed since as unknown: import it, or wait until the network is past it.

mod duty;
mod error;
mod history;
mod index;
mod interchange;
mod key;
mod ledger;
mod open;
mod permit;
mod record;
mod transfer;
mod witness;

use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use duty::{Act, Digest, Duty, Position, Unguarded, Vote};
pub use error::GuardError;
pub use history::{History, Mark};
pub use index::IndexReport;
pub use interchange::{Interchange, InterchangeError, Issue};
pub use key::{GuardKey, GuardKeyError};
pub use open::{Accept, OpenReport, Options};
pub use permit::{Permit, Refusal};
pub use transfer::ImportReport;
pub use witness::{FileWitness, Marker, MarkerError, Witness, WitnessError};

use crate::failpoint;
use crate::journal::{Journal, JournalError, Ticket};
use index::Index;
use ledger::{Ledger, Line};
use record::Record;

/// The guard of one store of keys. May be shared between threads.
pub struct Guard {
    journal: Journal,
    ledger: Mutex<Ledger>,
    index: Index,
    witnesses: Vec<Arc<dyn Witness>>,
    /// Held while the witnesses record: in order, so that no marker takes the place of a later one.
    recording: Mutex<()>,
    log_bytes_max: u64,
    /// The length at which the log is rewritten next.
    rewrite_at: AtomicU64,
}

impl Guard {
    /// Opens the guard in its directory, alone: a second process is refused. Creates it if there
    /// is none and nobody remembers one.
    ///
    /// # Errors
    ///
    /// The log is in use, damaged, missing while keys or witnesses remember it, older than a
    /// witness remembers, or of another store; a witness has missed an epoch; an active key is not
    /// registered; another network; I/O. In all of these nothing was changed but a torn tail.
    pub fn open(directory: &Path, options: Options) -> Result<(Self, OpenReport), GuardError> {
        let opened = open::open(directory, &options)?;
        let (index, index_report) = Index::open(directory, &opened.ledger);
        let keys = opened.ledger.len();
        let log_bytes_max = match options.log_bytes_max {
            0 => LOG_BYTES_MAX,
            bytes => bytes,
        };
        let guard = Self {
            journal: opened.journal,
            ledger: Mutex::new(opened.ledger),
            index,
            witnesses: options.witnesses,
            recording: Mutex::default(),
            log_bytes_max,
            rewrite_at: AtomicU64::new(log_bytes_max),
        };
        let rewrite_failed = guard.rewrite_if_long().err().map(|error| error.to_string());
        let report = OpenReport {
            created: opened.created,
            torn: opened.torn,
            keys,
            index: index_report,
            rewrite_failed,
        };
        Ok((guard, report))
    }

    /// Makes a key known, durably. Call it before the key is activated: whatever the key may have
    /// signed elsewhere has to be imported before that. Says whether it was new.
    ///
    /// # Errors
    ///
    /// Too many keys; the log failed.
    pub fn register(&self, key: GuardKey) -> Result<bool, GuardError> {
        self.set_registered(key, true)
    }

    /// Permits nothing to a key any more; its history stays for good. Says whether it was
    /// registered.
    ///
    /// # Errors
    ///
    /// The log failed.
    pub fn unregister(&self, key: GuardKey) -> Result<bool, GuardError> {
        self.set_registered(key, false)
    }

    fn set_registered(&self, key: GuardKey, registered: bool) -> Result<bool, GuardError> {
        let mut ledger = self.lock();
        let known = ledger.line(&key).copied();
        let line = known.unwrap_or_default();
        if line.history.registered == registered {
            drop(ledger);
            self.wait(line.end)?;
            return Ok(false);
        }
        check_keys(ledger.len() + usize::from(known.is_none()))?;
        let history = History { registered, ..line.history };
        let ticket = self.journal.submit(&[Record::Key(key, history).encode()])?;
        let line = Line { history, end: ticket.end };
        ledger.put(key, line);
        drop(ledger);
        self.wait(ticket.end)?;
        self.index.note(&[(key, line)].into());
        Ok(true)
    }

    /// Decides a batch: a permit or a refusal for each duty, in order, each as if the ones before
    /// it were signed. Permits are on disk: one `fdatasync` for the whole batch, none if all of it
    /// was on record already.
    pub fn authorise(&self, duties: &[Duty]) -> Vec<Result<Permit, Refusal>> {
        if duties.len() > DUTIES_MAX {
            let refusal = Refusal::TooMany { given: duties.len(), limit: DUTIES_MAX };
            return duties.iter().map(|_| Err(refusal.clone())).collect();
        }
        let mut ledger = self.lock();
        let plan = ledger.plan(duties, self.journal.next_sequence());
        // Submitted under the lock: the log has the order in which was decided.
        let submitted = self.journal.submit(&plan.entries).map(|_| ());
        drop(ledger);
        let end = plan.answers.iter().flatten().copied().max().unwrap_or(0);
        if let Err(error) = submitted.and_then(|()| self.wait(end)) {
            let refusal = Refusal::NotRecorded { reason: error.to_string() };
            let answers = plan.answers.into_iter();
            return answers.map(|answer| answer.and(Err(refusal.clone()))).collect();
        }
        // The steps below are for crash tests; a failure there is no failure of the record.
        let _ = failpoint::reach("guard.recorded");
        if !plan.changed.is_empty() {
            self.index.note(&plan.changed);
        }
        let _ = failpoint::reach("guard.indexed");
        let _ = self.rewrite_if_long();
        let permits = plan.answers.into_iter().zip(duties);
        permits.map(|(answer, duty)| answer.map(|_| Permit::new(*duty))).collect()
    }

    /// [`Guard::authorise`] for one duty: at most one `fdatasync`.
    ///
    /// # Errors
    ///
    /// The refusal.
    pub fn authorise_one(&self, duty: Duty) -> Result<Permit, Refusal> {
        self.authorise(&[duty]).pop().unwrap_or(Err(Refusal::TooMany { given: 1, limit: 0 }))
    }

    /// Has every witness record how far the log has come. An opening does it too; in between, a
    /// service calls it now and then, and before it ends.
    ///
    /// # Errors
    ///
    /// A witness could not record it.
    pub fn checkpoint(&self) -> Result<Marker, GuardError> {
        let _in_order = self.recording.lock().unwrap_or_else(PoisonError::into_inner);
        let ledger = self.lock();
        let marker = open::marker(&self.journal, &ledger);
        drop(ledger);
        // Not before the entries it counts are durable.
        self.wait(marker.sequence)?;
        open::record(&self.witnesses, &marker)?;
        Ok(marker)
    }

    /// What a key has signed, for display: from the index where there is one. Decisions never
    /// look here.
    pub fn look_up(&self, key: &GuardKey) -> Option<History> {
        self.index.get(key).or_else(|| self.lock().line(key).map(|line| line.history))
    }

    /// The Ethereum network whose duties are permitted, once it is on record.
    pub fn network(&self) -> Option<[u8; 32]> {
        self.lock().network
    }

    /// Whether the index works; see [`OpenReport`].
    pub fn has_index(&self) -> bool {
        self.index.is_on()
    }

    /// How often the log was synced since it was opened: the cost of the guard.
    pub fn syncs(&self) -> u64 {
        self.journal.syncs()
    }

    /// Bytes of the log.
    pub fn log_bytes(&self) -> u64 {
        self.journal.length_bytes()
    }

    /// Whether a failed write has stopped the guard until it is opened again.
    pub fn is_poisoned(&self) -> bool {
        self.journal.is_poisoned()
    }

    fn wait(&self, end: u64) -> Result<(), JournalError> {
        self.journal.wait(Ticket { first: 0, end })
    }

    /// Rewrites the log as a snapshot if it has outgrown its limit. Nothing is decided meanwhile.
    /// A failure (no space for the new file) leaves the old log in use and is tried again when the
    /// log has doubled.
    fn rewrite_if_long(&self) -> Result<(), JournalError> {
        let length = self.journal.length_bytes();
        if length <= self.rewrite_at.load(Ordering::Relaxed) {
            return Ok(());
        }
        let ledger = self.lock();
        if self.journal.length_bytes() < length {
            return Ok(());
        }
        let done = self.journal.rewrite(&mut ledger.snapshot());
        let length = self.journal.length_bytes();
        let next = if done.is_ok() { length * 4 } else { length * 2 };
        self.rewrite_at.store(next.max(self.log_bytes_max), Ordering::Relaxed);
        done
    }

    /// A thread that panicked while it held the lock may have taken in duties without submitting
    /// them: memory and log have parted, and nothing may be permitted any more.
    fn lock(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(|panicked| {
            self.journal.stop("a thread panicked while it decided");
            panicked.into_inner()
        })
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard").field("log", &self.journal.path()).finish_non_exhaustive()
    }
}

fn check_keys(keys: usize) -> Result<(), GuardError> {
    if keys > KEYS_MAX {
        return Err(GuardError::TooManyKeys { keys, limit: KEYS_MAX });
    }
    Ok(())
}

/// Duties in one batch.
pub const DUTIES_MAX: usize = 65_536;
/// Keys in one store.
pub const KEYS_MAX: usize = 1_000_000;
/// Bytes of a log before it is rewritten.
const LOG_BYTES_MAX: u64 = 8 << 20;
