//! Files that appear whole or not at all.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// A file being written under a temporary name beside the wanted one. Dropped without
/// [`Self::commit`], it leaves nothing.
#[derive(Debug)]
pub(crate) struct OutFile {
    file: File,
    temporary: PathBuf,
    wanted: PathBuf,
    committed: bool,
}

impl OutFile {
    /// Starts a file. Refuses to take the place of anything but a regular file: renaming over
    /// `/dev/null` would replace the device.
    pub(crate) fn create(wanted: &Path) -> anyhow::Result<Self> {
        let Some(file_name) = wanted.file_name() else {
            bail!("{}: names no file to write to", wanted.display());
        };
        if fs::metadata(wanted).is_ok_and(|found| !found.is_file()) {
            bail!("{}: is there already and is no regular file", wanted.display());
        }
        let mut name = OsString::from(".");
        name.push(file_name);
        name.push(format!(".{}.tmp", std::process::id()));
        let temporary = wanted.with_file_name(name);
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&temporary)
            .with_context(|| format!("{}: cannot create", temporary.display()))?;
        Ok(Self { file, temporary, wanted: wanted.to_owned(), committed: false })
    }

    /// Puts the file in its place, on disk for good.
    pub(crate) fn commit(mut self) -> anyhow::Result<()> {
        self.rename().with_context(|| format!("{}: cannot write", self.wanted.display()))
    }

    /// Contents first, then the name, then the folder: after a crash there is the old file or the
    /// new one, whole.
    fn rename(&mut self) -> io::Result<()> {
        self.file.sync_all()?;
        fs::rename(&self.temporary, &self.wanted)?;
        self.committed = true;
        sync_folder_of(&self.wanted)
    }
}

impl Write for OutFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for OutFile {
    fn drop(&mut self) {
        if !self.committed {
            // Nothing better can be done about a file that will not go.
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

/// Makes a file's name as lasting as its contents.
pub(crate) fn sync_folder_of(file: &Path) -> io::Result<()> {
    let folder = match file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    File::open(folder)?.sync_all()
}
