//! The commands.

use clap::{Parser, Subcommand};

use crate::aggregate::AggregateArgs;
use crate::bench::BenchArgs;
use crate::config::ConfigArgs;
use crate::cpu::CpuArgs;
use crate::custody::{AuditArgs, GuardArgs, KeysArgs, TokenArgs};
use crate::demo::DemoArgs;
use crate::elect::ElectArgs;
use crate::ending::Ending;
use crate::keygen::KeygenArgs;
use crate::pages::{CompletionsArgs, ManArgs};
use crate::serve::ServeArgs;
use crate::sign::SignArgs;
use crate::threshold::ThresholdArgs;
use crate::verify::VerifyArgs;
use crate::vrf::VrfArgs;

/// BLS12-381 signatures, verified in batches, with a verdict for each.
#[derive(Debug, Parser)]
#[command(name = "pairlane", version, max_term_width = 100, after_long_help = EXAMPLES)]
#[command(arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  pairlane demo
  pairlane keygen --out alice.key
  pairlane sign --key alice.key --message 0xcafe
  pairlane verify signatures.ndjson";

#[derive(Debug, Subcommand)]
enum Command {
    Verify(VerifyArgs),
    Keygen(KeygenArgs),
    Sign(SignArgs),
    Aggregate(AggregateArgs),
    Threshold(ThresholdArgs),
    Vrf(VrfArgs),
    Elect(ElectArgs),
    Serve(ServeArgs),
    Config(ConfigArgs),
    Token(TokenArgs),
    Keys(KeysArgs),
    Guard(GuardArgs),
    Audit(AuditArgs),
    Cpu(CpuArgs),
    Bench(BenchArgs),
    Demo(DemoArgs),
    Completions(CompletionsArgs),
    Man(ManArgs),
}

impl Cli {
    /// Runs the command. An error is bad usage or bad input, in words.
    pub(crate) fn run(&self) -> anyhow::Result<Ending> {
        match &self.command {
            Command::Verify(args) => args.run(),
            Command::Keygen(args) => args.run(),
            Command::Sign(args) => args.run(),
            Command::Aggregate(args) => args.run(),
            Command::Threshold(args) => args.run(),
            Command::Vrf(args) => args.run(),
            Command::Elect(args) => args.run(),
            Command::Serve(args) => args.run(),
            Command::Config(args) => args.run(),
            Command::Token(args) => args.run(),
            Command::Keys(args) => args.run(),
            Command::Guard(args) => args.run(),
            Command::Audit(args) => args.run(),
            Command::Cpu(args) => args.run(),
            Command::Bench(args) => args.run(),
            Command::Demo(args) => args.run(),
            Command::Completions(args) => args.run(),
            Command::Man(args) => args.run(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_ends_its_help_with_examples() {
        let mut cli = Cli::command();
        for command in cli.get_subcommands_mut() {
            let help = command.render_long_help().to_string();
            assert!(help.contains("\nExamples:\n  pairlane "), "{}", command.get_name());
            // Rendering adds clap's own `help`, which has none.
            let inner = command.get_subcommands_mut().filter(|inner| inner.get_name() != "help");
            for inner in inner {
                let help = inner.render_long_help().to_string();
                assert!(help.contains("\nExamples:\n  pairlane "), "{}", inner.get_name());
            }
        }
    }
}
