//! `pairlane threshold`: a key in shares, of which some together sign.

mod combine;
mod deal;
mod files;
mod sign;

use anyhow::{Context, ensure};
use clap::{Args, Subcommand};
use pairlane::{Suite, Variant};

use crate::ending::Ending;
use crate::suite::{self, SchemeName, VariantName};
use combine::CombineArgs;
use deal::DealArgs;
use sign::SignArgs;

/// Deal shares of a key, sign with them, and combine partial signatures
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES, arg_required_else_help = true)]
pub(crate) struct ThresholdArgs {
    #[command(subcommand)]
    command: ThresholdCommand,
}

#[derive(Debug, Subcommand)]
enum ThresholdCommand {
    Deal(DealArgs),
    Sign(SignArgs),
    Combine(CombineArgs),
}

const EXAMPLES: &str = "\
Examples:
  pairlane threshold deal --threshold 2 --shares 3 --out-dir group
  pairlane threshold sign --share group/share-1.json --message 0xcafe >> partials
  pairlane threshold sign --share group/share-3.json --message 0xcafe >> partials
  pairlane threshold combine --group group/group.json --message 0xcafe partials";

impl ThresholdArgs {
    /// Runs the inner command.
    pub(crate) fn run(&self) -> anyhow::Result<Ending> {
        match &self.command {
            ThresholdCommand::Deal(args) => args.run(),
            ThresholdCommand::Sign(args) => args.run(),
            ThresholdCommand::Combine(args) => args.run(),
        }
    }
}

/// The suite of a group whose file knows its variant.
#[derive(Clone, Debug, Args)]
struct GroupSuiteArgs {
    /// Which group holds keys and which signatures; must be that of the file
    #[arg(long, value_enum)]
    variant: Option<VariantName>,

    /// The signature scheme
    #[arg(long, value_enum, default_value = "possession")]
    scheme: SchemeName,

    /// The domain-separation tag, a text [default: the draft's for variant and scheme]
    #[arg(long, value_name = "TEXT")]
    tag: Option<String>,
}

impl GroupSuiteArgs {
    /// Refuses another variant than the file's.
    fn check_variant(&self, of_file: VariantName) -> anyhow::Result<()> {
        let asked = self.variant.unwrap_or(of_file);
        ensure!(asked == of_file, "--variant: the group is of another, {}", of_file.name());
        Ok(())
    }

    fn suite<V: Variant>(&self) -> anyhow::Result<Suite<V>> {
        suite::suite(self.scheme, self.tag.as_deref()).context("--tag")
    }
}
