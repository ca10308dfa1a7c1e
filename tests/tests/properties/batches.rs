//! Batches drawn at random from good and bad items, the same item again among them.

use std::sync::LazyLock;

use pairlane::{MinPk, MinSig, Verifier};
use pairlane_tests::batch::{check_with, settings};
use pairlane_tests::case::{Case, good_cases};
use pairlane_tests::executor::Executor;
use pairlane_tests::fault::bad_cases;
use pairlane_tests::oracle::Oracle;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::cases;

static MIN_PK: LazyLock<Vec<Case<MinPk>>> = LazyLock::new(pool);
static MIN_SIG: LazyLock<Vec<Case<MinSig>>> = LazyLock::new(pool);

/// Good cases first.
fn pool<V: Oracle>() -> Vec<Case<V>> {
    let mut cases = good_cases(GOOD);
    cases.extend(bad_cases());
    cases
}

const GOOD: usize = 30;

/// Places in the pool; mostly good ones, some of them again and again.
fn batches() -> impl Strategy<Value = Vec<usize>> {
    prop_oneof![
        vec(0..GOOD, 0..70),
        vec(0..GOOD + 33, 0..40),
        vec(prop_oneof![20 => 0..GOOD, 1 => GOOD..GOOD + 33], 20..110),
        vec(prop_oneof![3 => 0..2usize, 1 => GOOD..GOOD + 5], 0..60),
    ]
}

fn check_batch<V: Oracle>(pool: &[Case<V>], places: &[usize], setting: usize, seed: [u8; 32]) {
    let cases: Vec<_> = places.iter().map(|&place| &pool[place]).collect();
    let setting = settings().nth(setting).unwrap();
    // Weights from a seed that the failure names, so that it repeats; then from the system.
    check_with(&Verifier::new().with_test_seed(seed), &cases, setting);
    let items: Vec<_> = cases.iter().map(|case| case.item()).collect();
    let verifier = Verifier::new().with_weight_bits(setting.bits);
    let verdicts = Executor::TwoThreads.verify(&verifier, &items);
    assert_eq!(verdicts, cases.iter().map(|case| case.verdict()).collect::<Vec<_>>());
}

proptest! {
    #![proptest_config(cases(80))]

    #[test]
    fn min_pk(places in batches(), setting in 0..8usize, seed in any::<[u8; 32]>()) {
        check_batch(&MIN_PK, &places, setting, seed);
    }

    #[test]
    fn min_sig(places in batches(), setting in 0..8usize, seed in any::<[u8; 32]>()) {
        check_batch(&MIN_SIG, &places, setting, seed);
    }
}
