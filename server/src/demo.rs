//! `pairlane demo`: published signatures, their verdicts, and how fast this machine gives them.

mod case;
mod tables;

use std::time::Instant;

use clap::Args;
use pairlane::{Item, MinPk, MinSig, Variant, Verdict, Verifier};

use crate::bench;
use crate::ending::Ending;
use crate::executor::{Executor, ThreadsArgs};
use crate::print_line;
use crate::suite::{VariantName, suite};
use case::{Case, cases};

/// Verify published signatures, say why the bad ones are bad, then measure this machine
///
/// The signatures come with the program: rounds of the drand randomness beacon, Ethereum's
/// `verify` vectors, and Wycheproof's. Exit status 1 if a verdict is not the published one.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct DemoArgs {
    /// Verdicts only, no measuring
    #[arg(long)]
    no_bench: bool,

    #[command(flatten)]
    threads: ThreadsArgs,
}

const EXAMPLES: &str = "\
Examples:
  pairlane demo
  pairlane demo --no-bench";

impl DemoArgs {
    /// Verdicts first; a machine whose verdicts are wrong is not worth measuring.
    pub(crate) fn run(&self) -> anyhow::Result<Ending> {
        let executor = self.threads.executor()?;
        let cases = cases()?;
        let start = Instant::now();
        let mut judged = verify::<MinPk>(&cases, VariantName::MinPk, &executor)?;
        judged.extend(verify::<MinSig>(&cases, VariantName::MinSig, &executor)?);
        let milliseconds = start.elapsed().as_millis();
        judged.sort_by_key(|judged| judged.place);
        print_line(&format_args!(
            "{} published signatures, one batch for each variant, {milliseconds} ms in all:\n",
            judged.len(),
        ))?;
        for table in [tables::sources, tables::rounds, tables::reasons] {
            print_line(&format_args!("{}\n", table(&judged)))?;
        }
        let wrong = judged.iter().filter(|judged| !judged.as_published()).count();
        if wrong > 0 {
            print_line(&format_args!("{wrong} NOT AS PUBLISHED:\n\n{}", tables::wrong(&judged)))?;
            return Ok(Ending::SomeInvalid);
        }
        if !self.no_bench {
            let report = bench::measure(true, self.threads.count())?;
            print_line(&format_args!("{report}"))?;
        }
        Ok(Ending::Good)
    }
}

/// A case and our verdict on it.
struct Judged<'a> {
    /// Which of the cases it is.
    place: usize,
    case: &'a Case,
    verdict: Verdict,
}

impl Judged<'_> {
    /// Whether the verdict is the published one.
    fn as_published(&self) -> bool {
        self.verdict.is_valid() == self.case.expected
    }
}

/// All cases of a variant as one batch, whatever their suites.
fn verify<'a, V: Variant>(
    cases: &'a [Case],
    variant: VariantName,
    executor: &Executor,
) -> anyhow::Result<Vec<Judged<'a>>> {
    let cases: Vec<_> =
        cases.iter().enumerate().filter(|(_, case)| case.variant == variant).collect();
    let suites = cases
        .iter()
        .map(|(_, case)| suite::<V>(case.scheme, Some(&case.tag)))
        .collect::<Result<Vec<_>, _>>()?;
    let items: Vec<_> = cases
        .iter()
        .zip(&suites)
        .map(|((_, case), suite)| {
            Item::new(suite, &case.public_key, &case.message, &case.signature)
        })
        .collect();
    let verdicts = Verifier::new().verify(&items, executor);
    let judged = cases.into_iter().zip(verdicts);
    Ok(judged.map(|((place, case), verdict)| Judged { place, case, verdict }).collect())
}
