//! `pairlane bench`: our rates beside blst's.

use clap::Args;
use pairlane_benches::{Plan, Report};

use crate::complain;
use crate::ending::Ending;
use crate::executor::ThreadsArgs;
use crate::print_line;

/// Measure this machine: signatures per second beside plain blst, in turn in one process
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct BenchArgs {
    /// A few cases in about twenty seconds, instead of all in minutes
    #[arg(long)]
    quick: bool,

    #[command(flatten)]
    threads: ThreadsArgs,
}

const EXAMPLES: &str = "\
Examples:
  pairlane bench --quick
  pairlane bench --threads 1";

impl BenchArgs {
    pub(crate) fn run(&self) -> anyhow::Result<Ending> {
        let report = measure(self.quick, self.threads.count())?;
        print_line(&report)?;
        Ok(Ending::Good)
    }
}

/// Runs the cases; says on stderr what it is at.
pub(crate) fn measure(quick: bool, threads: usize) -> anyhow::Result<Report> {
    let plan = Plan { quick, threads, backend: pairlane::Backend::default(), rest: true };
    pairlane_benches::run(&plan, &mut |line| complain(format_args!("measuring {line}")))
}
