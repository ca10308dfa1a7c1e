//! Sums of buckets of points on lanes: a bucket a lane, in affine coordinates, inversions shared.
//!
//! Buckets of about one length share a column of vectors, each bucket in a lane of its own: the
//! points are gathered from memory once, and from then on vectors are added to vectors until one
//! is left of each column. Lanes whose bucket has ended are idle, which sorting by length makes few.

use std::sync::Mutex;

use super::{AffineLanes, JacobianLanes, LANES_MAX, LaneField, Lanes, Mask};
use crate::curve::{
    Affine, Buckets, Curve, Field, Member, Projective, Summands, weighted_by_index,
};

/// Vectors that are summed at once: enough to share an inversion, few enough for the cache.
const VECTORS_MAX: usize = 256;

/// Points as the lanes of a backend keep them in memory, to be summed in buckets.
pub(crate) struct LaneSums<C: Curve, B: Lanes> {
    backend: B,
    /// What no thread is using: fresh memory for each piece of work costs the system as much as a
    /// tenth of the sums, and more where threads ask for it at once.
    scratch: Mutex<Vec<Scratch<C, B>>>,
}

type On<C, B> = <<C as Curve>::Field as Field>::Lanes<B>;
type Row<C, B> = <On<C, B> as LaneField>::Row;

type InMemory<C, B> = PointRow<Row<C, B>>;
type Scratch<C, B> = (Vec<Points<On<C, B>>>, Vec<Step<On<C, B>>>);

/// A point other than the identity in the digits of a backend.
#[derive(Clone, Copy)]
pub(crate) struct PointRow<R> {
    x: R,
    y: R,
}

/// Affine points, one in each lane of `present`; the identity in the others.
#[derive(Clone, Copy)]
struct Points<F> {
    x: F,
    y: F,
    present: Mask,
}

/// Vectors to be added up, the first of them at `start`.
struct Column {
    start: usize,
    length: usize,
}

/// What a sum of two vectors needs between the two passes of a round.
struct Step<F> {
    denominator: F,
    /// The product of all denominators before this one.
    before: F,
    /// Lanes with two points of the same x, and of those the lanes of opposite points.
    same_x: Mask,
    opposite: Mask,
}

impl<C: Curve, B: Lanes> LaneSums<C, B> {
    pub(crate) fn new(backend: B) -> Self {
        Self { backend, scratch: Mutex::default() }
    }

    /// Takes points into memory as lanes want them. What the identity gives is in no bucket.
    pub(crate) fn rows(&self, points: &[Affine<C>]) -> Vec<InMemory<C, B>> {
        let mut rows = Vec::with_capacity(points.len());
        for chunk in points.chunks(B::LANES) {
            let point = |lane: usize| chunk[lane.min(chunk.len() - 1)];
            let x = On::<C, B>::load(self.backend, |lane| point(lane).x).rows();
            let y = On::<C, B>::load(self.backend, |lane| point(lane).y).rows();
            rows.extend((0..chunk.len()).map(|lane| PointRow { x: x[lane], y: y[lane] }));
        }
        rows
    }

