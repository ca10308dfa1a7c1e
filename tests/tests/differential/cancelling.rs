//! Wrong signatures whose errors cancel: a verifier that adds without random weights, or with
//! weights that somebody can guess, passes them. Every one of them has to be named.

use pairlane::{Reason, Suite, Verdict};
use pairlane_tests::batch::{check, settings};
use pairlane_tests::both_variants;
use pairlane_tests::case::{Case, good_cases, secret};
use pairlane_tests::group::{Group, ORDER};
use pairlane_tests::oracle::Oracle;
use pairlane_tests::random::Random;
use pairlane_tests::torsion::small_order;

both_variants!(
    equal_errors_about_a_good_one,
    two_errors_cancel,
    three_errors_cancel,
    swapped_signatures,
    torsion_cancels,
    opposite_keys
);

type Signatures<V> = <V as Oracle>::Signatures;
type Point<V> = <Signatures<V> as Group>::Point;

/// Good cases for (signer, message), the basic scheme.
fn signed<V: Oracle>(pairs: &[(u64, &str)]) -> Vec<Case<V>> {
    let suite = Suite::basic();
    pairs.iter().map(|(k, m)| Case::good(&suite, &secret(*k), m.as_bytes())).collect()
}

/// Who signs what: distinct throughout, one message, one signer, and twice the same.
const SHAPES: [[(u64, &str); 3]; 4] = [
    [(1, "a"), (2, "b"), (3, "c")],
    [(1, "a"), (2, "a"), (3, "a")],
    [(1, "a"), (1, "b"), (1, "c")],
    [(1, "a"), (1, "a"), (1, "a")],
];

fn point<V: Oracle>(case: &Case<V>) -> Point<V> {
    Signatures::<V>::decode(case.signature()).unwrap()
}

fn with_point<V: Oracle>(case: &Case<V>, point: &Point<V>) -> Case<V> {
    case.with_signature(Signatures::<V>::compress(point))
}

/// A point of the subgroup that is no signature of the cases'.
fn error<V: Oracle>() -> Point<V> {
    point(&signed::<V>(&[(99, "an error")])[0])
}

/// blst's own verdict on the plain sum of all signatures.
fn sum_passes<V: Oracle>(cases: &[Case<V>]) -> bool {
    let sum = cases
        .iter()
        .map(|case| Signatures::<V>::decode(case.signature()).unwrap())
        .reduce(|a, b| Signatures::<V>::add(&a, &b))
        .unwrap();
    let keys: Vec<&[u8]> = cases.iter().map(Case::key).collect();
    let messages: Vec<&[u8]> = cases.iter().map(Case::message).collect();
    let tag = cases[0].suite().tag().as_bytes();
    V::aggregate_verify(tag, &keys, &messages, &Signatures::<V>::compress(&sum))
}

/// The cases by themselves and scattered among good ones, in batches that are and are not large
/// enough for every shortcut.
fn check_scattered<V: Oracle>(cases: &[Case<V>], good: &[Case<V>]) {
    let mut random = Random::new(5);
    for (setting, fillers) in settings().zip([0, 1, 5, 17, 48].into_iter().cycle()) {
        let mut batch: Vec<_> = cases.iter().chain(&good[..fillers]).collect();
        if fillers > 0 {
            random.shuffle(&mut batch);
        }
        check(&batch, setting);
    }
}

fn assert_all_wrong<V: Oracle>(cases: &[Case<V>]) {
    let wrong = Verdict::Invalid(Reason::WrongSignature);
    assert!(cases.iter().all(|case| case.verdict() == wrong));
}

fn two_errors_cancel<V: Oracle>() {
    let (good, error) = (good_cases::<V>(48), error::<V>());
    for shape in SHAPES {
        let [a, b] = &signed::<V>(&shape[..2])[..] else { unreachable!() };
        let wrong = [
            with_point(a, &Signatures::<V>::add(&point(a), &error)),
            with_point(b, &Signatures::<V>::subtract(&point(b), &error)),
        ];
        assert!(sum_passes(&wrong));
        assert_all_wrong(&wrong);
        check_scattered(&wrong, &good);
    }
}

fn three_errors_cancel<V: Oracle>() {
    let (good, error) = (good_cases::<V>(48), error::<V>());
    for shape in SHAPES {
        let [a, b, c] = &signed::<V>(&shape)[..] else { unreachable!() };
        let twice = Signatures::<V>::add(&error, &error);
        let wrong = [
            with_point(a, &Signatures::<V>::add(&point(a), &error)),
            with_point(b, &Signatures::<V>::add(&point(b), &error)),
            with_point(c, &Signatures::<V>::subtract(&point(c), &twice)),
        ];
        assert!(sum_passes(&wrong));
        assert_all_wrong(&wrong);
        check_scattered(&wrong, &good);
    }
}

