//! Submitting, waiting, and leading a commit.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::{io, mem};

use super::frame::{self, Batch};
use super::{Journal, JournalError, State, Ticket};
use crate::failpoint;

impl Journal {
    /// Puts entries in line, in memory, and numbers them: all go into one frame. They are on disk
    /// after [`Journal::wait`]; two calls in order stay in order.
    ///
    /// # Errors
    ///
    /// An entry or the batch is too large; the journal is poisoned.
    pub fn submit<E: AsRef<[u8]>>(&self, entries: &[E]) -> Result<Ticket, JournalError> {
        let bytes = frame::payload_bytes(entries)?;
        let mut state = self.lock();
        self.check(&state)?;
        let first = state.next;
        if entries.is_empty() {
            return Ok(Ticket { first, end: first });
        }
        let mut batch = match state.waiting.pop_back() {
            Some(batch) if batch.has_room(bytes) => batch,
            full => {
                state.waiting.extend(full);
                Batch::new(first)
            }
        };
        for entry in entries {
            batch.push(entry.as_ref());
        }
        state.next = batch.end();
        state.waiting.push_back(batch);
        Ok(Ticket { first, end: state.next })
    }

    /// Returns when every entry up to the ticket's end is on disk, leading a commit if nobody does.
    ///
    /// # Errors
    ///
    /// [`JournalError::Poisoned`] if this commit or an earlier one failed, and for a ticket of
    /// another journal.
    pub fn wait(&self, ticket: Ticket) -> Result<(), JournalError> {
        let mut state = self.lock();
        while state.durable < ticket.end {
            self.check(&state)?;
            if state.next < ticket.end {
                return Err(JournalError::Ticket { path: self.path.clone(), end: ticket.end });
            }
            state = if state.leading {
                self.turn.wait(state).unwrap_or_else(PoisonError::into_inner)
            } else {
                self.lead(state)
            };
        }
        Ok(())
    }

    /// Writes the batch at the head of the line while the lock is open to others.
    pub(super) fn lead<'a>(&'a self, mut state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        let Some(batch) = state.waiting.pop_front() else { return state };
        let (file, offset) = (Arc::clone(&state.file), state.length);
        let seed = state.header.seed();
        state.leading = true;
        drop(state);

        let leader = Leader { journal: self };
        let end = batch.end();
        let bytes = batch.seal(seed);
        let written = write(&file, offset, &bytes);
        if written.is_ok() {
            self.syncs.fetch_add(1, Ordering::Relaxed);
        }
        mem::forget(leader);

        let mut state = self.lock();
        state.leading = false;
        match written {
            Ok(()) => {
                state.length += bytes.len() as u64;
                state.durable = end;
            }
            Err(error) => poison(&mut state, &error),
        }
        self.turn.notify_all();
        state
    }

    pub(super) fn check(&self, state: &State) -> Result<(), JournalError> {
        match &state.failed {
            None => Ok(()),
            Some(reason) => {
                Err(JournalError::Poisoned { path: self.path.clone(), reason: reason.clone() })
            }
        }
    }
}

/// Stops the journal, and tries to take back what may have reached the file.
pub(super) fn poison(state: &mut State, error: &io::Error) {
    let cut = state.file.set_len(state.length).and_then(|()| state.file.sync_all());
    state.failed = Some(match cut {
        Ok(()) => error.to_string(),
        Err(cut) => format!("{error}; and the file could not be cut back: {cut}"),
    });
    state.waiting.clear();
}

/// One write and one sync. Both kinds of failure leave the file's tail unknown.
pub(super) fn write(file: &File, offset: u64, bytes: &[u8]) -> io::Result<()> {
    failpoint::reach("journal.unwritten")?;
    let half = if cfg!(feature = "failpoints") { bytes.len() / 2 } else { 0 };
    if half > 0 {
        file.write_all_at(&bytes[..half], offset)?;
        failpoint::reach("journal.half-written")?;
    }
    file.write_all_at(&bytes[half..], offset + half as u64)?;
    failpoint::reach("journal.written")?;
    file.sync_data()?;
    failpoint::reach("journal.synced")
}

/// A leader that panics must not leave everyone waiting.
struct Leader<'a> {
    journal: &'a Journal,
}

impl Drop for Leader<'_> {
    fn drop(&mut self) {
        let mut state = self.journal.lock();
        state.leading = false;
        poison(&mut state, &io::Error::other("the writing thread panicked"));
        self.journal.turn.notify_all();
    }
}
