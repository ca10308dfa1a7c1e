//! RFC 9381, appendix B: proofs and outputs of every example, and cases that must be refused.

use std::collections::BTreeMap;

use pairlane::vrf::edwards::{
    AnnouncedProof, EdwardsEll2, EdwardsSuite, EdwardsTai, Proof, PublicKey, SecretKey,
};

use pairlane::PointError;
use pairlane::vrf::p256::{self, P256Sswu, P256Suite, P256Tai};
use pairlane::vrf::{EncodingError, Vrf, VrfError};
use pairlane_tests::vectors::{Hex, read};
use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    suites: BTreeMap<String, Suite>,
    negative_cases: Negative,
}

#[derive(Deserialize)]
struct Suite {
    suite_string: Hex,
    vectors: Vec<Example>,
}

#[derive(Deserialize)]
struct Example {
    sk: Hex,
    pk: Hex,
    alpha: Hex,
    pi: Hex,
    beta: Hex,
}

#[derive(Deserialize)]
struct Negative {
    cases: Vec<NegativeCase>,
}

#[derive(Deserialize)]
struct NegativeCase {
    suite: String,
    pk: Hex,
    alpha: Hex,
    pi: Hex,
}

fn file() -> File {
    read("vrf/rfc9381.json")
}

fn edwards<S: EdwardsSuite>() {
    let suite = &file().suites[S::NAME];
    assert_eq!(*suite.suite_string, [S::SUITE_STRING]);
    assert_eq!(suite.vectors.len(), 3);
    for example in &suite.vectors {
        let secret = SecretKey::<S>::from_rfc9381_seed(example.sk[..].try_into().unwrap());
        assert_eq!(secret.public_key().as_bytes()[..], example.pk[..]);
        assert_eq!(secret.expose_rfc9381_seed()[..], example.sk[..]);
        let proof = secret.prove(&example.alpha);
        assert_eq!(proof.to_bytes()[..], example.pi[..]);
        assert_eq!(proof.proof_to_hash().as_bytes()[..], example.beta[..]);

        let key = PublicKey::<S>::from_bytes(&example.pk).unwrap();
        let proof = Proof::<S>::from_bytes(&example.pi).unwrap();
        let output = key.verify(&example.alpha, &proof).unwrap();
        assert_eq!(output.as_bytes()[..], example.beta[..]);

        let announced = secret.prove_announced(&example.alpha);
        let decoded = AnnouncedProof::<S>::from_bytes(&announced.to_bytes()).unwrap();
        assert_eq!(decoded, announced);
        assert_eq!(decoded.to_proof(&key, &example.alpha), proof);
        assert_eq!(AnnouncedProof::from_proof(&key, &example.alpha, &proof), Ok(announced));
        assert_eq!(key.verify_announced(&example.alpha, &decoded), Ok(output));
    }
}

#[test]
fn edwards25519_try_and_increment() {
    edwards::<EdwardsTai>();
}

#[test]
fn edwards25519_elligator() {
    edwards::<EdwardsEll2>();
}

fn p256<S: P256Suite>() {
    let suite = &file().suites[S::NAME];
    assert_eq!(*suite.suite_string, [S::SUITE_STRING]);
    assert_eq!(suite.vectors.len(), 3);
    for example in &suite.vectors {
        let secret = p256::SecretKey::<S>::from_rfc9381_secret(&example.sk).unwrap();
        assert_eq!(secret.public_key().as_bytes()[..], example.pk[..]);
        assert_eq!(secret.expose_rfc9381_secret()[..], example.sk[..]);
        let proof = secret.prove(&example.alpha);
        assert_eq!(proof.to_bytes()[..], example.pi[..]);
        assert_eq!(proof.proof_to_hash().as_bytes()[..], example.beta[..]);

        let key = p256::PublicKey::<S>::from_bytes(&example.pk).unwrap();
        let proof = p256::Proof::<S>::from_bytes(&example.pi).unwrap();
        let output = key.verify(&example.alpha, &proof).unwrap();
        assert_eq!(output.as_bytes()[..], example.beta[..]);
        assert_eq!(key.verify(b"another", &proof), Err(VrfError::WrongProof));
    }
}

#[test]
fn p256_try_and_increment() {
    p256::<P256Tai>();
}

#[test]
fn p256_simplified_swu() {
    p256::<P256Sswu>();
}

/// No example of a suite that nobody reads.
#[test]
fn four_suites() {
    let names: Vec<_> = file().suites.into_keys().collect();
    let ours = [EdwardsEll2::NAME, EdwardsTai::NAME, P256Sswu::NAME, P256Tai::NAME];
    assert_eq!(names, ours);
}

#[test]
fn what_must_be_refused() {
    // In the order of the file: s + q, key of small order, Gamma at or above p, wrong challenge,
    // wrong alpha.
    let expected = [
        VrfError::Proof(EncodingError::ScalarOutOfRange),
        VrfError::PublicKey(EncodingError::SmallOrder),
        VrfError::Proof(EncodingError::Point(PointError::Encoding)),
        VrfError::WrongProof,
        VrfError::WrongProof,
    ];
    let cases = file().negative_cases.cases;
    assert_eq!(cases.len(), expected.len());
    for (case, expected) in cases.iter().zip(expected) {
        assert_eq!(case.suite, EdwardsTai::NAME);
        let verdict = EdwardsTai.verify_bytes(&case.pk, &case.alpha, &case.pi);
        assert_eq!(verdict, Err(expected));
    }
}
