//! Opening: whom to believe before anything may be signed.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::index::IndexReport;
use super::ledger::{Ledger, Line};
use super::record::Record;
use super::witness::{Marker, Witness};
use super::{GuardError, GuardKey, History};
use crate::failpoint;
use crate::journal::{Journal, JournalError, Purpose, Torn};

/// How to open a guard.
#[derive(Clone, Default)]
pub struct Options {
    /// The keys that the key store holds as active. Each must be registered in the log.
    pub keys: Vec<GuardKey>,
    /// Who remembers how far the log has come. With none, an old copy of the log goes unnoticed.
    pub witnesses: Vec<Arc<dyn Witness>>,
    /// The Ethereum network's `genesis_validators_root`. Recorded for good at first; needed for
    /// Ethereum duties.
    pub network: Option<[u8; 32]>,
    /// What to accept, once, after a person has looked into it.
    pub accept: Option<Accept>,
    /// Bytes the log may grow to before it is rewritten as a snapshot; 0 takes the default of
    /// 8 MiB. A log of many keys grows to four times its snapshot.
    pub log_bytes_max: u64,
}

/// A disagreement that a person has looked into. Where it is the log that is wrong, every key
/// loses its registration: it signs nothing until it is registered again, after the places it
/// has signed since were imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accept {
    /// A witness was restored from an older backup, and its keys are as they should be.
    OlderWitness,
    /// The log was restored from an older backup, and no newer copy exists.
    OlderLog,
    /// The log is lost: go on with a new one, or with one of another store.
    LostLog,
}

/// What opening found and did. Nothing here stops a guard; all of it belongs into the log of the
/// service.
#[derive(Clone, Debug)]
pub struct OpenReport {
    /// There was no log; this is its first opening.
    pub created: bool,
    /// Entries that a crash left incomplete, never acknowledged, and cut off.
    pub torn: Option<Torn>,
    /// Keys in the log, registered or not.
    pub keys: usize,
    /// What the index looked like.
    pub index: IndexReport,
    /// Why the log could not be rewritten smaller, if it had to be.
    pub rewrite_failed: Option<String>,
}

/// A log that was read and compared with what the witnesses remember.
pub(super) struct Opened {
    pub(super) journal: Journal,
    pub(super) ledger: Ledger,
    pub(super) created: bool,
    pub(super) torn: Option<Torn>,
}

/// Reads the log, or creates it if nobody remembers one; begins a new epoch and has every witness
/// record it.
pub(super) fn open(directory: &Path, options: &Options) -> Result<Opened, GuardError> {
    let path = directory.join(LOG);
    let memories = recall(&options.witnesses)?;
    let mut opened = match read(&path) {
        Err(GuardError::Journal(JournalError::Missing { .. })) => {
            create(directory, &path, &memories, options)?
        }
        read => read?,
    };
    let accepted = check(&opened, &path, &memories, options)?;
    if accepted.is_none() && !opened.created {
        // A witness that a crash left one epoch behind catches up first, or it would be two behind.
        record(&options.witnesses, &marker(&opened.journal, &opened.ledger))?;
    }
    let fresh = begin_epoch(&mut opened, &memories, options, accepted)?;
    opened.journal.append(&fresh)?;
    step("guard.epoch-begun")?;
    record(&options.witnesses, &marker(&opened.journal, &opened.ledger))?;
    step("guard.witnessed")?;
    Ok(opened)
}

/// Where the log stands.
pub(super) fn marker(journal: &Journal, ledger: &Ledger) -> Marker {
    Marker { log: journal.id(), epoch: ledger.epoch, sequence: journal.next_sequence() }
}

/// Has every witness record where the log stands.
pub(super) fn record(witnesses: &[Arc<dyn Witness>], marker: &Marker) -> Result<(), GuardError> {
    for witness in witnesses {
        witness.record(marker).map_err(|error| GuardError::Witness {
            witness: witness.name(),
            what: "cannot be written",
            reason: error.to_string(),
        })?;
    }
    Ok(())
}

/// Each witness, and what it remembers.
type Memories = Vec<(String, Option<Marker>)>;

fn recall(witnesses: &[Arc<dyn Witness>]) -> Result<Memories, GuardError> {
    let mut memories = Vec::new();
    for witness in witnesses {
        let marker = witness.recall().map_err(|error| GuardError::Witness {
            witness: witness.name(),
            what: "cannot be read",
            reason: error.to_string(),
        })?;
        memories.push((witness.name(), marker));
    }
    Ok(memories)
}

fn read(path: &Path) -> Result<Opened, GuardError> {
    let mut ledger = Ledger::default();
    let (journal, scan) =
        Journal::open(path, PURPOSE, |entry| ledger.replay(entry.sequence, entry.bytes))?;
    Ok(Opened { journal, ledger, created: false, torn: scan.torn })
}

