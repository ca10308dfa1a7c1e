//! Why the seed of a VRF key is derived: what happens when it is not.

use curve25519_dalek::{EdwardsPoint, Scalar};
use ed25519_dalek::{Signer, SigningKey};
use pairlane::vrf::edwards::{EdwardsTai, SecretKey};

use crate::inputs::{secret_scalar, seed, sha512};

/// H for a key and alpha, by the letter of RFC 9381, section 5.4.1.1.
fn h_string(key: &[u8; 32], alpha: &[u8]) -> [u8; 32] {
    (0..=255u8)
        .find_map(|counter| {
            let hash = sha512(&[&[0x03, 0x01], key, alpha, &[counter, 0x00]]);
            let candidate = curve25519_dalek::edwards::CompressedEdwardsY::from_slice(&hash[..32]);
            candidate.unwrap().decompress().map(|point| point.mul_by_cofactor())
        })
        .unwrap()
        .compress()
        .to_bytes()
}

/// What somebody computes who sees one signature on H and one proof: the secret scalar, if the
/// nonces are the same.
fn recover(key: &[u8; 32], message: &[u8; 32], signature: &[u8; 64], proof: &[u8; 80]) -> Scalar {
    let hash = sha512(&[&signature[..32], key, message]);
    let challenge_of_signature = Scalar::from_bytes_mod_order_wide(&hash);
    let challenge_of_proof = Scalar::from(u128::from_le_bytes(proof[32..48].try_into().unwrap()));
    let response = |bytes: &[u8]| Scalar::from_bytes_mod_order(bytes.try_into().unwrap());
    (response(&signature[32..]) - response(&proof[48..]))
        * (challenge_of_signature - challenge_of_proof).invert()
}

#[test]
fn a_signature_and_a_proof_under_one_seed_give_the_key_away() {
    let (seed, alpha) = (seed(7), b"epoch 7");
    let signing = SigningKey::from_bytes(&seed);
    let misused = SecretKey::<EdwardsTai>::from_rfc9381_seed(&seed);
    let key = *misused.public_key().as_bytes();
    assert_eq!(signing.verifying_key().as_bytes(), &key);

    // H is public: everybody can compute it. All that the attacker needs is its signature.
    let message = h_string(&key, alpha);
    let signature = signing.sign(&message).to_bytes();
    let proof = misused.prove(alpha).to_bytes();

    let stolen = recover(&key, &message, &signature, &proof);
    assert_eq!(stolen, secret_scalar(&seed));
    assert_eq!(EdwardsPoint::mul_base(&stolen).compress().as_bytes(), &key);
}

#[test]
fn derivation_prevents_it() {
    let (seed, alpha) = (seed(7), b"epoch 7");
    let signing = SigningKey::from_bytes(&seed);
    let derived = SecretKey::<EdwardsTai>::from_seed(&seed);
    let key = *derived.public_key().as_bytes();
    assert_ne!(signing.verifying_key().as_bytes(), &key);

    let message = h_string(&key, alpha);
    let signature = signing.sign(&message).to_bytes();
    let proof = derived.prove(alpha).to_bytes();
    let guess = recover(&key, &message, &signature, &proof);
    assert_ne!(guess, secret_scalar(&seed));
    let point = EdwardsPoint::mul_base(&guess).compress();
    assert_ne!(point.as_bytes(), &key);
    assert_ne!(point.as_bytes(), signing.verifying_key().as_bytes());
}
