//! Miller loops on lanes, one accumulator a lane.

use super::line::{Argument, Line};
use super::lines::Lines;
use super::tower::Dodecic;
use super::trace::{Step, Trace};
use super::{AffineLanes, Lanes};
use crate::arch::{G1, G2, Gt, miller_loop};
use crate::curve::{Affine, Curve};

/// The product of the Miller loops of each block's pairs, up to a factor that final exponentiation
/// makes one. Pairs with an identity contribute one.
///
/// Every lane takes a block, and takes as long as the longest of them: blocks should be as many as
/// a multiple of the lanes, and of one length. The longer they are, the more pairs share a squaring
/// and an inversion.
pub(crate) fn miller_loops<B: Lanes>(
    backend: B,
    blocks: &[&[(Affine<G1>, Affine<G2>)]],
) -> Vec<Gt> {
    let mut values = Vec::with_capacity(blocks.len());
    for blocks in blocks.chunks(B::LANES) {
        match loops_of_pairs(backend, blocks) {
            Some(value) => values.extend_from_slice(&value.store()[..blocks.len()]),
            // A point is not in its subgroup. blst's projective formulas take any.
            None => values.extend(blocks.iter().map(|block| miller_loop(block))),
        }
    }
    values
}

/// The same for points of G2 whose lines are kept.
pub(crate) fn miller_loops_with_lines<B: Lanes>(
    backend: B,
    blocks: &[&[(Affine<G1>, &Lines<B>)]],
) -> Option<Vec<Gt>> {
    let mut values = Vec::with_capacity(blocks.len());
    for blocks in blocks.chunks(B::LANES) {
        let value = loops_of_lines(backend, blocks)?;
        values.extend_from_slice(&value.store()[..blocks.len()]);
    }
    Some(values)
}

fn loops_of_pairs<B: Lanes>(
    backend: B,
    blocks: &[&[(Affine<G1>, Affine<G2>)]],
) -> Option<Dodecic<B>> {
    let places = longest(blocks);
    // Where there is no pair, one that contributes one.
    let pair = |place: usize, lane: usize| {
        let pair = blocks.get(lane).and_then(|block| block.get(place));
        let pair = pair.filter(|(_, q)| !q.is_identity());
        pair.copied().unwrap_or_else(|| (Affine::IDENTITY, G2::generator()))
    };
    let point = |place| AffineLanes::load(backend, |lane| pair(place, lane).1);
    let mut trace = Trace::new(backend, (0..places).map(point).collect());
    let arguments = Argument::load(backend, places, |place, lane| pair(place, lane).0)?;
    accumulate(backend, &arguments, |_, step, each| trace.advance(step, each))
}

fn loops_of_lines<B: Lanes>(
    backend: B,
    blocks: &[&[(Affine<G1>, &Lines<B>)]],
) -> Option<Dodecic<B>> {
    let places = longest(blocks);
    let point = |place: usize, lane: usize| {
        let pair = blocks.get(lane).and_then(|block| block.get(place));
        pair.map_or(Affine::IDENTITY, |pair| pair.0)
    };
    // Where there is no pair, the lines of any will do at the identity.
    let lines = |place: usize, lane: usize| {
        let own = blocks.get(lane).and_then(|block| block.get(place));
        own.or_else(|| blocks.iter().find_map(|block| block.get(place))).map(|pair| pair.1)
    };
    let lines: Vec<Vec<&Lines<B>>> = (0..places)
        .map(|place| (0..B::LANES).filter_map(|lane| lines(place, lane)).collect())
        .collect();
    let arguments = Argument::load(backend, places, point)?;
    accumulate(backend, &arguments, |index, _, each| {
        for (place, lines) in lines.iter().enumerate() {
            each(place, &Lines::load(backend, index, |lane| lines[lane]));
        }
        Some(())
    })
}

fn longest<T>(blocks: &[&[T]]) -> usize {
    blocks.iter().map(|block| block.len()).max().unwrap_or(0)
}

/// The loop's value, where `lines` hands over each step's line for each place.
fn accumulate<B: Lanes>(
    backend: B,
    arguments: &[Argument<B>],
    mut lines: impl FnMut(usize, Step, &mut dyn FnMut(usize, &Line<B>)) -> Option<()>,
) -> Option<Dodecic<B>> {
    // A product is written beside its factor, not moved into its place.
    let (f, product) = (&mut Dodecic::one(backend), &mut Dodecic::one(backend));
    let (mut f, mut product) = (f, product);
    for (index, step) in Step::all().enumerate() {
        if step == Step::Double {
            f.square();
        }
        lines(index, step, &mut |place, line| {
            f.mul_into(&arguments[place].value(line), product);
            core::mem::swap(&mut f, &mut product);
        })?;
    }
    // For a negative z the value is the inverse, which after final exponentiation is this.
    Some(f.conjugate())
}

#[cfg(test)]
mod tests;
