//! Batches and the verdicts that they have to get.

use pairlane::{Verifier, WeightBits};

use crate::case::Case;
use crate::executor::Executor;
use crate::oracle::Oracle;

/// How a batch is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The length of weights.
    pub bits: WeightBits,
    /// Who does the work.
    pub executor: Executor,
}

/// Both lengths of weights on every executor.
pub fn settings() -> impl Iterator<Item = Setting> + Clone {
    [WeightBits::Bits64, WeightBits::Bits128]
        .into_iter()
        .flat_map(|bits| Executor::ALL.map(|executor| Setting { bits, executor }))
}

/// Verifies a batch and compares each verdict with the case's own, and `all_valid` with them all.
///
/// Weights come from the operating system: a verdict that depends on them is a bug.
pub fn check<V: Oracle>(cases: &[&Case<V>], setting: Setting) {
    check_with(&Verifier::new(), cases, setting);
}

/// [`check`] with the stores of a verifier.
pub fn check_with<V: Oracle>(verifier: &Verifier<'_, V>, cases: &[&Case<V>], setting: Setting) {
    let verifier = verifier.clone().with_weight_bits(setting.bits);
    let items: Vec<_> = cases.iter().map(|case| case.item()).collect();
    let verdicts = setting.executor.verify(&verifier, &items);
    let expected: Vec<_> = cases.iter().map(|case| case.verdict()).collect();
    assert_eq!(verdicts.len(), expected.len());
    if let Some(i) = (0..expected.len()).find(|&i| verdicts[i] != expected[i]) {
        let (verdict, expected) = (verdicts[i], expected[i]);
        panic!("item {i} of {}, {setting:?}: {verdict}; blst: {expected}", verdicts.len());
    }
    let valid = expected.iter().all(|verdict| verdict.is_valid());
    assert_eq!(setting.executor.all_valid(&verifier, &items), valid, "{setting:?}");
}
