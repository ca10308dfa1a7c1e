//! `pairlane guard`: what keys have signed, in and out.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand, ValueEnum};
use pairlane_hsm::guard::{Accept, Interchange};

use super::access::{VaultArgs, actor};
use crate::ending::Ending;
use crate::out_file::OutFile;
use crate::print_line;

/// Move what keys have signed between signers, or settle a lost log
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES, arg_required_else_help = true)]
pub(crate) struct GuardArgs {
    #[command(subcommand)]
    command: GuardCommand,
}

#[derive(Debug, Subcommand)]
enum GuardCommand {
    Export(ExportArgs),
    Import(ImportArgs),
    Accept(AcceptArgs),
}

const EXAMPLES: &str = "\
Examples:
  pairlane guard export --vault vault --out history.json
  pairlane guard import --vault vault --format eip3076 slashing-protection.json";

/// How a history is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// EIP-3076, for Ethereum duties
    Eip3076,
    /// Ours, for duties of our consensus
    Consensus,
}

impl GuardArgs {
    /// Runs the inner command.
    pub(crate) fn run(&self) -> anyhow::Result<Ending> {
        match &self.command {
            GuardCommand::Export(args) => args.run(),
            GuardCommand::Import(args) => args.run(),
            GuardCommand::Accept(args) => args.run(),
        }
    }
}

/// Write what all keys have signed, for another signer to import
///
/// Whoever signs on here afterwards makes the file worthless: disable the keys first. A file has one
/// kind of duties; where keys have signed both kinds, two files have all.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  pairlane guard export --vault vault --out history.json
  pairlane guard export --vault vault --format eip3076")]
struct ExportArgs {
    #[command(flatten)]
    vault: VaultArgs,

    /// [default: that of all duties on record; needed where there are both kinds]
    #[arg(long, value_enum)]
    format: Option<Format>,

    /// The file to write [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl ExportArgs {
    fn run(&self) -> anyhow::Result<Ending> {
        let opened = self.vault.open()?;
        let history = opened.vault.export_history(&actor())?;
        let format = self.format.map_or_else(|| only_format(&history), Ok)?;
        let text = match format {
            Format::Eip3076 => history.to_eip3076()?,
            Format::Consensus => history.to_consensus(),
        };
        match &self.out {
            Some(path) => {
                let mut file = OutFile::create(path)?;
                writeln!(file, "{text}").with_context(|| path.display().to_string())?;
                file.commit()?;
            }
            None => print_line(&text)?,
        }
        Ok(Ending::Good)
    }
}

/// The one that leaves nothing out.
fn only_format(history: &Interchange) -> anyhow::Result<Format> {
    let histories = || history.histories.values();
    let consensus = histories().any(|it| it.consensus.is_some());
    let ethereum = histories().any(|it| it.block.is_some() || it.attestation.is_some());
    anyhow::ensure!(
        !(consensus && ethereum),
        "keys here have signed for Ethereum and for our consensus, and a file has one of them: export \
         twice, with --format eip3076 and with --format consensus"
    );
    Ok(if ethereum { Format::Eip3076 } else { Format::Consensus })
}

/// Take in what keys have signed elsewhere
///
/// Never permits more than before: a key keeps the higher of each place. A file with one thing out
/// of order is refused whole, with every place that is wrong.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  pairlane guard import --vault vault history.json
  pairlane guard import --vault vault --format eip3076 slashing-protection.json")]
struct ImportArgs {
    #[command(flatten)]
    vault: VaultArgs,

    #[arg(long, value_enum, default_value = "consensus")]
    format: Format,

    /// The file
    file: PathBuf,
}

/// Most bytes of a history: 100,000 keys and more.
const FILE_BYTES_MAX: u64 = 1 << 28;

impl ImportArgs {
    fn run(&self) -> anyhow::Result<Ending> {
        let history = read(&self.file, self.format)?;
        let opened = self.vault.open()?;
        let report = opened.vault.import_history(&actor(), &history)?;
        opened.vault.checkpoint()?;
        print_line(&format_args!(
            "{} keys new to the guard, {} permitted less than before, {} unchanged",
            report.new, report.raised, report.unchanged
        ))?;
        Ok(Ending::Good)
    }
}

fn read(path: &Path, format: Format) -> anyhow::Result<Interchange> {
    let name = || path.display().to_string();
    let size = std::fs::metadata(path).with_context(name)?.len();
    anyhow::ensure!(size <= FILE_BYTES_MAX, "{}: {size} bytes are too many", path.display());
    let text = std::fs::read(path).with_context(name)?;
    match format {
        Format::Eip3076 => Interchange::from_eip3076(&text),
        Format::Consensus => Interchange::from_consensus(&text),
    }
    .with_context(name)
}

/// What a person may accept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Disagreement {
    /// The log is lost for good
    LostLog,
    /// The log was restored from an older backup, and no newer copy exists
    OlderLog,
    /// A witness of the log was restored from an older backup
    OlderWitness,
}

/// Open a vault once although its guard's log and its witnesses disagree
///
/// After `lost-log` and `older-log`, every key is out of use: import what the keys have signed since,
/// as the network knows it, then enable each. What is forgotten here can be signed twice.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  pairlane guard accept --vault vault lost-log")]
struct AcceptArgs {
    #[command(flatten)]
    vault: VaultArgs,

    /// What a person has looked into
    #[arg(value_enum)]
    what: Disagreement,
}

impl AcceptArgs {
    fn run(&self) -> anyhow::Result<Ending> {
        let accept = match self.what {
            Disagreement::LostLog => Accept::LostLog,
            Disagreement::OlderLog => Accept::OlderLog,
            Disagreement::OlderWitness => Accept::OlderWitness,
        };
        let opened = self.vault.open_accepting(Some(accept))?;
        opened.vault.checkpoint()?;
        print_line(&"accepted; the audit log says so")?;
        Ok(Ending::Good)
    }
}
