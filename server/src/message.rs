//! `--message` and `--message-file`: what is signed.

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;

use crate::hex_text;
use crate::input::{Cause, InputError, Source};

/// The message, in one of two ways.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct MessageArgs {
    /// The message, in hex
    #[arg(long, value_name = "HEX")]
    message: Option<String>,

    /// A file whose bytes are the message; `-` is standard input
    #[arg(long, value_name = "FILE")]
    message_file: Option<PathBuf>,
}

impl MessageArgs {
    /// Whether it is read from standard input, which then cannot be anything else.
    pub(crate) fn is_stdin(&self) -> bool {
        self.message_file.as_deref() == Some(Path::new("-"))
    }

    /// The message, whichever way it was given.
    pub(crate) fn bytes(&self) -> anyhow::Result<Vec<u8>> {
        if let Some(file) = &self.message_file {
            return Ok(read_whole(file)?);
        }
        let (text, mut bytes) = (self.message.as_deref().unwrap_or_default(), Vec::new());
        hex_text::decode_onto(&mut bytes, text.as_bytes()).context("--message: bad hex")?;
        Ok(bytes)
    }
}

/// A file's bytes, up to a limit.
fn read_whole(path: &Path) -> Result<Vec<u8>, InputError> {
    let mut source = Source::open(path)?;
    let mut bytes = Vec::new();
    let read = (&mut source).take(MESSAGE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| source.name.error(Cause::Read(error)))?;
    if bytes.len() > MESSAGE_BYTES_MAX {
        return Err(source.name.error(Cause::FileTooLong { bytes_max: MESSAGE_BYTES_MAX }));
    }
    Ok(bytes)
}

/// Longest message, in bytes: it is held in memory.
const MESSAGE_BYTES_MAX: usize = 1 << 28;
