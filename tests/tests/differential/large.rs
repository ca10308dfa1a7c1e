//! Thousands of items: the verdicts are right in number and in order.

use pairlane::Item;
use pairlane::{MinSig, Pooled, Reason, SecretKey, Suite, Verdict, Verifier};
use pairlane_tests::case::secret;
use pairlane_tests::oracle::Oracle;
use pairlane_tests::random::Random;

const ITEMS: usize = 4096;

struct Signed {
    key: Vec<u8>,
    message: Vec<u8>,
    signature: Vec<u8>,
    good: bool,
}

/// Items of so many signers, each message signed once; `is_good` says which are.
fn signed(signers: usize, mut is_good: impl FnMut() -> bool) -> Vec<Signed> {
    let suite = Suite::<MinSig>::basic();
    let keys: Vec<(SecretKey, Vec<u8>)> = (0..signers as u64)
        .map(|number| (secret(number), secret(number).public_key::<MinSig>().to_bytes()))
        .collect();
    (0..ITEMS)
        .map(|k| {
            let (secret, key) = &keys[k % signers];
            let message = k.to_le_bytes().to_vec();
            let good = is_good();
            let signed: &[u8] = if good { &message } else { b"nobody asked for this" };
            let signature = secret.sign(&suite, signed).to_bytes();
            Signed { key: key.clone(), message, signature, good }
        })
        .collect()
}

fn check(signed: &[Signed]) {
    let suite = Suite::<MinSig>::basic();
    let items: Vec<_> = signed
        .iter()
        .map(|item| Item::new(&suite, &item.key, &item.message, &item.signature))
        .collect();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let verdicts = Verifier::new().verify(&items, &Pooled(&pool));
    assert_eq!(verdicts.len(), ITEMS);
    for (k, (item, verdict)) in signed.iter().zip(verdicts).enumerate() {
        let wrong = Verdict::Invalid(Reason::WrongSignature);
        assert_eq!(verdict, if item.good { Verdict::Valid } else { wrong }, "item {k}");
        // The oracle takes as long again as the batch, so it is asked now and then.
        if k % 64 == 0 {
            let tag = suite.tag().as_bytes();
            let oracle = MinSig::verify(tag, &[], &item.key, &item.message, &item.signature);
            assert_eq!(oracle, item.good);
        }
    }
    let all = signed.iter().all(|item| item.good);
    assert_eq!(Verifier::new().all_valid(&items, &Pooled(&pool)), all);
}

#[test]
fn all_good_of_64_signers() {
    check(&signed(64, || true));
}

#[test]
fn all_wrong() {
    check(&signed(512, || false));
}

#[test]
fn a_random_half_wrong() {
    let mut random = Random::new(13);
    check(&signed(64, || random.chance(1, 2)));
}

#[test]
fn three_wrong() {
    let mut place = 0;
    check(&signed(512, || {
        place += 1;
        ![1, 2222, ITEMS].contains(&place)
    }));
}
