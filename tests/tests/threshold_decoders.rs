//! Every decoder takes exactly what its encoder makes, and nothing else; none panics.

use pairlane::threshold::{
    Answers, Commitment, Complaints, Dealing, DealtShare, DecodeError, Index, KeyShare,
    PartialSignature, Pledge, Threshold, deal_with_test_seed, dkg,
};
use pairlane::{MinPk, MinSig, PointError, SecretKey, Suite, Variant};
use proptest::prelude::*;

/// One good encoding of each kind for a group of `t`, and its decoder followed by its encoder.
type Case = (&'static str, Vec<u8>, fn(&[u8]) -> Result<Vec<u8>, DecodeError>);

fn cases<V: Variant>(t: u16) -> Vec<Case> {
    let threshold = Threshold::new(t, t + 2).unwrap();
    let index = Index::new(2).unwrap();
    let (state, pledge) = dkg::start_with_test_seed::<V>(threshold, index, b"", [4; 32]).unwrap();
    let (_, dealing, shares) = state.advance();
    let dealing = dealing.unwrap();
    let secret = SecretKey::from_seed(&[1; 32], b"").unwrap();
    let (group, key_shares) = deal_with_test_seed::<V>(&secret, threshold, [5; 32]).unwrap();
    let partial = key_shares[0].sign(&group.message_point(&Suite::basic(), b""));

    let share = shares[0].expose_bytes().to_vec();
    let head = [&share[1..33], &[0, 2]].concat();
    let complaints = [&[4], &head[..], &[0, 2, 0, 1, 0, 3]].concat();
    let entry = |k: u8| [&[0, k], &share[37..69]].concat();
    let answers = [&[5], &head[..], &[0, 2], &entry(1)[..], &entry(4)[..]].concat();
    vec![
        ("pledge", pledge.to_bytes(), |b| Pledge::from_bytes(b).map(|m| m.to_bytes())),
        ("dealing", dealing.to_bytes(), |b| Dealing::<V>::from_bytes(b).map(|m| m.to_bytes())),
        ("share", share, |b| DealtShare::from_bytes(b).map(|m| m.expose_bytes().to_vec())),
        ("complaints", complaints, |b| Complaints::from_bytes(b).map(|m| m.to_bytes())),
        ("answers", answers, |b| Answers::from_bytes(b).map(|m| m.to_bytes())),
        ("commitment", dealing.commitment().to_bytes(), |b| {
            Commitment::<V>::from_bytes(b).map(|m| m.to_bytes())
        }),
        ("partial", partial.to_bytes(), |b| {
            PartialSignature::<V>::from_bytes(b).map(|m| m.to_bytes())
        }),
        ("key share", key_shares[0].expose_bytes().to_vec(), |b| {
            KeyShare::from_bytes(b).map(|m| m.expose_bytes().to_vec())
        }),
    ]
}

fn all_cases() -> Vec<Case> {
    [cases::<MinPk>(1), cases::<MinPk>(3), cases::<MinSig>(2)].concat()
}

#[test]
fn only_whole_messages_decode() {
    let cases = all_cases();
    assert_eq!(cases.len(), 24);
    for (name, bytes, again) in cases {
        assert_eq!(again(&bytes).as_ref(), Ok(&bytes), "{name}");
        for end in 0..bytes.len() {
            assert!(matches!(again(&bytes[..end]), Err(DecodeError::Length { .. })), "{name}");
        }
        let longer = [&bytes[..], &[0]].concat();
        let length = DecodeError::Length { expected: bytes.len(), actual: longer.len() };
        assert_eq!(again(&longer), Err(length), "{name}");
    }
}

proptest! {
    /// Whatever decodes encodes to the same bytes.
    #[test]
    fn changed_messages_are_refused_or_canonical(
        case in 0..24usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let (_, mut bytes, again) = all_cases().swap_remove(case);
        for (place, value) in changes {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        if let Ok(encoded) = again(&bytes) {
            prop_assert_eq!(encoded, bytes);
        }
    }

    /// Bytes of any kind, with a right head or without.
    #[test]
    fn any_bytes(kind in 0..7u8, mut bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Some(first) = bytes.first_mut() {
            *first = kind;
        }
        for (_, _, again) in cases::<MinSig>(1) {
            if let Ok(encoded) = again(&bytes) {
                prop_assert_eq!(encoded, bytes.clone());
            }
        }
    }
}

/// The message of that name, with some bytes replaced.
fn with(name: &str, start: usize, replacement: &[u8]) -> Result<Vec<u8>, DecodeError> {
    let (_, mut bytes, again) = cases::<MinPk>(3).into_iter().find(|case| case.0 == name).unwrap();
    bytes[start..start + replacement.len()].copy_from_slice(replacement);
    again(&bytes)
}

#[test]
fn limits() {
    let range = |number| Err(DecodeError::Range { number });
    for name in ["pledge", "dealing", "share", "complaints", "answers"] {
        assert_eq!(with(name, 33, &[0, 0]), range(0), "{name}");
        assert_eq!(with(name, 33, &[4, 1]), range(1025), "{name}");
        assert!(matches!(with(name, 0, &[9]), Err(DecodeError::Kind { actual: 9, .. })));
    }
    for (name, start) in [("dealing", 35), ("complaints", 35), ("answers", 35), ("commitment", 0)] {
        assert_eq!(with(name, start, &[0, 0]), range(0), "{name}");
        assert_eq!(with(name, start, &[0xff, 0xff]), range(65535), "{name}");
        // A count within the limit must be backed by bytes before anything is allocated.
        assert!(matches!(with(name, start, &[4, 0]), Err(DecodeError::Length { .. })), "{name}");
    }
    assert_eq!(with("partial", 0, &[0, 0]), range(0));
    assert_eq!(with("key share", 0, &[0, 0]), range(0));
    assert_eq!(with("complaints", 37, &[0, 3, 0, 3]), Err(DecodeError::Order { number: 3 }));
    assert_eq!(with("answers", 37, &[0, 9]), Err(DecodeError::Order { number: 4 }));
    assert_eq!(with("dealing", 37 + 3 * 48, &[2]), Err(DecodeError::Value));
}

#[test]
fn scalars_and_points() {
    let order =
        hex::decode("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001").unwrap();
    assert_eq!(with("share", 37, &order), Err(DecodeError::Value));
    assert_eq!(with("answers", 39, &order), Err(DecodeError::Value));
    assert_eq!(with("key share", 2, &order), Err(DecodeError::Value));
    assert_eq!(with("key share", 2, &[0; 32]), Err(DecodeError::Value));
    assert!(with("share", 37, &[0; 32]).is_ok(), "a dealer may deal zero");

    let mut identity = [0; 48];
    identity[0] = 0xc0;
    let refused = |position| Err(DecodeError::Point { position, error: PointError::Identity });
    assert_eq!(with("dealing", 37, &identity), refused(0));
    assert_eq!(with("dealing", 37 + 96, &identity), refused(2));
    assert_eq!(with("commitment", 2, &identity), refused(0));
    assert!(with("commitment", 2 + 48, &identity).is_ok(), "a sum may be of lower degree");
    // (4, y) is on the curve and outside the subgroup.
    let mut outside = [0; 48];
    (outside[0], outside[47]) = (0x80, 4);
    let error = PointError::NotInSubgroup;
    assert_eq!(with("dealing", 37 + 48, &outside), Err(DecodeError::Point { position: 1, error }));
}
