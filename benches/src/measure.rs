//! Timing of two things in turn.

use std::time::{Duration, Instant};

/// What alternating runs of two functions took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair {
    /// Median time of the first.
    pub(crate) ours: Duration,
    /// Median over the runs of (second / first), each pair taken side by side.
    pub(crate) ratio: f64,
    /// Least and greatest of those.
    pub(crate) spread: (f64, f64),
}

/// Runs `baseline` and `ours` alternately until `budget` is spent, at least three times each after
/// one warm-up of ours.
pub(crate) fn in_turn(
    budget: Duration,
    mut ours: impl FnMut(),
    mut baseline: impl FnMut(),
) -> Pair {
    ours();
    let start = Instant::now();
    let (mut times, mut ratios) = (Vec::new(), Vec::new());
    while times.len() < 3 || start.elapsed() < budget {
        let theirs = time(&mut baseline);
        let own = time(&mut ours);
        times.push(own);
        ratios.push(theirs.as_secs_f64() / own.as_secs_f64());
    }
    times.sort();
    ratios.sort_by(f64::total_cmp);
    Pair {
        ours: times[times.len() / 2],
        ratio: ratios[ratios.len() / 2],
        spread: (ratios[0], ratios[ratios.len() - 1]),
    }
}

fn time(f: &mut impl FnMut()) -> Duration {
    let start = Instant::now();
    f();
    start.elapsed()
}
