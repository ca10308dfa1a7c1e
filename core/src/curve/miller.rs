//! Miller loops of many blocks of pairs, on lanes where there are any.

use super::{Affine, KeptLines};
use crate::arch::{G1, G2, Gt, miller_loop};
use crate::backend::{Backend, Work};
use crate::lanes::lines::Lines;
use crate::lanes::{self, Lanes};

/// Pairings of one Miller loop.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block<'a> {
    pub(crate) pairs: &'a [(Affine<G1>, Affine<G2>)],
    /// The lines of the first points of G2, as far as any are kept.
    pub(crate) lines: &'a [&'a KeptLines],
}

/// Fewest blocks that are worth a vector of loops.
const LANES_MIN: usize = 3;

/// The product of the Miller loops of each block's pairs, up to a factor that final exponentiation
/// makes one. Pairs with an identity contribute one.
///
/// Kept lines save tracing them where every pair of these blocks has them, for this backend.
pub(crate) fn miller_loops(blocks: &[Block<'_>], backend: Backend) -> Vec<Gt> {
    let on_lanes = if blocks.len() < LANES_MIN { None } else { backend.enter(MillerLoops(blocks)) };
    on_lanes.unwrap_or_else(|| blocks.iter().map(|block| miller_loop(block.pairs)).collect())
}

struct MillerLoops<'a>(&'a [Block<'a>]);

impl MillerLoops<'_> {
    fn with_lines<B: Lanes>(&self, lanes: B) -> Option<Vec<Gt>> {
        let blocks = self.0.iter().map(Block::with_lines);
        let blocks: Vec<_> = blocks.collect::<Option<_>>()?;
        let blocks: Vec<&[_]> = blocks.iter().map(Vec::as_slice).collect();
        lanes::miller::miller_loops_with_lines(lanes, &blocks)
    }
}

impl Work for MillerLoops<'_> {
    type Output = Vec<Gt>;

    fn run<B: Lanes>(self, lanes: B) -> Vec<Gt> {
        self.with_lines(lanes).unwrap_or_else(|| {
            let blocks: Vec<_> = self.0.iter().map(|block| block.pairs).collect();
            lanes::miller::miller_loops(lanes, &blocks)
        })
    }
}

impl Block<'_> {
    fn with_lines<B: Lanes>(&self) -> Option<Vec<(Affine<G1>, &Lines<B>)>> {
        if self.lines.len() < self.pairs.len() {
            return None;
        }
        let pairs = self.pairs.iter().zip(self.lines);
        pairs.map(|((point, _), lines)| Some((*point, lines.on()?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::{Curve, to_affine_batch};

    fn multiples<C: Curve>(count: usize) -> Vec<Affine<C>> {
        let step = C::generator();
        let next = |point: &_| Some(C::add_affine(&C::double(point), &step));
        let points: Vec<_> =
            core::iter::successors(Some(step.to_projective()), next).take(count).collect();
        to_affine_batch(&points)
    }

    /// Told apart by lines of other points than the pairs have.
    #[test]
    fn lines_stand_for_points_where_all_are_there_for_the_backend() {
        const BLOCKS: usize = 5;
        let (left, right) = (multiples::<G1>(2 * BLOCKS), multiples::<G2>(2 * BLOCKS));
        let other: Vec<_> = right.iter().map(Affine::neg).collect();
        let pairs: Vec<_> = left.iter().copied().zip(right).collect();
        let opposite: Vec<_> = left.into_iter().zip(other.iter().copied()).collect();
        let values = |pairs: &[_], lines: &[&KeptLines], backend| -> Vec<Gt> {
            let mut lines = lines.chunks(2);
            let block = |pairs| Block { pairs, lines: lines.next().unwrap_or_default() };
            let blocks: Vec<_> = pairs.chunks(2).map(block).collect();
            miller_loops(&blocks, backend).iter().map(Gt::final_exponentiation).collect()
        };
        let expected = values(&pairs, &[], Backend::BLST);
        let expected_opposite = values(&opposite, &[], Backend::BLST);
        for backend in Backend::available() {
            let lines = KeptLines::of(&other, backend);
            let lines: Vec<_> = lines.iter().collect();
            assert_eq!(lines.len(), if backend.lanes() == 1 { 0 } else { pairs.len() });
            // Seven lines: whole blocks have them, one has half of its own, one has none.
            for some in [&lines[..], &lines[..lines.len().min(7)]] {
                for user in Backend::available() {
                    let used = user == backend && some.len() == pairs.len();
                    let expected = if used { &expected_opposite } else { &expected };
                    assert_eq!(&values(&pairs, some, user), expected, "{backend}, {user}");
                }
            }
        }
    }
}
