//! Stage 5, judge: which items made the equation fail.
//!
//! Halving, with the equation's values kept in GT: the right half's value is the whole's divided by
//! the left's, so each node of the tree costs at most one final exponentiation for both of its
//! children (quick binary search: Law and Matt, 2007). A small random sample first tells whether
//! so many are bad that verifying each by itself is cheaper; and where a group may have one bad
//! member only, that one is looked for by itself.

use core::ops::Range;

use super::culprit::{self, lone_culprit};
use super::equation::Equation;
use super::group::Group;
use super::weights::Randomness;
use crate::arch::Gt;
use crate::strategy::{Strategy, map_all};
use crate::variant::Variant;

/// Items looked at before the search: if all are bad, most of the batch is.
const SAMPLE: usize = 2;

/// Up to this many items, each but the last is looked at and the last follows from the rest.
const WITHOUT_SEARCH_MAX: usize = 4;

/// Above this many items, one final exponentiation saved is worth less than a weight for each.
const WEIGHTED_MAX: usize = 32;

/// How often a group may be halved between bad members and each half still be asked for a lone one:
/// where that many are bad, asking in vain would cost more than it saves.
const SPLITS_MAX: u32 = 3;

/// For each member of the equation, whether it is valid, given the value of the whole.
pub(super) fn judge<V: Variant>(
    equation: &Equation<'_, V>,
    value: &Gt,
    randomness: &Randomness,
    strategy: &impl Strategy,
) -> Vec<bool> {
    let members = equation.members.len();
    if value.is_one() {
        return vec![true; members];
    }
    if members <= WITHOUT_SEARCH_MAX {
        return each_but_one(equation, value, &[], strategy);
    }
    // Drawn after the batch was given, so nobody can place bad items where the sample falls. No
    // randomness, no sample: the search is right without it.
    let sample = randomness.indices(SAMPLE, members).unwrap_or_default();
    if members <= WEIGHTED_MAX {
        let known =
            strategy.map(sample.len(), |k| (sample[k], equation.value_of_member(sample[k])));
        if !known.is_empty() && known.iter().all(|(_, value)| !value.is_one()) {
            return each_but_one(equation, value, &known, strategy);
        }
    } else if !sample.is_empty() && sample.iter().all(|&i| !equation.members[i].is_valid()) {
        return map_all(strategy, members, |i| equation.members[i].is_valid());
    }
    search_groups(equation, 0..equation.groups.len(), value, strategy)
}

/// The verdicts from a value for each member but one, whose value is what the others leave of the
/// whole. `known` holds values found before.
fn each_but_one<V: Variant>(
    equation: &Equation<'_, V>,
    value: &Gt,
    known: &[(usize, Gt)],
    strategy: &impl Strategy,
) -> Vec<bool> {
    let mut values = vec![None; equation.members.len()];
    for (member, value) in known {
        values[*member] = Some(*value);
    }
    let unknown: Vec<usize> = (0..values.len()).filter(|&i| values[i].is_none()).collect();
    if let Some((&last, others)) = unknown.split_last() {
        let found = strategy.map(others.len(), |k| equation.value_of_member(others[k]));
        for (&member, value) in others.iter().zip(found) {
            values[member] = Some(value);
        }
        let rest = values.iter().flatten().fold(*value, |rest, part| rest.mul(&part.conjugate()));
        values[last] = Some(rest);
    }
    values.iter().map(|value| value.is_some_and(|value| value.is_one())).collect()
}

/// The verdicts on a range of groups, whose equation has the given value.
fn search_groups<V: Variant>(
    equation: &Equation<'_, V>,
    groups: Range<usize>,
    value: &Gt,
    strategy: &impl Strategy,
) -> Vec<bool> {
    let members = equation.groups[groups.clone()].iter().map(|group| group.members.len()).sum();
    if value.is_one() {
        return vec![true; members];
    }
    if let [group] = &equation.groups[groups.clone()] {
        return search_members(equation, group, value, Some(0), strategy);
    }
    let middle = equation.middle(&groups);
    let left = equation.value_of_groups(groups.start..middle, strategy);
    let right = value.mul(&left.conjugate());
    let halves = [(groups.start..middle, left), (middle..groups.end, right)];
    map_all(strategy, 2, |half| {
        search_groups(equation, halves[half].0.clone(), &halves[half].1, strategy)
    })
    .concat()
}

/// The verdicts on members of one group, whose equation has the given value. `splits` counts the
/// halvings between bad members, where this may be a group with one of them.
fn search_members<V: Variant>(
    equation: &Equation<'_, V>,
    group: &Group,
    value: &Gt,
    splits: Option<u32>,
    strategy: &impl Strategy,
) -> Vec<bool> {
    let Group { anchor, members } = group.clone();
    if value.is_one() {
        return vec![true; members.len()];
    }
    if members.len() == 1 {
        return vec![false];
    }
    if members.len() >= culprit::MEMBERS_MIN
        && splits.is_some_and(|splits| splits <= SPLITS_MAX)
        && let Some(culprit) = lone_culprit(equation, group, value, strategy)
    {
        return members.map(|member| member != culprit).collect();
    }
    let middle = members.start + members.len() / 2;
    let left = equation.value_of_members(anchor, members.start..middle, strategy);
    let right = value.mul(&left.conjugate());
    // More than one is bad here. Each half may have one of them if both have any.
    let splits = match (splits, left.is_one() || right.is_one()) {
        (Some(splits), false) => Some(splits + 1),
        _ => None,
    };
    let halves = [
        (Group { anchor, members: members.start..middle }, left),
        (Group { anchor, members: middle..members.end }, right),
    ];
    map_all(strategy, 2, |half| {
        search_members(equation, &halves[half].0, &halves[half].1, splits, strategy)
    })
    .concat()
}
