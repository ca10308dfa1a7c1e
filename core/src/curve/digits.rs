//! Sums of points weighted by single balanced digits: the heart of the fused pass.
//!
//! For rows of digits `d_ij` in base B, balanced around zero, [`digit_sums`] computes
//! `D_j = sum_i d_ij P_i` for every digit position j. Two things follow from the same sums:
//! Horner's rule over `D_j` gives the weighted sum `sum_i w_i P_i` with `w_i = sum_j d_ij B^j`,
//! and, with B the least prime of the cofactor, `D_j` in the subgroup for all j shows that every
//! `P_i` is (core/docs/batch-equation.md).

use core::ops::Range;

use super::pieces::{Piece, Size, pieces};
use super::{Affine, Buckets, Curve, Projective, ScalarSums, Summands};
use crate::backend::{Backend, Work};
use crate::lanes::Lanes;
use crate::lanes::affine_sum::LaneSums;
use crate::strategy::Strategy;

/// Digits of many weights: `rows[i * width + j]` is digit j of weight i, least significant first.
#[derive(Clone, Debug)]
pub(crate) struct DigitRows {
    pub(crate) base: u8,
    pub(crate) width: usize,
    pub(crate) digits: Vec<i8>,
}

impl DigitRows {
    pub(crate) fn row(&self, i: usize) -> &[i8] {
        &self.digits[i * self.width..(i + 1) * self.width]
    }
}

/// Fewest points that are worth lanes: below, rounds of additions have too few pairs.
const LANES_MIN: usize = 16;

/// `D_j = sum_i d_ij P_i` for each j, over the points `points[i]` with digit rows `rows[i]`.
pub(crate) fn digit_sums<C: Curve>(
    points: &[Affine<C>],
    rows: &[&[i8]],
    base: u8,
    backend: Backend,
    strategy: &impl Strategy,
) -> Vec<Projective<C>> {
    let all = 0..points.len();
    let mut sums = grouped_digit_sums(points, rows, &[all], base, backend, strategy);
    sums.pop().expect("of one group")
}

/// The same for each of several groups, ranges of the points one after another.
///
/// Several neighbouring digits are taken as one composite digit, whose buckets are filled once and
/// then taken apart again: with c digits together the points are walked `width / c` times.
pub(crate) fn grouped_digit_sums<C: Curve>(
    points: &[Affine<C>],
    rows: &[&[i8]],
    groups: &[Range<usize>],
    base: u8,
    backend: Backend,
    strategy: &impl Strategy,
) -> Vec<Vec<Projective<C>>> {
    assert_eq!(points.len(), rows.len());
    let sums = DigitSums { points, rows, groups, base, strategy };
    let on_lanes = if points.len() < LANES_MIN { None } else { backend.direct(&sums) };
    on_lanes.unwrap_or_else(|| sums.over(&ScalarSums, points))
}

/// The task of [`grouped_digit_sums`].
struct DigitSums<'a, C: Curve, S> {
    points: &'a [Affine<C>],
    rows: &'a [&'a [i8]],
    groups: &'a [Range<usize>],
    base: u8,
    strategy: &'a S,
}

/// A point that adds to the sums of a group, by its number, with some or all of its digits.
#[derive(Clone, Copy)]
struct Addend<'a> {
    point: usize,
    group: usize,
    digits: &'a [i8],
}

impl<C: Curve, S: Strategy> Work for &DigitSums<'_, C, S> {
    type Output = Vec<Vec<Projective<C>>>;

    fn run<B: Lanes>(self, lanes: B) -> Self::Output {
        let summands = LaneSums::new(lanes);
        let points = lanes.within(|| summands.rows(self.points));
        self.over(&summands, &points)
    }
}