    /// The points that the members of buckets are, one a lane; `of(0)` is some.
    fn gather<'a>(
        &self,
        points: &[InMemory<C, B>],
        of: impl Fn(usize) -> Option<&'a Member>,
    ) -> Points<On<C, B>> {
        let first = of(0).expect("the longest bucket of a column is in its first lane");
        let members: [_; LANES_MAX] = core::array::from_fn(|lane| match lane {
            0 => Some(first),
            lane if lane < B::LANES => of(lane),
            _ => None,
        });
        let row = |lane: usize| &points[members[lane].unwrap_or(first).point];
        let x = On::<C, B>::load_rows(self.backend, |lane| &row(lane).x);
        let y = On::<C, B>::load_rows(self.backend, |lane| &row(lane).y);
        let negative = Mask::from_fn(B::LANES, |lane| members[lane].is_some_and(|m| m.negative));
        Points {
            x,
            y: if negative == Mask::NONE { y } else { y.negate_where(negative) },
            present: Mask::from_fn(B::LANES, |lane| members[lane].is_some()),
        }
    }

    /// Adds each column up into its first vector.
    ///
    /// In rounds: neighbours are added in pairs over all columns, with one inversion a round. Which
    /// lanes meet equal or opposite points is looked into only where the product of all
    /// denominators says that some do.
    fn sum_columns(
        &self,
        work: &mut [Points<On<C, B>>],
        columns: &mut [Column],
        steps: &mut Vec<Step<On<C, B>>>,
    ) {
        let mut stride = 1;
        while columns.iter().any(|column| column.length > 1) {
            let pairs = || {
                columns.iter().flat_map(|column| {
                    let pair = move |k| column.start + 2 * k * stride;
                    (0..column.length / 2).map(move |k| (pair(k), pair(k) + stride))
                })
            };
            let product = self.denominators(work, pairs(), false, steps);
            let inverse = product.invert(self.backend).unwrap_or_else(|| {
                let product = self.denominators(work, pairs(), true, steps);
                product.invert(self.backend).expect("there are no points of order two")
            });
            Self::add_pairs(work, pairs(), steps, inverse);
            for column in &mut *columns {
                column.length = column.length.div_ceil(2);
            }
            stride *= 2;
        }
    }

    /// First pass of a round: what all slopes are divided by, and the product of that.
    fn denominators(
        &self,
        work: &[Points<On<C, B>>],
        pairs: impl Iterator<Item = (usize, usize)>,
        careful: bool,
        steps: &mut Vec<Step<On<C, B>>>,
    ) -> On<C, B> {
        let one = On::<C, B>::splat(self.backend, &C::Field::one());
        let all = Mask::from_fn(B::LANES, |_| true);
        let mut product = one;
        steps.clear();
        for (a, b) in pairs {
            let (a, b) = (&work[a], &work[b]);
            let both = a.present & b.present;
            let mut denominator = b.x.sub(&a.x);
            let (mut same_x, mut opposite) = (Mask::NONE, Mask::NONE);
            if careful {
                same_x = denominator.is_zero() & both;
                opposite = same_x & !a.y.equals(&b.y);
                denominator = denominator.select(same_x, &a.y.double());
            }
            if both != all {
                denominator = denominator.select(!both & all, &one);
            }
            steps.push(Step { denominator, before: product, same_x, opposite });
            product = product.mul(&denominator);
        }
        product
    }

    /// Second pass, from the back: slopes and sums, each in the place of the first of its pair.
    fn add_pairs(
        work: &mut [Points<On<C, B>>],
        pairs: impl DoubleEndedIterator<Item = (usize, usize)>,
        steps: &[Step<On<C, B>>],
        mut inverse: On<C, B>,
    ) {
        for ((place, b), step) in pairs.rev().zip(steps.iter().rev()) {
            let (a, b) = (&work[place], &work[b]);
            let this = inverse.mul(&step.before);
            inverse = inverse.mul(&step.denominator);
            let mut rise = b.y.sub(&a.y);
            if step.same_x != Mask::NONE {
                rise = rise.select(step.same_x, &a.x.sqr().triple());
            }
            let slope = rise.mul(&this);
            let x = slope.sqr().sub_both(&a.x, &b.x);
            let y = slope.mul(&a.x.sub(&x)).sub(&a.y);
            let mut sum = Points { x, y, present: (a.present | b.present) & !step.opposite };
            for (only, point) in [(a.present & !b.present, a), (b.present & !a.present, b)] {
                if only != Mask::NONE {
                    sum.x = sum.x.select(only, &point.x);
                    sum.y = sum.y.select(only, &point.y);
                }
            }
            work[place] = sum;
        }
    }
}

impl<C: Curve, B: Lanes> LaneSums<C, B> {
    /// The points in affine form, the identity for `None`.
    pub(crate) fn to_affine(&self, points: &[Option<InMemory<C, B>>]) -> Vec<Affine<C>> {
        let mut affine = Vec::with_capacity(points.len());
        for chunk in points.chunks(B::LANES) {
            let Some(some) = chunk.iter().flatten().next() else {
                affine.extend(chunk.iter().map(|_| Affine::IDENTITY));
                continue;
            };
            let row = |lane: usize| chunk.get(lane).and_then(Option::as_ref).unwrap_or(some);
            let x = On::<C, B>::load_rows(self.backend, |lane| &row(lane).x).store();
            let y = On::<C, B>::load_rows(self.backend, |lane| &row(lane).y).store();
            affine.extend(chunk.iter().enumerate().map(|(lane, point)| match point {
                Some(_) => Affine { x: x[lane], y: y[lane] },
                None => Affine::IDENTITY,
            }));
        }
        affine
    }

