//! Secret keys: from seeds and paths, what they sign, and proofs of possession.

use pairlane::{MinPk, MinSig, Possession, SecretKey, Suite, Tag, possession_tag};

use crate::c::{Tables, text};
use crate::file::{bytes, ethereum, list, read};
use crate::single::Numbered;

pub(crate) fn write(tables: &mut Tables) {
    derivations(tables);
    seedings(tables);
    signings(tables);
    let mut rows = possessions::<MinPk>(tables);
    rows.extend(possessions::<MinSig>(tables));
    tables.table("possession", "possessions", &rows);
}

fn derivations(tables: &mut Tables) {
    let mut rows = Vec::new();
    for case in list(&read("eip2333.json")["cases"], 4) {
        let child = format!("m/{}", case["child_index"]);
        for (path, expected) in [("m", &case["master_sk"]), (&child, &case["child_sk"])] {
            let (seed, expected) = (bytes(&case["seed"]), bytes(expected));
            let master = SecretKey::derive_master(&seed).expect("a seed");
            let key = master.derive_path(&path.parse().expect("a path"));
            assert_eq!(key.expose_bytes()[..], expected, "EIP-2333 {path}");
            rows.push(vec![
                tables.bytes(&seed),
                tables.bytes(path.as_bytes()),
                tables.bytes(&expected),
            ]);
        }
    }
    tables.table("derivation", "derivations", &rows);
}

fn seedings(tables: &mut Tables) {
    let seed: Vec<u8> = (0..64).collect();
    let mut rows = Vec::new();
    for (seed, info) in [(&seed[..32], &b""[..]), (&seed[..], b"info")] {
        let key = SecretKey::from_seed(seed, info).expect("a seed");
        let key = key.expose_bytes();
        rows.push(vec![tables.bytes(seed), tables.bytes(info), tables.bytes(&key[..])]);
    }
    tables.table("seeding", "seedings", &rows);
}

fn signings(tables: &mut Tables) {
    let mut rows = Vec::new();
    for (name, case) in ethereum("sign", 10) {
        let [secret, message] = ["privkey", "message"].map(|part| bytes(&case["input"][part]));
        let expected = bytes(&case["output"]);
        let suite = Suite::<MinPk>::proof_of_possession();
        rows.push(signing(
            tables,
            &suite,
            "PL_PROOF_OF_POSSESSION",
            &name,
            &secret,
            &message,
            &expected,
        ));
    }
    rows.extend(plain_signings::<MinPk>(tables, "min_pk_sign", 559));
    rows.extend(plain_signings::<MinSig>(tables, "min_sig_sign", 128));
    tables.table("signing", "signings", &rows);
}

fn plain_signings<V: Numbered>(tables: &mut Tables, file: &str, count: usize) -> Vec<Vec<String>> {
    let table = read(&format!("signatures/{file}.json"));
    let rows = list(&table["rows"], count).iter().enumerate();
    rows.map(|(i, row)| {
        let [secret, message, expected] = [0, 1, 2].map(|part| bytes(&row[part]));
        let name = format!("{file} {i}");
        signing(tables, &Suite::<V>::basic(), "PL_BASIC", &name, &secret, &message, &expected)
    })
    .collect()
}

/// A row of `signings`; where the secret key is none, public key and signature are empty.
fn signing<V: Numbered>(
    tables: &mut Tables,
    suite: &Suite<V>,
    scheme: &str,
    name: &str,
    secret: &[u8],
    message: &[u8],
    expected: &[u8],
) -> Vec<String> {
    let (key, signature) = match SecretKey::from_bytes(secret) {
        Ok(key) => (key.public_key::<V>().to_bytes(), key.sign(suite, message).to_bytes()),
        Err(_) => (Vec::new(), Vec::new()),
    };
    assert_eq!(signature, expected, "{name}");
    let mut row = vec![text(name), V::NUMBER.into(), scheme.into()];
    row.extend([secret, &key, message, &signature].map(|part| tables.bytes(part)));
    row
}

fn possessions<V: Numbered>(tables: &mut Tables) -> Vec<Vec<String>> {
    let key = SecretKey::from_seed(&[7; 32], b"").expect("a seed");
    let public = key.public_key::<V>();
    let mut rows = Vec::new();
    for tag in [&b""[..], b"a tag of our own"] {
        let proved =
            if tag.is_empty() { possession_tag::<V>() } else { Tag::new(tag).expect("a tag") };
        let proof: Possession<V> = key.prove_possession(&proved);
        proof.verify(&proved, &public).expect("a proof");
        let secret = key.expose_bytes();
        let mut row = vec![V::NUMBER.to_owned()];
        row.extend(
            [&secret[..], &public.to_bytes(), tag, &proof.to_bytes()]
                .map(|part| tables.bytes(part)),
        );
        rows.push(row);
    }
    rows
}
