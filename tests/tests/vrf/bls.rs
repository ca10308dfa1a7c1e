//! The VRF from BLS signatures, through the engine's own verifier.

use pairlane::vrf::{BlsVrf, EncodingError, Vrf, VrfError, vrf_tag};
use pairlane::{
    Item, MinPk, MinSig, PointError, SecretKey, Sequential, Signature, Tag, Variant, Verifier,
    possession_tag,
};
use sha2::{Digest, Sha256};

fn secret(i: u8) -> SecretKey {
    SecretKey::from_seed(&[i; 32], &[]).unwrap()
}

fn proves_and_verifies<V: Variant>() {
    let vrf = BlsVrf::<V>::standard();
    let key = secret(1).public_key::<V>();
    let proof = vrf.prove(&secret(1), b"epoch 7");
    let output = vrf.verify(&key, b"epoch 7", &proof).unwrap();
    assert_eq!(vrf.verify_bytes(&key.to_bytes(), b"epoch 7", &proof.to_bytes()), Ok(output));
    assert_eq!(vrf.verify(&key, b"epoch 8", &proof), Err(VrfError::WrongProof));
    let other = secret(2).public_key::<V>();
    assert_eq!(vrf.verify(&other, b"epoch 7", &proof), Err(VrfError::WrongProof));

    // The output by its definition.
    let tag = format!("BLS_VRF_{}NUL_", V::HASH_SUITE);
    let mut input = b"PAIRLANE-BLS-VRF-V1:".to_vec();
    input.extend(V::NAME.as_bytes());
    input.extend([0, u8::try_from(tag.len()).unwrap()]);
    input.extend(tag.as_bytes());
    input.extend(proof.to_bytes());
    assert_eq!(output.as_ref(), Sha256::digest(&input).as_slice());
}

#[test]
fn both_variants() {
    proves_and_verifies::<MinPk>();
    proves_and_verifies::<MinSig>();
}

#[test]
fn one_proof_one_encoding() {
    let vrf = BlsVrf::<MinSig>::standard();
    let key = secret(1).public_key::<MinSig>().to_bytes();
    let proof = vrf.prove(&secret(1), b"alpha");
    let verify = |proof: &[u8]| vrf.verify_bytes(&key, b"alpha", proof);
    assert_eq!(
        verify(&proof.to_uncompressed()),
        Err(VrfError::Proof(EncodingError::Length { expected: 48, actual: 96 }))
    );
    let mut identity = [0; 48];
    identity[0] = 0xc0;
    assert!(Signature::<MinSig>::from_bytes(&identity).is_ok());
    assert_eq!(verify(&identity), Err(VrfError::Proof(PointError::Identity.into())));
}

#[test]
fn tags_of_signatures_are_refused() {
    for tag in [
        pairlane::Suite::<MinPk>::basic().tag().clone(),
        pairlane::Suite::<MinPk>::proof_of_possession().tag().clone(),
        possession_tag::<MinPk>(),
    ] {
        assert_eq!(BlsVrf::<MinPk>::new(tag).err(), Some(VrfError::SignatureTag));
    }
    assert!(BlsVrf::<MinPk>::new(vrf_tag::<MinPk>()).is_ok());
}

#[test]
fn tags_keep_outputs_apart() {
    let one = BlsVrf::<MinPk>::new(Tag::new("chain 1").unwrap()).unwrap();
    let two = BlsVrf::<MinPk>::new(Tag::new("chain 2").unwrap()).unwrap();
    let proof = one.prove(&secret(1), b"alpha");
    let key = secret(1).public_key();
    assert!(one.verify(&key, b"alpha", &proof).is_ok());
    assert!(two.verify(&key, b"alpha", &proof).is_err());
    assert_ne!(one.proof_to_hash(&proof), two.proof_to_hash(&proof));
}

#[test]
fn through_the_batch() {
    let vrf = BlsVrf::<MinSig>::standard();
    let keys: Vec<_> = (0..20).map(|i| secret(i).public_key::<MinSig>()).collect();
    let mut proofs: Vec<_> =
        (0..20).map(|i| vrf.prove(&secret(i), b"round 9").to_bytes()).collect();
    proofs.swap(3, 4);
    let items: Vec<_> = keys
        .iter()
        .zip(&proofs)
        .map(|(key, proof)| Item::new(vrf.suite(), key, b"round 9", proof))
        .collect();
    let verdicts = Verifier::new().verify(&items, &Sequential);
    for (i, verdict) in verdicts.iter().enumerate() {
        let output = vrf.verify_bytes(&keys[i].to_bytes(), b"round 9", &proofs[i]);
        assert_eq!(verdict.is_valid(), output.is_ok());
        assert_eq!(verdict.is_valid(), i != 3 && i != 4);
    }
}