    /// For each of up to `LANES` chunks, its sums weighted by index, or `None` where scalar
    /// arithmetic is to do it.
    fn running_sums(
        &self,
        chunks: &[&[Option<InMemory<C, B>>]],
    ) -> [Option<Projective<C>>; LANES_MAX] {
        let some = |chunk: &&[Option<InMemory<C, B>>]| chunk.iter().flatten().next().copied();
        let Some(filler) = chunks.iter().find_map(some) else {
            return [Some(Projective::IDENTITY); LANES_MAX];
        };
        let one = On::<C, B>::splat(self.backend, &C::Field::one());
        let vector = |v: usize| {
            let row = |lane: usize| chunks.get(lane).and_then(|chunk| chunk[v].as_ref());
            let x = On::<C, B>::load_rows(self.backend, |lane| &row(lane).unwrap_or(&filler).x);
            let y = On::<C, B>::load_rows(self.backend, |lane| &row(lane).unwrap_or(&filler).y);
            (AffineLanes { x, y }, Mask::from_fn(B::LANES, |lane| row(lane).is_some()))
        };
        let mut indices = (0..chunks[0].len()).rev();
        let (point, mut started) = vector(indices.next().expect("at least one sum"));
        let mut running = JacobianLanes { x: point.x, y: point.y, z: one };
        let mut total = running;
        for v in indices {
            let (point, present) = vector(v);
            let sum = running.add_affine(&point);
            let first = JacobianLanes { x: point.x, y: point.y, z: one };
            running = running.select(present & started, &sum).select(present & !started, &first);
            total = running.select(started, &total.add(&running));
            started = started | present;
        }
        let total = total.store::<C>();
        core::array::from_fn(|lane| match started.has(lane) {
            true if total[lane].is_identity() => None,
            true => Some(total[lane]),
            false => Some(Projective::IDENTITY),
        })
    }
}

impl<C: Curve, B: Lanes> Summands<C> for LaneSums<C, B> {
    type Point = InMemory<C, B>;

    fn within<R>(&self, work: impl FnOnce() -> R) -> R {
        self.backend.within(work)
    }

    fn sum(&self, points: &[Self::Point], buckets: &Buckets) -> Vec<Option<Self::Point>> {
        let mut sums = vec![None; buckets.count()];
        let length = |bucket: usize| buckets.members(bucket).len();
        let mut order: Vec<_> = (0..buckets.count()).filter(|&b| length(b) > 0).collect();
        order.sort_by_key(|&bucket| core::cmp::Reverse(length(bucket)));

        let mut lanes = order.chunks(B::LANES).peekable();
        let most = order.first().map_or(0, |&bucket| length(bucket).max(VECTORS_MAX));
        let scratch = self.scratch.lock().map_or(None, |mut unused| unused.pop());
        let (mut work, mut steps) = scratch.unwrap_or_default();
        work.reserve(most);
        steps.reserve(most / 2);
        let (mut columns, mut owners) = (Vec::new(), Vec::new());
        while let Some(next) = lanes.next() {
            let column = Column { start: work.len(), length: length(next[0]) };
            work.extend((0..column.length).map(|k| {
                let member =
                    |lane| next.get::<usize>(lane).and_then(|&b| buckets.members(b).get(k));
                self.gather(points, member)
            }));
            columns.push(column);
            owners.push(next);
            let after = lanes.peek().map(|next| work.len() + length(next[0]));
            if after.is_some_and(|after| after <= VECTORS_MAX) {
                continue;
            }
            self.sum_columns(&mut work, &mut columns, &mut steps);
            for (column, owners) in columns.drain(..).zip(owners.drain(..)) {
                let sum = &work[column.start];
                let (x, y) = (sum.x.rows(), sum.y.rows());
                for (lane, &bucket) in owners.iter().enumerate() {
                    let row = PointRow { x: x[lane], y: y[lane] };
                    sums[bucket] = sum.present.has(lane).then_some(row);
                }
            }
            work.clear();
        }
        if let Ok(mut unused) = self.scratch.lock() {
            unused.push((work, steps));
        }
        sums
    }

    fn weighted_by_index(&self, sums: &[Option<Self::Point>], each: usize) -> Vec<Projective<C>> {
        let chunks: Vec<_> = sums.chunks(each).collect();
        let mut weighted = Vec::with_capacity(chunks.len());
        for chunks in chunks.chunks(B::LANES) {
            let on_lanes = self.running_sums(chunks);
            weighted.extend(chunks.iter().zip(on_lanes).map(|(sums, on_lanes)| {
                // Equal and opposite points, which lanes leave to scalar arithmetic, or nothing.
                on_lanes.unwrap_or_else(|| {
                    let sums: Vec<_> = self.to_affine(sums).into_iter().map(Some).collect();
                    weighted_by_index(&sums)
                })
            }));
        }
        weighted
    }
}
