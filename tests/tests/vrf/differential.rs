//! Beside other implementations of RFC 9381, and where they differ from us on purpose.

use akd_core::ecvrf::{Proof as AkdProof, VRFPrivateKey, VRFPublicKey};
use pairlane::vrf::edwards::{EdwardsEll2, EdwardsSuite, EdwardsTai, Proof, SecretKey};
use pairlane::vrf::p256::{self, P256Sswu, P256Suite, P256Tai};
use pairlane::vrf::{EncodingError, Vrf, VrfError};
use pairlane_tests::counted::Counted;
use vrf_rfc9381::ec::edwards25519::{elligator2, tai};
use vrf_rfc9381::ec::p256::{sswu as p256_sswu, tai as p256_tai};
use vrf_rfc9381::{Proof as _, Prover, Verifier};

use crate::inputs::{add_order, seed};

/// Lengths on both sides of what one block of SHA-512 takes beside suite, salt and counter.
const ALPHA_LENGTHS: [usize; 8] = [0, 1, 31, 32, 75, 76, 77, 1000];
/// Keys for each length.
const KEYS: u64 = 8;

/// Every key with every alpha.
fn cases() -> impl Iterator<Item = ([u8; 32], Vec<u8>)> {
    (0..KEYS).flat_map(|i| {
        ALPHA_LENGTHS.map(|length| {
            let byte = |k: usize| k.to_le_bytes()[0] ^ i.to_le_bytes()[0];
            (seed(i), (0..length).map(byte).collect())
        })
    })
}

fn count(suite: &'static str) -> Counted {
    Counted::new(suite, usize::try_from(KEYS).unwrap() * ALPHA_LENGTHS.len())
}

/// The key, the proof and the output of `vrf-rfc9381`, which also verifies our proof.
fn theirs<P, H>(secret: &[u8], alpha: &[u8], ours: &[u8]) -> (Vec<u8>, Vec<u8>)
where
    H: sha2::Digest,
    P: Prover<H>,
{
    let prover = P::from_slice(secret).unwrap();
    let proof = prover.prove(alpha).unwrap().encode_to_pi();
    let decoded = P::Proof::decode_pi(ours).unwrap();
    let output = prover.verifier().verify(alpha, decoded).unwrap();
    (proof, output.to_vec())
}

fn edwards<S: EdwardsSuite, P: Prover<sha2::Sha512>>(suite: &'static str) {
    let mut counted = count(suite);
    for (seed, alpha) in cases() {
        let secret = SecretKey::<S>::from_rfc9381_seed(&seed);
        let proof = secret.prove(&alpha);
        let (their_proof, their_output) = theirs::<P, _>(&seed, &alpha, &proof.to_bytes());
        assert_eq!(their_proof, proof.to_bytes());
        let output = secret.public_key().verify(&alpha, &proof).unwrap();
        assert_eq!(their_output, output.as_bytes());
        assert_eq!(proof.proof_to_hash(), output);
        counted.case();
    }
}

#[test]
fn vrf_rfc9381_try_and_increment() {
    edwards::<EdwardsTai, tai::EdVrfEdwards25519TaiSecretKey>("vrf-rfc9381, TAI");
}

#[test]
fn vrf_rfc9381_elligator() {
    edwards::<EdwardsEll2, elligator2::EdVrfEdwards25519Ell2SecretKey>("vrf-rfc9381, ELL2");
}

/// The arithmetic is theirs, so this compares only what stands in front of it.
fn p256<S: P256Suite, P: Prover<sha2::Sha256>>(suite: &'static str) {
    let mut counted = Counted::new(suite, 16);
    for (seed, alpha) in cases().step_by(4) {
        let secret = p256::SecretKey::<S>::from_seed(&seed);
        let proof = secret.prove(&alpha);
        let raw = secret.expose_rfc9381_secret();
        let (their_proof, their_output) = theirs::<P, _>(&*raw, &alpha, &proof.to_bytes());
        assert_eq!(their_proof, proof.to_bytes());
        let output = secret.public_key().verify(&alpha, &proof).unwrap();
        assert_eq!(their_output, output.as_bytes());
        counted.case();
    }
}

#[test]
fn vrf_rfc9381_p256() {
    p256::<P256Tai, p256_tai::EcVrfP256TaiSecretKey>("vrf-rfc9381, P-256 TAI");
    p256::<P256Sswu, p256_sswu::EcVrfP256SswuSecretKey>("vrf-rfc9381, P-256 SSWU");
}

