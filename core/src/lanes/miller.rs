//! Miller loops on lanes, one accumulator a lane.

use super::line::Argument;
use super::tower::Dodecic;
use super::trace::{Step, Trace};
use super::{AffineLanes, Lanes};
use crate::arch::{G1, G2, Gt};
use crate::curve::{Affine, Curve};

/// The product of the Miller loops of each block's pairs, up to a factor that final exponentiation
/// makes one. Pairs with an identity contribute one. All points must lie in their subgroups.
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
        let places = blocks.iter().map(|block| block.len()).max().unwrap_or(0);
        // Where there is no pair, one that contributes one.
        let pair = |place: usize, lane: usize| {
            let pair = blocks.get(lane).and_then(|block| block.get(place));
            let pair = pair.filter(|(_, q)| !q.is_identity());
            pair.copied().unwrap_or_else(|| (Affine::IDENTITY, G2::generator()))
        };
        let arguments = Argument::load(backend, places, |place, lane| pair(place, lane).0);
        let mut trace = Trace::new(
            (0..places)
                .map(|place| AffineLanes::load(backend, |lane| pair(place, lane).1))
                .collect(),
        );
        let value = accumulate(backend, |step, f| {
            trace
                .advance(backend, step, |place, line| f.multiply_by(&arguments[place].value(line)));
        });
        values.extend_from_slice(&value.store()[..blocks.len()]);
    }
    values
}

/// The loop's value, each step's lines being multiplied in by `multiply`.
fn accumulate<B: Lanes>(backend: B, mut multiply: impl FnMut(Step, &mut Dodecic<B>)) -> Dodecic<B> {
    let mut f = Dodecic::one(backend);
    for step in Step::all() {
        if step == Step::Double {
            f.square();
        }
        multiply(step, &mut f);
    }
    // For a negative z the value is the inverse, which after final exponentiation is this.
    f.conjugate()
}

#[cfg(test)]
mod tests;
