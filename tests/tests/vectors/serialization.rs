//! `k * G` for k = 0 to 999 in both encodings: as keys, as signatures, and by repeated addition.

use pairlane::{MinPk, MinSig, PointError, PublicKey, SecretKey, Signature, Variant};
use pairlane_tests::counted::Counted;
use pairlane_tests::vectors::Hex;
use pairlane_tests::vectors::signatures::zkcrypto_points;

/// The points as signatures of `S` and as keys of `K`: two variants over the same group.
fn both_directions<K: Variant, S: Variant>(compressed: &[Hex], uncompressed: &[Hex]) {
    let mut counted = Counted::new("zkcrypto points", 2 * 1000);
    let generator = Signature::<S>::from_bytes(&compressed[1]).unwrap();
    let mut sum = Signature::<S>::from_bytes(&compressed[0]).unwrap();
    assert!(sum.is_identity());
    for (k, (short, long)) in compressed.iter().zip(uncompressed).enumerate() {
        for encoded in [short, long] {
            let point = Signature::<S>::from_bytes(encoded).unwrap();
            assert_eq!(
                (point.to_bytes(), point.to_uncompressed()),
                (short.0.clone(), long.0.clone())
            );
            assert_eq!(point, sum, "{k}");
            let key = PublicKey::<K>::from_bytes(encoded);
            if k == 0 {
                assert_eq!(key, Err(PointError::Identity));
            } else {
                let key = key.unwrap();
                assert_eq!(
                    (key.to_bytes(), key.to_uncompressed()),
                    (short.0.clone(), long.0.clone())
                );
                let mut secret = [0; 32];
                secret[24..].copy_from_slice(&(k as u64).to_be_bytes());
                assert_eq!(SecretKey::from_bytes(&secret).unwrap().public_key::<K>(), key);
            }
            counted.case();
        }
        sum = Signature::aggregate(&[sum, generator]).unwrap();
    }
}

#[test]
fn g1() {
    let points = zkcrypto_points();
    both_directions::<MinPk, MinSig>(&points.g1_compressed, &points.g1_uncompressed);
}

#[test]
fn g2() {
    let points = zkcrypto_points();
    both_directions::<MinSig, MinPk>(&points.g2_compressed, &points.g2_uncompressed);
}