#[test]
fn solana_ecvrf() {
    let mut counted = count("solana-ecvrf");
    for (seed, alpha) in cases() {
        let secret = SecretKey::<EdwardsTai>::from_rfc9381_seed(&seed);
        let proof = secret.prove(&alpha);
        let their_secret = solana_ecvrf::SecretKey(seed);
        assert_eq!(their_secret.public_key().0, *secret.public_key().as_bytes());
        assert_eq!(their_secret.prove(&alpha).0, proof.to_bytes());
        let their_output = solana_ecvrf::Proof(proof.to_bytes())
            .verify(&their_secret.public_key(), &alpha)
            .unwrap();
        assert_eq!(&their_output, proof.proof_to_hash().as_bytes());
        counted.case();
    }
}

#[test]
fn akd_core() {
    let mut counted = count("akd_core");
    for (seed, alpha) in cases() {
        let secret = SecretKey::<EdwardsTai>::from_rfc9381_seed(&seed);
        let proof = secret.prove(&alpha);
        let their_secret = VRFPrivateKey::try_from(&seed[..]).unwrap();
        assert_eq!(their_secret.prove(&alpha).to_bytes(), proof.to_bytes());
        akd_verify(secret.public_key().as_bytes(), &alpha, &proof.to_bytes()).unwrap();
        counted.case();
    }
}

fn akd_verify(key: &[u8], alpha: &[u8], proof: &[u8]) -> Result<(), akd_core::ecvrf::VrfError> {
    VRFPublicKey::try_from(key)?.verify(&AkdProof::try_from(proof)?, alpha)
}

/// `s + q` is refused here and by `solana-ecvrf`, and taken by the two others. Should one of them
/// mend its ways, this test says so.
#[test]
fn a_second_spelling_of_s() {
    let secret = SecretKey::<EdwardsTai>::from_rfc9381_seed(&seed(3));
    let key = secret.public_key().as_bytes();
    let twin: [u8; 80] = add_order(&secret.prove(b"alpha").to_bytes()).try_into().unwrap();

    let refused = VrfError::Proof(EncodingError::ScalarOutOfRange);
    assert_eq!(EdwardsTai.verify_bytes(key, b"alpha", &twin), Err(refused));
    let theirs = solana_ecvrf::Proof(twin).verify(&solana_ecvrf::PublicKey(*key), b"alpha");
    assert!(theirs.is_err());

    assert!(akd_verify(key, b"alpha", &twin).is_ok());
    let decoded = vrf_rfc9381::ec::edwards25519::EdVrfProof::decode_pi(&twin).unwrap();
    let verifier = tai::EdVrfEdwards25519TaiPublicKey::from_slice(key).unwrap();
    assert!(verifier.verify(b"alpha", decoded).is_ok());
}

/// A point of P-256 in the "compact" form, first byte 5, is one more spelling of the same proof.
#[test]
fn a_second_spelling_of_gamma_on_p256() {
    let secret = p256::SecretKey::<P256Tai>::from_seed(&seed(3));
    let mut twins_taken_by_them = 0;
    for i in 0..8u8 {
        let mut twin = secret.prove(&[i]).to_bytes();
        twin[0] = 5;
        assert!(p256::Proof::<P256Tai>::from_bytes(&twin).is_err());
        twins_taken_by_them +=
            usize::from(vrf_rfc9381::ec::p256::EcVrfProof::decode_pi(&twin).is_ok());
    }
    assert_eq!(twins_taken_by_them, 8);
}

/// Every bit of a proof flipped, and the verdict of the strictest other implementation.
#[test]
fn flipped_bits() {
    let secret = SecretKey::<EdwardsTai>::from_rfc9381_seed(&seed(4));
    let key = secret.public_key();
    let proof = secret.prove(b"alpha").to_bytes();
    let mut refused = 0;
    for bit in 0..8 * proof.len() {
        let mut flipped = proof;
        flipped[bit / 8] ^= 1 << (bit % 8);
        let ours = Proof::from_bytes(&flipped)
            .map_err(VrfError::Proof)
            .and_then(|proof| key.verify(b"alpha", &proof));
        let theirs = solana_ecvrf::Proof(flipped)
            .verify(&solana_ecvrf::PublicKey(*key.as_bytes()), b"alpha");
        assert_eq!(ours.is_err(), theirs.is_err(), "bit {bit}");
        refused += usize::from(ours.is_err());
    }
    assert_eq!(refused, 640);
}
