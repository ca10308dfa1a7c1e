//! Sums of many points in affine coordinates, inversions shared (Montgomery's trick).
//!
//! An affine addition costs one inversion and 2M + 1S. Adding many independent pairs at once
//! shares the inversion, at 3M a pair, so a pair costs 5M + 1S: less than any projective formula,
//! and nothing in it depends on the neighbours, which is what vector lanes want.

use super::{Affine, Buckets, Curve, Field, Projective, invert_batch};

/// Points in some form, and how to sum many of them.
pub(crate) trait Summands<C: Curve>: Sync {
    /// A point, or its negative.
    type Point: Copy + Send + Sync;

    /// Runs work that sums points on the current thread.
    fn within<R>(&self, work: impl FnOnce() -> R) -> R {
        work()
    }

    /// The sum of each bucket; `None` where it is the identity.
    ///
    /// Works in rounds: neighbours are added in pairs over all buckets with one inversion a round.
    /// Equal and opposite points are handled, whatever an attacker repeats. No bucket has a member
    /// that is the identity.
    fn sum(&self, points: &[Self::Point], buckets: &Buckets) -> Vec<Option<Self::Point>>;

    /// `sum_v v * sums[v - 1]` for each chunk of `each` sums.
    fn weighted_by_index(&self, sums: &[Option<Self::Point>], each: usize) -> Vec<Projective<C>>;
}

/// Points as they are, summed one after another in scalar arithmetic.
pub(crate) struct ScalarSums;

impl<C: Curve> Summands<C> for ScalarSums {
    type Point = Affine<C>;

    fn sum(&self, points: &[Affine<C>], buckets: &Buckets) -> Vec<Option<Affine<C>>> {
        let mut work = Vec::new();
        let mut segments = Vec::with_capacity(buckets.count());
        for bucket in 0..buckets.count() {
            let members = buckets.members(bucket);
            segments.push((work.len(), members.len()));
            work.extend(members.iter().map(|member| {
                let point = points[member.point];
                if member.negative { point.neg() } else { point }
            }));
        }
        sum_segments(work, segments)
    }

    fn weighted_by_index(&self, sums: &[Option<Affine<C>>], each: usize) -> Vec<Projective<C>> {
        sums.chunks(each).map(weighted_by_index).collect()
    }
}

/// `sum_v v * sums[v - 1]`, by running sums from the top.
pub(crate) fn weighted_by_index<C: Curve>(sums: &[Option<Affine<C>>]) -> Projective<C> {
    let (mut running, mut total) = (Projective::IDENTITY, Projective::IDENTITY);
    for sum in sums.iter().rev() {
        if let Some(sum) = sum {
            running = C::add_affine(&running, sum);
        }
        total = C::add(&total, &running);
    }
    total
}

/// The sum of each segment `(start, length)` of `work`; `None` where it is the identity.
pub(super) fn sum_segments<C: Curve>(
    mut work: Vec<Affine<C>>,
    mut segments: Vec<(usize, usize)>,
) -> Vec<Option<Affine<C>>> {
    let mut denominators = Vec::with_capacity(work.len() / 2);
    let mut products = Vec::with_capacity(work.len() / 2);
    while segments.iter().any(|&(_, length)| length > 1) {
        denominators.clear();
        for &(start, length) in &segments {
            for pair in work[start..start + length].chunks_exact(2) {
                denominators.push(denominator(&pair[0], &pair[1]));
            }
        }
        invert_batch(&mut denominators, &mut products);

        let mut inverses = denominators.iter();
        for (start, length) in &mut segments {
            let pairs = *length / 2;
            for k in 0..pairs {
                // Writes at k what is read at 2k and 2k + 1: never ahead of the reading.
                let (a, b) = (work[*start + 2 * k], work[*start + 2 * k + 1]);
                let inverse = inverses.next().expect("one inverse for each pair");
                work[*start + k] = add(&a, &b, inverse);
            }
            if *length % 2 == 1 {
                work[*start + pairs] = work[*start + *length - 1];
            }
            *length -= pairs;
        }
    }
    let sum = |&(start, length): &(usize, usize)| (length > 0).then(|| work[start]);
    segments.iter().map(|segment| sum(segment).filter(|sum| !sum.is_identity())).collect()
}

/// What the slope of `a + b` is divided by; one where there is no slope.
fn denominator<C: Curve>(a: &Affine<C>, b: &Affine<C>) -> C::Field {
    let difference = b.x.sub(&a.x);
    let chord = !difference.is_zero() && !a.is_identity() && !b.is_identity();
    if chord {
        return difference;
    }
    // The curves have no point of order two, so a doubled y is zero at the identity alone.
    let doubled = a.y.add(&a.y);
    if a == b && !doubled.is_zero() { doubled } else { C::Field::one() }
}

