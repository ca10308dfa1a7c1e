//! Selecting one validator, or a committee.

use crate::election::draw::Draws;
use crate::election::error::ElectionError;
use crate::election::stakes::Stakes;
use crate::tag::Tag;

/// Who was selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The validator's position in the list.
    pub position: usize,
    /// How many words were drawn: 1, and one more for each that was refused.
    pub draws: u64,
}

/// Who sits on a committee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committee {
    /// The members' positions in the list, in the order drawn; none twice.
    pub positions: Vec<usize>,
    /// How many words were drawn: one for each member, and one more for each that was refused.
    pub draws: u64,
}

/// Selects one validator, each with probability stake / total.
///
/// One SHA-512 (one block where tag and output have 102 bytes or fewer) and O(log n) additions. Variable-time.
///
/// # Errors
/// [`ElectionError::NoStake`] for an empty list and one of zeros.
pub fn select<Id>(
    tag: &Tag,
    output: &[u8],
    stakes: &Stakes<Id>,
) -> Result<Selection, ElectionError> {
    let bound = stakes.bound()?;
    let mut draws = Draws::new(tag, output);
    let position = stakes.owner(draws.below(bound));
    Ok(Selection { position, draws: draws.count() })
}

/// Selects `seats` different validators: each seat by stake among those not drawn yet.
///
/// Takes the stakes of members out of the list while it draws, and puts them back: the list is the
/// same afterwards. O(seats * log n). Variable-time.
///
/// The first member is the one that [`select`] finds for the same tag and output: use another tag
/// where the two must not depend on each other.
///
/// # Errors
/// [`ElectionError::CommitteeTooLarge`] when fewer validators have stake than there are seats.
///
/// # Panics
/// Never: positions come from the list itself, and no stake grows.
pub fn committee<Id>(
    tag: &Tag,
    output: &[u8],
    stakes: &mut Stakes<Id>,
    seats: usize,
) -> Result<Committee, ElectionError> {
    let eligible = stakes.eligible();
    if seats > eligible {
        return Err(ElectionError::CommitteeTooLarge { seats, eligible });
    }
    let mut draws = Draws::new(tag, output);
    let mut taken = Vec::with_capacity(seats);
    for _ in 0..seats {
        let bound = stakes.bound().expect("a validator with stake is left");
        let position = stakes.owner(draws.below(bound));
        let stake = stakes.set_at(position, 0).expect("a position of the list");
        taken.push((position, stake));
    }
    for &(position, stake) in &taken {
        stakes.set_at(position, stake).expect("the total that was");
    }
    let positions = taken.into_iter().map(|(position, _)| position).collect();
    Ok(Committee { positions, draws: draws.count() })
}
