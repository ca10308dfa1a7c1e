//! The audit log: who did what with which key, in a file that cannot be changed unnoticed.
//!
//! ```
//! use pairlane_hsm::audit::{self, Action, AuditLog, Event, Outcome, SoftwareKey};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let directory = tempfile::tempdir()?;
//! # let path = directory.path().join("audit.log");
//! # let key = || SoftwareKey::new([7; 32].into());
//! let (log, _torn) = AuditLog::open(&path, Box::new(key()))?;
//! log.append(&[Event::new(Action::KeyUnlock, "operator", Outcome::Done).about("0xa99a…")])?;
//! let head = log.head()?; // keep it elsewhere
//!
//! let report = audit::verify(&path, &key(), Some(&head))?;
//! assert_eq!(report.entries, 1);
//! # Ok(())
//! # }
//! ```
//!
//! # Form
//!
//! Entries lie in a [journal](crate::journal) with the purpose "audit". Each is a tag of 32 bytes,
//! a link of 32 bytes, and a body: the JSON text of time and event, hashed and kept byte for byte,
//! so that no rule for a canonical JSON is needed. With `le` for 8 bytes little-endian:
//!
//! ```text
//! link(0)   = SHA-256("pairlane audit origin v1" | id of the log)
//! link(n+1) = SHA-256("pairlane audit link v1" | link(n) | le(n) | le(bytes of body) | body)
//! tag(n)    = key over "pairlane audit tag v1" | le(n+1) | link(n+1)
//! ```
//!
//! # What it proves
//!
//! Without the key nobody can change, drop, move, insert or forge an entry and have [`verify`]
//! accept the log. Cutting entries off the end leaves a log that is whole as far as it goes: only
//! an exported [`Head`] shows that. And who controls the process can use the key while they do: the
//! log tells what happened up to that moment.

mod authenticator;
mod chain;
mod error;
mod event;
mod head;
mod token_key;
mod verify;

use std::fmt;
use std::ops::Range;
use std::path::Path;
use std::sync::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};

pub use authenticator::{Authenticator, AuthenticatorError, SoftwareKey, Tag};
pub use chain::Entry;
pub use error::AuditError;
pub use event::{Action, Event, Outcome};
pub use head::Head;
pub use token_key::TokenKey;
pub use verify::{Report, read, verify};

use crate::journal::{Journal, JournalError, Purpose, Ticket, Torn};
use chain::{Body, Chain, Sealed};
use verify::Walk;

/// An open audit log. May be shared between threads.
pub struct AuditLog {
    journal: Journal,
    authenticator: Box<dyn Authenticator>,
    chain: Mutex<Chain>,
}

impl AuditLog {
    /// Opens the log, alone, or creates it. The chain is checked on the way, the tags are not: that
    /// would cost the token one call for each entry. Returns the torn tail that was cut off, if
    /// there was one.
    ///
    /// # Errors
    ///
    /// In use by another process; damaged; an entry that does not follow from the one before it;
    /// I/O.
    pub fn open(
        path: &Path,
        authenticator: Box<dyn Authenticator>,
    ) -> Result<(Self, Option<Torn>), AuditError> {
        let mut walk = Walk::default();
        let mut found = None;
        let opened = Journal::open(path, PURPOSE, |entry| {
            walk.step(entry, |_, _| Ok(())).map_err(|error| {
                found = Some(error);
                String::new()
            })
        });
        let (journal, torn) = match (found, opened) {
            (Some(error), _) => return Err(error),
            (_, Err(JournalError::Missing { .. })) => (Journal::create(path, PURPOSE)?, None),
            (_, Err(error)) => return Err(error.into()),
            (_, Ok((journal, scan))) => (journal, scan.torn),
        };
        let chain = walk.chain.unwrap_or_else(|| Chain::origin(journal.id()));
        Ok((Self { journal, authenticator, chain: Mutex::new(chain) }, torn))
    }

    /// Appends events, in order, all or none, and returns their numbers when they are on disk.
    /// One sync for all of them, shared with other threads; one call of the key for each.
    ///
    /// # Errors
    ///
    /// A text over its limit; the key could not be used; the journal failed. In the first two
    /// cases nothing was written and the log goes on.
    pub fn append(&self, events: &[Event]) -> Result<Range<u64>, AuditError> {
        let ticket = self.submit(events)?;
        self.journal.wait(ticket)?;
        Ok(ticket.first..ticket.end)
    }

    /// Chains events without waiting for the disk: for signatures, which the guard's log has on
    /// record already. They are on disk after the next [`Self::append`] or [`Self::sync`], or when
    /// 4,096 have come together; a crash before that loses them, and no others.
    ///
    /// # Errors
    ///
    /// As [`Self::append`].
    pub fn append_soon(&self, events: &[Event]) -> Result<(), AuditError> {
        let ticket = self.submit(events)?;
        if ticket.first / WAITING_MAX != ticket.end / WAITING_MAX {
            self.journal.wait(ticket)?;
        }
        Ok(())
    }

    /// Waits until everything appended so far is on disk.
    ///
    /// # Errors
    ///
    /// The journal failed.
    pub fn sync(&self) -> Result<(), AuditError> {
        let ticket = self.journal.submit::<&[u8]>(&[])?;
        Ok(self.journal.wait(ticket)?)
    }

    fn submit(&self, events: &[Event]) -> Result<Ticket, AuditError> {
        for event in events {
            event.check()?;
        }
        let mut chain = self.chain.lock().unwrap_or_else(|panicked| {
            self.journal.stop("a thread panicked while it wrote an entry");
            panicked.into_inner()
        });
        let mut next = *chain;
        let mut entries = Vec::with_capacity(events.len());
        for event in events {
            let body = Body { time_unix_ms: now_unix_ms(), event: event.clone() };
            let body = serde_json::to_vec(&body).map_err(|error| AuditError::Form {
                entry: next.entries,
                reason: error.to_string(),
            })?;
            next = next.next(&body);
            let tag = self.authenticator.authenticate(&next.tagged())?;
            entries.push(Sealed { tag, link: next.link, body: &body }.encode());
        }
        let ticket = self.journal.submit(&entries)?;
        *chain = next;
        drop(chain);
        Ok(ticket)
    }

    /// The head of everything appended so far, once that is on disk.
    ///
    /// # Errors
    ///
    /// The key could not be used; the journal failed.
    pub fn head(&self) -> Result<Head, AuditError> {
        // An empty submission: its ticket stands for all that was submitted before.
        let chain = self.chain.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (at, ticket) = (*chain, self.journal.submit::<&[u8]>(&[])?);
        drop(chain);
        self.journal.wait(ticket)?;
        Head::new(self.journal.id(), at, &*self.authenticator)
    }

    /// How often the log was synced since it was opened.
    pub fn syncs(&self) -> u64 {
        self.journal.syncs()
    }
}

impl fmt::Debug for AuditLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditLog").field("log", &self.journal.path()).finish_non_exhaustive()
    }
}

/// A clock before 1970 counts as 1970: the order of entries is the chain's, not the clock's.
fn now_unix_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

const PURPOSE: Purpose = Purpose::new("audit");
/// Entries that may wait for the disk in memory, each some hundred bytes.
const WAITING_MAX: u64 = 4_096;