impl<C: Curve, S: Strategy> DigitSums<'_, C, S> {
    fn over<P: Summands<C>>(&self, summands: &P, points: &[P::Point]) -> Vec<Vec<Projective<C>>> {
        let width = self.rows.first().map_or(0, |row| row.len());
        let addends = self.groups.iter().enumerate().flat_map(|(group, range)| {
            range.clone().map(move |point| Addend { point, group, digits: self.rows[point] })
        });
        // The identity adds nothing, and has no place in a bucket.
        let addends: Vec<_> =
            addends.filter(|addend| !self.points[addend.point].is_identity()).collect();
        let size = Size { points: addends.len(), groups: self.groups.len(), width };
        let pieces = pieces(size, self.base, self.strategy.threads().max(1));
        let sums = self.strategy.map(pieces.len(), |piece| {
            let Piece { digits, points: range } = pieces[piece].clone();
            let window = Window {
                addends: addends[range]
                    .iter()
                    .map(|addend| Addend { digits: &addend.digits[digits.clone()], ..*addend }),
                base: self.base,
                groups: self.groups.len(),
                count: digits.len(),
            };
            summands.within(|| window.sums(summands, points))
        });
        let mut total = vec![vec![Projective::IDENTITY; width]; self.groups.len()];
        for (piece, sums) in pieces.iter().zip(sums) {
            for (total, sums) in total.iter_mut().zip(sums.chunks(piece.digits.len())) {
                for (total, sum) in total[piece.digits.clone()].iter_mut().zip(sums) {
                    *total = C::add(total, sum);
                }
            }
        }
        total
    }
}

/// Buckets of c balanced digits taken together, a value and its negative sharing one.
pub(super) fn buckets(base: u8, c: usize) -> usize {
    let c = u32::try_from(c).expect("a handful of digits");
    (usize::from(base).pow(c) - 1) / 2
}

/// `count` neighbouring digits of some addends.
struct Window<A> {
    addends: A,
    base: u8,
    groups: usize,
    count: usize,
}

impl<'a, A: Iterator<Item = Addend<'a>> + Clone> Window<A> {
    /// The sum of each digit of each group, those of one group side by side.
    fn sums<C: Curve, P: Summands<C>>(
        self,
        summands: &P,
        points: &[P::Point],
    ) -> Vec<Projective<C>> {
        let Self { addends, base, groups, count } = self;
        let (together, each) = (buckets(base, count), buckets(base, 1));
        let composite = |digits: &[i8]| {
            digits.iter().rev().fold(0, |value, &digit| value * i32::from(base) + i32::from(digit))
        };
        let numbers = addends.map(|Addend { point, group, digits }| {
            (point, numbered(group, together, composite(digits)))
        });
        let mut sums = summands.sum(points, &Buckets::new(groups * together, numbers));
        if count > 1 {
            // Bucket v of a group stands for a point of composite digit v; its own digits are taken
            // one at a time, all in one go.
            let (points, owners): (Vec<_>, Vec<_>) = sums
                .iter()
                .enumerate()
                .filter_map(|(number, sum)| {
                    let (group, value) = (number / together, number % together + 1);
                    Some(((*sum)?, (group, balanced_digits(value, base, count))))
                })
                .unzip();
            let numbers = owners.iter().enumerate().flat_map(|(i, (group, digits))| {
                let digits = digits.iter().enumerate();
                digits.map(move |(k, &digit)| (i, numbered(group * count + k, each, digit.into())))
            });
            sums = summands.sum(&points, &Buckets::new(groups * count * each, numbers));
        }
        summands.weighted_by_index(&sums, each)
    }
}

/// The bucket of a value other than zero, those of every group being `each` in number, as
/// [`Buckets::new`] wants it.
fn numbered(group: usize, each: usize, value: i32) -> i32 {
    let first = i32::try_from(group * each).expect("fewer than 2^31 buckets");
    value + value.signum() * first
}

/// The balanced digits of a value that is not negative, least significant first.
pub(super) fn balanced_digits(mut value: usize, base: u8, count: usize) -> Vec<i8> {
    let base = usize::from(base);
    (0..count)
        .map(|_| {
            let digit = value % base;
            let carry = usize::from(digit > base / 2);
            value = value / base + carry;
            let signed = i8::try_from(digit).expect("below the base");
            if carry == 1 { signed - i8::try_from(base).expect("a small base") } else { signed }
        })
        .collect()
}

