//! Selection among a million validators, in units of one SHA-512.

use std::hint::black_box;
use std::time::Duration;

use pairlane::Tag;
use pairlane::election::{Stakes, select};
use sha2::{Digest, Sha512};

use crate::measure::{Pair, in_turn};
use crate::report::{Bar, Row};

const VALIDATORS: usize = 1_000_000;
/// Operations in one timing: one alone is too short for the clock.
const TOGETHER: u64 = 2_000;
const SHA512: &str = "time, SHA-512 of 64 bytes";

/// A selection, draw included, and a change of stake, each at a random position.
///
/// # Panics
/// Never: the list is sound and has stake.
pub(crate) fn rows(budget: Duration, progress: &mut dyn FnMut(&str)) -> Vec<Row> {
    progress("election among 1,000,000");
    let tag = Tag::new("PAIRLANE-BENCH").expect("not empty");
    let amount = |k: u64| u128::from(k.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20);
    let list = (0..VALIDATORS as u64).map(|k| (k, amount(k)));
    let mut stakes = Stakes::new(list).expect("a sound list");

    let mut round = 0u64;
    let selection = in_turn(
        budget,
        || {
            for _ in 0..TOGETHER {
                round += 1;
                black_box(select(&tag, &output(round), &stakes).expect("there is stake"));
            }
        },
        || hash(TOGETHER),
    );
    let mut word = 1u64;
    let change = in_turn(
        budget,
        || {
            for _ in 0..TOGETHER {
                word = word.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let position = usize::try_from(word >> 33).expect("31 bits") % VALIDATORS;
                black_box(stakes.set_at(position, u128::from(word >> 20)).expect("in the list"));
            }
        },
        || hash(TOGETHER),
    );
    vec![
        row("election, select with draw", selection, 5.0),
        row("election, stake update", change, 1.0),
    ]
}

/// An output of 64 bytes, as a VRF gives.
fn output(round: u64) -> [u8; 64] {
    let mut output = [0x5a; 64];
    output[..8].copy_from_slice(&round.to_le_bytes());
    output
}

fn hash(count: u64) {
    for k in 0..count {
        black_box(Sha512::digest(output(k)));
    }
}

fn row(operation: &str, pair: Pair, bar: f64) -> Row {
    let (least, most) = pair.spread;
    Row {
        operation: operation.to_owned(),
        n: VALIDATORS,
        threads: 1,
        rate: TOGETHER as f64 / pair.ours.as_secs_f64(),
        ratio: 1.0 / pair.ratio,
        spread: (1.0 / most, 1.0 / least),
        baseline: SHA512,
        bar: Bar::AtMost(bar),
    }
}
