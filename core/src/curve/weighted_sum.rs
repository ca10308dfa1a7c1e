//! Sums of points under the short weights `a + b z^2` that digit rows stand for.

use super::{Affine, Curve, Projective, digit_sums, horner, multiply_halves, sigma};
use crate::backend::Backend;
use crate::strategy::Strategy;

/// Below this many points, one chain for each point is cheaper than buckets for all.
const BUCKETS_MIN: usize = 10;

/// `sum_i w_i P_i` for points of the subgroup, the digits `rows[i]` of `w_i` being in base `base`.
pub(crate) fn weighted_sum<C: Curve>(
    points: &[Affine<C>],
    rows: &[&[i8]],
    base: u8,
    backend: Backend,
    strategy: &impl Strategy,
) -> Projective<C> {
    if points.len() >= BUCKETS_MIN {
        return combine(&digit_sums(points, rows, base, backend, strategy), base);
    }
    points.iter().zip(rows).fold(Projective::IDENTITY, |sum, (point, row)| {
        C::add(&sum, &multiply_row(point, row, base))
    })
}

/// `w P` for one point of the subgroup.
pub(crate) fn multiply_row<C: Curve>(point: &Affine<C>, row: &[i8], base: u8) -> Projective<C> {
    let (low, high) = row.split_at(row.len().div_ceil(2));
    multiply_halves(point, [low, high].map(|half| value(half, base)))
}

/// The weighted sum from the digit sums, all in the subgroup: the first half of the digits belongs
/// to `a`, the rest to `b`.
pub(crate) fn combine<C: Curve>(sums: &[Projective<C>], base: u8) -> Projective<C> {
    let (low, high) = sums.split_at(sums.len().div_ceil(2));
    C::add(&horner(low, base), &sigma(&horner(high, base)))
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

    /// Buckets and chains must agree on every size around the crossover.
    fn paths_agree<C: Curve>(width: usize, base: u8) {
        let half = i8::try_from(base / 2).unwrap();
        let mut points = vec![C::generator().to_projective()];
        for k in 0..20 {
            points.push(C::add_affine(&C::double(&points[k]), &C::generator()));
        }
        let points = to_affine_batch(&points);
        let digits: Vec<i8> = (0..points.len() * width)
            .map(|k| i8::try_from(k * k % usize::from(base)).unwrap() - half)
            .collect();
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
