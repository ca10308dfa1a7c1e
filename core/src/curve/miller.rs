//! Miller loops of many blocks of pairs, on lanes where there are any.

use super::Affine;
use crate::arch::{G1, G2, Gt, miller_loop};
use crate::backend::{Backend, Work};
use crate::lanes::{self, Lanes};

/// Pairings of one Miller loop.
pub(crate) type Block<'a> = &'a [(Affine<G1>, Affine<G2>)];

/// Fewest blocks that are worth a vector of loops.
const LANES_MIN: usize = 3;

/// The product of the Miller loops of each block's pairs, up to a factor that final exponentiation
/// makes one. Pairs with an identity contribute one.
pub(crate) fn miller_loops(blocks: &[Block<'_>], backend: Backend) -> Vec<Gt> {
    let on_lanes = if blocks.len() < LANES_MIN { None } else { backend.enter(MillerLoops(blocks)) };
    on_lanes.unwrap_or_else(|| blocks.iter().map(|block| miller_loop(block)).collect())
}

struct MillerLoops<'a>(&'a [Block<'a>]);

impl Work for MillerLoops<'_> {
    type Output = Vec<Gt>;

    fn run<B: Lanes>(self, lanes: B) -> Vec<Gt> {
        lanes::miller::miller_loops(lanes, self.0)
    }
}
