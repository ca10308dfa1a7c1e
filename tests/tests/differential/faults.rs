//! Each fault by itself, beside good items, beside itself, and among all the others.

use pairlane_tests::batch::{check, settings};
use pairlane_tests::both_variants;
use pairlane_tests::case::{Case, good_cases};
use pairlane_tests::counted::Counted;
use pairlane_tests::fault::bad_cases;
use pairlane_tests::oracle::Oracle;
use pairlane_tests::random::Random;

both_variants!(alone_and_in_company, all_together_in_any_order);

/// 5 mismatches, 12 damages of signatures, 12 of keys, 4 of both.
const FAULTS: usize = 33;

fn alone_and_in_company<V: Oracle>() {
    let mut counted = Counted::new("faults", FAULTS);
    let good = good_cases::<V>(3);
    for (bad, setting) in bad_cases::<V>().iter().zip(settings().cycle()) {
        assert!(!bad.verdict().is_valid());
        check(&[bad], setting);
        check(&[bad, bad], setting);
        check(&[&good[0], bad, &good[1], &good[2]], setting);
        counted.case();
    }
}

fn all_together_in_any_order<V: Oracle>() {
    let (good, bad) = (good_cases::<V>(40), bad_cases::<V>());
    let mut cases: Vec<&Case<V>> = good.iter().chain(&bad).chain(&bad[..20]).collect();
    let mut random = Random::new(1);
    for setting in settings() {
        random.shuffle(&mut cases);
        check(&cases, setting);
    }
}
