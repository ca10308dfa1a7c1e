//! Points outside the subgroup, in batches on both sides of every size at which the engine changes
//! its way: separate checks or the fused pass, one suspect at a time or halving, chains or buckets.

use pairlane::Suite;
use pairlane_tests::batch::{Setting, check, settings};
use pairlane_tests::both_variants;
use pairlane_tests::case::{Case, secret};
use pairlane_tests::fault::{Damage, Fault, spoil};
use pairlane_tests::oracle::Oracle;
use pairlane_tests::random::Random;

both_variants!(signatures, keys, few_unchecked_among_many_checked, repeated_keys, all_outside);

/// The fused pass starts at width + width / 8 points: 20 and 39 on G2, 46 and 91 on G1, for
/// weights of 64 and 128 bits. Chains give way to buckets at 10, suspects are halved from 32.
/// Either group may hold the keys, so all sizes are for both; the last is for deep halving.
const SIZES: [usize; 19] =
    [9, 10, 11, 19, 20, 21, 31, 32, 33, 38, 39, 40, 45, 46, 47, 90, 91, 92, 140];

const OUTSIDE: [Damage; 5] = [
    Damage::Torsion(0),
    Damage::Torsion(1),
    Damage::SmallOrder(0),
    Damage::SmallOrder(1),
    Damage::OffSubgroup,
];

/// Good cases by distinct keys on distinct messages, everything encoded.
fn encoded<V: Oracle>(count: u64) -> Vec<Case<V>> {
    let suite = Suite::basic();
    (0..count).map(|k| Case::good(&suite, &secret(k), format!("m{k}").as_bytes())).collect()
}

/// The first cases, each spoilt in some way outside the subgroup.
fn spoilt<V: Oracle>(good: &[Case<V>], fault: fn(Damage) -> Fault) -> Vec<Case<V>> {
    good[..10]
        .iter()
        .zip(0..)
        .zip(OUTSIDE.into_iter().cycle())
        .map(|((case, number), damage)| spoil(case, number, fault(damage)))
        .collect()
}

/// For each size: nothing bad, one outside, a tenth outside, half of them with other faults mixed.
fn sweep<V: Oracle>(good: &[Case<V>], bad: &[Case<V>], other: &[Case<V>], settings: &[Setting]) {
    let mut random = Random::new(7);
    for (k, n) in SIZES.into_iter().enumerate() {
        for setting in settings.iter().skip(k % 2).step_by(2) {
            let mut cases: Vec<&Case<V>> = good[..n].iter().collect();
            if *setting == settings[0] {
                check(&cases, *setting);
            }
            cases[random.below(n)] = random.choose(bad);
            check(&cases, *setting);
            for _ in 0..n / 10 {
                cases[random.below(n)] = random.choose(bad);
            }
            check(&cases, *setting);
            for _ in 0..n / 2 {
                let from = if random.chance(1, 3) { other } else { bad };
                cases[random.below(n)] = random.choose(from);
            }
            check(&cases, *setting);
        }
    }
}

/// Both lengths of weights, in sequence and on two threads.
fn chosen_settings() -> Vec<Setting> {
    use pairlane_tests::executor::Executor::{Sequential, TwoThreads};
    settings().filter(|s| [Sequential, TwoThreads].contains(&s.executor)).collect()
}

fn signatures<V: Oracle>() {
    let good = encoded::<V>(140);
    let bad = spoilt(&good, Fault::Signature);
    let other = spoilt(&good, Fault::Key);
    sweep(&good, &bad, &other, &chosen_settings());
}

fn keys<V: Oracle>() {
    let good = encoded::<V>(140);
    let bad = spoilt(&good, Fault::Key);
    let other = spoilt(&good, |damage| Fault::Both(damage, Damage::OffSubgroup));
    sweep(&good, &bad, &other, &chosen_settings());
}

/// The crossover counts unchecked points, the pass takes all of them.
fn few_unchecked_among_many_checked<V: Oracle>() {
    let encoded = encoded::<V>(60);
    let checked: Vec<_> = encoded.iter().map(|c| c.clone().with_checked_signature()).collect();
    let bad = spoilt(&encoded, Fault::Signature);
    let mut random = Random::new(8);
    for (setting, unchecked) in settings().zip([1, 5, 19, 20, 21, 45, 46, 47]) {
        let mut cases: Vec<&Case<V>> =
            encoded[..unchecked].iter().chain(&checked[unchecked..]).collect();
        check(&cases, setting);
        for _ in 0..3 {
            cases[random.below(unchecked)] = random.choose(&bad);
        }
        random.shuffle(&mut cases);
        check(&cases, setting);
    }
}

/// One bad key behind many items, beside good keys that come as often.
fn repeated_keys<V: Oracle>() {
    let suite = Suite::basic();
    let mut random = Random::new(9);
    let mut cases = Vec::new();
    for number in 0..24 {
        for message in ["a", "b", "c"] {
            cases.push(Case::<V>::good(&suite, &secret(number), message.as_bytes()));
        }
    }
    let bad: Vec<_> = (0..3)
        .map(|k| spoil(&cases[k], 0, Fault::Key(OUTSIDE[k])))
        .flat_map(|bad| cases[..6].iter().map(move |case| case.with_key(bad.key().to_vec())))
        .collect();
    let mut batch: Vec<_> = cases.iter().chain(&bad).collect();
    for setting in settings() {
        random.shuffle(&mut batch);
        check(&batch, setting);
    }
}

fn all_outside<V: Oracle>() {
    let good = encoded::<V>(10);
    for fault in [Fault::Signature, Fault::Key] {
        let bad = spoilt(&good, fault);
        for (setting, n) in settings().zip([1, 2, 10, 33, 50, 64, 100, 130]) {
            check(&bad.iter().cycle().take(n).collect::<Vec<_>>(), setting);
        }
    }
}