/// `sum_j base^j D_j` by Horner's rule.
pub(crate) fn horner<C: Curve>(sums: &[Projective<C>], base: u8) -> Projective<C> {
    sums.iter().rev().fold(Projective::IDENTITY, |acc, sum| {
        if acc.is_identity() { *sum } else { C::add(&times_base(&acc, base), sum) }
    })
}

/// `[base] P` for the two bases there are.
fn times_base<C: Curve>(point: &Projective<C>, base: u8) -> Projective<C> {
    let triple = C::add(&C::double(point), point);
    match base {
        3 => triple,
        13 => C::add(&C::double(&C::double(&triple)), point),
        _ => unreachable!("digit bases are 3 and 13"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::{G1, G2};
    use crate::curve::to_affine_batch;

    /// The calling thread, but cut as finely as for many.
    struct CutFor(usize);

    impl Strategy for CutFor {
        fn map<T: Send>(&self, count: usize, f: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
            (0..count).map(f).collect()
        }

        fn threads(&self) -> usize {
            self.0
        }
    }

    /// The sums by definition.
    fn naive<C: Curve>(points: &[Affine<C>], rows: &[&[i8]]) -> Vec<Projective<C>> {
        let width = rows[0].len();
        let mut sums = vec![Projective::IDENTITY; width];
        for (point, row) in points.iter().zip(rows) {
            for (sum, &digit) in sums.iter_mut().zip(*row) {
                let signed = if digit < 0 { point.neg() } else { *point };
                for _ in 0..digit.unsigned_abs() {
                    *sum = C::add_affine(sum, &signed);
                }
            }
        }
        sums
    }

    fn agrees_with_the_definition<C: Curve>() {
        let half = i8::try_from(C::DIGIT_BASE / 2).unwrap();
        let width = 11;
        let mut state = 1u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as usize
        };
        for n in [1usize, 2, 3, 7, 60, 400, 3000] {
            // Repeated points, so that buckets meet equal and opposite ones.
            let mut points = vec![C::generator().to_projective()];
            for k in 1..n {
                let step = if k % 5 == 0 { points[k / 2] } else { C::double(&points[k - 1]) };
                points.push(step);
            }
            if n > 7 {
                points[3] = Projective::IDENTITY;
            }
            let points = to_affine_batch(&points);
            let digits: Vec<i8> = (0..n * width)
                .map(|_| i8::try_from(next() % usize::from(C::DIGIT_BASE)).unwrap() - half)
                .collect();
            let rows: Vec<&[i8]> = digits.chunks(width).collect();
            let expected = to_affine_batch(&naive(&points, &rows));
            for backend in Backend::available() {
                for threads in [1, 2, 5, 16] {
                    let strategy = CutFor(threads);
                    let fast = digit_sums(&points, &rows, C::DIGIT_BASE, backend, &strategy);
                    let fast = to_affine_batch(&fast);
                    assert_eq!(fast, expected, "{backend}, n = {n}, {threads} threads");
                }
            }
        }
    }

    #[test]
    fn g1() {
        agrees_with_the_definition::<G1>();
    }

    #[test]
    fn g2() {
        agrees_with_the_definition::<G2>();
    }

    #[test]
    fn balanced_digits_give_the_value_back() {
        for base in [3u8, 13] {
            let half = i64::from(base / 2);
            for value in 1..=buckets(base, 3) {
                let digits = balanced_digits(value, base, 3);
                let back = digits.iter().rev().fold(0i64, |acc, &d| {
                    assert!(i64::from(d).abs() <= half);
                    acc * i64::from(base) + i64::from(d)
                });
                assert_eq!(back, i64::try_from(value).unwrap());
            }
        }
    }
}
