//! Stage 2, weigh and check membership: one pass over the points does both.
//!
//! The digit sums of a random weighting lie in the subgroup if every point does, and fail to with
//! probability at least 1 - B^-digits if one does not, B being the least prime of the cofactor
//! (core/docs/batch-equation.md). Above [`fused_min`] points that is cheaper than a check for
//! each, and the weighted sum comes with it.

use core::ops::Range;

use crate::backend::Backend;
use crate::curve::{
    Affine, Curve, DigitRows, Projective, combine, digit_sums, in_subgroup, weighted_sum,
};
use crate::strategy::Strategy;

/// What the stage knows of a set of points.
pub(crate) struct Weighed<C: Curve> {
    /// Which points are outside the subgroup.
    pub(crate) outside: Vec<bool>,
    /// The weighted sum over the points inside.
    pub(crate) sum: Projective<C>,
}

/// Least number of unchecked points for the fused pass: the pass makes as many exact checks as a
/// weight has digits, whatever the number of points.
fn fused_min(rows: &DigitRows) -> usize {
    rows.width + rows.width / 8
}

/// Fewest suspects that are worth halving, for weights of so many digits. A split makes that many exact
/// checks for each half and may save those of half of the points.
fn halving_min(width: usize) -> usize {
    4 * width
}

/// Weighs `points` by the digit `rows` and finds those outside the subgroup. `checked[i]` says
/// that point i is known to be inside.
pub(super) fn weigh<C: Curve>(
    points: &[Affine<C>],
    rows: &DigitRows,
    checked: &[bool],
    backend: Backend,
    strategy: &impl Strategy,
) -> Weighed<C> {
    let unchecked = checked.iter().filter(|checked| !**checked).count();
    if unchecked >= fused_min(rows) {
        weigh_fused(points, rows, backend, strategy)
    } else {
        weigh_singly(points, rows, checked, backend, strategy)
    }
}

/// The fused pass: the digit sums tell of all points at once.
pub(crate) fn weigh_fused<C: Curve>(
    points: &[Affine<C>],
    rows: &DigitRows,
    backend: Backend,
    strategy: &impl Strategy,
) -> Weighed<C> {
    let all: Vec<&[i8]> = (0..points.len()).map(|i| rows.row(i)).collect();
    let sums = digit_sums(points, &all, rows.base, backend, strategy);
    let mut outside = vec![false; points.len()];
    if all_inside(&sums, backend, strategy) {
        return Weighed { outside, sum: combine(&sums, rows.base) };
    }
    let suspects = Suspects { points, rows: &all, base: rows.base };
    suspects.find(0..points.len(), &sums, &mut outside, backend, strategy);
    let sum = sum_inside(points, rows, &outside, backend, strategy);
    Weighed { outside, sum }
}

/// An exact check for each unchecked point, and the weighted sum by itself.
pub(crate) fn weigh_singly<C: Curve>(
    points: &[Affine<C>],
    rows: &DigitRows,
    checked: &[bool],
    backend: Backend,
    strategy: &impl Strategy,
) -> Weighed<C> {
    let unchecked: Vec<_> = (0..points.len()).filter(|&i| !checked[i]).collect();
    let suspects: Vec<_> = unchecked.iter().map(|&i| points[i].to_projective()).collect();
    let mut outside = vec![false; points.len()];
    for (&i, inside) in unchecked.iter().zip(each_inside(&suspects, backend, strategy)) {
        outside[i] = !inside;
    }
    let sum = sum_inside(points, rows, &outside, backend, strategy);
    Weighed { outside, sum }
}

/// The weighted sum over the points that are not outside.
fn sum_inside<C: Curve>(
    points: &[Affine<C>],
    rows: &DigitRows,
    outside: &[bool],
    backend: Backend,
    strategy: &impl Strategy,
) -> Projective<C> {
    let inside = || (0..points.len()).filter(|&i| !outside[i]);
    let rows_inside: Vec<_> = inside().map(|i| rows.row(i)).collect();
    let points: Vec<_> = inside().map(|i| points[i]).collect();
    weighted_sum(&points, &rows_inside, rows.base, backend, strategy)
}

