//! Where verdicts go: standard output, or a file that appears when all is done.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::path::Path;

use anyhow::Context;

use crate::out_file::OutFile;

/// Bytes gathered before a write.
const BUFFER_BYTES: usize = 1 << 16;

/// An open destination.
pub(super) enum Output {
    /// Standard output; rows show at the end of each chunk.
    Stdout(BufWriter<Stdout>),
    /// A file that is not in its place yet.
    File(BufWriter<OutFile>),
}

impl Output {
    /// Standard output for no file and for `-`.
    pub(super) fn create(file: Option<&Path>) -> anyhow::Result<Self> {
        Ok(match file {
            Some(file) if file != Path::new("-") => {
                Self::File(BufWriter::with_capacity(BUFFER_BYTES, OutFile::create(file)?))
            }
            _ => Self::Stdout(BufWriter::with_capacity(BUFFER_BYTES, io::stdout())),
        })
    }

    /// Whether a person sees the rows as they come.
    pub(super) fn is_on_terminal(&self) -> bool {
        matches!(self, Self::Stdout(_)) && io::stdout().is_terminal()
    }

    /// The rows of a chunk are complete: shows them where somebody may be waiting.
    pub(super) fn end_chunk(&mut self) -> anyhow::Result<()> {
        match self {
            Self::Stdout(stdout) => stdout.flush().context("cannot write verdicts"),
            Self::File(_) => Ok(()),
        }
    }

    /// All is written: puts a file in its place.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        match self {
            Self::Stdout(mut stdout) => stdout.flush().context("cannot write verdicts"),
            Self::File(file) => {
                let file = file.into_inner().map_err(io::IntoInnerError::into_error);
                file.context("cannot write verdicts")?.commit()
            }
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout(stdout) => stdout.write(bytes),
            Self::File(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(stdout) => stdout.flush(),
            Self::File(file) => file.flush(),
        }
    }
}