fn create(
    directory: &Path,
    path: &Path,
    memories: &Memories,
    options: &Options,
) -> Result<Opened, GuardError> {
    let mut remembered =
        memories.iter().filter_map(|(witness, marker)| Some((witness, (*marker)?.epoch)));
    let known = match (remembered.next(), options.keys.len()) {
        (Some((witness, epoch)), _) => Some(format!("{witness} remembers it at epoch {epoch}")),
        (None, 0) => None,
        (None, keys) => Some(format!("the key store has {keys} active keys")),
    };
    if let Some(known) = known.filter(|_| options.accept != Some(Accept::LostLog)) {
        return Err(GuardError::LogMissing { path: path.into(), known });
    }
    // Who may read the directory learns when the validator signed what.
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)
        .map_err(|source| GuardError::Directory { path: directory.into(), source })?;
    let journal = Journal::create(path, PURPOSE)?;
    Ok(Opened { journal, ledger: Ledger::default(), created: true, torn: None })
}

/// Whether the log is the newest that anybody knows. `Some` names what had to be accepted.
fn check(
    opened: &Opened,
    path: &Path,
    memories: &Memories,
    options: &Options,
) -> Result<Option<Accept>, GuardError> {
    let Opened { journal, ledger, .. } = opened;
    let log = marker(journal, ledger);
    let path = || PathBuf::from(path);
    let mut accepted = None;
    for (witness, marker) in memories {
        let witness = witness.clone();
        // Who remembers nothing is as far as before the first opening.
        let marker = marker.unwrap_or(Marker { log: log.log, epoch: 0, sequence: 0 });
        let (needed, error) = if marker.log != log.log {
            let expected = marker.log;
            let error = GuardError::ForeignLog { path: path(), log: log.log, witness, expected };
            (Accept::LostLog, error)
        } else if (log.epoch, log.sequence) < (marker.epoch, marker.sequence) {
            (Accept::OlderLog, GuardError::LogBehind { path: path(), witness, log, marker })
        } else if log.epoch > marker.epoch + 1 {
            // One behind is a crash between the log's new epoch and the witness's.
            let (remembered, epoch) = (marker.epoch, log.epoch);
            let error = GuardError::WitnessBehind { witness, remembered, epoch };
            (Accept::OlderWitness, error)
        } else {
            continue;
        };
        if options.accept != Some(needed) {
            return Err(error);
        }
        accepted = Some(needed);
    }
    if let (Some(recorded), Some(given)) = (ledger.network, options.network)
        && recorded != given
    {
        return Err(GuardError::Network { recorded, given });
    }
    let registered = |key: &&GuardKey| ledger.line(key).is_some_and(|l| l.history.registered);
    let mut missing = options.keys.iter().filter(|key| !registered(key));
    match missing.next() {
        Some(key) if !matches!(options.accept, Some(Accept::OlderLog | Accept::LostLog)) => {
            Err(GuardError::KeyMissing { key: (*key).into(), more: missing.count() })
        }
        _ => Ok(accepted),
    }
}

/// The entries that begin an epoch: every opening does, or a copy made before one that signed nothing
/// could not be told from what came after it.
fn begin_epoch(
    opened: &mut Opened,
    memories: &Memories,
    options: &Options,
    accepted: Option<Accept>,
) -> Result<Vec<Vec<u8>>, GuardError> {
    let Opened { journal, ledger, .. } = opened;
    let mut entries = Vec::new();
    if matches!(accepted, Some(Accept::OlderLog | Accept::LostLog)) {
        let lines: Vec<(GuardKey, Line)> = ledger.lines().map(|(k, l)| (*k, *l)).collect();
        for (key, line) in lines {
            let history = History { registered: false, ..line.history };
            entries.push(Record::Key(key, history).encode());
            let end = journal.next_sequence() + entries.len() as u64;
            ledger.put(key, Line { history, end });
            if entries.len() == ENTRIES_A_COMMIT {
                journal.append(&entries)?;
                entries.clear();
            }
        }
    }
    if ledger.network.is_none()
        && let Some(root) = options.network
    {
        ledger.network = Some(root);
        entries.push(Record::Network(root).encode());
    }
    let remembered = memories.iter().filter_map(|(_, marker)| Some((*marker)?.epoch)).max();
    let behind = if accepted.is_some() { remembered.unwrap_or(0) } else { 0 };
    ledger.epoch = ledger.epoch.max(behind) + 1;
    entries.push(Record::Epoch(ledger.epoch).encode());
    Ok(entries)
}

fn step(name: &'static str) -> Result<(), GuardError> {
    failpoint::reach(name).map_err(|source| GuardError::Directory { path: PathBuf::new(), source })
}

pub(super) const PURPOSE: Purpose = Purpose::new("guard");
/// The log inside the guard's directory.
pub(super) const LOG: &str = "guard.log";
/// Histories in one commit: well below what a frame may hold.
pub(super) const ENTRIES_A_COMMIT: usize = 10_000;
