//! One bit of an encoding flipped, each of them: an error or another point, never the same one.

use pairlane::{Possession, PublicKey, SecretKey, Signature, Suite, VerifyError};
use pairlane_tests::both_variants;
use pairlane_tests::case::secret;
use pairlane_tests::counted::Counted;
use pairlane_tests::oracle::Oracle;

both_variants!(keys, signatures);

fn flipped(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..8 * bytes.len()).map(|bit| {
        let mut bytes = bytes.to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        bytes
    })
}

fn keys<V: Oracle>() {
    let mut counted = Counted::new("bits of keys", 2 * 8 * 3 * V::PUBLIC_KEY_LENGTH);
    for number in 0..2 {
        let key = secret(number).public_key::<V>();
        for encoded in [key.to_bytes(), key.to_uncompressed()] {
            for changed in flipped(&encoded) {
                assert_ne!(PublicKey::<V>::from_bytes(&changed), Ok(key));
                counted.case();
            }
        }
    }
}

fn signatures<V: Oracle>() {
    let mut counted = Counted::new("bits of signatures", 2 * 8 * 3 * V::SIGNATURE_LENGTH);
    let suite = Suite::<V>::basic();
    for number in 0..2 {
        let key = secret(number).public_key::<V>();
        let signature = secret(number).sign(&suite, b"m");
        for encoded in [signature.to_bytes(), signature.to_uncompressed()] {
            for changed in flipped(&encoded) {
                let decoded = Signature::<V>::from_bytes(&changed);
                assert_ne!(decoded, Ok(signature));
                // Only the sign gives a point of the subgroup, but for a chance of 2^-120.
                if let Ok(other) = decoded {
                    let wrong = Err(VerifyError::WrongSignature);
                    assert_eq!(other.verify(&suite, &key, b"m"), wrong);
                }
                assert_eq!(Possession::<V>::from_bytes(&changed).is_ok(), decoded.is_ok());
                counted.case();
            }
        }
    }
}

#[test]
fn secret_keys() {
    let mut counted = Counted::new("bits of secret keys", 256);
    let key = secret(1);
    for changed in flipped(&*key.expose_bytes()) {
        assert!(
            SecretKey::from_bytes(&changed).is_ok_and(|other| other != key) || changed[0] > 0x73
        );
        counted.case();
    }
}
