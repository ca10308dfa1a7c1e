//! Lines that the registry keeps, for the groups whose pairing is one of its keys.

use super::decode::Decoded;
use super::equation::PAIRS_MIN;
use super::group::{Anchor, Group, Grouping};
use crate::backend::Backend;
use crate::curve::KeptLines;
use crate::registry::{BatchLines, Registry};
use crate::strategy::Strategy;
use crate::variant::Variant;

/// What lines an equation can use.
#[derive(Default)]
pub(super) struct GroupLines<'a> {
    /// Of the keys of the first groups.
    pub(super) groups: Vec<&'a KeptLines>,
    /// Of the opposite of the generator: one, if any are kept.
    pub(super) generator: Option<&'a KeptLines>,
}

/// Asks the registry for lines, and moves the groups that have them to the front, so that blocks of
/// pairs have them all or none.
pub(super) fn of_groups<'a, V: Variant>(
    grouping: &mut Grouping,
    items: &[Decoded<'_, V>],
    registry: &'a Registry<V>,
    backend: Backend,
    strategy: &impl Strategy,
) -> GroupLines<'a> {
    if grouping.groups.len() < PAIRS_MIN {
        return GroupLines::default();
    }
    let handle = |group: &Group| {
        // The pairing of any other group has a sum of keys.
        let members = (group.anchor == Anchor::Key).then(|| group.members.clone())?;
        grouping.order[members].iter().find_map(|&item| items[item].handle)
    };
    let handles: Vec<_> = grouping.groups.iter().map(handle).collect();
    let BatchLines { keys, generator } = registry.lines_for_batch(&handles, backend, strategy);
    let has_lines: Vec<_> = keys.iter().map(Option::is_some).collect();
    grouping.lead(&has_lines);
    GroupLines { groups: keys.into_iter().flatten().collect(), generator }
}

#[cfg(test)]
mod tests;
