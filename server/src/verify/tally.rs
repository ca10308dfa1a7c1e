//! The summary of a run.

use core::fmt;
use std::time::Instant;

use pairlane::Verdict;

/// Verdicts, counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tally {
    pub(super) records: u64,
    pub(super) invalid: u64,
    started: Instant,
}

impl Tally {
    /// Nothing yet; the clock runs.
    pub(super) fn start() -> Self {
        Self { records: 0, invalid: 0, started: Instant::now() }
    }

    pub(super) fn count(&mut self, verdict: Verdict) {
        self.records += 1;
        self.invalid += u64::from(!verdict.is_valid());
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { records, invalid, started } = *self;
        let elapsed = started.elapsed();
        let rate = u128::from(records) * 1_000_000 / elapsed.as_micros().max(1);
        let (valid, seconds) = (records - invalid, elapsed.as_secs_f64());
        write!(f, "{records} records: {valid} valid, {invalid} invalid, in {seconds:.2} s")?;
        write!(f, " ({rate} a second)")
    }
}
