//! Keys, signatures, proofs and tags as text: lower-case hex out; either case, with or without
//! `0x`, and either encoding in; checked as bytes are.

use pairlane::{Possession, PublicKey, Signature, Suite, Tag, possession_tag};
use pairlane_tests::both_variants;
use pairlane_tests::case::secret;
use pairlane_tests::fault::{DAMAGES, Damage, damaged, error};
use pairlane_tests::group::Group;
use pairlane_tests::oracle::Oracle;
use serde::Serialize;
use serde::de::DeserializeOwned;

both_variants!(keys, signatures, proofs);

fn text(value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).unwrap();
    json.strip_prefix('"').unwrap().strip_suffix('"').unwrap().to_owned()
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    // From a slice, from a reader and from a value: borrowed text and owned.
    let json = format!("\"{text}\"");
    let read = |result: serde_json::Result<T>| result.map_err(|error| error.to_string());
    let from_value = read(serde_json::from_value(text.into()));
    assert_eq!(read(serde_json::from_reader(json.as_bytes())).is_ok(), from_value.is_ok());
    assert_eq!(read(serde_json::from_str(&json)).is_ok(), from_value.is_ok());
    from_value
}

/// Every form of the text is read, and one is written.
fn one_form_out_many_in<T>(value: &T, compressed: &[u8], others: &[Vec<u8>])
where
    T: Serialize + DeserializeOwned + PartialEq + core::fmt::Debug,
{
    assert_eq!(text(value), format!("0x{}", hex::encode(compressed)));
    for bytes in others.iter().map(Vec::as_slice).chain([compressed]) {
        let (lower, upper) = (hex::encode(bytes), hex::encode_upper(bytes));
        for form in [&lower, &upper, &format!("0x{lower}"), &format!("0x{upper}")] {
            assert_eq!(parse::<T>(form).as_ref(), Ok(value));
        }
        for form in
            [&lower[1..], &format!("0X{lower}"), &format!("0x0x{lower}"), &format!(" {lower}")]
        {
            assert!(parse::<T>(form).is_err(), "{form}");
        }
    }
    for json in ["null", "7", "[1, 2]", "{}"] {
        assert!(serde_json::from_str::<T>(json).is_err(), "{json}");
    }
}

fn keys<V: Oracle>() {
    let key = secret(1).public_key::<V>();
    one_form_out_many_in(&key, &key.to_bytes(), &[key.to_uncompressed()]);
    for damage in DAMAGES {
        let bytes = damaged::<V::Keys>(&key.to_bytes(), damage);
        let refused = parse::<PublicKey<V>>(&hex::encode(&bytes)).unwrap_err();
        assert_eq!(refused, error::<V::Keys>(damage, &bytes).to_string());
    }
}

fn signatures<V: Oracle>() {
    let signature = secret(1).sign(&Suite::<V>::basic(), b"m");
    one_form_out_many_in(&signature, &signature.to_bytes(), &[signature.to_uncompressed()]);
    for damage in DAMAGES {
        let bytes = damaged::<V::Signatures>(&signature.to_bytes(), damage);
        let read = parse::<Signature<V>>(&hex::encode(&bytes));
        if damage == Damage::Identity {
            assert!(read.unwrap().is_identity());
        } else {
            assert_eq!(read.unwrap_err(), error::<V::Signatures>(damage, &bytes).to_string());
        }
    }
}

fn proofs<V: Oracle>() {
    let proof = secret(1).prove_possession::<V>(&possession_tag::<V>());
    let long = V::Signatures::serialize(&V::Signatures::decode(&proof.to_bytes()).unwrap());
    one_form_out_many_in(&proof, &proof.to_bytes(), &[long]);
    let outside = damaged::<V::Signatures>(&proof.to_bytes(), Damage::OffSubgroup);
    assert!(parse::<Possession<V>>(&hex::encode(outside)).is_err());
}

#[test]
fn tags() {
    let tag = Tag::new("a tag").unwrap();
    one_form_out_many_in(&tag, b"a tag", &[]);
    assert_eq!(
        parse::<Tag>(""),
        Err("a domain-separation tag must not be empty (RFC 9380, section 3.1)".to_owned())
    );
    // Already replaced by its digest when it is written.
    let long = Tag::new([7; 300]).unwrap();
    assert_eq!(parse(&text(&long)), Ok(long));
}
