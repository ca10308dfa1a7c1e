//! Sums of points weighted by single balanced digits: the heart of the fused pass.
//!
//! For rows of digits `d_ij` in base B, balanced around zero, [`digit_sums`] computes
//! `D_j = sum_i d_ij P_i` for every digit position j. Two things follow from the same sums:
//! Horner's rule over `D_j` gives the weighted sum `sum_i w_i P_i` with `w_i = sum_j d_ij B^j`,
//! and, with B the least prime of the cofactor, `D_j` in the subgroup for all j shows that every
//! `P_i` is (core/docs/batch-equation.md).

use core::ops::Range;

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
        // The identity adds nothing, and has no place in a bucket.
        let rows = self.rows.iter().copied().enumerate();
        let rows: Vec<_> = rows.filter(|&(i, _)| !self.points[i].is_identity()).collect();
        let pieces = Plan::new(rows.len(), width, self.base, self.strategy.threads()).pieces();
        let sums = self.strategy.map(pieces.len(), |piece| {
            let Piece { digits, rows: range } = pieces[piece].clone();
            let rows = rows[range].iter().map(|&(i, row)| (i, &row[digits.clone()]));
            summands.within(|| window_sums(summands, points, rows, self.base, digits.len()))
        });
        let mut total = vec![Projective::IDENTITY; width];
        for (piece, sums) in pieces.iter().zip(sums) {
            for (total, sum) in total[piece.digits.clone()].iter_mut().zip(sums) {
                *total = C::add(total, &sum);
            }
        }
        total
    }
}

/// Some neighbouring digits of some of the points: a piece of work for one thread.
#[derive(Clone)]
struct Piece {
    digits: Range<usize>,
    rows: Range<usize>,
}

/// How digit sums are cut into pieces.
struct Plan {
    points: usize,
    width: usize,
    /// Digits that are taken at once.
    together: usize,
    /// Windows that go whole to one thread: as many for each thread.
    whole: usize,
    /// Into how many parts the points of every other window are cut.
    parts: usize,
}

impl Plan {
    /// The plan with the fewest point additions on the busiest thread.
    fn new(points: usize, width: usize, base: u8, threads: usize) -> Self {
        let most = if base == 3 { 7 } else { 3 };
        let plans = (1..=most).flat_map(|together| {
            let windows = width.div_ceil(together);
            let whole = windows - windows % threads;
            (1..=threads).map(move |parts| Self { points, width, together, whole, parts })
        });
        plans.min_by_key(|plan| plan.cost(base, threads)).expect("at least one digit is taken")
    }

    fn cost(&self, base: u8, threads: usize) -> usize {
        let c = self.together;
        let own = if c > 1 { c * buckets(base, c) } else { 0 };
        let cut = (self.width.div_ceil(c) - self.whole) * self.parts;
        self.whole / threads * (self.points + own)
            + cut.div_ceil(threads) * (self.points.div_ceil(self.parts) + own)
    }

    fn pieces(&self) -> Vec<Piece> {
        let windows = self.width.div_ceil(self.together);
        let pieces = (0..windows).flat_map(|window| {
            let first = window * self.together;
            let digits = first..self.width.min(first + self.together);
            let parts = if window < self.whole { 1 } else { self.parts };
            let edge = move |part: usize| self.points * part / parts;
            (0..parts)
                .map(move |part| Piece { digits: digits.clone(), rows: edge(part)..edge(part + 1) })
        });
        pieces.collect()
    }
}

/// Buckets of c balanced digits taken together, a value and its negative sharing one.
fn buckets(base: u8, c: usize) -> usize {
    let c = u32::try_from(c).expect("a handful of digits");
    (usize::from(base).pow(c) - 1) / 2
}

/// The sums for `count` neighbouring digits of the points `rows`, each with its digits there.
fn window_sums<'a, C: Curve, P: Summands<C>>(
    summands: &P,
    points: &[P::Point],
    rows: impl Iterator<Item = (usize, &'a [i8])> + Clone,
    base: u8,
    count: usize,
) -> Vec<Projective<C>> {
    let composite = |digits: &[i8]| {
        digits.iter().rev().fold(0, |value, &digit| value * i32::from(base) + i32::from(digit))
    };
    let values = rows.map(|(i, digits)| (i, composite(digits)));
    let mut sums = summands.sum(points, &Buckets::new(buckets(base, count), values));
    let each = buckets(base, 1);
    if count > 1 {
        // Bucket v stands for a point of composite digit v; its own digits are taken one at a time,
        // all in one go: those of digit k have the buckets from k `each` on.
        let sums_by_digits = sums.iter().enumerate();
        let (points, digits): (Vec<_>, Vec<_>) = sums_by_digits
            .filter_map(|(v, sum)| Some(((*sum)?, balanced_digits(v + 1, base, count))))
            .unzip();
        let values = (0..count).flat_map(|k| {
            let first = i32::try_from(k * each).expect("a handful of digits");
            let value = move |digit: i8| i32::from(digit.signum()) * first + i32::from(digit);
            digits.iter().enumerate().map(move |(i, digits)| (i, value(digits[k])))
        });
        sums = summands.sum(&points, &Buckets::new(count * each, values));
    }
    sums.chunks(each).map(|sums| weighted_by_index(&summands.to_affine(sums))).collect()
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

    #[test]
    fn pieces_cover_every_digit_of_every_point_once() {
        for (points, width, base, threads) in [
            (1024, 18, 13, 2),
            (8192, 18, 13, 3),
            (1024, 41, 3, 16),
            (1, 35, 13, 64),
            (0, 81, 3, 2),
        ] {
            let mut seen = vec![0; points * width];
            for piece in Plan::new(points, width, base, threads).pieces() {
                for row in piece.rows {
                    piece.digits.clone().for_each(|digit| seen[row * width + digit] += 1);
                }
            }
            assert!(seen.iter().all(|&times| times == 1), "{points} {width} {base} {threads}");
        }
    }

    #[test]
    fn threads_get_equal_shares() {
        // Nine windows of two digits on two threads: four each, and half of the ninth.
        let plan = Plan::new(1024, 18, 13, 2);
        assert_eq!((plan.together, plan.whole, plan.parts), (2, 8, 2));
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
