//! `pairlane config`: what `serve` would start from, without starting it.

mod show;

use anyhow::Context;
use clap::{Args, Subcommand};

use crate::ending::Ending;
use crate::print_line;
use crate::serve::{Flags, Loaded};

/// Check the service's configuration, or show what is in force
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES, arg_required_else_help = true)]
pub(crate) struct ConfigArgs {
    #[command(subcommand)]
    command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    Check(CheckArgs),
    Show(ShowArgs),
}

const EXAMPLES: &str = "\
Examples:
  pairlane config check --config /etc/pairlane/pairlane.toml
  pairlane config show --config /etc/pairlane/pairlane.toml";

impl ConfigArgs {
    /// Runs the inner command.
    pub(crate) fn run(&self) -> anyhow::Result<Ending> {
        match &self.command {
            ConfigCommand::Check(args) => args.run(),
            ConfigCommand::Show(args) => args.run(),
        }
    }
}

/// Read all that `serve` would read, and say what is wrong with it
///
/// The file, the environment, flags, tokens, certificates and their keys. A vault is looked for and
/// not opened: nobody logs in to the token. What is wrong is said with the file and the line, the
/// variable or the flag that it comes from.
#[derive(Debug, Args)]
#[command(after_long_help = CHECK_EXAMPLES)]
struct CheckArgs {
    #[command(flatten)]
    flags: Flags,
}

const CHECK_EXAMPLES: &str = "\
Examples:
  pairlane config check --config /etc/pairlane/pairlane.toml
  pairlane config check --config new.toml && systemctl restart pairlane

Exit status:
  0    `serve` would start from this
  2    it would not: standard error says why";

impl CheckArgs {
    fn run(&self) -> anyhow::Result<Ending> {
        let loaded = Loaded::read(&self.flags)?;
        for warning in loaded.warnings() {
            crate::complain(format_args!("warning: {warning}"));
        }
        print_line(&"the configuration is good")?;
        Ok(Ending::Good)
    }
}

/// Show every setting, and where it comes from
///
/// As TOML: what is printed can be used as a configuration. Of secrets only the places are settings,
/// so only those are shown.
#[derive(Debug, Args)]
#[command(after_long_help = SHOW_EXAMPLES)]
struct ShowArgs {
    #[command(flatten)]
    flags: Flags,
}

const SHOW_EXAMPLES: &str = "\
Examples:
  pairlane config show
  PAIRLANE_SERVE_THREADS=2 pairlane config show --config pairlane.toml | grep -v default";

impl ShowArgs {
    fn run(&self) -> anyhow::Result<Ending> {
        let (settings, origins) = self.flags.settings()?;
        let shown = show::lines(&settings, &origins).context("the settings as TOML")?;
        print_line(&shown.join("\n"))?;
        Ok(Ending::Good)
    }
}
