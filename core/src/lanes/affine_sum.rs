//! Affine additions on lanes, one pair of points a lane, inversions shared by all pairs of a round.

use super::{LANES_MAX, LaneField, Lanes, Mask};
use crate::curve::{Affine, Curve, Field, Summands};

/// Points as the lanes of a backend keep them in memory, to be summed in segments.
pub(crate) struct LaneSums<C: Curve, B: Lanes> {
    backend: B,
    curve: core::marker::PhantomData<C>,
}

type On<C, B> = <<C as Curve>::Field as Field>::Lanes<B>;
type Row<C, B> = <On<C, B> as LaneField>::Row;
type Steps<C, B> = Vec<Step<On<C, B>>>;

/// A point, or its negative, in the digits of a backend.
#[derive(Clone, Copy)]
pub(crate) struct PointRow<R> {
    x: R,
    y: R,
    negative: bool,
    identity: bool,
}

/// Two points of a round and the place of their sum.
#[derive(Clone, Copy)]
struct Pair {
    a: usize,
    b: usize,
    sum: usize,
}

/// What a vector of pairs needs between the two passes of a round.
struct Step<F> {
    denominator: F,
    /// The product of all denominators before this one.
    before: F,
    /// Lanes whose points have the same x, and of those the lanes of opposite points.
    same_x: Mask,
    opposite: Mask,
}

impl<C: Curve, B: Lanes> LaneSums<C, B> {
    pub(crate) fn new(backend: B) -> Self {
        Self { backend, curve: core::marker::PhantomData }
    }

    /// Takes points into memory as lanes want them.
    pub(crate) fn rows(&self, points: &[Affine<C>]) -> Vec<PointRow<Row<C, B>>> {
        let mut rows = Vec::with_capacity(points.len());
        for chunk in points.chunks(B::LANES) {
            let point = |lane: usize| chunk[lane.min(chunk.len() - 1)];
            let x = On::<C, B>::load(self.backend, |lane| point(lane).x).rows();
            let y = On::<C, B>::load(self.backend, |lane| point(lane).y).rows();
            let lanes = 0..chunk.len();
            rows.extend(lanes.map(|lane| PointRow {
                x: x[lane],
                y: y[lane],
                negative: false,
                identity: chunk[lane].is_identity(),
            }));
        }
        rows
    }

    /// Adds all pairs. Which lanes meet equal or opposite points is looked into only where the
    /// product of all denominators says that some do.
    fn add_pairs(
        &self,
        work: &[PointRow<Row<C, B>>],
        pairs: &[Pair],
        sums: &mut [PointRow<Row<C, B>>],
    ) {
        let (steps, product) = self.denominators(work, pairs, false);
        let (steps, inverse) = product.invert(self.backend).map_or_else(
            || {
                let (steps, product) = self.denominators(work, pairs, true);
                let inverse = product.invert(self.backend);
                (steps, inverse.expect("there are no points of order two"))
            },
            |inverse| (steps, inverse),
        );
        self.finish(work, pairs, &steps, inverse, sums);
    }

    /// First pass: the denominators of all slopes and their product.
    fn denominators(
        &self,
        work: &[PointRow<Row<C, B>>],
        pairs: &[Pair],
        careful: bool,
    ) -> (Steps<C, B>, On<C, B>) {
        let mut product = On::<C, B>::splat(self.backend, &C::Field::one());
        let mut steps = Vec::with_capacity(pairs.len().div_ceil(B::LANES));
        for chunk in pairs.chunks(B::LANES) {
            let mut denominator = self.x(work, chunk, |pair| pair.b);
            denominator = denominator.sub(&self.x(work, chunk, |pair| pair.a));
            let (mut same_x, mut opposite) = (Mask::NONE, Mask::NONE);
            if careful {
                same_x = denominator.is_zero();
                let y = self.y(work, chunk, |pair| pair.a);
                opposite = same_x & !y.equals(&self.y(work, chunk, |pair| pair.b));
                denominator = denominator.select(same_x, &y.double());
            }
            steps.push(Step { denominator, before: product, same_x, opposite });
            product = product.mul(&denominator);
        }
        (steps, product)
    }

