//! The multiples of many points of the twist that Miller's loop passes, and the lines between them.
//!
//! In affine coordinates: with the inversions of all places and lanes shared, a step costs less than
//! in projective ones, and its lines come scaled as their values want them, which saves more (Lauter,
//! Montgomery and Naehrig, eprint 2010/363, on products of many pairings).

use super::inversion::invert;
use super::line::Line;
use super::{AffineLanes, Base, LaneField, Lanes, Quadratic};
use crate::arch::Fp;
use crate::curve::Field;

/// |z| of the curve family's parameter z, which is negative: the length of the optimal ate loop.
const LOOP: u64 = 0xd201_0000_0001_0000;

/// A step of the loop, which has one line for every pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The tangent at the multiple, which is doubled.
    Double,
    /// The chord through the multiple and Q, which is added.
    Add,
}

/// Points Q of G2, one a place and lane, and the multiples of them that the loop has come to.
#[derive(Debug)]
pub(crate) struct Trace<B: Lanes> {
    backend: B,
    points: Vec<AffineLanes<Quadratic<B>>>,
    multiples: Vec<AffineLanes<Quadratic<B>>>,
    one: Base<B>,
    three_halves: Base<B>,
    /// Scratch: what a step inverts, and the products on the way.
    inverses: Vec<Base<B>>,
    products: Vec<Base<B>>,
}

impl Step {
    /// The steps of the loop: 63 doublings and five additions.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        (0..LOOP.ilog2()).rev().flat_map(|bit| {
            core::iter::once(Self::Double).chain((LOOP >> bit & 1 == 1).then_some(Self::Add))
        })
    }
}

impl<B: Lanes> Trace<B> {
    /// Starts at points other than the identity.
    pub(crate) fn new(backend: B, points: Vec<AffineLanes<Quadratic<B>>>) -> Self {
        let one = Fp::one();
        let two = one.add(&one);
        Self {
            backend,
            multiples: points.clone(),
            points,
            one: Base::splat(backend, &one),
            three_halves: Base::splat(backend, &two.add(&one).mul(&two.invert())),
            inverses: Vec::new(),
            products: Vec::new(),
        }
    }

    /// Takes a step, and hands over the line of every place.
    ///
    /// `None` where a line is vertical, which none is for points of G2. The multiple is \[n\] Q with
    /// 1 <= n < |z|, less than half the order of Q, which is an odd prime: so it is not its own
    /// opposite, and where Q is added, n > 1, it is neither Q nor -Q.
    pub(crate) fn advance(
        &mut self,
        step: Step,
        mut each: impl FnMut(usize, &Line<B>),
    ) -> Option<()> {
        let places = self.points.iter().zip(&self.multiples);
        self.inverses.clear();
        self.inverses.extend(places.map(|(point, multiple)| match step {
            Step::Double => multiple.y.norm(),
            Step::Add => multiple.x.sub(&point.x).norm(),
        }));
        // A tangent's slope is 3 x^2 / (2 y), a chord's is that of the differences.
        let scale = if step == Step::Double { &self.three_halves } else { &self.one };
        invert(self.backend, scale, &mut self.inverses, &mut self.products)?;
        let places = self.points.iter().zip(&mut self.multiples).zip(&self.inverses);
        for (place, ((point, multiple), inverse)) in places.enumerate() {
            let AffineLanes { x, y } = &*multiple;
            let (rise, run) = match step {
                Step::Double => (x.sqr(), y.conjugate()),
                Step::Add => (y.sub(&point.y), x.sub(&point.x).conjugate()),
            };
            let slope = rise.mul(&run).mul_base(inverse);
            let line = Line { slope, constant: slope.mul_sub(x, y) };
            let sum = match step {
                Step::Double => slope.sqr().sub_double(x),
                Step::Add => slope.sqr().sub_both(x, &point.x),
            };
            multiple.y = slope.mul_sub(&x.sub(&sum), y);
            multiple.x = sum;
            each(place, &line);
        }
        Some(())
    }
}
