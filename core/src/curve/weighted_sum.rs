//! Sums of points under the short weights `a + b z^2` that digit rows stand for.

use core::iter;
use core::ops::Range;

use super::{
    Affine, Curve, Projective, balanced_digits, buckets, digit_sums, grouped_digit_sums, horner,
    multiply_halves, sigma,
};
use crate::backend::{Backend, Work};
use crate::lanes::Lanes;
use crate::lanes::multiply::multiply;
use crate::strategy::Strategy;

/// Below this many points, one chain for each point is cheaper than buckets for all.
const BUCKETS_MIN: usize = 10;

/// Fewest points that are worth a vector of products.
const LANES_MIN: usize = 3;

/// `sum_i w_i P_i` for points of the subgroup, the digits `rows[i]` of `w_i` being in base `base`.
pub(crate) fn weighted_sum<C: Curve>(
    points: &[Affine<C>],
    rows: &[&[i8]],
    base: u8,
    backend: Backend,
    strategy: &impl Strategy,
) -> Projective<C> {
    let all = 0..points.len();
    weighted_sums(points, rows, &[all], base, backend, strategy)[0]
}

/// The same for each of several groups, ranges of the points one after another.
pub(crate) fn weighted_sums<C: Curve>(
    points: &[Affine<C>],
    rows: &[&[i8]],
    groups: &[Range<usize>],
    base: u8,
    backend: Backend,
    strategy: &impl Strategy,
) -> Vec<Projective<C>> {
    let (large, small): (Vec<_>, Vec<_>) =
        groups.iter().cloned().partition(|group| group.len() >= BUCKETS_MIN);
    let large = if large.is_empty() {
        Vec::new()
    } else {
        grouped_digit_sums(points, rows, &large, base, backend, strategy)
    };
    let (alone, rows): (Vec<_>, Vec<_>) =
        small.into_iter().flatten().map(|i| (points[i], rows[i])).unzip();
    let mut large = large.iter().map(|sums| combine(sums, base));
    let mut alone = multiply_rows(&alone, &rows, base, backend).into_iter();
    let sum = |group: &Range<usize>| {
        if group.len() >= BUCKETS_MIN {
            return large.next().expect("a sum for each large group");
        }
        let products = alone.by_ref().take(group.len());
        products.fold(Projective::IDENTITY, |sum, product| C::add(&sum, &product))
    };
    groups.iter().map(sum).collect()
}

/// `w P` for one point of the subgroup.
pub(crate) fn multiply_row<C: Curve>(point: &Affine<C>, row: &[i8], base: u8) -> Projective<C> {
    multiply_halves(point, halves(row, base))
}

/// The halves `[a, b]` of the weight `a + b z^2`.
fn halves(row: &[i8], base: u8) -> [i128; 2] {
    let (low, high) = row.split_at(row.len().div_ceil(2));
    [low, high].map(|half| value(half, base))
}

/// `w_i P_i` for each of many points of the subgroup.
fn multiply_rows<C: Curve>(
    points: &[Affine<C>],
    rows: &[&[i8]],
    base: u8,
    backend: Backend,
) -> Vec<Projective<C>> {
    let products = backend.enter(MultiplyRows { points, rows, base });
    let products = products.unwrap_or_else(|| vec![None; points.len()]);
    let each = products.into_iter().zip(points).zip(rows);
    each.map(|((product, point), row)| product.unwrap_or_else(|| multiply_row(point, row, base)))
        .collect()
}

/// The task of [`multiply_rows`].
struct MultiplyRows<'a, C: Curve> {
    points: &'a [Affine<C>],
    rows: &'a [&'a [i8]],
    base: u8,
}

impl<C: Curve> Work for MultiplyRows<'_, C> {
    type Output = Vec<Option<Projective<C>>>;

    fn run<B: Lanes>(self, lanes: B) -> Self::Output {
        let mut products = Vec::with_capacity(self.points.len());
        let chunks = self.points.chunks(B::LANES).zip(self.rows.chunks(B::LANES));
        for (points, rows) in chunks {
            if points.len() < LANES_MIN {
                products.extend(points.iter().map(|_| None));
                continue;
            }
            let halves: Vec<_> = rows.iter().map(|row| halves(row, self.base)).collect();
            products.extend_from_slice(&multiply(lanes, points, &halves)[..points.len()]);
        }
        products
    }
}

/// The weighted sum from the digit sums, all in the subgroup: the first half of the digits belongs
/// to `a`, the rest to `b`.
pub(crate) fn combine<C: Curve>(sums: &[Projective<C>], base: u8) -> Projective<C> {
    let (low, high) = sums.split_at(sums.len().div_ceil(2));
    C::add(&horner(low, base), &sigma(&horner(high, base)))
}

/// `sum_i P_i` and `sum_i i P_i`, i counting the points from zero.
pub(crate) fn sums_by_place<C: Curve>(
    points: &[Affine<C>],
    backend: Backend,
    strategy: &impl Strategy,
) -> [Affine<C>; 2] {
    const BASE: u8 = 13;
    let digits = (1..18).find(|&digits| buckets(BASE, digits) >= points.len());
    let digits = digits.expect("enough digits make any number");
    // A digit more, which is one for every point.
    let rows: Vec<i8> = (0..points.len())
        .flat_map(|place| iter::once(1).chain(balanced_digits(place, BASE, digits)))
        .collect();
    let rows: Vec<&[i8]> = rows.chunks(1 + digits).collect();
    let sums = digit_sums(points, &rows, BASE, backend, strategy);
    [sums[0].to_affine(), horner(&sums[1..], BASE).to_affine()]
}

