//! Sums of points weighted by single balanced digits: the heart of the fused pass.
//!
//! For rows of digits `d_ij` in base B, balanced around zero, [`digit_sums`] computes
//! `D_j = sum_i d_ij P_i` for every digit position j. Two things follow from the same sums:
//! Horner's rule over `D_j` gives the weighted sum `sum_i w_i P_i` with `w_i = sum_j d_ij B^j`,
//! and, with B the least prime of the cofactor, `D_j` in the subgroup for all j shows that every
//! `P_i` is (core/docs/batch-equation.md).

use super::{Affine, Curve, Projective, ScalarSums, Summands};
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
///
/// Several neighbouring digits are taken as one composite digit, whose buckets are filled once and
/// then taken apart again: with c digits together the points are walked `width / c` times.
pub(crate) fn digit_sums<C: Curve>(
    points: &[Affine<C>],
    rows: &[&[i8]],
    base: u8,
    backend: Backend,
    strategy: &impl Strategy,
) -> Vec<Projective<C>> {
    assert_eq!(points.len(), rows.len());
    let sums = DigitSums { points, rows, base, strategy };
    let on_lanes = if points.len() < LANES_MIN { None } else { backend.enter(&sums) };
    on_lanes.unwrap_or_else(|| sums.over(&ScalarSums, points))
}

/// The task of [`digit_sums`].
struct DigitSums<'a, C: Curve, S> {
    points: &'a [Affine<C>],
    rows: &'a [&'a [i8]],
    base: u8,
    strategy: &'a S,
}

impl<C: Curve, S: Strategy> Work for &DigitSums<'_, C, S> {
    type Output = Vec<Projective<C>>;

    fn run<B: Lanes>(self, lanes: B) -> Self::Output {
        let summands = LaneSums::new(lanes);
        let points = summands.rows(self.points);
        self.over(&summands, &points)
    }
}

impl<C: Curve, S: Strategy> DigitSums<'_, C, S> {
    fn over<P: Summands<C>>(&self, summands: &P, points: &[P::Point]) -> Vec<Projective<C>> {
        let width = self.rows.first().map_or(0, |row| row.len());
        let together = digits_together(points.len(), width, self.base);
        let windows = width.div_ceil(together);
        self.strategy
            .map(windows, |window| {
                let first = window * together;
                let count = together.min(width - first);
                let digit = |i: usize, k: usize| self.rows[i][first + k];
                summands.within(|| window_sums(summands, points, self.base, count, digit))
            })
            .concat()
    }
}

/// How many digits to take at once: the fewest point additions.
fn digits_together(points: usize, width: usize, base: u8) -> usize {
    let cost = |c: usize| {
        let windows = width.div_ceil(c);
        windows * (points + if c > 1 { c * buckets(base, c) } else { 0 })
    };
    let most = if base == 3 { 7 } else { 3 };
    (1..=most).min_by_key(|&c| cost(c)).expect("not empty")
}

/// Buckets of c balanced digits taken together, a value and its negative sharing one.
fn buckets(base: u8, c: usize) -> usize {
    let c = u32::try_from(c).expect("a handful of digits");
    (usize::from(base).pow(c) - 1) / 2
}

/// The digit sums of one window of `count` digits, `digit(i, k)` being digit k of point i.
fn window_sums<C: Curve, P: Summands<C>>(
    summands: &P,
    points: &[P::Point],
    base: u8,
    count: usize,
    digit: impl Fn(usize, usize) -> i8,
) -> Vec<Projective<C>> {
    let value = |i: usize| {
        (0..count).rev().fold(0i32, |acc, k| acc * i32::from(base) + i32::from(digit(i, k)))
    };
    let points = points.iter().enumerate().map(|(i, point)| (point, value(i)));
    let sums = bucket_sums(summands, points, buckets(base, count));
    if count == 1 {
        return vec![weighted_by_index(&summands.to_affine(&sums))];
    }
    // Bucket v stands for a point of composite digit v; its own digits are taken one at a time.
    let digits: Vec<Vec<i8>> = (1..=sums.len()).map(|v| balanced_digits(v, base, count)).collect();
    (0..count)
        .map(|k| {
            let points = sums.iter().zip(&digits);
            let points = points.filter_map(|(sum, digits)| Some((sum.as_ref()?, digits[k].into())));
            let by_digit = bucket_sums(summands, points, buckets(base, 1));
            weighted_by_index(&summands.to_affine(&by_digit))
        })
        .collect()
}

/// Sums the points of each bucket |value|, negated where the value is negative; value 0 is left
/// out. The answer holds buckets 1, 2, ....
fn bucket_sums<'a, C: Curve, P: Summands<C>>(
    summands: &P,
    points: impl Iterator<Item = (&'a P::Point, i32)> + Clone,
    buckets: usize,
) -> Vec<Option<P::Point>>
where
    P::Point: 'a,
{
    let points = points.filter(|(_, value)| *value != 0);
    let bucket = |value: i32| value.unsigned_abs() as usize - 1;
    let mut segments = vec![(0, 0); buckets];
    for (_, value) in points.clone() {
        segments[bucket(value)].1 += 1;
    }
    let mut start = 0;
    for segment in &mut segments {
        segment.0 = start;
        start += segment.1;
    }
    // Filled from the back of each segment, so that its place says how much is left to fill.
    let mut places: Vec<usize> = segments.iter().map(|(start, length)| start + length).collect();
    let Some((first, _)) = points.clone().next() else { return vec![None; buckets] };
    let mut work = vec![*first; start];
    for (point, value) in points {
        let place = &mut places[bucket(value)];
        *place -= 1;
        work[*place] = if value < 0 { summands.negated(point) } else { *point };
    }
    summands.sum_segments(work, &segments)
}

/// `sum_v v * sums[v - 1]`, by running sums from the top.
fn weighted_by_index<C: Curve>(sums: &[Affine<C>]) -> Projective<C> {
    let mut running = Projective::IDENTITY;
    let mut total = Projective::IDENTITY;
    for sum in sums.iter().rev() {
        if !sum.is_identity() {
            running = C::add_affine(&running, sum);
        }
        total = C::add(&total, &running);
    }
    total
}

/// The balanced digits of a positive value, least significant first.
fn balanced_digits(mut value: usize, base: u8, count: usize) -> Vec<i8> {
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
    use crate::strategy::Sequential;

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
            let points = to_affine_batch(&points);
            let digits: Vec<i8> = (0..n * width)
                .map(|_| i8::try_from(next() % usize::from(C::DIGIT_BASE)).unwrap() - half)
                .collect();
            let rows: Vec<&[i8]> = digits.chunks(width).collect();
            let expected = to_affine_batch(&naive(&points, &rows));
            for backend in Backend::available() {
                let fast = digit_sums(&points, &rows, C::DIGIT_BASE, backend, &Sequential);
                assert_eq!(fast.len(), width);
                assert_eq!(to_affine_batch(&fast), expected, "{backend}, n = {n}");
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
