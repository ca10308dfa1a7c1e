//! Is everybody selected as often as their stake says? Fixed seeds, so a pass is a pass for ever.

use pairlane::Tag;
use pairlane::election::{Stakes, committee, select};

const ROUNDS: u32 = 100_000;

fn tag() -> Tag {
    Tag::new("PAIRLANE-FAIRNESS-TEST").unwrap()
}

fn list(amounts: &[u128]) -> Stakes<usize> {
    Stakes::new(amounts.iter().copied().enumerate()).unwrap()
}

/// The output of a round: the seed of the run, then the round.
fn output(seed: u64, round: u32) -> [u8; 12] {
    let mut out = [0; 12];
    out[..8].copy_from_slice(&seed.to_be_bytes());
    out[8..].copy_from_slice(&round.to_be_bytes());
    out
}

/// Who was selected in each round.
fn leaders(amounts: &[u128], seed: u64) -> Vec<usize> {
    let stakes = list(amounts);
    (0..ROUNDS).map(|k| select(&tag(), &output(seed, k), &stakes).unwrap().position).collect()
}

/// Pearson's statistic; stakes whose expectation is below 5 share a cell.
fn chi_square(amounts: &[u128], leaders: &[usize]) -> (f64, usize) {
    let total: u128 = amounts.iter().sum();
    let mut counts = vec![0u32; amounts.len()];
    for leader in leaders {
        counts[*leader] += 1;
    }
    let (mut pooled, mut cells) = ((0.0, 0.0), Vec::new());
    for (amount, count) in amounts.iter().zip(counts) {
        let expected = *amount as f64 / total as f64 * leaders.len() as f64;
        if expected < 5.0 {
            pooled = (pooled.0 + expected, pooled.1 + f64::from(count));
        } else {
            cells.push((expected, f64::from(count)));
        }
    }
    if pooled.0 > 0.0 {
        cells.push(pooled);
    }
    let statistic = cells.iter().map(|(e, o)| (o - e) * (o - e) / e).sum();
    (statistic, cells.len() - 1)
}

/// A standard normal deviate of a chi-square value (Wilson and Hilferty 1931).
fn deviate((statistic, degrees): (f64, usize)) -> f64 {
    let spread = 2.0 / (9.0 * degrees as f64);
    ((statistic / degrees as f64).cbrt() - (1.0 - spread)) / spread.sqrt()
}

/// Two-sided at about 1 in 1,000: too good a fit is as suspect as too bad a one.
fn plausible(deviate: f64) -> bool {
    deviate.abs() < 3.3
}

fn distributions() -> Vec<Vec<u128>> {
    vec![
        vec![1; 64],
        vec![3, 0, 1, 0, 0, 7],
        (1..=100).collect(),
        // A whale, a middle class and dust.
        core::iter::once(1 << 60).chain([1 << 50; 40]).chain([1 << 30; 500]).collect(),
        // Near the limit, where words are refused.
        vec![1 << 127, 1 << 126, 1 << 125, (1 << 125) - 1],
        vec![u128::MAX / 3; 3],
    ]
}

#[test]
fn frequencies_follow_the_stakes() {
    for (number, amounts) in distributions().iter().enumerate() {
        for seed in 0..2 {
            let chi = chi_square(amounts, &leaders(amounts, seed));
            assert!(plausible(deviate(chi)), "distribution {number}, seed {seed}: {chi:?}");
        }
    }
}

/// The test must be able to fail: against slightly wrong stakes it does.
#[test]
fn the_test_sees_a_bias() {
    let drawn = leaders(&[100, 100, 104], 0);
    assert!(!plausible(deviate(chi_square(&[1; 3], &drawn))));
    // A 32-bit word modulo 3 * 2^30, the classic mistake.
    let modulo: Vec<usize> =
        (0..ROUNDS).map(|k| ((k.wrapping_mul(2_654_435_769) % (3 << 30)) >> 30) as usize).collect();
    assert!(!plausible(deviate(chi_square(&[1; 3], &modulo))));
}

/// Cutting one stake into neighbouring parts changes nobody's luck, round by round.
#[test]
fn splitting_gains_nothing() {
    let whole = leaders(&[500, 300, 200], 7);
    let split = leaders(&[500, 1, 99, 150, 50, 200], 7);
    let owner = [0, 1, 1, 1, 1, 2];
    assert!(whole.iter().zip(&split).all(|(w, s)| *w == owner[*s]));
    // Elsewhere in the list the rounds differ, and the share does not.
    let scattered = leaders(&[100, 500, 100, 200, 100], 7);
    let won = scattered.iter().filter(|k| [0, 2, 4].contains(*k)).count();
    assert!(won.abs_diff(30_000) < 500, "{won} rounds for 30%");
}

/// The share of the largest stake stays within Hoeffding's bound at 1 in a million.
#[test]
fn the_largest_share_stays_in_its_bound() {
    let amounts: Vec<u128> = (1..=50).map(|k| k * k).collect();
    let share = 2500.0 / amounts.iter().sum::<u128>() as f64;
    let won = leaders(&amounts, 5).iter().filter(|k| **k == 49).count();
    let bound = (2e6_f64.ln() / (2.0 * f64::from(ROUNDS))).sqrt();
    assert!((won as f64 / f64::from(ROUNDS) - share).abs() < bound);
}

/// One round says nothing of the next: correlation and runs of the leader sequence.
#[test]
fn rounds_are_independent() {
    let drawn = leaders(&[1; 2], 3);
    let signs: Vec<f64> = drawn.iter().map(|k| if *k == 0 { 1.0 } else { -1.0 }).collect();
    let root = f64::from(ROUNDS).sqrt();
    for lag in [1, 2, 3, 7, 64, 1000] {
        let correlation: f64 = signs.windows(lag + 1).map(|w| w[0] * w[lag]).sum();
        assert!(plausible(correlation / root), "lag {lag}: {correlation}");
    }
    let runs = 1 + drawn.windows(2).filter(|w| w[0] != w[1]).count();
    // Mean n / 2, standard deviation sqrt(n) / 2.
    assert!(plausible((runs as f64 - f64::from(ROUNDS) / 2.0) / (root / 2.0)), "{runs} runs");
}

/// Pairs of seats are drawn as successive sampling says, exactly.
#[test]
fn committees_follow_successive_sampling() {
    let amounts = [1u128, 2, 3, 4];
    let mut stakes = list(&amounts);
    let mut counts = [[0u32; 4]; 4];
    for round in 0..ROUNDS {
        let pair = committee(&tag(), &output(9, round), &mut stakes, 2).unwrap().positions;
        counts[pair[0]][pair[1]] += 1;
    }
    let mut statistic = 0.0;
    for (first, row) in counts.iter().enumerate() {
        for (second, count) in row.iter().enumerate().filter(|(second, _)| *second != first) {
            let (a, b) = (amounts[first] as f64, amounts[second] as f64);
            let expected = f64::from(ROUNDS) * a / 10.0 * b / (10.0 - a);
            statistic += (f64::from(*count) - expected).powi(2) / expected;
        }
        assert_eq!(row[first], 0);
    }
    assert!(plausible(deviate((statistic, 11))), "{statistic}");
}