    /// Second pass, from the back: slopes and sums.
    fn finish(
        &self,
        work: &[PointRow<Row<C, B>>],
        pairs: &[Pair],
        steps: &[Step<On<C, B>>],
        mut inverse: On<C, B>,
        sums: &mut [PointRow<Row<C, B>>],
    ) {
        for (chunk, step) in pairs.chunks(B::LANES).zip(steps).rev() {
            let this = inverse.mul(&step.before);
            inverse = inverse.mul(&step.denominator);
            let x_a = self.x(work, chunk, |pair| pair.a);
            let y_a = self.y(work, chunk, |pair| pair.a);
            let x_b = self.x(work, chunk, |pair| pair.b);
            let mut rise = self.y(work, chunk, |pair| pair.b).sub(&y_a);
            if step.same_x != Mask::NONE {
                rise = rise.select(step.same_x, &x_a.sqr().triple());
            }
            let slope = rise.mul(&this);
            let x = slope.sqr().sub_both(&x_a, &x_b);
            let y = slope.mul(&x_a.sub(&x)).sub(&y_a);
            let (x, y) = (x.rows(), y.rows());
            for (lane, pair) in chunk.iter().enumerate() {
                let identity = step.opposite.has(lane);
                sums[pair.sum] = PointRow { x: x[lane], y: y[lane], negative: false, identity };
            }
        }
    }

    fn x(
        &self,
        work: &[PointRow<Row<C, B>>],
        chunk: &[Pair],
        which: impl Fn(&Pair) -> usize,
    ) -> On<C, B> {
        On::<C, B>::load_rows(self.backend, |lane| {
            &work[which(&chunk[lane.min(chunk.len() - 1)])].x
        })
    }

    fn y(
        &self,
        work: &[PointRow<Row<C, B>>],
        chunk: &[Pair],
        which: impl Fn(&Pair) -> usize,
    ) -> On<C, B> {
        let row = |lane: usize| &work[which(&chunk[lane.min(chunk.len() - 1)])];
        let y = On::<C, B>::load_rows(self.backend, |lane| &row(lane).y);
        let negative = Mask::from_fn(B::LANES, |lane| row(lane).negative);
        if negative == Mask::NONE { y } else { y.negate_where(negative) }
    }
}

impl<C: Curve, B: Lanes> Summands<C> for LaneSums<C, B> {
    type Point = PointRow<Row<C, B>>;

    fn within<R>(&self, work: impl FnOnce() -> R) -> R {
        self.backend.within(work)
    }

    fn negated(&self, point: &Self::Point) -> Self::Point {
        PointRow { negative: !point.negative, ..*point }
    }

    fn sum_segments(
        &self,
        mut work: Vec<Self::Point>,
        segments: &[(usize, usize)],
    ) -> Vec<Option<Self::Point>> {
        let mut segments = segments.to_vec();
        let mut pairs = Vec::with_capacity(work.len() / 2);
        while segments.iter().any(|&(_, length)| length > 1) {
            let mut sums = Vec::with_capacity(work.len() / 2 + segments.len());
            pairs.clear();
            for (start, length) in &mut segments {
                let points = *start..*start + *length;
                *start = sums.len();
                for a in points.clone().step_by(2) {
                    let b = a + 1;
                    if b < points.end && !work[a].identity && !work[b].identity {
                        pairs.push(Pair { a, b, sum: sums.len() });
                    }
                    let left = b < points.end && work[a].identity;
                    sums.push(work[if left { b } else { a }]);
                }
                *length = sums.len() - *start;
            }
            if !pairs.is_empty() {
                self.add_pairs(&work, &pairs, &mut sums);
            }
            work = sums;
        }
        let sum = |&(start, length): &(usize, usize)| (length > 0).then(|| work[start]);
        segments.iter().map(|segment| sum(segment).filter(|sum| !sum.identity)).collect()
    }

    fn to_affine(&self, points: &[Option<Self::Point>]) -> Vec<Affine<C>> {
        let mut affine = Vec::with_capacity(points.len());
        for chunk in points.chunks(B::LANES) {
            let some = chunk.iter().flatten().next();
            let Some(some) = some else {
                affine.extend(chunk.iter().map(|_| Affine::IDENTITY));
                continue;
            };
            let row = |lane: usize| chunk.get(lane).copied().flatten().unwrap_or(*some);
            let rows: [_; LANES_MAX] = core::array::from_fn(row);
            let negative = Mask::from_fn(B::LANES, |lane| rows[lane].negative);
            let x = On::<C, B>::load_rows(self.backend, |lane| &rows[lane].x).store();
            let y = On::<C, B>::load_rows(self.backend, |lane| &rows[lane].y);
            let y = y.negate_where(negative).store();
            affine.extend(chunk.iter().enumerate().map(|(lane, point)| match point {
                Some(_) => Affine { x: x[lane], y: y[lane] },
                None => Affine::IDENTITY,
            }));
        }
        affine
    }
}
