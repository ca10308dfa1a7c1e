//! Any bytes at all: an answer, never a panic; and what decodes encodes to itself.

use pairlane::vrf::edwards::{AnnouncedProof, EdwardsEll2, EdwardsTai, Item, verify_batch};
use pairlane::vrf::{BlsVrf, P256Sswu, P256Tai, Vrf, edwards, p256};
use pairlane::{MinPk, MinSig, Sequential};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::inputs::key;

/// Bytes of about the right length; those at the edges of an encoding as often as all others.
fn bytes(length: usize) -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![Just(0x00), Just(0xff), Just(0x7f), Just(0x80), any::<u8>()];
    prop_oneof![
        4 => vec(byte.clone(), length),
        2 => vec(any::<u8>(), length),
        1 => vec(byte, 0..2 * length),
    ]
}

/// A valid proof with some bytes replaced.
fn damaged(proof: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    vec((0..proof.len(), any::<u8>()), 0..3).prop_map(move |changes| {
        let mut proof = proof.clone();
        for (place, byte) in changes {
            proof[place] = byte;
        }
        proof
    })
}

fn verify_all(key: &[u8], alpha: &[u8], proof: &[u8]) {
    let _ = EdwardsTai.verify_bytes(key, alpha, proof);
    let _ = EdwardsEll2.verify_bytes(key, alpha, proof);
    let _ = P256Tai.verify_bytes(key, alpha, proof);
    let _ = P256Sswu.verify_bytes(key, alpha, proof);
    let _ = BlsVrf::<MinPk>::standard().verify_bytes(key, alpha, proof);
    let _ = BlsVrf::<MinSig>::standard().verify_bytes(key, alpha, proof);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn edwards_keys(bytes in bytes(32)) {
        if let Ok(key) = edwards::PublicKey::<EdwardsTai>::from_bytes(&bytes) {
            prop_assert_eq!(&key.as_bytes()[..], &bytes[..]);
        }
    }

    #[test]
    fn edwards_proofs(bytes in bytes(80)) {
        if let Ok(proof) = edwards::Proof::<EdwardsTai>::from_bytes(&bytes) {
            prop_assert_eq!(&proof.to_bytes()[..], &bytes[..]);
            let secret = key::<EdwardsTai>(1);
            prop_assert!(secret.public_key().verify(b"alpha", &proof).is_err());
        }
    }

    #[test]
    fn announced_proofs(bytes in bytes(128)) {
        if let Ok(proof) = AnnouncedProof::<EdwardsTai>::from_bytes(&bytes) {
            prop_assert_eq!(&proof.to_bytes()[..], &bytes[..]);
        }
        let secret = key::<EdwardsTai>(1);
        let item = Item { key: secret.public_key(), alpha: b"alpha", proof: &bytes };
        prop_assert!(verify_batch(&[item, item], &Sequential).iter().all(Result::is_err));
    }

    #[test]
    fn damaged_proofs(
        proof in damaged(key::<EdwardsTai>(1).prove(b"alpha").to_bytes().to_vec()),
        announced in damaged(key::<EdwardsTai>(1).prove_announced(b"alpha").to_bytes().to_vec()),
    ) {
        let secret = key::<EdwardsTai>(1);
        let unharmed = proof == secret.prove(b"alpha").to_bytes();
        let verdict = EdwardsTai.verify_bytes(secret.public_key().as_bytes(), b"alpha", &proof);
        prop_assert_eq!(verdict.is_ok(), unharmed);

        let unharmed = announced == secret.prove_announced(b"alpha").to_bytes();
        let item = Item { key: secret.public_key(), alpha: b"alpha", proof: &announced };
        let verdicts = verify_batch(&[item, item], &Sequential);
        prop_assert_eq!(verdicts.iter().filter(|v| v.is_ok()).count(), 2 * usize::from(unharmed));
    }

    #[test]
    fn p256_keys_and_proofs(key in bytes(33), proof in bytes(81)) {
        if let Ok(decoded) = p256::PublicKey::<P256Tai>::from_bytes(&key) {
            prop_assert_eq!(&decoded.as_bytes()[..], &key[..]);
        }
        if let Ok(decoded) = p256::Proof::<P256Tai>::from_bytes(&proof) {
            prop_assert_eq!(&decoded.to_bytes()[..], &proof[..]);
            let _ = decoded.proof_to_hash();
        }
    }

    #[test]
    fn p256_damaged(
        proof in damaged(p256::SecretKey::<P256Tai>::from_seed(&[1; 32]).prove(b"").to_bytes().to_vec()),
    ) {
        let secret = p256::SecretKey::<P256Tai>::from_seed(&[1; 32]);
        let unharmed = proof == secret.prove(b"").to_bytes();
        let verdict = P256Tai.verify_bytes(secret.public_key().as_bytes(), b"", &proof);
        prop_assert_eq!(verdict.is_ok(), unharmed);
    }

    #[test]
    fn anything_at_all(
        key in vec(any::<u8>(), 0..130),
        alpha in vec(any::<u8>(), 0..64),
        proof in vec(any::<u8>(), 0..200),
    ) {
        verify_all(&key, &alpha, &proof);
    }
}

/// Every byte as the only content, at every length that some decoder takes.
#[test]
fn constant_bytes() {
    let mut calls = 0;
    for byte in 0..=255u8 {
        for (key, proof) in [(32, 80), (32, 128), (33, 81), (48, 96), (96, 48), (96, 192)] {
            verify_all(&vec![byte; key], b"", &vec![byte; proof]);
            calls += 1;
        }
    }
    assert_eq!(calls, 1536);
}