/// `a + b`, given the inverse of its [`denominator`].
fn add<C: Curve>(a: &Affine<C>, b: &Affine<C>, inverse: &C::Field) -> Affine<C> {
    let slope = if a.x != b.x {
        if a.is_identity() {
            return *b;
        }
        if b.is_identity() {
            return *a;
        }
        b.y.sub(&a.y).mul(inverse)
    } else if a.y == b.y && !a.y.is_zero() {
        let square = a.x.sqr();
        square.add(&square).add(&square).mul(inverse)
    } else {
        // Opposite points, or identity plus identity. A point with x = 0 is not the identity and
        // shares its x with it, so each is looked at again.
        return match (a.is_identity(), b.is_identity()) {
            (true, _) => *b,
            (_, true) => *a,
            _ => Affine::IDENTITY,
        };
    };
    let x = slope.sqr().sub(&a.x).sub(&b.x);
    let y = slope.mul(&a.x.sub(&x)).sub(&a.y);
    Affine { x, y }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::{G1, G2};
    use crate::backend::{Backend, Work};
    use crate::curve::to_affine_batch;
    use crate::lanes::Lanes;
    use crate::lanes::affine_sum::LaneSums;

    fn to_affine<C: Curve>(sums: &[Option<Affine<C>>]) -> Vec<Affine<C>> {
        sums.iter().map(|sum| sum.unwrap_or(Affine::IDENTITY)).collect()
    }

    /// `k` times the generator for small `k`, by repeated addition.
    fn multiples<C: Curve>(count: usize) -> Vec<Affine<C>> {
        let mut points = vec![Projective::IDENTITY];
        for k in 1..count {
            points.push(C::add_affine(&points[k - 1], &C::generator()));
        }
        to_affine_batch(&points)
    }

    fn sums_like_the_projective_formulas<C: Curve>() {
        let points = multiples::<C>(24);
        // Every pair of multiples and their negatives: equal, opposite, identity, plain.
        for a in &points {
            for b in &points {
                for b in [*b, b.neg()] {
                    let sum = sum_segments(vec![*a, b], vec![(0, 2)]);
                    let expected = C::add(&a.to_projective(), &b.to_projective()).to_affine();
                    assert_eq!(to_affine(&sum), [expected]);
                }
            }
        }
        // Segments of every length beside one another, an empty one among them.
        let mut work = Vec::new();
        let mut segments = Vec::new();
        for length in 0..points.len() {
            segments.push((work.len(), length));
            work.extend_from_slice(&points[..length]);
        }
        let sums = to_affine(&sum_segments(work, segments));
        for (length, sum) in sums.into_iter().enumerate() {
            let expected = points[..length]
                .iter()
                .fold(Projective::IDENTITY, |acc, p| C::add_affine(&acc, p))
                .to_affine();
            assert_eq!(sum, expected);
        }
    }

    #[test]
    fn g1() {
        sums_like_the_projective_formulas::<G1>();
        lanes_sum_like_scalars::<G1>();
        lanes_weigh_like_scalars::<G1>();
    }

    #[test]
    fn g2() {
        sums_like_the_projective_formulas::<G2>();
        lanes_sum_like_scalars::<G2>();
        lanes_weigh_like_scalars::<G2>();
    }

    /// The sums of buckets on a backend's lanes.
    struct Sums<'a, C: Curve> {
        points: &'a [Affine<C>],
        buckets: &'a Buckets,
    }

    impl<C: Curve> Work for Sums<'_, C> {
        type Output = Vec<Affine<C>>;

        fn run<B: Lanes>(self, lanes: B) -> Self::Output {
            let summands = LaneSums::new(lanes);
            let sums = summands.sum(&summands.rows(self.points), self.buckets);
            summands.to_affine(&sums)
        }
    }

    /// Sums weighted by index on a backend's lanes, `None` standing for nothing.
    struct Weighted<'a, C: Curve>(&'a [Option<Affine<C>>], usize);

    impl<C: Curve> Work for Weighted<'_, C> {
        type Output = Vec<Projective<C>>;

        fn run<B: Lanes>(self, lanes: B) -> Self::Output {
            let summands = LaneSums::<C, B>::new(lanes);
            let rows = |sum: &Option<Affine<C>>| sum.map(|point| summands.rows(&[point])[0]);
            let sums: Vec<_> = self.0.iter().map(rows).collect();
            summands.weighted_by_index(&sums, self.1)
        }
    }

    /// Sums that are small multiples, so that running sums meet equal and opposite ones.
    fn lanes_weigh_like_scalars<C: Curve>() {
        let points = &multiples::<C>(4)[1..];
        let mut next = pseudorandom();
        for each in [1, 2, 6] {
            let sums: Vec<_> = (0..each * 100)
                .map(|_| match next(5) {
                    0 => None,
                    1 => Some(points[next(3)].neg()),
                    _ => Some(points[next(3)]),
                })
                .collect();
            let expected = to_affine_batch(&ScalarSums.weighted_by_index(&sums, each));
            for backend in Backend::available().into_iter().filter(|backend| backend.lanes() > 1) {
                let weighted = backend.enter(Weighted(&sums, each)).expect("lanes");
                assert_eq!(to_affine_batch(&weighted), expected, "{backend}, {each}");
            }
        }
    }

    fn pseudorandom() -> impl FnMut(usize) -> usize {
        let mut state = 7u64;
        move |below| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as usize % below
        }
    }

    /// Buckets of all lengths up to 40, most of them with repeated and with opposite points.
    fn lanes_sum_like_scalars<C: Curve>() {
        let points = &multiples::<C>(9)[1..];
        let mut next = pseudorandom();
        for count in [1, 3, 8, 41, 300] {
            let mut values = Vec::new();
            for bucket in 1..=count {
                for _ in 0..next(41) {
                    let sign = [1, -1][next(2)];
                    values.push((next(points.len()), sign * i32::try_from(bucket).unwrap()));
                }
            }
            let buckets = Buckets::new(count, values.iter().copied());
            let expected = to_affine(&ScalarSums.sum(points, &buckets));
            for backend in Backend::available().into_iter().filter(|backend| backend.lanes() > 1) {
                let sums = backend.enter(Sums { points, buckets: &buckets });
                assert_eq!(sums.as_ref(), Some(&expected), "{backend}, {count} buckets");
            }
        }
    }
}
