//! Stake-weighted selection: vectors of another implementation, edges and refusals.

use pairlane::Tag;
use pairlane::election::{ElectionError, Stakes, committee, select};
use pairlane_tests::random::Random;

const HALF: u128 = 1 << 127;
const ASCENDING: [u8; 32] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
    26, 27, 28, 29, 30, 31,
];

/// Output, stakes, members in order, words used.
type Vector = (&'static [u8], &'static [u128], &'static [usize], u64);

/// The table in core/docs/election.md, computed by a
/// Python program that shares nothing with this repository.
#[rustfmt::skip]
const VECTORS: &[Vector] = &[
    (&[], &[1], &[0], 1),
    (&[], &[1, 2, 3, 4, 0, 5], &[2, 5, 3, 1, 0], 5),
    (&[], &[0, 1_000_000_000_000_000_000, 1_000_000_000_000_000_000, 7, 1_000_000_000_000_000_000], &[2, 4, 1, 3], 4),
    (&[], &[HALF, 1], &[0, 1], 2),
    (&[], &[HALF, 1, HALF - 2], &[0, 2, 1], 3),
    (&[0; 64], &[1], &[0], 1),
    (&[0; 64], &[1, 2, 3, 4, 0, 5], &[1, 2, 3, 5, 0], 5),
    (&[0; 64], &[0, 1_000_000_000_000_000_000, 1_000_000_000_000_000_000, 7, 1_000_000_000_000_000_000], &[1, 2, 4, 3], 4),
    (&[0; 64], &[HALF, 1], &[0, 1], 3),
    (&[0; 64], &[HALF, 1, HALF - 2], &[0, 2, 1], 3),
    (&ASCENDING, &[1], &[0], 1),
    (&ASCENDING, &[1, 2, 3, 4, 0, 5], &[1, 5, 3, 0, 2], 5),
    (&ASCENDING, &[0, 1_000_000_000_000_000_000, 1_000_000_000_000_000_000, 7, 1_000_000_000_000_000_000], &[1, 4, 2, 3], 4),
    (&ASCENDING, &[HALF, 1], &[0, 1], 8),
    (&ASCENDING, &[HALF, 1, HALF - 2], &[0, 2, 1], 3),
    (&[0, 19], &[1], &[0], 1),
    (&[0, 19], &[1, 2, 3, 4, 0, 5], &[5, 0, 1, 3, 2], 5),
    (&[0, 19], &[0, 1_000_000_000_000_000_000, 1_000_000_000_000_000_000, 7, 1_000_000_000_000_000_000], &[4, 1, 2, 3], 4),
    (&[0, 19], &[HALF, 1], &[0, 1], 13),
    (&[0, 19], &[HALF, 1, HALF - 2], &[2, 0, 1], 13),
];

fn tag() -> Tag {
    Tag::new("PAIRLANE-ELECTION-TEST").unwrap()
}

fn list(amounts: &[u128]) -> Stakes<usize> {
    Stakes::new(amounts.iter().copied().enumerate()).unwrap()
}

#[test]
fn vectors() {
    assert_eq!(VECTORS.len(), 20);
    for (output, amounts, members, words) in VECTORS {
        let mut stakes = list(amounts);
        let drawn = committee(&tag(), output, &mut stakes, members.len()).unwrap();
        assert_eq!((&drawn.positions[..], drawn.draws), (*members, *words), "{amounts:?}");
        assert_eq!(select(&tag(), output, &stakes).unwrap().position, members[0]);
    }
}

#[test]
fn one_validator_is_always_selected() {
    for stake in [1, 2, 1 << 64, u128::MAX] {
        let mut stakes = list(&[stake]);
        for output in 0..50u8 {
            assert_eq!(select(&tag(), &[output], &stakes).unwrap().position, 0);
            let drawn = committee(&tag(), &[output], &mut stakes, 1).unwrap();
            assert_eq!(drawn.positions, [0]);
            assert_eq!(stakes.total(), stake);
        }
    }
}

#[test]
fn without_stake_nobody_is_selected() {
    let mut empty = Stakes::<u8>::new([]).unwrap();
    assert!(empty.is_empty());
    assert_eq!(select(&tag(), b"", &empty), Err(ElectionError::NoStake));
    assert!(committee(&tag(), b"", &mut empty, 0).unwrap().positions.is_empty());
    let mut zeros = list(&[0, 0, 0]);
    assert_eq!(select(&tag(), b"", &zeros), Err(ElectionError::NoStake));
    assert_eq!(
        committee(&tag(), b"", &mut zeros, 1),
        Err(ElectionError::CommitteeTooLarge { seats: 1, eligible: 0 })
    );
    // Zero stake among others: 2,000 outputs never fall on it.
    let stakes = list(&[0, 1, 0, 1, 0, 0]);
    for output in 0..2_000u32 {
        let position = select(&tag(), &output.to_be_bytes(), &stakes).unwrap().position;
        assert!(position == 1 || position == 3);
    }
}

#[test]
fn refusals_change_nothing() {
    let twice = Stakes::new([("a", 1), ("b", 2), ("a", 3)]);
    assert_eq!(twice.unwrap_err(), ElectionError::DuplicateId { first: 0, second: 2 });
    let over = Stakes::new([("a", u128::MAX), ("b", 1)]);
    assert_eq!(over.unwrap_err(), ElectionError::TotalOverflow { position: 1 });

    let mut stakes = Stakes::new([("a", u128::MAX - 5), ("b", 5)]).unwrap();
    assert_eq!(stakes.total(), u128::MAX);
    assert_eq!(stakes.add("c", 1), Err(ElectionError::TotalOverflow { position: 2 }));
    assert_eq!(stakes.set(&"b", 6), Err(ElectionError::TotalOverflow { position: 1 }));
    assert_eq!(stakes.set(&"z", 0), Err(ElectionError::UnknownId));
    assert_eq!(
        stakes.set_at(2, 0),
        Err(ElectionError::UnknownPosition { position: 2, validators: 2 })
    );
    assert_eq!(stakes.add("a", 0), Err(ElectionError::DuplicateId { first: 0, second: 2 }));
    assert_eq!((stakes.len(), stakes.total(), stakes.eligible()), (2, u128::MAX, 2));
    assert_eq!(stakes.set(&"a", 0), Ok(u128::MAX - 5));
    assert_eq!(stakes.add("c", u128::MAX - 5), Ok(2));
    assert_eq!((stakes.stake(0), stakes.id(2)), (Some(0), Some(&"c")));
    assert_eq!(
        committee(&tag(), b"", &mut stakes, 3),
        Err(ElectionError::CommitteeTooLarge { seats: 3, eligible: 2 })
    );
}

/// Changing stakes one by one gives the list that the new stakes give at once.
#[test]
fn changes_agree_with_a_new_list() {
    let mut random = Random::new(11);
    let mut amounts: Vec<u128> = (0..100).map(|_| random.below(50) as u128).collect();
    let mut changed = Stakes::new(amounts[..60].iter().copied().enumerate()).unwrap();
    for (id, stake) in amounts.iter().enumerate().skip(60) {
        assert_eq!(changed.add(id, *stake), Ok(id));
    }
    for round in 0..500u32 {
        let id = random.below(100);
        amounts[id] = if random.chance(1, 3) { 0 } else { u128::from(random.word()) };
        changed.set(&id, amounts[id]).unwrap();
        let (output, fresh) = (round.to_be_bytes(), list(&amounts));
        assert_eq!(select(&tag(), &output, &changed), select(&tag(), &output, &fresh));
        assert_eq!((changed.total(), changed.eligible()), (fresh.total(), fresh.eligible()));
    }
}

/// A committee has no member twice, leaves the list as it was, and may be everybody.
#[test]
fn committees() {
    let amounts: Vec<u128> = (0..40).map(|k| k % 4).collect();
    let mut stakes = list(&amounts);
    for output in 0..200u8 {
        let everybody = committee(&tag(), &[output], &mut stakes, 30).unwrap();
        let mut members = everybody.positions.clone();
        members.sort_unstable();
        assert_eq!(members, (0..40).filter(|k| k % 4 > 0).collect::<Vec<_>>());
        assert!((0..40).all(|k| stakes.stake(k) == Some(amounts[k])));
        assert_eq!(stakes.total(), 60);
        // A smaller committee is the beginning of a larger one.
        let few = committee(&tag(), &[output], &mut stakes, 7).unwrap();
        assert_eq!(few.positions, everybody.positions[..7]);
    }
}

/// Tag and output cannot run into each other, and the counter is part of the input.
#[test]
fn tags_separate() {
    let stakes = list(&[1; 1000]);
    let mut seen = std::collections::HashSet::new();
    for (tag, output) in [("A", "BC"), ("AB", "C"), ("ABC", ""), ("A", "BCD")] {
        let tag = Tag::new(tag).unwrap();
        seen.insert(select(&tag, output.as_bytes(), &stakes).unwrap().position);
    }
    assert_eq!(seen.len(), 4);
}
