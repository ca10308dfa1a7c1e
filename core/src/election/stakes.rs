//! Who has how much stake.

use core::hash::Hash;
use core::num::NonZeroU128;
use std::collections::HashMap;

use crate::election::error::ElectionError;
use crate::election::fenwick::Fenwick;

/// Most validators in one list: 2^24.
pub const VALIDATORS_MAX: usize = 1 << 24;

/// Neighbours whose stakes are one value of the tree. The tree of a million validators then stays in
/// the processor's cache, and the walk along a block is over before one more miss would be.
const BLOCK: usize = 32;

/// A list of validators with their stakes, in an order that is part of what everybody agrees on.
///
/// A position never changes: a validator that leaves keeps its place with a stake of zero, which
/// is never selected. Stakes are whole numbers below 2^128, and so is their total. Memory: about
/// 17 bytes a validator and twice its identifier.
#[derive(Clone, Debug)]
pub struct Stakes<Id> {
    ids: Vec<Id>,
    positions: HashMap<Id, usize>,
    amounts: Vec<u128>,
    /// Over the sums of blocks.
    tree: Fenwick,
    total: u128,
    eligible: usize,
}

impl<Id: Clone + Eq + Hash> Stakes<Id> {
    /// The list of these validators, in this order. May be empty. O(n).
    ///
    /// # Errors
    /// [`ElectionError::DuplicateId`], [`ElectionError::TotalOverflow`] or
    /// [`ElectionError::TooManyValidators`].
    pub fn new(validators: impl IntoIterator<Item = (Id, u128)>) -> Result<Self, ElectionError> {
        let validators = validators.into_iter();
        let expected = validators.size_hint().0.min(VALIDATORS_MAX);
        let mut list = Self {
            ids: Vec::with_capacity(expected),
            positions: HashMap::with_capacity(expected),
            amounts: Vec::with_capacity(expected),
            tree: Fenwick::default(),
            total: 0,
            eligible: 0,
        };
        for (id, stake) in validators {
            list.enter(id, stake)?;
        }
        let sums: Vec<u128> = list.amounts.chunks(BLOCK).map(|block| block.iter().sum()).collect();
        list.tree = Fenwick::new(&sums);
        Ok(list)
    }

    /// Adds a validator at the end and returns its position. O(log n).
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn add(&mut self, id: Id, stake: u128) -> Result<usize, ElectionError> {
        self.enter(id, stake)?;
        let position = self.amounts.len() - 1;
        if position.is_multiple_of(BLOCK) {
            self.tree.push(stake);
        } else {
            self.tree.add(position / BLOCK, stake);
        }
        Ok(position)
    }

    /// All of [`Self::add`] but the tree.
    fn enter(&mut self, id: Id, stake: u128) -> Result<(), ElectionError> {
        let position = self.amounts.len();
        if position == VALIDATORS_MAX {
            return Err(ElectionError::TooManyValidators);
        }
        if let Some(&first) = self.positions.get(&id) {
            return Err(ElectionError::DuplicateId { first, second: position });
        }
        let total = self.total.checked_add(stake);
        self.total = total.ok_or(ElectionError::TotalOverflow { position })?;
        self.eligible += usize::from(stake > 0);
        self.positions.insert(id.clone(), position);
        self.ids.push(id);
        self.amounts.push(stake);
        Ok(())
    }

    /// Changes the stake of a validator; zero is allowed. Returns what it was. O(log n).
    ///
    /// # Errors
    /// [`ElectionError::UnknownId`] or [`ElectionError::TotalOverflow`].
    pub fn set(&mut self, id: &Id, stake: u128) -> Result<u128, ElectionError> {
        let position = self.position(id).ok_or(ElectionError::UnknownId)?;
        self.set_at(position, stake)
    }

    /// The position of a validator.
    pub fn position(&self, id: &Id) -> Option<usize> {
        self.positions.get(id).copied()
    }
}

impl<Id> Stakes<Id> {
    /// Changes the stake at a position; zero is allowed. Returns what it was. O(log n).
    ///
    /// # Errors
    /// [`ElectionError::UnknownPosition`] or [`ElectionError::TotalOverflow`].
    pub fn set_at(&mut self, position: usize, stake: u128) -> Result<u128, ElectionError> {
        let validators = self.amounts.len();
        let Some(place) = self.amounts.get_mut(position) else {
            return Err(ElectionError::UnknownPosition { position, validators });
        };
        let before = *place;
        let total = (self.total - before).checked_add(stake);
        self.total = total.ok_or(ElectionError::TotalOverflow { position })?;
        *place = stake;
        self.eligible = self.eligible - usize::from(before > 0) + usize::from(stake > 0);
        self.tree.add(position / BLOCK, stake.wrapping_sub(before));
        Ok(before)
    }

    /// The identifier at a position.
    pub fn id(&self, position: usize) -> Option<&Id> {
        self.ids.get(position)
    }

    /// The stake at a position.
    pub fn stake(&self, position: usize) -> Option<u128> {
        self.amounts.get(position).copied()
    }

    /// The sum of all stakes.
    pub fn total(&self) -> u128 {
        self.total
    }

    /// How many validators there are, those without stake included.
    pub fn len(&self) -> usize {
        self.amounts.len()
    }

    /// Whether there are no validators at all.
    pub fn is_empty(&self) -> bool {
        self.amounts.is_empty()
    }

    /// How many validators have stake.
    pub fn eligible(&self) -> usize {
        self.eligible
    }

    /// The total, if there is any stake.
    pub(crate) fn bound(&self) -> Result<NonZeroU128, ElectionError> {
        NonZeroU128::new(self.total).ok_or(ElectionError::NoStake)
    }

    /// In whose stake a number below the total falls.
    pub(crate) fn owner(&self, number: u128) -> usize {
        let (block, mut rest) = self.tree.find(number);
        let mut position = block * BLOCK;
        while rest >= self.amounts[position] {
            rest -= self.amounts[position];
            position += 1;
        }
        position
    }
}
