//! Stage 4, pair: the batch equation over grouped items, and any part of it.
//!
//! The equation of a set of items is `product e(w_i K_i, H_i) * e(-generator, sum w_i S_i) = 1`.
//! Its value is multiplicative: the value of a set is the product of the values of its parts,
//! which the judge uses to get half of its tests for nothing.

use core::ops::Range;

use super::decode::Decoded;
use super::group::{Anchor, Group};
use super::lines::GroupLines;
use crate::arch::{G1, G2, Gt};
use crate::backend::Backend;
use crate::curve::{
    Affine, Block, Curve, Projective, miller_loops, sums_by_place, to_affine_batch, weighted_sum,
    weighted_sums,
};
use crate::message::MessagePoint;
use crate::signature::pairing_product;
use crate::strategy::{Sequential, Strategy};
use crate::variant::Variant;

/// Most pairings to share the squarings of one Miller loop; blst's own blocks have 16.
const PAIRS_PER_BLOCK_MAX: usize = 16;

/// Fewest pairs that are worth more than one loop.
pub(super) const PAIRS_MIN: usize = 4;

/// The equation of a batch, its items in the order of their groups.
pub(super) struct Equation<'a, V: Variant> {
    pub(super) members: Vec<Member<'a, V>>,
    pub(super) groups: Vec<Group>,
    base: u8,
    backend: Backend,
    /// One pairing a group: the anchor and the weighted sum of the other side.
    pairs: Vec<(Affine<G1>, Affine<G2>)>,
    lines: GroupLines<'a>,
    pairs_per_block: usize,
    /// Miller values of the blocks of pairs; empty where one loop took the whole equation.
    blocks: Vec<Gt>,
}

/// An item of the equation.
pub(super) struct Member<'a, V: Variant> {
    pub(super) item: &'a Decoded<'a, V>,
    pub(super) message: MessagePoint<V>,
    /// The digits of its weight.
    pub(super) weight: &'a [i8],
}

impl<'a, V: Variant> Equation<'a, V> {
    /// Weighs one side of every group and brings the equation to pairings.
    pub(super) fn new(
        members: Vec<Member<'a, V>>,
        groups: Vec<Group>,
        lines: GroupLines<'a>,
        base: u8,
        backend: Backend,
        strategy: &impl Strategy,
    ) -> Self {
        let threads = strategy.threads().max(1);
        let pairs_per_block = pairs_per_block(groups.len(), backend.lanes(), threads);
        let mut equation = Self {
            members,
            groups,
            base,
            backend,
            pairs: Vec::new(),
            lines,
            pairs_per_block,
            blocks: Vec::new(),
        };
        equation.pairs = equation.weigh(strategy);
        equation
    }

    fn weigh(&self, strategy: &impl Strategy) -> Vec<(Affine<G1>, Affine<G2>)> {
        const GROUPS_PER_PIECE: usize = 16;
        let pieces = strategy.map(self.groups.len().div_ceil(GROUPS_PER_PIECE), |piece| {
            let first = piece * GROUPS_PER_PIECE;
            let last = self.groups.len().min(first + GROUPS_PER_PIECE);
            self.pairs_of(&self.groups[first..last], strategy)
        });
        pieces.concat()
    }

    /// The pairing of each group, each over the given range of members only.
    fn pairs_of(
        &self,
        groups: &[Group],
        strategy: &impl Strategy,
    ) -> Vec<(Affine<G1>, Affine<G2>)> {
        let sums_of_keys =
            self.weighted_sums(groups, Anchor::Message, |m| *m.item.key.point(), strategy);
        let sums_of_messages =
            self.weighted_sums(groups, Anchor::Key, |m| *m.message.point(), strategy);
        let (mut sums_of_keys, mut sums_of_messages) =
            (sums_of_keys.into_iter(), sums_of_messages.into_iter());
        let mut keys: Vec<Projective<V::KeyCurve>> = Vec::with_capacity(groups.len());
        let mut messages: Vec<Projective<V::SignatureCurve>> = Vec::with_capacity(groups.len());
        for group in groups {
            let first = &self.members[group.members.start];
            match group.anchor {
                Anchor::Message => {
                    messages.push(first.message.point().to_projective());
                    keys.push(sums_of_keys.next().expect("one for each such group"));
                }
                Anchor::Key => {
                    keys.push(first.item.key.point().to_projective());
                    messages.push(sums_of_messages.next().expect("one for each such group"));
                }
            }
        }
        to_affine_batch(&keys)
            .into_iter()
            .zip(to_affine_batch(&messages))
            .map(|(key, message)| V::pair(key, message))
            .collect()
    }

