//! Any bytes at all: no panic, and the same answer as blst's.

use pairlane::{
    KeyHandle, KeyPath, MinPk, MinSig, PointError, Possession, PublicKey, Registry, SecretKey,
    Signature, Tag, TagError,
};
use pairlane_tests::case::secret;
use pairlane_tests::group::Group;
use pairlane_tests::oracle::Oracle;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::cases;

/// Bytes of lengths that matter, any flags, coordinates in and out of range.
fn encodings() -> impl Strategy<Value = Vec<u8>> {
    let of_length = |length| vec(any::<u8>(), length);
    prop_oneof![
        vec(any::<u8>(), 0..200),
        prop_oneof![of_length(48), of_length(96), of_length(192)],
        // Below the modulus, so that about half are points of the curve.
        (prop_oneof![of_length(48), of_length(96)], 0..8u8, 0..2u8).prop_map(
            |(mut bytes, flags, high)| {
                bytes[0] = flags << 5 | high;
                if bytes.len() == 96 {
                    bytes[48] &= 0x0f;
                }
                bytes
            }
        ),
        // Close to something good.
        (any::<bool>(), any::<bool>(), 0..50u64, vec((0..192usize, any::<u8>()), 0..3)).prop_map(
            |(long, min_pk, number, changes)| {
                let key = secret(number);
                let mut bytes = match (long, min_pk) {
                    (false, true) => key.public_key::<MinPk>().to_bytes(),
                    (false, false) => key.public_key::<MinSig>().to_bytes(),
                    (true, true) => key.public_key::<MinPk>().to_uncompressed(),
                    (true, false) => key.public_key::<MinSig>().to_uncompressed(),
                };
                for (place, value) in changes {
                    let length = bytes.len();
                    bytes[place % length] = value;
                }
                bytes
            }
        ),
    ]
}

fn agrees_with_blst<V: Oracle>(bytes: &[u8]) {
    let key = PublicKey::<V>::from_bytes(bytes);
    assert_eq!(key.map(drop), V::check_key(bytes));
    if let Ok(key) = key {
        let own = if bytes.len() == V::PUBLIC_KEY_LENGTH {
            key.to_bytes()
        } else {
            key.to_uncompressed()
        };
        assert_eq!(own, bytes);
        assert_eq!(PublicKey::from_bytes(&key.to_bytes()), Ok(key));
        assert_eq!(PublicKey::from_bytes(&key.to_uncompressed()), Ok(key));
        assert_eq!(key.to_string(), format!("0x{}", hex::encode(key.to_bytes())));
    }

    let signature = Signature::<V>::from_bytes(bytes);
    match V::check_signature(bytes) {
        // The identity is a value, which no verification accepts.
        Err(PointError::Identity) => assert!(signature.unwrap().is_identity()),
        answer => assert_eq!(signature.map(drop), answer),
    }
    if let Ok(signature) = signature {
        let short = bytes.len() == V::SIGNATURE_LENGTH;
        let own = if short { signature.to_bytes() } else { signature.to_uncompressed() };
        assert_eq!(own, bytes);
        assert_eq!(Signature::from_bytes(&signature.to_bytes()), Ok(signature));
        assert_eq!(Signature::from_bytes(&signature.to_uncompressed()), Ok(signature));
        assert_eq!(signature.to_string(), format!("0x{}", hex::encode(signature.to_bytes())));
    }
    let possession = Possession::<V>::from_bytes(bytes);
    assert_eq!(possession.map(|proof| proof.to_bytes()), signature.map(|s| s.to_bytes()));
}

proptest! {
    #![proptest_config(cases(3000))]

    #[test]
    fn points(bytes in encodings()) {
        agrees_with_blst::<MinPk>(&bytes);
        agrees_with_blst::<MinSig>(&bytes);
    }
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn secret_keys(bytes in prop_oneof![vec(any::<u8>(), 32), vec(any::<u8>(), 0..70)]) {
        let ours = SecretKey::from_bytes(&bytes);
        let blst = blst::min_pk::SecretKey::from_bytes(&bytes);
        prop_assert_eq!(ours.is_ok(), blst.is_ok());
        if let (Ok(ours), Ok(blst)) = (ours, blst) {
            prop_assert_eq!(&*ours.expose_bytes(), &blst.to_bytes());
            prop_assert_eq!(&ours.expose_bytes()[..], &bytes);
        }
    }

    #[test]
    fn paths(text in "m?(/[0-9]{0,11}|/.{0,3}){0,5}|.{0,12}") {
        if let Ok(path) = text.parse::<KeyPath>() {
            prop_assert_eq!(&path.to_string().parse::<KeyPath>(), &Ok(path));
        }
    }

    #[test]
    fn path_of_any_indices(indices in vec(any::<u32>(), 0..8)) {
        let text = indices.iter().fold("m".to_owned(), |path, index| format!("{path}/{index}"));
        let path: KeyPath = text.parse().unwrap();
        prop_assert_eq!(path.indices(), &indices);
        prop_assert_eq!(path.to_string(), text);
    }

    #[test]
    fn tags(bytes in vec(any::<u8>(), 0..400)) {
        match Tag::new(&bytes) {
            Ok(tag) if bytes.len() <= 255 => prop_assert_eq!(tag.as_bytes(), &bytes),
            Ok(tag) => prop_assert_eq!(tag.as_bytes().len(), 32),
            Err(TagError::Empty) => prop_assert!(bytes.is_empty()),
            Err(other) => panic!("no such error is known here: {other}"),
        }
    }

    #[test]
    fn handles(number in any::<u64>()) {
        let mut registry = Registry::<MinPk>::new(2);
        let known = registry.insert_key(secret(1).public_key()).unwrap();
        let handle = KeyHandle::from_u64(number);
        prop_assert_eq!(registry.get(handle).is_some(), handle == known);
        prop_assert_eq!(KeyHandle::from_u64(handle.to_u64()), handle);
        prop_assert_eq!(KeyHandle::from_u64(known.to_u64()), known);
    }
}

/// The inputs of the property above do reach all answers.
#[test]
fn encodings_reach_every_answer() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..2000 {
        let bytes = encodings().new_tree(&mut runner).unwrap().current();
        let answer = MinPk::check_key(&bytes).map_err(|error| format!("{error:?}"));
        seen.insert(match answer {
            Ok(()) => "Ok".to_owned(),
            Err(error) => error.split(' ').next().unwrap().to_owned(),
        });
    }
    let identity = <MinPk as Oracle>::Keys::compress(&<MinPk as Oracle>::Keys::identity());
    assert_eq!(MinPk::check_key(&identity), Err(PointError::Identity));
    for answer in ["Ok", "Length", "Encoding", "NotOnCurve", "NotInSubgroup"] {
        assert!(seen.contains(answer), "{answer}: {seen:?}");
    }
}