/// The integer whose balanced digits these are.
fn value(digits: &[i8], base: u8) -> i128 {
    digits.iter().rev().fold(0, |acc, &digit| acc * i128::from(base) + i128::from(digit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::{G1, G2};
    use crate::curve::to_affine_batch;
    use crate::strategy::Sequential;

    fn points<C: Curve>(count: usize) -> Vec<Affine<C>> {
        let mut points = vec![C::generator().to_projective()];
        for k in 1..count {
            points.push(C::add_affine(&C::double(&points[k - 1]), &C::generator()));
        }
        to_affine_batch(&points)
    }

    fn digits(count: usize, base: u8) -> Vec<i8> {
        let half = i8::try_from(base / 2).unwrap();
        (0..count).map(|k| i8::try_from(k * k % usize::from(base)).unwrap() - half).collect()
    }

    /// Buckets and chains must agree on every size around the crossover.
    fn paths_agree<C: Curve>(width: usize, base: u8) {
        let points = points::<C>(21);
        let digits = digits(points.len() * width, base);
        let rows: Vec<&[i8]> = digits.chunks(width).collect();
        let backend = Backend::default();
        for n in 0..points.len() {
            let (points, rows) = (&points[..n], &rows[..n]);
            let buckets = combine(&digit_sums(points, rows, base, backend, &Sequential), base);
            let chains = points.iter().zip(rows).fold(Projective::IDENTITY, |sum, (p, row)| {
                C::add(&sum, &multiply_row(p, row, base))
            });
            let chosen = weighted_sum(points, rows, base, backend, &Sequential);
            let all = to_affine_batch(&[buckets, chains, chosen]);
            assert!(all[0] == all[1] && all[0] == all[2], "n = {n}");
        }
    }

    /// Groups of all kinds at once give what each gives alone.
    fn groups_agree<C: Curve>(width: usize, base: u8) {
        let points = points::<C>(121);
        let digits = digits(points.len() * width, base);
        let rows: Vec<&[i8]> = digits.chunks(width).collect();
        let groups = [0..1, 1..65, 65..65, 65..68, 68..78, 78..87, 87..121];
        for backend in Backend::available() {
            let sums = weighted_sums(&points, &rows, &groups, base, backend, &Sequential);
            let each: Vec<_> = groups
                .iter()
                .map(|group| {
                    let (points, rows) = (&points[group.clone()], &rows[group.clone()]);
                    points.iter().zip(rows).fold(Projective::IDENTITY, |sum, (point, row)| {
                        C::add(&sum, &multiply_row(point, row, base))
                    })
                })
                .collect();
            assert_eq!(to_affine_batch(&sums), to_affine_batch(&each), "{backend}");
        }
    }

    #[test]
    fn groups() {
        groups_agree::<G1>(18, 13);
        groups_agree::<G2>(18, 13);
        groups_agree::<G1>(41, 3);
    }

    fn places_agree<C: Curve>() {
        let points = points::<C>(100);
        for n in [1, 6, 7, 17, 100] {
            let (mut sum, mut by_place) = (Projective::IDENTITY, Projective::IDENTITY);
            for point in points[..n].iter().rev() {
                by_place = C::add(&by_place, &sum);
                sum = C::add_affine(&sum, point);
            }
            for backend in Backend::available() {
                let sums = sums_by_place(&points[..n], backend, &Sequential);
                assert_eq!(sums, [sum.to_affine(), by_place.to_affine()], "{backend}, {n}");
            }
        }
    }

    #[test]
    fn places() {
        places_agree::<G1>();
        places_agree::<G2>();
    }

    fn products_agree<C: Curve>(width: usize, base: u8) {
        let half = i8::try_from(base / 2).unwrap();
        let points: Vec<_> =
            (0..19).map(|k| [C::generator(), C::generator().neg()][k % 2]).collect();
        for round in 0..3 {
            let digits: Vec<i8> = (0..points.len() * width)
                .map(|k| match round {
                    0 => i8::try_from(k * k * k % usize::from(base)).unwrap() - half,
                    // Zero, and the largest there are.
                    1 => i8::from((k / width).is_multiple_of(3)) * half,
                    _ => -half,
                })
                .collect();
            let rows: Vec<&[i8]> = digits.chunks(width).collect();
            let expected: Vec<_> = points
                .iter()
                .zip(&rows)
                .map(|(point, row)| multiply_row(point, row, base))
                .collect();
            for backend in Backend::available() {
                let products = multiply_rows(&points, &rows, base, backend);
                assert_eq!(to_affine_batch(&products), to_affine_batch(&expected), "{backend}");
            }
        }
    }

    #[test]
    fn products() {
        for (width, base) in [(41, 3), (81, 3), (18, 13), (35, 13)] {
            products_agree::<G1>(width, base);
            products_agree::<G2>(width, base);
        }
    }

    #[test]
    fn g1() {
        for (width, base) in [(41, 3), (81, 3), (18, 13), (35, 13)] {
            paths_agree::<G1>(width, base);
        }
    }

    #[test]
    fn g2() {
        for (width, base) in [(41, 3), (81, 3), (18, 13), (35, 13)] {
            paths_agree::<G2>(width, base);
        }
    }
}
