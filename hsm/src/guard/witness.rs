//! Who else remembers how far the log has come.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;
use std::str::FromStr;

use thiserror::Error;

use crate::journal::{Id, beside, sync_directory_of};

/// How far a log has come: which log, for the how-manieth time it is open, and how many entries it
/// had. A log that is behind a marker of its own is an old copy.
///
/// Written as one line of text, `pairlane-guard 1 ID EPOCH SEQUENCE`, at most 100 bytes, so that a
/// witness may keep it wherever it keeps things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marker {
    /// The log.
    pub log: Id,
    /// The fencing counter: rises by one each time the log is opened and used.
    pub epoch: u64,
    /// Number of the log's next entry.
    pub sequence: u64,
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{FORM}{} {} {}", self.log, self.epoch, self.sequence)
    }
}

/// A text that is no marker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not a marker of the guard, which reads: pairlane-guard 1 ID EPOCH SEQUENCE")]
pub struct MarkerError;

impl FromStr for Marker {
    type Err = MarkerError;

    fn from_str(text: &str) -> Result<Self, MarkerError> {
        let rest = text.trim_end().strip_prefix(FORM).ok_or(MarkerError)?;
        let mut parts = rest.split(' ');
        let mut part = || parts.next().ok_or(MarkerError);
        let mut log = [0; 16];
        hex::decode_to_slice(part()?, &mut log).map_err(|_| MarkerError)?;
        let epoch = part()?.parse().map_err(|_| MarkerError)?;
        let sequence = part()?.parse().map_err(|_| MarkerError)?;
        parts.next().is_none().then_some(Self { log: Id(log), epoch, sequence }).ok_or(MarkerError)
    }
}

/// What a witness's memory may fail with.
pub type WitnessError = Box<dyn std::error::Error + Send + Sync>;

/// A memory outside the log: the key store, the token, a file on another disk. The guard asks all
/// of them at every opening and refuses if one of them has seen more than the log holds.
///
/// The further a witness is from the log, the more it sees: a backup of the whole machine brings
/// log and key store back together, and only the token still knows better.
pub trait Witness: Send + Sync {
    /// How errors name it, such as `the key store`.
    fn name(&self) -> String;

    /// The last marker recorded, or `None` if there never was one.
    ///
    /// # Errors
    ///
    /// It cannot be read. An unreadable memory is not an empty one.
    fn recall(&self) -> Result<Option<Marker>, WitnessError>;

    /// Replaces the marker, durably, before it returns.
    ///
    /// # Errors
    ///
    /// It could not be stored; the guard then does not open.
    fn record(&self, marker: &Marker) -> Result<(), WitnessError>;
}

/// A witness that is a file of one line, best on another disk than the log's.
#[derive(Clone, Debug)]
pub struct FileWitness {
    path: PathBuf,
}

impl FileWitness {
    /// A witness in this file, which need not exist yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }
}

impl Witness for FileWitness {
    fn name(&self) -> String {
        format!("the witness {}", self.path.display())
    }

    fn recall(&self) -> Result<Option<Marker>, WitnessError> {
        match fs::read_to_string(&self.path) {
            Ok(text) => Ok(Some(text.parse()?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn record(&self, marker: &Marker) -> Result<(), WitnessError> {
        let new = beside(&self.path, "new");
        let mut file = File::create(&new)?;
        writeln!(file, "{marker}")?;
        file.sync_all()?;
        fs::rename(&new, &self.path)?;
        sync_directory_of(&self.path)?;
        Ok(())
    }
}

const FORM: &str = "pairlane-guard 1 ";
