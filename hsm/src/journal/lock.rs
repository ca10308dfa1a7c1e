//! One process at a time.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use super::JournalError;

/// The right to a journal: an exclusive lock of the system on a file beside it, `NAME.lock`, in
/// which the holder writes its process number. The lock dies with the process, however it ends; the
/// file stays and means nothing by itself. It is not the journal's own file because a rewrite
/// replaces that one.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    pub(crate) fn acquire(journal: &Path) -> Result<Self, JournalError> {
        let path = beside(journal, "lock");
        let mut file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(JournalError::io(&path, "open"))?;
        let mut tries = TRIES_MAX;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if tries > 0 => {
                    tries -= 1;
                    sleep(BETWEEN_TRIES);
                }
                Err(TryLockError::WouldBlock) => {
                    let holder = holder(&mut file);
                    return Err(JournalError::Locked { path: journal.into(), holder });
                }
                Err(TryLockError::Error(source)) => {
                    return Err(JournalError::Io { path, action: "lock", source });
                }
            }
        }
        // For the one who comes second; the lock holds with or without it.
        let _ = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", std::process::id()));
        Ok(Self { _file: file })
    }
}

/// The name of a file that belongs to a journal: `NAME.SUFFIX`.
pub(crate) fn beside(journal: &Path, suffix: &str) -> PathBuf {
    let mut name = journal.as_os_str().to_os_string();
    name.push(".");
    name.push(suffix);
    name.into()
}

fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.take(32).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

/// A fifth of a second in all. A lock that was just given up may linger that long in a process
/// that another thread of its holder was starting at that moment.
const TRIES_MAX: u32 = 20;
const BETWEEN_TRIES: Duration = Duration::from_millis(10);
