//! What is read: a file or standard input, and errors that name the place and the reason.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::hex_text::HexError;

/// Longest line of any text input, in bytes: a stranger's endless line must not eat memory.
pub(crate) const LINE_BYTES_MAX: usize = 1 << 20;

/// A file or standard input, open.
#[derive(Debug)]
pub(crate) struct Source {
    /// What it is called in messages.
    pub(crate) name: SourceName,
    /// Bytes in it, where that is known.
    pub(crate) size_bytes: Option<u64>,
    stream: File,
}

impl Source {
    /// Opens a file, or standard input for `-`.
    pub(crate) fn open(path: &Path) -> Result<Self, InputError> {
        let name = SourceName::new(path);
        let opened = if path == Path::new("-") { stdin() } else { File::open(path) };
        let stream = opened.map_err(|error| name.error(Cause::Open(error)))?;
        let metadata = stream.metadata().map_err(|error| name.error(Cause::Open(error)))?;
        if metadata.is_dir() {
            return Err(name.error(Cause::Directory));
        }
        let size_bytes = metadata.is_file().then_some(metadata.len());
        Ok(Self { name, size_bytes, stream })
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.read(buffer)
    }
}

/// Standard input as a file: without the standard library's own buffer.
fn stdin() -> io::Result<File> {
    use std::os::fd::AsFd;
    Ok(io::stdin().as_fd().try_clone_to_owned()?.into())
}

/// What an input is called in messages.
#[derive(Clone, Debug)]
pub(crate) struct SourceName(PathBuf);

impl SourceName {
    /// The name of a path; `-` is that of standard input.
    pub(crate) fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// Something wrong with the input as a whole.
    pub(crate) fn error(&self, cause: Cause) -> InputError {
        InputError { name: self.to_string(), cause }
    }

    /// Something wrong at one place of it.
    pub(crate) fn error_at(&self, place: Place, cause: Cause) -> InputError {
        InputError { name: format!("{self}: {place}"), cause }
    }
}

impl std::fmt::Display for SourceName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0 == Path::new("-") {
            return f.write_str("standard input");
        }
        self.0.display().fmt(f)
    }
}

/// A place in an input, counted from 1.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// A line of a text.
    Line(u64),
    /// A record of a binary file.
    Record(u64),
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Line(number) => write!(f, "line {number}"),
            Self::Record(number) => write!(f, "record {number}"),
        }
    }
}

/// An input that cannot be read: where, and why.
#[derive(Debug, Error)]
#[error("{name}: {cause}")]
pub(crate) struct InputError {
    name: String,
    cause: Cause,
}

/// Why an input cannot be read. The texts come after the place, so they name no place.
#[derive(Debug, Error)]
pub(crate) enum Cause {
    #[error("cannot open: {0}")]
    Open(io::Error),
    #[error("is a directory")]
    Directory,
    #[error("cannot read: {0}")]
    Read(io::Error),
    #[error("nothing to read: no {0} in it")]
    Empty(&'static str),
    #[error("longer than {LINE_BYTES_MAX} bytes")]
    LineTooLong,
    #[error("longer than {bytes_max} bytes")]
    FileTooLong { bytes_max: usize },
    #[error("bad JSON at column {column}: {text}")]
    Json { column: usize, text: String },
    #[error("field `{field}`: bad hex: {error}")]
    FieldHex { field: &'static str, error: HexError },
    #[error("bad hex: {0}")]
    Hex(HexError),
    #[error("truncated: {actual} bytes where a record has {expected}")]
    Truncated { expected: usize, actual: usize },
    #[error("{0}")]
    Signature(pairlane::PointError),
    #[error("{0}")]
    SecretKey(pairlane::SecretKeyError),
    #[error("an index and a signature in hex are needed, as `3 0x..`")]
    PartialFields,
    #[error("holder {index} is not of this group of {participants}")]
    NotOfGroup { index: pairlane::threshold::Index, participants: usize },
    #[error("the partial signature of holder {index} is on line {first} already")]
    PartialTwice { index: pairlane::threshold::Index, first: u64 },
    #[error("{0}")]
    Stakes(crate::elect::StakeError),
}
