//! ECVRF on edwards25519: the examples of RFC 9381, what must be refused, and a batch.

use pairlane::Sequential;
use pairlane::vrf::edwards::{
    AnnouncedProof, EdwardsSuite, Item, Proof, PublicKey, SecretKey, verify_batch,
};
use pairlane::vrf::{EdwardsEll2, EdwardsTai, EncodingError, VrfError};

use crate::c::Tables;
use crate::file::{Value, bytes, list, read};
use crate::single::ending;

pub(crate) fn write(tables: &mut Tables) {
    let file = read("vrf/rfc9381.json");
    let (mut examples, mut items) = (Vec::new(), Vec::new());
    suite::<EdwardsTai>(tables, &file, "PL_VRF_TAI", &mut examples, &mut items);
    suite::<EdwardsEll2>(tables, &file, "PL_VRF_ELL2", &mut examples, &mut items);
    tables.table("vrf_example", "vrf_examples", &examples);
    tables.table("vrf_item", "vrf_items", &items);
    let seedings = [
        seeding::<EdwardsTai>(tables, "PL_VRF_TAI"),
        seeding::<EdwardsEll2>(tables, "PL_VRF_ELL2"),
    ];
    tables.table("vrf_seeding", "vrf_seedings", &seedings);

    let mut rows = Vec::new();
    for case in list(&file["negative_cases"]["cases"], 5) {
        assert_eq!(case["suite"], EdwardsTai::NAME);
        let [key, alpha, proof] = ["pk", "alpha", "pi"].map(|part| bytes(&case[part]));
        let status = status(verify(&key, &alpha, &proof).expect_err("must be refused"));
        let mut row = vec!["PL_VRF_TAI".to_owned()];
        row.extend([&key, &alpha, &proof].map(|part| tables.bytes(part)));
        row.push(status.into());
        rows.push(row);
    }
    tables.table("vrf_refusal", "vrf_refusals", &rows);
}

/// The key that our own derivation makes of a seed.
fn seeding<S: EdwardsSuite>(tables: &mut Tables, number: &str) -> Vec<String> {
    let seed = [9; 32];
    let key = SecretKey::<S>::from_seed(&seed);
    let public = tables.bytes(key.public_key().as_bytes());
    vec![number.to_owned(), tables.bytes(&seed), public]
}

fn verify(key: &[u8], alpha: &[u8], proof: &[u8]) -> Result<(), VrfError> {
    let key = PublicKey::<EdwardsTai>::from_bytes(key).map_err(VrfError::PublicKey)?;
    key.verify(alpha, &Proof::from_bytes(proof).map_err(VrfError::Proof)?).map(drop)
}

fn status(error: VrfError) -> &'static str {
    match error {
        VrfError::PublicKey(EncodingError::SmallOrder) => "PL_POINT_SMALL_ORDER",
        VrfError::Proof(_) => "PL_BAD_PROOF",
        VrfError::WrongProof => "PL_WRONG_PROOF",
        other => panic!("{other}: not among these cases"),
    }
}

/// The suite's examples, and a batch of them and of what is made of them.
fn suite<S: EdwardsSuite>(
    tables: &mut Tables,
    file: &Value,
    number: &str,
    examples: &mut Vec<Vec<String>>,
    items: &mut Vec<Vec<String>>,
) {
    for example in list(&file["suites"][S::NAME]["vectors"], 3) {
        let [secret, public, alpha, proof, output] =
            ["sk", "pk", "alpha", "pi", "beta"].map(|part| bytes(&example[part]));
        let key = SecretKey::<S>::from_rfc9381_seed(secret[..].try_into().expect("32 bytes"));
        assert_eq!(key.public_key().as_bytes()[..], public);
        assert_eq!(key.prove(&alpha).to_bytes()[..], proof);
        assert_eq!(key.prove(&alpha).proof_to_hash().as_bytes()[..], output);
        let announced = key.prove_announced(&alpha).to_bytes();
        assert!(AnnouncedProof::<S>::from_bytes(&announced).is_ok());
        let mut row = vec![number.to_owned()];
        row.extend(
            [&secret, &public, &alpha, &proof, &announced[..], &output]
                .map(|part| tables.bytes(part)),
        );
        examples.push(row);

        for (key, alpha, proof) in spoiled(&public, &alpha, &announced) {
            let (verdict, output) = judge::<S>(&key, &alpha, &proof);
            let mut row = vec![number.to_owned()];
            row.extend([&key, &alpha, &proof, &output].map(|part| tables.bytes(part)));
            row.push(verdict);
            items.push(row);
        }
    }
}

/// A good item, and one for each way to be wrong.
fn spoiled(key: &[u8], alpha: &[u8], proof: &[u8]) -> Vec<(Vec<u8>, Vec<u8>, Vec<u8>)> {
    let changed = |at: usize, to: u8| {
        let mut proof = proof.to_vec();
        proof[at] ^= to;
        (key.to_vec(), alpha.to_vec(), proof)
    };
    let small_order: Vec<u8> = (0..32).map(|i| u8::from(i == 0)).collect();
    vec![
        (key.to_vec(), alpha.to_vec(), proof.to_vec()),
        (key.to_vec(), [alpha, b"!"].concat(), proof.to_vec()),
        (small_order, alpha.to_vec(), proof.to_vec()),
        (vec![0xff; 32], alpha.to_vec(), proof.to_vec()),
        changed(1, 1),
        changed(proof.len() - 32, 1),
        changed(proof.len() - 1, 0xf0),
    ]
}

/// The verdict as pairlane.h calls it, and the output: zeros where there is none.
fn judge<S: EdwardsSuite>(key: &[u8], alpha: &[u8], proof: &[u8]) -> (String, Vec<u8>) {
    let verdict = match PublicKey::<S>::from_bytes(key) {
        Ok(key) => verify_batch(&[Item { key: &key, alpha, proof }], &Sequential).remove(0),
        Err(error) => Err(VrfError::PublicKey(error)),
    };
    let name = match verdict {
        Ok(output) => return ("PL_VALID".into(), output.as_bytes().to_vec()),
        Err(VrfError::PublicKey(EncodingError::SmallOrder)) => "PL_INVALID_KEY_SMALL_ORDER".into(),
        Err(VrfError::PublicKey(EncodingError::Point(error))) => {
            format!("PL_INVALID_KEY_{}", ending(error))
        }
        Err(VrfError::Proof(EncodingError::ScalarOutOfRange)) => "PL_INVALID_PROOF_SCALAR".into(),
        Err(VrfError::Proof(EncodingError::Point(_))) => "PL_INVALID_PROOF_POINT".into(),
        Err(VrfError::WrongProof) => "PL_INVALID_PROOF".into(),
        Err(other) => panic!("{other}: not among these cases"),
    };
    (name, vec![0; 64])
}