    /// For each group with that anchor, in order, the weighted sum of its members' points.
    fn weighted_sums<C: Curve>(
        &self,
        groups: &[Group],
        anchor: Anchor,
        point: impl Fn(&Member<'_, V>) -> Affine<C>,
        strategy: &impl Strategy,
    ) -> Vec<Projective<C>> {
        let (mut points, mut rows, mut ranges) = (Vec::new(), Vec::new(), Vec::new());
        for group in groups.iter().filter(|group| group.anchor == anchor) {
            let members = &self.members[group.members.clone()];
            ranges.push(points.len()..points.len() + members.len());
            points.extend(members.iter().map(&point));
            rows.extend(members.iter().map(|member| member.weight));
        }
        weighted_sums(&points, &rows, &ranges, self.base, self.backend, strategy)
    }

    /// The value of the whole equation, given the weighted sum of all signatures.
    pub(super) fn value(
        &mut self,
        signatures: &Projective<V::SignatureCurve>,
        strategy: &impl Strategy,
    ) -> Gt {
        let signatures = signatures.to_affine();
        let lanes = self.backend.lanes();
        if self.pairs.len() < self.pairs_per_block.max(PAIRS_MIN) {
            return pairing_product::<V>(self.pairs.clone(), &signatures).final_exponentiation();
        }
        let own = [V::pair(V::KeyCurve::generator().neg(), signatures)];
        let mut lines = self.lines.groups.chunks(self.pairs_per_block);
        let mut blocks: Vec<_> = self
            .pairs
            .chunks(self.pairs_per_block)
            .map(|pairs| Block { pairs, lines: lines.next().unwrap_or_default() })
            .collect();
        blocks.push(Block { pairs: &own, lines: self.lines.generator.as_slice() });
        let vectors: Vec<_> = blocks.chunks(lanes).collect();
        let mut values = strategy
            .map(vectors.len(), |vector| miller_loops(vectors[vector], self.backend))
            .concat();
        let product = values.iter().fold(Gt::one(), |acc, value| acc.mul(value));
        values.pop();
        self.blocks = values;
        product.final_exponentiation()
    }

    /// The value of the equation of some whole groups.
    pub(super) fn value_of_groups(&self, groups: Range<usize>, strategy: &impl Strategy) -> Gt {
        let members =
            self.groups[groups.start].members.start..self.groups[groups.end - 1].members.end;
        let signatures = self.signature_sum(members, strategy);
        // Whole blocks have their values already; the ragged ends join the signatures' loop.
        let (first, last) = if self.blocks.is_empty() {
            (groups.end, groups.end)
        } else {
            let last = if groups.end == self.pairs.len() {
                self.blocks.len()
            } else {
                groups.end / self.pairs_per_block
            };
            (groups.start.div_ceil(self.pairs_per_block), last)
        };
        if first >= last || self.blocks.is_empty() {
            return pairing_product::<V>(self.pairs[groups].to_vec(), &signatures)
                .final_exponentiation();
        }
        let mut ragged = self.pairs[groups.start..first * self.pairs_per_block].to_vec();
        let covered = (last * self.pairs_per_block).min(groups.end);
        ragged.extend_from_slice(&self.pairs[covered..groups.end]);
        let own = pairing_product::<V>(ragged, &signatures);
        self.blocks[first..last]
            .iter()
            .fold(own, |acc, block| acc.mul(block))
            .final_exponentiation()
    }

    /// The value of the equation of one member.
    pub(super) fn value_of_member(&self, member: usize) -> Gt {
        let group = self.groups.partition_point(|group| group.members.end <= member);
        match &self.groups[group] {
            alone if alone.members.len() == 1 => {
                self.value_of_groups(group..group + 1, &Sequential)
            }
            shared => self.value_of_members(shared.anchor, member..member + 1, &Sequential),
        }
    }

    /// The value of the equation of some members of one group.
    pub(super) fn value_of_members(
        &self,
        anchor: Anchor,
        members: Range<usize>,
        strategy: &impl Strategy,
    ) -> Gt {
        let signatures = self.signature_sum(members.clone(), strategy);
        let pairs = self.pairs_of(&[Group { anchor, members }], strategy);
        pairing_product::<V>(pairs, &signatures).final_exponentiation()
    }

    /// Of one group, the product of its members' errors without their weights, and with each raised
    /// to its place, which counts from zero.
    pub(super) fn errors_by_place(&self, group: &Group, strategy: &impl Strategy) -> [Gt; 2] {
        let members = &self.members[group.members.clone()];
        let signatures: Vec<_> = members.iter().map(|member| member.item.signature).collect();
        let signatures = sums_by_place(&signatures, self.backend, strategy);
        let pairs = match group.anchor {
            Anchor::Message => {
                let keys: Vec<_> = members.iter().map(|m| *m.item.key.point()).collect();
                let message = *members[0].message.point();
                sums_by_place(&keys, self.backend, strategy).map(|sum| V::pair(sum, message))
            }
            Anchor::Key => {
                let messages: Vec<_> = members.iter().map(|m| *m.message.point()).collect();
                let key = *members[0].item.key.point();
                sums_by_place(&messages, self.backend, strategy).map(|sum| V::pair(key, sum))
            }
        };
        let values = strategy.map(2, |k| {
            pairing_product::<V>(vec![pairs[k]], &signatures[k]).final_exponentiation()
        });
        values.try_into().expect("two values")
    }

    /// Where to halve a range of groups: at a block's edge, if there is one inside.
    pub(super) fn middle(&self, groups: &Range<usize>) -> usize {
        let middle = groups.start + groups.len() / 2;
        let edge = middle.next_multiple_of(self.pairs_per_block);
        let has_edge = !self.blocks.is_empty() && edge < groups.end && edge > groups.start;
        if has_edge { edge } else { middle }
    }

    fn signature_sum(
        &self,
        members: Range<usize>,
        strategy: &impl Strategy,
    ) -> Affine<V::SignatureCurve> {
        let members = &self.members[members];
        let points: Vec<_> = members.iter().map(|member| member.item.signature).collect();
        let weights: Vec<&[i8]> = members.iter().map(|member| member.weight).collect();
        weighted_sum(&points, &weights, self.base, self.backend, strategy).to_affine()
    }
}

/// How many pairs each block gets: as few blocks as sharing allows, and enough of them to give
/// every lane of every thread one.
fn pairs_per_block(pairs: usize, lanes: usize, threads: usize) -> usize {
    if lanes == 1 && threads == 1 {
        return PAIRS_PER_BLOCK_MAX;
    }
    // Four pieces a thread even out their lengths, where pieces are small.
    let at_once = if lanes == 1 { 4 * threads } else { lanes * threads };
    let rounds = pairs.div_ceil(at_once * PAIRS_PER_BLOCK_MAX).max(1);
    let least = if lanes == 1 { 4 } else { 1 };
    pairs.div_ceil(at_once * rounds).clamp(least, PAIRS_PER_BLOCK_MAX)
}

impl<V: Variant> Member<'_, V> {
    /// Verifies the item by itself, without weights.
    pub(super) fn is_valid(&self) -> bool {
        self.item.signature().verify_point(&self.item.key, &self.message).is_ok()
    }
}
