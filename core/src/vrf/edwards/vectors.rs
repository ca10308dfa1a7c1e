//! The intermediate values of RFC 9381, appendices B.3 and B.4, which the public interface does not
//! show. Proofs and outputs are compared by the suites in `tests`.

use serde_json::Value;

use super::point::Encoded;
use super::suite::try_and_increment;
use super::transcript::nonce;
use super::{EdwardsEll2, EdwardsSuite, EdwardsTai, SecretKey};

fn examples(suite: &str) -> Vec<Value> {
    let path = format!("{}/../tests/vectors/vrf/rfc9381.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    let file: Value = serde_json::from_slice(&text).expect("JSON");
    file["suites"][suite]["vectors"].as_array().expect("a list").clone()
}

fn bytes<const N: usize>(example: &Value, name: &str) -> [u8; N] {
    let hex = example[name].as_str().unwrap_or_else(|| panic!("no {name}"));
    hex::decode(hex).expect("hex").try_into().expect("of that length")
}

/// x, H, k, U and V of every example of a suite, as the prover and then the verifier get them.
fn intermediate_values<S: EdwardsSuite>() {
    let examples = examples(S::NAME);
    assert_eq!(examples.len(), 3);
    for example in &examples {
        let key = SecretKey::<S>::from_rfc9381_seed(&bytes(example, "sk"));
        let alpha = hex::decode(example["alpha"].as_str().expect("alpha")).expect("hex");
        // The RFC prints x as clamped; ours is reduced.
        let x = curve25519_dalek::Scalar::from_bytes_mod_order(bytes(example, "x"));
        assert!(*key.scalar() == x);

        let h = key.public_key().encode_to_curve(&alpha);
        let h_string = h.compress().to_bytes();
        assert_eq!(h_string, bytes(example, "H"));
        assert_eq!(nonce(key.prefix(), &h_string).as_bytes(), &bytes(example, "k"));

        let announced = key.prove_announced(&alpha);
        assert_eq!(announced.u().bytes, bytes(example, "U"));
        assert_eq!(announced.v().bytes, bytes(example, "V"));
        let recovered = super::AnnouncedProof::from_proof(
            key.public_key(),
            &alpha,
            &announced.to_proof(key.public_key(), &alpha),
        );
        assert_eq!(recovered, Ok(announced));
        assert!(Encoded::decode(&bytes(example, "U")).is_ok());
    }
}

#[test]
fn try_and_increment_suite() {
    intermediate_values::<EdwardsTai>();
}

#[test]
fn elligator_suite() {
    intermediate_values::<EdwardsEll2>();
}

#[test]
fn counters() {
    let examples = examples(EdwardsTai::NAME);
    for example in &examples {
        let alpha = hex::decode(example["alpha"].as_str().expect("alpha")).expect("hex");
        let (_, counter) = try_and_increment(&bytes(example, "pk"), &alpha);
        assert_eq!(u64::from(counter), example["ctr"].as_u64().expect("a number"));
    }
    assert_eq!(examples.len(), 3);
}
