//! `pairlane elect`: many rounds of stake-weighted selection, and whether they look fair.

mod chi_square;
mod plot;
mod report;
mod stakes_file;

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, ValueEnum};
use pairlane::Tag;
use pairlane::election::{Stakes, select};
use sha2::{Digest, Sha256};

use crate::ending::Ending;
use crate::hex_text;
use crate::print_line;
use report::Report;
pub(crate) use stakes_file::StakeError;

/// Draw leaders by stake, round after round, and test whether they won what their stake says
///
/// The random output of round r is SHA-256(seed | r), with r as 8 bytes big-endian and counted
/// from 1; the leader is the validator that the selection of core/docs/election.md finds for it.
/// Everybody with the same file, seed and tag gets the same leaders. A chain takes the outputs of
/// a VRF instead: those of a seed that somebody chose are for simulation.
///
/// With more rounds than one, a chi-square test compares what was won with what the stakes say.
/// Validators that would win fewer than 5 rounds are counted as one. A p-value below 0.01 comes
/// once in 100 seeds, also where nothing is wrong.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct ElectArgs {
    /// The stakes, one `id,stake` or `id stake` a line, `#` before comments; `-` is standard input
    #[arg(long, value_name = "FILE")]
    stakes: PathBuf,

    /// How many rounds; of one, the leader is printed and nothing else
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=ROUNDS_MAX))]
    rounds: u64,

    /// What the random outputs are made from, in hex [default: nothing]
    #[arg(long, value_name = "HEX", default_value = "", hide_default_value = true)]
    seed: String,

    /// The domain-separation tag, a text: one for each use of an output
    #[arg(long, value_name = "TEXT", default_value = "PAIRLANE-ELECT")]
    tag: String,

    /// Draw a bar chart, expected beside won, into this file
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,

    /// A table, or JSON: a line for each validator and one for the test
    #[arg(long, value_enum, default_value = "table")]
    output: Output,
}

/// How the result is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Output {
    /// For people
    Table,
    /// For programs
    Ndjson,
}

/// Most rounds: minutes of work.
const ROUNDS_MAX: u64 = 100_000_000;

const EXAMPLES: &str = "\
Examples:
  pairlane elect --stakes stakes.csv --rounds 1 --seed 0xcafe
  pairlane elect --stakes stakes.csv --rounds 100000 --plot fairness.svg
  pairlane elect --stakes stakes.csv --rounds 100000 --output ndjson | jq .won";

impl ElectArgs {
    /// Draws, then reports; the chart comes first, because it can fail.
    pub(crate) fn run(&self) -> anyhow::Result<Ending> {
        let mut seed = Vec::new();
        hex_text::decode_onto(&mut seed, self.seed.as_bytes()).context("--seed: bad hex")?;
        let tag = Tag::new(&self.tag).context("--tag")?;
        let stakes = stakes_file::read(&self.stakes)?;
        let won = self.draw(&tag, &seed, &stakes)?;
        let report = Report::new(&stakes, &won, self.rounds);
        if let Some(path) = &self.plot {
            plot::write(path, &report)?;
        }
        match (self.output, report.leader()) {
            (Output::Ndjson, _) => report.print_ndjson()?,
            (Output::Table, Some(leader)) => print_line(&leader)?,
            (Output::Table, None) => report.print_table()?,
        }
        Ok(Ending::Good)
    }

    /// How many rounds each validator won, by position.
    fn draw(&self, tag: &Tag, seed: &[u8], stakes: &Stakes<String>) -> anyhow::Result<Vec<u64>> {
        let mut won = vec![0; stakes.len()];
        for round in 1..=self.rounds {
            let output = Sha256::new().chain_update(seed).chain_update(round.to_be_bytes());
            let selection = select(tag, &output.finalize(), stakes)
                .with_context(|| self.stakes.display().to_string())?;
            won[selection.position] += 1;
        }
        Ok(won)
    }
}
