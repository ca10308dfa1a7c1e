//! Stage 3: the sum that is of small order if all items are valid.
//!
//! For each item, `r (s B - c Y - U) + t (s H - c Gamma - V)`: one term for B over all items, and
//! five for each.

use core::ops::Range;

use curve25519_dalek::constants::ED25519_BASEPOINT_POINT;
use curve25519_dalek::traits::{Identity, VartimeMultiscalarMul};
use curve25519_dalek::{EdwardsPoint, Scalar};

use super::coefficients::Coefficients;
use super::prepare::Prepared;
use crate::strategy::Strategy;
use crate::vrf::edwards::suite::EdwardsSuite;

/// Terms of one item, B's apart.
const TERMS: usize = 5;
/// Fewest items that a core is given: with fewer, the sum's fixed part outweighs what it saves.
const ITEMS_PER_PIECE_MIN: usize = 128;

/// Items and their terms.
pub(super) struct Equation<'a, S: EdwardsSuite> {
    pub(super) items: &'a [Prepared<'a, S>],
    /// `r s + ...`, the scalar of B, for each item.
    base_scalars: Vec<Scalar>,
    scalars: Vec<Scalar>,
    points: Vec<EdwardsPoint>,
    spare: [u64; 2],
}

impl<'a, S: EdwardsSuite> Equation<'a, S> {
    pub(super) fn new(items: &'a [Prepared<'a, S>], coefficients: &Coefficients) -> Self {
        let mut base_scalars = Vec::with_capacity(items.len());
        let mut scalars = Vec::with_capacity(TERMS * items.len());
        let mut points = Vec::with_capacity(TERMS * items.len());
        for (item, pair) in items.iter().zip(&coefficients.pairs) {
            let [r, t] = pair.map(Scalar::from);
            let (c, s) = (&item.challenge, item.proof.s());
            base_scalars.push(r * s);
            scalars.extend([r * c, r, t * s, t * c, t]);
            // Points are negated where the equation subtracts: that is cheap, and a negated scalar
            // would be twice as long as a coefficient.
            points.extend([
                *item.key.negative(),
                -item.proof.u().point,
                item.h,
                -item.proof.gamma().point,
                -item.proof.v().point,
            ]);
        }
        Self { items, base_scalars, scalars, points, spare: coefficients.spare }
    }

    /// The sum over a range of items.
    pub(super) fn sum(&self, range: Range<usize>, strategy: &impl Strategy) -> EdwardsPoint {
        let most = range.len() / ITEMS_PER_PIECE_MIN;
        let pieces = strategy.threads().min(most).max(1);
        let edge = |piece: usize| range.start + range.len() * piece / pieces;
        strategy
            .map(pieces, |piece| self.sum_of(edge(piece)..edge(piece + 1)))
            .into_iter()
            .fold(EdwardsPoint::identity(), |sum, part| sum + part)
    }

    fn sum_of(&self, range: Range<usize>) -> EdwardsPoint {
        let base: Scalar = self.base_scalars[range.clone()].iter().sum();
        let terms = TERMS * range.start..TERMS * range.end;
        EdwardsPoint::vartime_multiscalar_mul(
            self.scalars[terms.clone()].iter().chain([&base]),
            self.points[terms].iter().chain([&ED25519_BASEPOINT_POINT]),
        )
    }

    /// An item that nobody could choose beforehand. The slight bias of a remainder does no harm.
    pub(super) fn arbitrary(&self, k: usize) -> usize {
        let place = self.spare[k] % self.items.len() as u64;
        usize::try_from(place).expect("below a length")
    }
}
