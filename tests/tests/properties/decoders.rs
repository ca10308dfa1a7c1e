//! Any bytes at all: no panic, and the same answer as blst's.

use pairlane::{KeyHandle, KeyPath, MinPk, MinSig, PointError, Registry, Tag, TagError};
use pairlane_tests::case::secret;
use pairlane_tests::decoding::{check_path, check_secret_key};
use pairlane_tests::fuzzed;
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

proptest! {
    #![proptest_config(cases(3000))]

    #[test]
    fn points(bytes in encodings()) {
        fuzzed::public_key(&bytes);
        fuzzed::signature(&bytes);
    }
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn secret_keys(bytes in prop_oneof![vec(any::<u8>(), 32), vec(any::<u8>(), 0..70)]) {
        check_secret_key(&bytes);
    }

    #[test]
    fn paths(text in "m?(/[0-9]{0,11}|/.{0,3}){0,5}|.{0,12}") {
        check_path(&text);
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
        let found = |number| registry.get(KeyHandle::from_u64(number)).is_some();
        prop_assert_eq!(found(number), number == known.to_u64());
        prop_assert_eq!(KeyHandle::from_u64(known.to_u64()), known);
        for bit in 0..64 {
            prop_assert!(!found(known.to_u64() ^ 1 << bit));
        }
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
