//! Import and export of histories.

use std::collections::HashMap;

use super::ledger::Line;
use super::open::ENTRIES_A_COMMIT;
use super::record::Record;
use super::{Guard, GuardError, GuardKey, Interchange, check_keys};

/// What an import changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Keys that the guard did not know. They are protected now, and permitted nothing before
    /// they are registered.
    pub new: usize,
    /// Known keys that are permitted less than before.
    pub raised: usize,
    /// Known keys for which the file says nothing new.
    pub unchanged: usize,
}

impl Guard {
    /// Takes in what keys have signed elsewhere. Never permits more than before: a key keeps the
    /// higher of each place, and a place with two messages permits neither again. Durable when it
    /// returns; after a crash in the middle, some keys have it and others not, so import again.
    ///
    /// # Errors
    ///
    /// The file is for another network, or the guard has none; too many keys; the log failed.
    pub fn import(&self, interchange: &Interchange) -> Result<ImportReport, GuardError> {
        let mut ledger = self.lock();
        if let Some(given) = interchange.network {
            let recorded = ledger.network.ok_or(GuardError::NoNetwork)?;
            if recorded != given {
                return Err(GuardError::Network { recorded, given });
            }
        }
        let unknown = interchange.histories.keys().filter(|key| ledger.line(key).is_none());
        check_keys(ledger.len() + unknown.count())?;

        let mut report = ImportReport::default();
        let mut raised = Vec::new();
        for (key, other) in &interchange.histories {
            let known = ledger.line(key).copied();
            let mut history = known.unwrap_or_default().history;
            history.raise(other);
            match known {
                Some(line) if line.history == history => {
                    report.unchanged += 1;
                    continue;
                }
                Some(_) => report.raised += 1,
                None => report.new += 1,
            }
            raised.push((*key, history));
        }
        let mut changed = HashMap::new();
        let mut end = 0;
        for part in raised.chunks(ENTRIES_A_COMMIT) {
            let entries: Vec<Vec<u8>> =
                part.iter().map(|(key, history)| Record::Key(*key, *history).encode()).collect();
            let ticket = self.journal.submit(&entries)?;
            end = ticket.end;
            for ((key, history), end) in part.iter().zip(ticket.first + 1..) {
                let line = Line { history: *history, end };
                ledger.put(*key, line);
                changed.insert(*key, line);
            }
        }
        drop(ledger);
        self.wait(end)?;
        self.index.note(&changed);
        Ok(report)
    }

    /// What is known of keys, to be written in either form; of all keys if none are named. What
    /// is not on disk yet is waited for.
    ///
    /// # Errors
    ///
    /// The log failed.
    pub fn export(&self, keys: Option<&[GuardKey]>) -> Result<Interchange, GuardError> {
        let ledger = self.lock();
        let wanted = |key: &GuardKey| keys.is_none_or(|keys| keys.contains(key));
        let lines: Vec<_> = ledger.lines().filter(|(key, _)| wanted(key)).collect();
        let end = lines.iter().map(|(_, line)| line.end).max().unwrap_or(0);
        let network = ledger.network;
        let histories = lines.into_iter().map(|(key, line)| (*key, line.history)).collect();
        drop(ledger);
        self.wait(end)?;
        Ok(Interchange { network, histories })
    }
}
