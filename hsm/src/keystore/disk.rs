//! Files that are old or new, never half.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::StoreError;

/// Largest file that is read.
const FILE_LENGTH_MAX: u64 = 64 << 10;
/// What a file is called while it is written.
pub(super) const UNFINISHED: &str = "unfinished";

fn at<'a>(path: &'a Path, call: &'static str) -> impl FnOnce(io::Error) -> StoreError + 'a {
    move |cause| StoreError::File { path: path.to_owned(), call, cause }
}

/// Makes a folder that others cannot enter, and its parents.
pub(super) fn make_folder(path: &Path) -> Result<(), StoreError> {
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(at(path, "create"))
}

/// A folder's lock. Given up in so many words: closing the file alone would leave it to a process
/// that another thread is starting at that moment.
#[derive(Debug)]
pub(super) struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.0.unlock(); // the system does it too, with the last copy of the file
    }
}

/// Takes the lock of a folder.
pub(super) fn lock(folder: &Path) -> Result<Lock, StoreError> {
    let path = folder.join("lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path);
    let file = file.map_err(at(&path, "open"))?;
    match file.try_lock() {
        Ok(()) => Ok(Lock(file)),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse { path: folder.to_owned() }),
        Err(TryLockError::Error(cause)) => Err(at(&path, "lock")(cause)),
    }
}

/// Makes the names in a folder last.
pub(super) fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(at(folder, "sync"))
}

/// Writes a file beside its place and syncs it; [`finish`] puts it there.
pub(super) fn prepare<T: Serialize>(path: &Path, value: &T) -> Result<PathBuf, StoreError> {
    let beside = path.with_extension(UNFINISHED);
    let mut text = serde_json::to_vec_pretty(value).map_err(|e| at(path, "encode")(e.into()))?;
    text.push(b'\n');
    let write = || {
        let mut options = OpenOptions::new();
        let mut file = options.create(true).truncate(true).write(true).mode(0o600).open(&beside)?;
        file.write_all(&text)?;
        file.sync_all()
    };
    if let Err(cause) = write() {
        let _ = fs::remove_file(&beside);
        return Err(at(path, "write")(cause));
    }
    Ok(beside)
}

/// Moves a prepared file to its place. The folder must be synced after.
pub(super) fn finish(beside: &Path, path: &Path) -> Result<(), StoreError> {
    fs::rename(beside, path).map_err(at(path, "rename"))
}

/// Writes a file: after this returns, it stays.
pub(super) fn write<T: Serialize>(path: &Path, value: &T) -> Result<(), StoreError> {
    finish(&prepare(path, value)?, path)?;
    sync_folder(path.parent().unwrap_or(Path::new(".")))
}

/// Removes a file: after this returns, it is gone.
pub(super) fn remove(path: &Path) -> Result<(), StoreError> {
    fs::remove_file(path).map_err(at(path, "remove"))?;
    sync_folder(path.parent().unwrap_or(Path::new(".")))
}

/// Reads a file of JSON, of a length that is ours.
pub(super) fn read<T: DeserializeOwned>(path: &Path) -> Result<T, StoreError> {
    let mut text = Vec::new();
    let file = File::open(path).map_err(at(path, "open"))?;
    file.take(FILE_LENGTH_MAX + 1).read_to_end(&mut text).map_err(at(path, "read"))?;
    let corrupt = |what: String| StoreError::Corrupt { path: path.to_owned(), what };
    if text.len() as u64 > FILE_LENGTH_MAX {
        return Err(corrupt(format!("over {FILE_LENGTH_MAX} bytes long")));
    }
    serde_json::from_slice(&text).map_err(|error| corrupt(error.to_string()))
}

/// The files of a folder, sorted. What a crash left unfinished is removed.
pub(super) fn list(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(at(folder, "read"))? {
        let path = entry.map_err(at(folder, "read"))?.path();
        if path.extension().is_some_and(|extension| extension == UNFINISHED) {
            fs::remove_file(&path).map_err(at(&path, "remove"))?;
        } else {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}
