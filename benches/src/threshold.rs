//! Recovery of a group's signature beside multiplying one by one.

use std::hint::black_box;
use std::time::Duration;

use pairlane::threshold::{PartialSignature, Threshold, deal, recover};
use pairlane::{MinPk, MinSig, SecretKey, Signature, Suite, Variant};

use crate::measure::in_turn;
use crate::report::{Bar, Row};

const ONE_BY_ONE: &str = "t multiplications";

/// `recover` for 67 of 100 in both variants.
///
/// The baseline multiplies as many points by as many scalars, each by blst's multiplication through
/// the endomorphism, and adds up; it is given the Lagrange coefficients, which ours computes.
pub(crate) fn rows(budget: Duration, progress: &mut dyn FnMut(&str)) -> Vec<Row> {
    let (t, n) = (67, 100);
    progress("threshold recover, 67 of 100");
    vec![recovery::<MinPk>("min-pk", t, n, budget), recovery::<MinSig>("min-sig", t, n, budget)]
}

fn recovery<V: Variant>(variant: &str, t: u16, n: u16, budget: Duration) -> Row {
    let suite = Suite::<V>::proof_of_possession();
    let secret = SecretKey::from_seed(&[7; 32], &[]).expect("32 bytes of seed");
    let threshold = Threshold::new(t, n).expect("a sound threshold");
    let (group, shares) = deal::<V>(&secret, threshold).expect("the system gives randomness");
    let point = group.message_point(&suite, b"round 7");
    let required = usize::from(t);
    // The last t: their indices are the largest.
    let partials: Vec<PartialSignature<V>> =
        shares[shares.len() - required..].iter().map(|share| share.sign(&point)).collect();
    let scalars: Vec<SecretKey> = (0..t)
        .map(|k| {
            let mut seed = [9; 32];
            seed[..2].copy_from_slice(&k.to_le_bytes());
            SecretKey::from_seed(&seed, &[]).expect("32 bytes of seed")
        })
        .collect();
    let expected = secret.sign(&suite, b"round 7");
    let pair = in_turn(
        budget,
        || assert!(recover(required, &partials) == Ok(expected)),
        || {
            let products: Vec<_> = scalars.iter().map(|k| k.sign_point(&point)).collect();
            black_box(Signature::aggregate(&products).expect("not empty"));
        },
    );
    Row {
        operation: format!("{variant}, threshold recover {t} of {n}"),
        n: required,
        threads: 1,
        rate: 1.0 / pair.ours.as_secs_f64(),
        ratio: pair.ratio,
        spread: pair.spread,
        baseline: ONE_BY_ONE,
        bar: Bar::AtLeast(3.0),
    }
}
