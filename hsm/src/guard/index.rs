//! The index: every key's history in sled, for look-ups beside the running guard.
//!
//! The log is the truth and the ledger in memory decides; the index only repeats what they say,
//! after the log has it. **Deleting its directory loses nothing.** That is on purpose: sled 0.34
//! is unmaintained beta software with an open report of a database that cannot be opened after its
//! process was killed, it may panic on such files, and it makes no promise of order between its
//! file and ours. So a killed process may leave the index behind the log, ahead of it (where the
//! disk lost the log's tail), or broken, and each opening brings it back to what the log says.
//!
//! The fence: no other file names sled; every call is caught if it panics; an index that fails is
//! deleted and built anew, and if that fails too, the guard works without one.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::ledger::{Ledger, Line};
use super::record::Record;
use super::{GuardKey, History};

/// What opening found in the index. None of it is an error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexReport {
    /// Keys whose entry was older than the log, or missing.
    pub behind: usize,
    /// Keys whose entry was newer than the log or unknown to it: the disk has lost entries of the
    /// log that were once synced. Worth a look at the disk.
    pub ahead: usize,
    /// Why the index was deleted and built anew.
    pub rebuilt: Option<String>,
    /// Why there is no index at all.
    pub off: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Index {
    /// `None` after a failure, until the next opening.
    db: Mutex<Option<sled::Db>>,
}

impl Index {
    /// Opens the index and makes it say what the log says.
    pub(crate) fn open(directory: &Path, ledger: &Ledger) -> (Self, IndexReport) {
        let path = directory.join(NAME);
        let first = fenced(|| reconcile(&path, ledger));
        let (db, report) = match first {
            Ok((db, report)) => (Some(db), report),
            Err(reason) => {
                let second = remove(&path).and_then(|()| fenced(|| reconcile(&path, ledger)));
                let rebuilt = Some(reason);
                match second {
                    Ok((db, report)) => (Some(db), IndexReport { rebuilt, ..report }),
                    Err(off) => {
                        (None, IndexReport { rebuilt, off: Some(off), ..IndexReport::default() })
                    }
                }
            }
        };
        (Self { db: Mutex::new(db) }, report)
    }

    /// Repeats histories that are on disk. Batches may come out of order; the newest stays. A
    /// failure turns the index off and nothing else.
    ///
    /// One by one, not as sled's batch: that would be written and waited for at once, a second sync
    /// for every signature, and what a crash loses here is put right at the next opening.
    pub(crate) fn note(&self, changed: &HashMap<GuardKey, Line>) {
        self.with(|db| {
            for (key, line) in changed {
                let known = db.get(key.as_bytes()).map_err(text)?;
                if known.and_then(|value| end(&value)).is_none_or(|end| end < line.end) {
                    db.insert(key.as_bytes(), encode(key, line)).map_err(text)?;
                }
            }
            Ok(())
        });
    }

    /// A key's history, if the index has it.
    pub(crate) fn get(&self, key: &GuardKey) -> Option<History> {
        let value = self.with(|db| db.get(key.as_bytes()).map_err(text))??;
        match Record::decode(value.get(8..)?) {
            Ok(Record::Key(found, history)) if found == *key => Some(history),
            _ => None,
        }
    }

    /// Whether there is an index to look into.
    pub(crate) fn is_on(&self) -> bool {
        self.lock().is_some()
    }

    fn with<T>(&self, act: impl FnOnce(&sled::Db) -> Result<T, String>) -> Option<T> {
        let mut db = self.lock();
        let done = fenced(|| act(db.as_ref().ok_or("off")?)).ok();
        if done.is_none() {
            // Closing may panic as well.
            let _ = fenced(|| {
                drop(db.take());
                Ok(())
            });
        }
        done
    }

    fn lock(&self) -> MutexGuard<'_, Option<sled::Db>> {
        self.db.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn reconcile(path: &PathBuf, ledger: &Ledger) -> Result<(sled::Db, IndexReport), String> {
    // No flushing in the background: it would compete for the disk with the syncs that matter.
    let db = sled::Config::new().path(path).flush_every_ms(None).open().map_err(text)?;
    let mut report = IndexReport::default();
    let mut batch = sled::Batch::default();
    let mut known = HashSet::new();
    for pair in db.iter() {
        let (key, value) = pair.map_err(text)?;
        let line = GuardKey::new(&key).ok().and_then(|key| Some((key, *ledger.line(&key)?)));
        let Some((key, line)) = line else {
            batch.remove(key);
            report.ahead += 1;
            continue;
        };
        known.insert(key);
        if value != encode(&key, &line) {
            batch.insert(key.as_bytes(), encode(&key, &line));
            let ahead = end(&value).is_some_and(|end| end > line.end);
            *(if ahead { &mut report.ahead } else { &mut report.behind }) += 1;
        }
    }
    for (key, line) in ledger.lines().filter(|(key, _)| !known.contains(key)) {
        batch.insert(key.as_bytes(), encode(key, line));
        report.behind += 1;
    }
    db.apply_batch(batch).map_err(text)?;
    Ok((db, report))
}

/// Runs a call into sled; a panic becomes an error.
fn fenced<T>(call: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    // Unwind safety: after a panic the database is dropped and deleted.
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<&str>().map(ToString::to_string);
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
        Err(format!("sled panicked: {}", text.unwrap_or_default()))
    })
}

fn remove(path: &Path) -> Result<(), String> {
    match fs::metadata(path) {
        Ok(file) if file.is_dir() => fs::remove_dir_all(path).map_err(text),
        Ok(_) => fs::remove_file(path).map_err(text),
        Err(_) => Ok(()),
    }
}

/// The end of the entries that the history rests on, and the history as the log writes it.
fn encode(key: &GuardKey, line: &Line) -> Vec<u8> {
    let mut value = line.end.to_le_bytes().to_vec();
    value.extend_from_slice(&Record::Key(*key, line.history).encode());
    value
}

fn end(value: &[u8]) -> Option<u64> {
    value.first_chunk().map(|bytes| u64::from_le_bytes(*bytes))
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn text(error: impl ToString) -> String {
    error.to_string()
}

/// Directory of the index inside the guard's.
const NAME: &str = "index.sled";
