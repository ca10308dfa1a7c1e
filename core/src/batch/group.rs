//! Stage 3, group: fewer pairings for the same equation.
//!
//! Items are edges between keys and messages. By bilinearity, all items of one message need one
//! pairing, `e(sum w_i K_i, H)`, and so do all items of one key, `e(K, sum w_i H_i)`. In each
//! connected component the side with fewer vertices is taken.

use core::hash::Hash;
use std::collections::HashMap;

use super::decode::{Decoded, MessageRef};
use crate::public_key::PublicKey;
use crate::variant::Variant;

/// Which side of a pairing stands still while the other is summed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    /// One message; the keys are weighted and summed.
    Message,
    /// One key; the hashed messages are weighted and summed.
    Key,
}

/// Items that share a pairing: a range of [`Grouping::order`].
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) anchor: Anchor,
    pub(super) members: core::ops::Range<usize>,
}

/// The grouping of a batch.
pub(super) struct Grouping {
    /// Positions among the items given, those of one group side by side.
    pub(super) order: Vec<usize>,
    pub(super) groups: Vec<Group>,
    /// For each item given, the number of its message among the distinct ones.
    pub(super) message_of: Vec<usize>,
    /// For each distinct message, the first item that has it.
    pub(super) first_with_message: Vec<usize>,
}

impl Grouping {
    /// Moves the groups for which `leads` holds before the others, and their items with them.
    pub(super) fn lead(&mut self, leads: &[bool]) {
        let (first, last): (Vec<_>, Vec<_>) =
            self.groups.drain(..).zip(leads).partition(|(_, leads)| **leads);
        let mut order = Vec::with_capacity(self.order.len());
        for (mut group, _) in first.into_iter().chain(last) {
            let start = order.len();
            order.extend_from_slice(&self.order[group.members]);
            group.members = start..order.len();
            self.groups.push(group);
        }
        self.order = order;
    }
}

/// Groups items by what needs fewer pairings.
pub(super) fn group<V: Variant>(items: &[Decoded<'_, V>]) -> Grouping {
    let (message_of, first_with_message) =
        number::<&MessageRef<'_, V>>(items.iter().map(|item| &item.message));
    let (key_of, first_with_key) = number::<&PublicKey<V>>(items.iter().map(|item| &item.key));
    let messages = first_with_message.len();

    let mut components = Components::new(messages + first_with_key.len());
    for (&message, &key) in message_of.iter().zip(&key_of) {
        components.join(message, messages + key);
    }
    let component: Vec<usize> =
        (0..messages + first_with_key.len()).map(|vertex| components.root(vertex)).collect();
    // For each component: how many messages less how many keys.
    let mut balance = vec![0isize; component.len()];
    for (vertex, &component) in component.iter().enumerate() {
        balance[component] += if vertex < messages { 1 } else { -1 };
    }

    let anchor = |item: usize| match balance[component[message_of[item]]] {
        0 if V::KEYS_ARE_CHEAPER => Anchor::Message,
        0 => Anchor::Key,
        more_keys if more_keys < 0 => Anchor::Message,
        _ => Anchor::Key,
    };
    let vertex = |item: usize| match anchor(item) {
        Anchor::Message => message_of[item],
        Anchor::Key => messages + key_of[item],
    };
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by_cached_key(|&item| vertex(item));
    let mut groups: Vec<Group> = Vec::new();
    for (place, &item) in order.iter().enumerate() {
        match groups.last_mut() {
            Some(group) if vertex(order[group.members.start]) == vertex(item) => {
                group.members.end = place + 1;
            }
            _ => groups.push(Group { anchor: anchor(item), members: place..place + 1 }),
        }
    }
    Grouping { order, groups, message_of, first_with_message }
}

/// Numbers distinct values in order of appearance: for each value its number, and for each number
/// the first place that has it.
fn number<T: Eq + Hash>(values: impl Iterator<Item = T>) -> (Vec<usize>, Vec<usize>) {
    let mut numbers = HashMap::new();
    let mut first = Vec::new();
    let of = values
        .enumerate()
        .map(|(place, value)| {
            *numbers.entry(value).or_insert_with(|| {
                first.push(place);
                first.len() - 1
            })
        })
        .collect();
    (of, first)
}

/// Connected components by union and find, paths halved.
struct Components(Vec<usize>);

impl Components {
    fn new(vertices: usize) -> Self {
        Self((0..vertices).collect())
    }

    fn root(&mut self, mut vertex: usize) -> usize {
        while self.0[vertex] != vertex {
            self.0[vertex] = self.0[self.0[vertex]];
            vertex = self.0[vertex];
        }
        vertex
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a] = b;
    }
}
