//! A whole batch on the backend that the environment asks for, else on the fastest. `tests/bochs`
//! runs this on an emulated processor, so that all of a batch runs on instructions which the
//! machine at hand may lack.

use super::*;
use crate::{MinPk, MinSig, SecretKey, Sequential, Suite};

/// Two vectors of eight lanes and a ragged rest.
const ITEMS: u8 = 19;

fn verdicts_name_the_bad_ones<V: Variant>() {
    if let Some(asked) = Backend::from_environment().unwrap() {
        assert_eq!(Verifier::<V>::new().backend, asked);
    }
    let suite = Suite::<V>::proof_of_possession();
    let mut expected = vec![Verdict::Valid; usize::from(ITEMS)];
    let mut signed: Vec<_> = (0..ITEMS)
        .map(|k| {
            let secret = SecretKey::from_seed(&[k; 32], &[]).unwrap();
            let message = if k == 3 { b"another".as_slice() } else { &[k] };
            (secret.public_key::<V>(), [k], secret.sign(&suite, message).to_bytes())
        })
        .collect();
    // Without the flag of compressed form, which the length says it is.
    signed[18].2[0] ^= 0x80;
    expected[3] = Verdict::Invalid(Reason::WrongSignature);
    expected[18] = Verdict::Invalid(Reason::Signature(PointError::Encoding));
    let items: Vec<_> = signed
        .iter()
        .map(|(key, message, signature)| Item::new(&suite, key, message, signature))
        .collect();
    assert_eq!(Verifier::new().verify(&items, &Sequential), expected);
}

#[test]
fn verdicts_name_the_bad_ones_min_pk() {
    verdicts_name_the_bad_ones::<MinPk>();
}

#[test]
fn verdicts_name_the_bad_ones_min_sig() {
    verdicts_name_the_bad_ones::<MinSig>();
}