fn swapped_signatures<V: Oracle>() {
    let good = good_cases::<V>(48);
    // Not the last shape: equal signatures swapped are the same signatures.
    for shape in &SHAPES[..3] {
        let [a, b, c] = &signed::<V>(shape)[..] else { unreachable!() };
        let two = [with_point(a, &point(b)), with_point(b, &point(a))];
        let three = [with_point(a, &point(b)), with_point(b, &point(c)), with_point(c, &point(a))];
        for wrong in [&two[..], &three] {
            assert!(sum_passes(wrong));
            assert_all_wrong(wrong);
            check_scattered(wrong, &good);
        }
    }
}

/// Each of l signatures is off by the same point of order l, and two are off by opposite ones.
fn torsion_cancels<V: Oracle>() {
    let good = good_cases::<V>(48);
    for l in Signatures::<V>::SMALL_PRIMES {
        let off = small_order::<Signatures<V>>(l);
        let number = u64::from(l);
        let mut wrong: Vec<Case<V>> = (0..number)
            .map(|k| {
                let case = &signed(&[(k, "a")])[0];
                with_point(case, &Signatures::<V>::add(&point(case), &off))
            })
            .collect();
        assert!(sum_passes(&wrong));
        check_scattered(&wrong, &good);

        wrong.truncate(1);
        let other = &signed(&[(1, "b")])[0];
        wrong.push(with_point(other, &Signatures::<V>::subtract(&point(other), &off)));
        assert!(sum_passes(&wrong));
        check_scattered(&wrong, &good);
    }
}

/// Valid items whose keys, signatures or both are opposite or equal: sums meet the same point
/// again, its opposite, and the identity.
fn opposite_keys<V: Oracle>() {
    let suite = Suite::basic();
    let mut cases = Vec::new();
    for number in 1..=3u64 {
        let own = secret(number);
        let opposite = pairlane::SecretKey::from_bytes(&opposite(&own.expose_bytes())).unwrap();
        for message in ["a", "b"] {
            let pair =
                [&own, &opposite].map(|key| Case::<V>::good(&suite, key, message.as_bytes()));
            let sum = Signatures::<V>::add(&point(&pair[0]), &point(&pair[1]));
            assert_eq!(sum, Signatures::<V>::identity());
            // The opposite's signature is right by the opposite key only.
            cases.push(pair[0].with_signature(pair[1].signature().to_vec()));
            cases.extend(pair);
        }
    }
    let mut batch: Vec<_> = cases.iter().cycle().take(4 * cases.len()).collect();
    let valid: Vec<_> = batch.iter().copied().filter(|case| case.verdict().is_valid()).collect();
    let mut random = Random::new(6);
    for setting in settings() {
        check(&valid, setting);
        check(&valid[..2], setting);
        random.shuffle(&mut batch);
        check(&batch, setting);
    }
}

/// `r - k` of a secret key k.
fn opposite(key: &[u8; 32]) -> [u8; 32] {
    let order = hex::decode(ORDER).unwrap();
    let mut out = [0; 32];
    let mut borrow = 0;
    for i in (0..32).rev() {
        let difference = i16::from(order[i]) - i16::from(key[i]) - borrow;
        borrow = i16::from(difference < 0);
        out[i] = u8::try_from(difference + 256 * borrow).unwrap();
    }
    out
}

/// The same error before and after a good item: to who looks for a lone culprit without weights it
/// is the one between. With one message, and with one signer.
fn equal_errors_about_a_good_one<V: Oracle>() {
    let one_message: Vec<_> = (1..=24).map(|signer| (signer, "a")).collect();
    let messages: Vec<String> = (0..24).map(|k| format!("message {k}")).collect();
    let one_signer: Vec<_> = messages.iter().map(|message| (1, message.as_str())).collect();
    for pairs in [one_message, one_signer] {
        let mut cases = signed::<V>(&pairs);
        for k in [4, 8] {
            cases[k] =
                with_point(&cases[k], &Signatures::<V>::add(&point(&cases[k]), &error::<V>()));
        }
        let batch: Vec<_> = cases.iter().collect();
        settings().for_each(|setting| check(&batch, setting));
    }
}
