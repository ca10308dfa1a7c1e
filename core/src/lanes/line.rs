//! Lines through points of the twist and their values at points of G1.
//!
//! The untwist sends (x, y) to (x / w^2, y / w^3), so the line y = m x - c of the twist has at P,
//! taken times w^3 / `y_P`, the value c / `y_P` - m `x_P` / `y_P` v + v w. Both factors lie in proper
//! subfields of Fp12 (Fp4 and Fp), and final exponentiation makes one of them. So the value needs P
//! as (-`x_P` / `y_P`, 1 / `y_P`) only; at the identity these are (0, 0) and the value is v w = w^3, again
//! in Fp4. Hence pairs with an identity, and places that a block has no pair for, run like any
//! other.

use super::inversion::invert;
use super::{Base, LaneField, Lanes, Quadratic};
use crate::arch::{Fp, G1};
use crate::curve::{Affine, Field};

/// A line of the twist, y = slope x - constant, one a lane.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<B: Lanes> {
    pub(crate) slope: Quadratic<B>,
    pub(crate) constant: Quadratic<B>,
}

/// The value of a line at a point of G1, `one` + `v` v + v w.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value<B: Lanes> {
    pub(crate) one: Quadratic<B>,
    pub(crate) v: Quadratic<B>,
}

/// Where lines are evaluated: a point P of G1 a lane, as (-`x_P` / `y_P`, 1 / `y_P`).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Argument<B: Lanes> {
    x: Base<B>,
    y: Base<B>,
}

impl<B: Lanes> Argument<B> {
    /// Place j, lane i holds `of(j, i)`. `None` if a y is zero: no point of odd order has such.
    pub(crate) fn load(
        backend: B,
        places: usize,
        of: impl Fn(usize, usize) -> Affine<G1>,
    ) -> Option<Vec<Self>> {
        let y_or_one = |point: Affine<G1>| if point.is_identity() { Fp::one() } else { point.y };
        let finite = |point: Affine<G1>| if point.is_identity() { Fp::ZERO } else { Fp::one() };
        let mut inverses: Vec<Base<B>> = (0..places)
            .map(|place| Base::load(backend, |lane| y_or_one(of(place, lane))))
            .collect();
        let one = Base::splat(backend, &Fp::one());
        invert(backend, &one, &mut inverses, &mut Vec::with_capacity(places))?;
        let places = inverses.iter().enumerate().map(|(place, inverse)| Self {
            x: Base::load(backend, |lane| of(place, lane).x.neg()).mul(inverse),
            y: Base::load(backend, |lane| finite(of(place, lane))).mul(inverse),
        });
        Some(places.collect())
    }

    /// The line's value here.
    pub(crate) fn value(&self, line: &Line<B>) -> Value<B> {
        Value { one: line.constant.mul_base(&self.y), v: line.slope.mul_base(&self.x) }
    }
}
