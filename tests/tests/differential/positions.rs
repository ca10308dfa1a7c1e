//! A bad item at every place of batches of every size, and patterns of many bad ones.

use pairlane_tests::batch::{check, settings};
use pairlane_tests::both_variants;
use pairlane_tests::case::{Case, good_cases};
use pairlane_tests::fault::bad_cases;
use pairlane_tests::oracle::Oracle;
use pairlane_tests::random::Random;

both_variants!(every_place_up_to_16, every_place_up_to_64, patterns, empty);

/// A batch of n, bad where the predicate says so; faults in turn.
fn batch<'a, V: Oracle>(
    good: &'a [Case<V>],
    bad: &'a [Case<V>],
    n: usize,
    random: &mut Random,
    is_bad: impl Fn(usize) -> bool,
) -> Vec<&'a Case<V>> {
    (0..n).map(|i| if is_bad(i) { random.choose(bad) } else { &good[i] }).collect()
}

fn every_place_up_to_16<V: Oracle>() {
    let (good, bad) = (good_cases::<V>(16), bad_cases::<V>());
    // Faults that only the equation finds: each needs the search.
    let bad = &bad[..5];
    let mut random = Random::new(2);
    let mut settings = settings().cycle();
    for n in 1..=16 {
        check(&good[..n].iter().collect::<Vec<_>>(), settings.next().unwrap());
        for place in 0..n {
            let cases = batch(&good, bad, n, &mut random, |i| i == place);
            check(&cases, settings.next().unwrap());
        }
    }
}

/// For each size, eight batches with every eighth item bad, so that every place is bad once.
fn every_place_up_to_64<V: Oracle>() {
    let (good, bad) = (good_cases::<V>(64), bad_cases::<V>());
    let mut random = Random::new(3);
    let mut settings = settings().cycle();
    for n in 17..=64 {
        check(&good[..n].iter().collect::<Vec<_>>(), settings.next().unwrap());
        let step = 8 * (1 + n / 33);
        for first in 0..step {
            let cases = batch(&good, &bad, n, &mut random, |i| i % step == first);
            check(&cases, settings.next().unwrap());
        }
    }
}

fn patterns<V: Oracle>() {
    let (good, bad) = (good_cases::<V>(70), bad_cases::<V>());
    let mut random = Random::new(4);
    let mut settings = settings().cycle();
    for n in [2, 3, 5, 8, 15, 16, 17, 31, 32, 33, 47, 48, 49, 64, 65] {
        let chosen: Vec<bool> = (0..n).map(|_| random.chance(1, 2)).collect();
        let odd_one = random.below(n);
        let patterns: [&dyn Fn(usize) -> bool; 6] = [
            &|_| true,
            &|i| i != odd_one,
            &|i| i % 2 == 1,
            &|i| i < n / 2,
            &|i| i >= n / 2,
            &|i| chosen[i],
        ];
        for (which, is_bad) in patterns.into_iter().enumerate() {
            // Once with faults of every kind, once with such as only the equation finds.
            let bad = if which % 2 == 0 { &bad[..5] } else { &bad[..] };
            let cases = batch(&good, bad, n, &mut random, is_bad);
            check(&cases, settings.next().unwrap());
        }
    }
}

fn empty<V: Oracle>() {
    for setting in settings() {
        check::<V>(&[], setting);
    }
}
