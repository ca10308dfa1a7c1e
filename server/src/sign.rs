//! `pairlane sign`: one signature.

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use clap::Args;
use pairlane::{MinPk, MinSig, SecretKey, Variant};

use crate::ending::Ending;
use crate::hex_text;
use crate::input::{Cause, InputError, Source};
use crate::print_line;
use crate::secret_file;
use crate::suite::{SuiteArgs, VariantName};

/// Longest message, in bytes: it is held in memory.
const MESSAGE_BYTES_MAX: usize = 1 << 28;

/// Sign a message and print the signature
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct SignArgs {
    /// The secret key: a file of hex, as keygen writes it; `-` is standard input
    #[arg(long, value_name = "FILE")]
    key: PathBuf,

    #[command(flatten)]
    message: MessageArgs,

    #[command(flatten)]
    suite: SuiteArgs,
}

/// The message, in one of two ways.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct MessageArgs {
    /// The message, in hex
    #[arg(long, value_name = "HEX")]
    message: Option<String>,

    /// A file whose bytes are the message; `-` is standard input
    #[arg(long, value_name = "FILE")]
    message_file: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  pairlane sign --key alice.key --message 0xcafe
  pairlane sign --key alice.key --message-file release.tar --scheme basic
  pairlane sign --key alice.key --message $(sha256sum < block | cut -c-64)";

impl SignArgs {
    /// Signs, in the variant asked for.
    pub(crate) fn run(&self) -> anyhow::Result<Ending> {
        let stdin = Path::new("-");
        ensure!(
            self.key != stdin || self.message.message_file.as_deref() != Some(stdin),
            "--key and --message-file cannot both be standard input"
        );
        let key = secret_file::read_key(&self.key)?;
        let message = self.message.bytes()?;
        let signature = match self.suite.variant {
            VariantName::MinPk => self.sign::<MinPk>(&key, &message)?,
            VariantName::MinSig => self.sign::<MinSig>(&key, &message)?,
        };
        print_line(&signature)?;
        Ok(Ending::Good)
    }

    fn sign<V: Variant>(&self, key: &SecretKey, message: &[u8]) -> anyhow::Result<String> {
        Ok(key.sign(&self.suite.suite::<V>()?, message).to_string())
    }
}

impl MessageArgs {
    /// The message, whichever way it was given.
    fn bytes(&self) -> anyhow::Result<Vec<u8>> {
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
