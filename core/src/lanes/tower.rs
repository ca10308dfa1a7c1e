//! Fp6 = Fp2\[v\]/(v^3 - xi) and Fp12 = Fp6\[w\]/(w^2 - v) on lanes, xi = 1 + i: blst's tower.
//!
//! Products are written as sums of products in Fp2, because a backend can reduce such a sum at once.
//! That gains as much as Karatsuba's formulas would in their place, without their many additions.
//!
//! An element of Fp2 takes a kibibyte, so arrays of them are written out: `map` and `from_fn` move
//! every element about.

use super::line::Value;
use super::{LANES_MAX, LaneField, Lanes, Quadratic};
use crate::arch::{Fp2, Gt};
use crate::curve::Field;

/// Fp6 on lanes: the coefficients of 1, v and v^2.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sextic<B: Lanes>([Quadratic<B>; 3]);

/// Fp12 on lanes: the coefficients of 1 and w.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dodecic<B: Lanes>([Sextic<B>; 2]);

impl<B: Lanes> Sextic<B> {
    fn add(&self, other: &Self) -> Self {
        let ([a0, a1, a2], [b0, b1, b2]) = (&self.0, &other.0);
        Self([a0.add(b0), a1.add(b1), a2.add(b2)])
    }

    fn double(&self) -> Self {
        let [a0, a1, a2] = &self.0;
        Self([a0.double(), a1.double(), a2.double()])
    }

    /// The product with v.
    fn mul_v(&self) -> Self {
        let [a0, a1, a2] = &self.0;
        Self([a2.mul_xi(), *a0, *a1])
    }

    fn mul(&self, other: &Self) -> Self {
        let ([a0, a1, a2], [b0, b1, b2]) = (&self.0, &other.0);
        let (c1, c2) = (b1.mul_xi(), b2.mul_xi());
        Self([
            Quadratic::dot([a0, a1], [b0, &c2], &a2.mul(&c1)),
            Quadratic::dot([a0, a1], [b1, b0], &a2.mul(&c2)),
            Quadratic::dot([a0, a1], [b2, b1], &a2.mul(b0)),
        ])
    }

    /// self b - c
    fn mul_sub(&self, b: &Self, c: &Self) -> Self {
        let ([a0, a1, a2], [b0, b1, b2]) = (&self.0, &b.0);
        let (c1, c2) = (b1.mul_xi(), b2.mul_xi());
        Self([
            Quadratic::dot([a0, a1], [b0, &c2], &a2.mul_sub(&c1, &c.0[0])),
            Quadratic::dot([a0, a1], [b1, b0], &a2.mul_sub(&c2, &c.0[1])),
            Quadratic::dot([a0, a1], [b2, b1], &a2.mul_sub(b0, &c.0[2])),
        ])
    }
}

impl<B: Lanes> Dodecic<B> {
    /// One in every lane.
    pub(crate) fn one(backend: B) -> Self {
        let [zero, one] = [Fp2::ZERO, Fp2::one()].map(|x| Quadratic::splat(backend, &x));
        Self([Sextic([one, zero, zero]), Sextic([zero; 3])])
    }

    /// Squares it: with m = a0 a1, to (a0 + a1)(a0 + v a1) - m - v m + 2 m w.
    pub(crate) fn square(&mut self) {
        let [a0, a1] = &mut self.0;
        let m = a0.mul(a1);
        *a0 = a0.add(a1).mul_sub(&a0.add(&a1.mul_v()), &m.add(&m.mul_v()));
        *a1 = m.double();
    }

    /// Sets `out` to the product with the value of a line.
    pub(crate) fn mul_into(&self, line: &Value<B>, out: &mut Self) {
        let [Sextic([a0, a1, a2]), Sextic([b0, b1, b2])] = &self.0;
        let (Value { one: s, v: t }, xi_t) = (line, line.v.mul_xi());
        let [Sextic(even), Sextic(odd)] = &mut out.0;
        even[0] = Quadratic::dot([a0, a2], [s, &xi_t], &b1.mul_xi());
        even[1] = Quadratic::dot([a1, a0], [s, t], &b2.mul_xi());
        even[2] = Quadratic::dot([a2, a1], [s, t], b0);
        odd[0] = Quadratic::dot([b0, b2], [s, &xi_t], &a2.mul_xi());
        odd[1] = Quadratic::dot([b1, b0], [s, t], a0);
        odd[2] = Quadratic::dot([b2, b1], [s, t], a1);
    }

    /// The conjugate over Fp6.
    #[must_use]
    pub(crate) fn conjugate(&self) -> Self {
        let [a, Sextic([b0, b1, b2])] = &self.0;
        Self([*a, Sextic([b0.neg(), b1.neg(), b2.neg()])])
    }

    /// The elements of the lanes; places from `LANES` on mean nothing.
    pub(crate) fn store(&self) -> [Gt; LANES_MAX] {
        let stored = self.0.each_ref().map(|half| half.0.each_ref().map(LaneField::store));
        core::array::from_fn(|lane| {
            Gt::from_coefficients(&stored.each_ref().map(|half| half.each_ref().map(|c| c[lane])))
        })
    }
}
