//! `pairlane threshold sign`.

use std::path::{Path, PathBuf};

use anyhow::ensure;
use clap::Args;
use pairlane::{MessagePoint, MinPk, MinSig, Variant};

use super::GroupSuiteArgs;
use super::files::ShareFile;
use crate::ending::Ending;
use crate::message::MessageArgs;
use crate::print_line;
use crate::suite::VariantName;

/// Sign a message with one share and print the partial signature
///
/// The answer is one line, the holder's index and the signature in hex, as combine reads it.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct SignArgs {
    /// The share: a file as deal writes it; `-` is standard input
    #[arg(long, value_name = "FILE")]
    share: PathBuf,

    #[command(flatten)]
    message: MessageArgs,

    #[command(flatten)]
    suite: GroupSuiteArgs,
}

const EXAMPLES: &str = "\
Examples:
  pairlane threshold sign --share group/share-1.json --message 0xcafe
  pairlane threshold sign --share group/share-1.json --message-file block --scheme basic";

impl SignArgs {
    /// Signs, in the share's variant.
    pub(super) fn run(&self) -> anyhow::Result<Ending> {
        ensure!(
            self.share != Path::new("-") || !self.message.is_stdin(),
            "--share and --message-file cannot both be standard input"
        );
        let share = ShareFile::read(&self.share)?;
        self.suite.check_variant(share.variant)?;
        let message = self.message.bytes()?;
        match share.variant {
            VariantName::MinPk => self.sign::<MinPk>(&share, &message),
            VariantName::MinSig => self.sign::<MinSig>(&share, &message),
        }
    }

    fn sign<V: Variant>(&self, file: &ShareFile, message: &[u8]) -> anyhow::Result<Ending> {
        let key = file.public_key::<V>()?;
        let point = MessagePoint::for_signer(&self.suite.suite::<V>()?, &key, message);
        let partial = file.share.sign(&point);
        print_line(&format_args!("{} {}", partial.index(), partial.signature()))?;
        Ok(Ending::Good)
    }
}
