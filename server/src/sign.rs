//! `pairlane sign`: one signature.

use std::path::{Path, PathBuf};

use anyhow::ensure;
use clap::Args;
use pairlane::{MinPk, MinSig, SecretKey, Variant};

use crate::ending::Ending;
use crate::message::MessageArgs;
use crate::print_line;
use crate::secret_file;
use crate::suite::{SuiteArgs, VariantName};

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

const EXAMPLES: &str = "\
Examples:
  pairlane sign --key alice.key --message 0xcafe
  pairlane sign --key alice.key --message-file release.tar --scheme basic
  pairlane sign --key alice.key --message $(sha256sum < block | cut -c-64)";

impl SignArgs {
    /// Signs, in the variant asked for.
    pub(crate) fn run(&self) -> anyhow::Result<Ending> {
        ensure!(
            self.key != Path::new("-") || !self.message.is_stdin(),
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
