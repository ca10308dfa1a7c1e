//! Miller loops on lanes, one accumulator a lane.

use super::Lanes;
use super::line::{Scale, Tracer};
use super::tower::Dodecic;
use crate::arch::{G1, G2, Gt};
use crate::curve::Affine;

/// |z| of the curve family's parameter z, which is negative: the length of the optimal ate loop.
const LOOP: u64 = 0xd201_0000_0001_0000;

/// The product of the Miller loops of each block's pairs, up to a factor that final exponentiation
/// makes one. Pairs with an identity contribute one. All points must lie in their subgroups.
///
/// Every lane takes a block, and takes as long as the longest of them: blocks should be as many as
/// a multiple of the lanes, and of one length.
pub(crate) fn miller_loops<B: Lanes>(
    backend: B,
    blocks: &[&[(Affine<G1>, Affine<G2>)]],
) -> Vec<Gt> {
    let scale = Scale::new(backend);
    let mut values = Vec::with_capacity(blocks.len());
    for blocks in blocks.chunks(B::LANES) {
        let length = blocks.iter().map(|block| block.len()).max().unwrap_or(0);
        let mut tracers: Vec<_> = (0..length)
            .map(|place| {
                Tracer::new(backend, &scale, |lane| {
                    let pair = *blocks.get(lane)?.get(place)?;
                    (!pair.0.is_identity() && !pair.1.is_identity()).then_some(pair)
                })
            })
            .collect();
        let product = product(backend, &scale, &mut tracers);
        values.extend_from_slice(&product.store()[..blocks.len()]);
    }
    values
}

/// The value of the loop over all tracers.
fn product<B: Lanes>(backend: B, scale: &Scale<B>, tracers: &mut [Tracer<B>]) -> Dodecic<B> {
    let mut f = Dodecic::one(backend);
    for bit in (0..LOOP.ilog2()).rev() {
        f.square();
        for tracer in &mut *tracers {
            f.multiply_by_line(&tracer.double());
        }
        if LOOP >> bit & 1 == 1 {
            for tracer in &mut *tracers {
                f.multiply_by_line(&tracer.add(scale));
            }
        }
    }
    // For a negative z the value is the inverse, which after final exponentiation is this.
    f.conjugate()
}

#[cfg(test)]
mod tests;
