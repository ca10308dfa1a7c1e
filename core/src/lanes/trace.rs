//! The multiples of many points of the twist that Miller's loop passes, and the lines between them.
//!
//! In affine coordinates: with the inversions of all places and lanes shared, a step costs no more
//! than in projective ones, and its lines come scaled as their values want them, which saves more
//! (Lauter, Montgomery and Naehrig, Pairing 2010, for many pairings at once).

use super::inversion::invert;
use super::line::Line;
use super::{AffineLanes, Base, LaneField, Lanes, Quadratic};

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
    points: Vec<AffineLanes<Quadratic<B>>>,
    multiples: Vec<AffineLanes<Quadratic<B>>>,
    /// Scratch: the inverses of a step's norms, and what finds them.
    inverses: Vec<Base<B>>,
    products: Vec<Base<B>>,
}

impl Step {
    /// The steps of the loop, 63 doublings and five additions.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        (0..LOOP.ilog2()).rev().flat_map(|bit| {
            core::iter::once(Self::Double).chain((LOOP >> bit & 1 == 1).then_some(Self::Add))
        })
    }
}

impl<B: Lanes> Trace<B> {
    /// Starts at points of G2, none of which is the identity.
    pub(crate) fn new(points: Vec<AffineLanes<Quadratic<B>>>) -> Self {
        let multiples = points.clone();
        let (inverses, products) = (Vec::new(), Vec::new());
        Self { points, multiples, inverses, products }
    }

    /// Takes a step, and hands over the line of every place.
    ///
    /// Nothing to be inverted is ever zero. The multiple is [n] Q for 1 < n + 1 < r and the order r
    /// of Q is an odd prime, so that it is not its own inverse; and where Q is added n > 1, so that
    /// it is neither Q nor -Q.
    pub(crate) fn advance(
        &mut self,
        backend: B,
        step: Step,
        mut each: impl FnMut(usize, &Line<B>),
    ) {
        let run =
            |point: &AffineLanes<Quadratic<B>>, multiple: &AffineLanes<Quadratic<B>>| match step {
                Step::Double => multiple.y.double(),
                Step::Add => multiple.x.sub(&point.x),
            };
        self.inverses.clear();
        for (point, multiple) in self.points.iter().zip(&self.multiples) {
            self.inverses.push(run(point, multiple).norm());
        }
        invert(backend, &mut self.inverses, &mut self.products);
        let places = self.points.iter().zip(&mut self.multiples).zip(&self.inverses);
        for (place, ((point, multiple), inverse)) in places.enumerate() {
            let rise = match step {
                Step::Double => multiple.x.sqr().triple(),
                Step::Add => multiple.y.sub(&point.y),
            };
            let slope = rise.mul(&run(point, multiple).conjugate()).mul_base(inverse);
            let square = slope.sqr();
            let x = match step {
                Step::Double => square.sub_double(&multiple.x),
                Step::Add => square.sub_both(&multiple.x, &point.x),
            };
            let line = Line { slope, constant: slope.mul_sub(&multiple.x, &multiple.y) };
            multiple.y = slope.mul_sub(&multiple.x.sub(&x), &multiple.y);
            multiple.x = x;
            each(place, &line);
        }
    }
}
