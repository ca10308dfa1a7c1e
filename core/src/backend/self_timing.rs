//! Whether lanes beat blst on this processor: products in Fp2 timed against blst's, once a process.

use core::hint::black_box;
use core::time::Duration;
use std::time::Instant;

use crate::arch::{Fp2, G2};
use crate::curve::{Curve, Field};
use crate::lanes::{LaneField, Lanes};

/// Rounds of each: the least time of a few is the undisturbed one, unless all were disturbed.
const ROUNDS: usize = 5;
/// Products a round: some ten microseconds.
const PRODUCTS: usize = 128;

/// How many times the products of blst the lanes make in the same time.
pub(super) fn gain<B: Lanes>(lanes: B) -> f64 {
    let generator = G2::generator();
    let [x, y] = [generator.x, generator.y].map(|part| <Fp2 as Field>::Lanes::splat(lanes, &part));
    let ours = fastest(|| {
        black_box((0..PRODUCTS).fold(x, |product, _| product.mul(&y)));
    });
    let theirs = fastest(|| {
        black_box((0..PRODUCTS).fold(generator.x, |product, _| product.mul(&generator.y)));
    });
    let lanes = f64::from(u8::try_from(B::LANES).expect("a handful"));
    lanes * theirs.as_secs_f64() / ours.as_secs_f64().max(1e-9)
}

fn fastest(run: impl Fn()) -> Duration {
    let times = (0..ROUNDS).map(|_| {
        let start = Instant::now();
        run();
        start.elapsed()
    });
    times.min().expect("some rounds")
}