/// Membership alone, for points whose weighted sum nobody needs. Without weights each point is
/// checked by itself.
pub(super) fn outside<C: Curve>(
    points: &[Affine<C>],
    rows: Option<&DigitRows>,
    backend: Backend,
    strategy: &impl Strategy,
) -> Vec<bool> {
    let Some(rows) = rows.filter(|rows| points.len() >= fused_min(rows)) else {
        let points: Vec<_> = points.iter().map(|point| point.to_projective()).collect();
        let inside = each_inside(&points, backend, strategy);
        return inside.into_iter().map(|inside| !inside).collect();
    };
    let all: Vec<&[i8]> = (0..points.len()).map(|i| rows.row(i)).collect();
    let mut outside = vec![false; points.len()];
    let sums = digit_sums(points, &all, rows.base, backend, strategy);
    if !all_inside(&sums, backend, strategy) {
        let suspects = Suspects { points, rows: &all, base: rows.base };
        suspects.find(0..points.len(), &sums, &mut outside, backend, strategy);
    }
    outside
}

/// The exact check of one point.
pub(super) fn is_outside<C: Curve>(point: &Affine<C>) -> bool {
    !C::in_subgroup(&point.to_projective())
}

/// Whether every sum lies in the subgroup, as is expected: all are looked at together.
fn all_inside<C: Curve>(
    sums: &[Projective<C>],
    backend: Backend,
    strategy: &impl Strategy,
) -> bool {
    each_inside(sums, backend, strategy).into_iter().all(|inside| inside)
}

/// Whether some sum lies outside, as is likely: no more are looked at than at once after the first.
fn some_outside<C: Curve>(
    sums: &[Projective<C>],
    backend: Backend,
    strategy: &impl Strategy,
) -> bool {
    let mut at_once = sums.chunks(backend.lanes() * strategy.threads().max(1));
    at_once.any(|sums| !all_inside(sums, backend, strategy))
}

/// Whether each point lies in the subgroup.
fn each_inside<C: Curve>(
    points: &[Projective<C>],
    backend: Backend,
    strategy: &impl Strategy,
) -> Vec<bool> {
    let pieces: Vec<_> = points.chunks(backend.lanes()).collect();
    strategy.map(pieces.len(), |piece| in_subgroup(pieces[piece], backend)).concat()
}

/// Points some of which are outside, to be told apart by halving.
struct Suspects<'a, C: Curve> {
    points: &'a [Affine<C>],
    rows: &'a [&'a [i8]],
    base: u8,
}

impl<C: Curve> Suspects<'_, C> {
    /// Marks the culprits of `range`, whose digit sums are `sums`, not all in the subgroup.
    ///
    /// The sums of the right half are those of the whole less those of the left, so each level
    /// sums half of the points.
    fn find(
        &self,
        range: Range<usize>,
        sums: &[Projective<C>],
        outside: &mut [bool],
        backend: Backend,
        strategy: &impl Strategy,
    ) {
        if range.len() < halving_min(sums.len()) {
            let points: Vec<_> =
                self.points[range.clone()].iter().map(|point| point.to_projective()).collect();
            for (i, inside) in range.zip(each_inside(&points, backend, strategy)) {
                outside[i] = !inside;
            }
            return;
        }
        let middle = range.start + range.len() / 2;
        let (left, right) = (range.start..middle, middle..range.end);
        let left_sums = digit_sums(
            &self.points[left.clone()],
            &self.rows[left.clone()],
            self.base,
            backend,
            strategy,
        );
        let right_sums: Vec<_> =
            sums.iter().zip(&left_sums).map(|(all, part)| C::add(all, &part.neg())).collect();
        for (half, sums) in [(left, left_sums), (right, right_sums)] {
            if some_outside(&sums, backend, strategy) {
                self.find(half, &sums, outside, backend, strategy);
            }
        }
    }
}
