//! New files in place of old ones, so that a crash leaves either the one or the other.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::PoisonError;

use super::commit::poison;
use super::frame::Batch;
use super::header::Header;
use super::lock::beside;
use super::{Journal, JournalError};
use crate::failpoint;

/// A file that stands complete under its name.
pub(crate) struct Written {
    pub(crate) file: File,
    pub(crate) length: u64,
}

impl Journal {
    /// Replaces the file by one that holds only `entries`, in order. Numbers go on where they
    /// were, the id stays, and what was submitted before is written first. A crash at any moment
    /// leaves the old file or the new one, each whole.
    ///
    /// # Errors
    ///
    /// The new file could not be written (the old one goes on as before), or the journal is
    /// poisoned, by this or earlier.
    pub fn rewrite(&self, entries: &mut dyn Iterator<Item = Vec<u8>>) -> Result<(), JournalError> {
        let mut state = self.lock();
        while state.leading || !state.waiting.is_empty() {
            self.check(&state)?;
            state = if state.leading {
                self.turn.wait(state).unwrap_or_else(PoisonError::into_inner)
            } else {
                self.lead(state)
            };
        }
        self.check(&state)?;
        // The lock stays closed: whoever submits now waits for the new file.
        let header = Header {
            first_sequence: state.next,
            generation: state.header.generation + 1,
            ..state.header
        };
        let mut count = 0;
        let mut counted = entries.inspect(|_| count += 1);
        match create(&self.path, &header, &mut counted) {
            Ok(Written { file, length }) => {
                state.file = file.into();
                state.header = header;
                state.length = length;
                state.next += count;
                state.durable = state.next;
                Ok(())
            }
            // The name may point at either file now, and this process has the old one open.
            Err(JournalError::Io { path, action: SYNC_NAME, source }) => {
                poison(&mut state, &source);
                Err(JournalError::Io { path, action: SYNC_NAME, source })
            }
            Err(error) => Err(error),
        }
    }
}

/// Writes a whole journal beside `path`, syncs it, and gives it the name.
pub(crate) fn create(
    path: &Path,
    header: &Header,
    entries: &mut dyn Iterator<Item = Vec<u8>>,
) -> Result<Written, JournalError> {
    let new = beside(path, NEW);
    let written = write_new(&new, header, entries).inspect_err(|_| {
        let _ = fs::remove_file(&new);
    })?;
    step(&new, "rewrite.unnamed")?;
    fs::rename(&new, path).map_err(JournalError::io(path, "replace"))?;
    failpoint::reach("rewrite.named")
        .and_then(|()| sync_directory_of(path))
        .map_err(JournalError::io(path, SYNC_NAME))?;
    failpoint::reach("rewrite.done").map_err(JournalError::io(path, SYNC_NAME))?;
    Ok(written)
}

/// Makes a file's name durable.
pub(crate) fn sync_directory_of(path: &Path) -> io::Result<()> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    File::open(directory.unwrap_or(Path::new(".")))?.sync_all()
}

/// Removes what a crash in the middle of [`create`] left: it never had the name.
pub(crate) fn discard_unfinished(path: &Path) -> Result<(), JournalError> {
    let new = beside(path, NEW);
    match fs::remove_file(&new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(JournalError::Io { path: new, action: "remove", source: error })
        }
        _ => Ok(()),
    }
}

fn write_new(
    new: &Path,
    header: &Header,
    entries: &mut dyn Iterator<Item = Vec<u8>>,
) -> Result<Written, JournalError> {
    let mut file = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(new)
        .map_err(JournalError::io(new, "create"))?;
    let mut length = 0;
    let mut put = |bytes: &[u8]| {
        length += bytes.len() as u64;
        file.write_all(bytes).map_err(JournalError::io(new, "write"))
    };
    put(&header.encode())?;
    step(new, "rewrite.begun")?;
    let seed = header.seed();
    let mut batch = Batch::new(header.first_sequence);
    let mut bytes = 0;
    for entry in entries {
        let size = super::frame::payload_bytes(&[&entry])?;
        if bytes + size > CHUNK_BYTES && bytes > 0 {
            let full = std::mem::replace(&mut batch, Batch::new(0));
            batch = Batch::new(full.end());
            put(&full.seal(seed))?;
            bytes = 0;
        }
        batch.push(&entry);
        bytes += size;
    }
    if bytes > 0 {
        put(&batch.seal(seed))?;
    }
    step(new, "rewrite.unsynced")?;
    file.sync_all().map_err(JournalError::io(new, "sync new"))?;
    Ok(Written { file, length })
}

fn step(path: &Path, name: &'static str) -> Result<(), JournalError> {
    failpoint::reach(name).map_err(JournalError::io(path, "write"))
}

/// Suffix of a file that has no name yet.
const NEW: &str = "new";
const SYNC_NAME: &str = "sync the name of";
/// Payload of one frame of a rewritten file.
const CHUNK_BYTES: usize = 1 << 20;
