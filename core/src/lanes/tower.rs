//! Fp6 = Fp2\[v\]/(v^3 - xi) and Fp12 = Fp6\[w\]/(w^2 - v) on lanes, xi = 1 + i: blst's tower.
//!
//! Products are sums of products in Fp2 that are reduced once for each coefficient of the result,
//! as in section 5 of Aranha et al. (eprint 2010/526). Comments give the weights of the sums.
//!
//! An element of Fp2 takes a kibibyte, so arrays of them are written out: `map` and `from_fn` move
//! every element about.

use super::line::Line;
use super::{LANES_MAX, LaneField, Lanes, Quadratic, Wide};
use crate::arch::{Fp2, Gt};
use crate::curve::Field;

/// Fp6 on lanes: the coefficients of 1, v and v^2.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sextic<B: Lanes>(pub(crate) [Quadratic<B>; 3]);

/// Fp12 on lanes: the coefficients of 1 and w.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dodecic<B: Lanes>(pub(crate) [Sextic<B>; 2]);

/// An element of Fp6 before reduction.
type WideSextic<B> = [Wide<B>; 3];

impl<B: Lanes> Sextic<B> {
    fn add(&self, other: &Self) -> Self {
        let ([a0, a1, a2], [b0, b1, b2]) = (&self.0, &other.0);
        Self([a0.add(b0), a1.add(b1), a2.add(b2)])
    }

    /// The product with v.
    fn mul_v(&self) -> Self {
        let [a0, a1, a2] = &self.0;
        Self([a2.mul_xi(), *a0, *a1])
    }

    /// The product by Karatsuba, of weights 7, 5 and 4.
    fn mul_wide(&self, other: &Self) -> WideSextic<B> {
        let ([a0, a1, a2], [b0, b1, b2]) = (&self.0, &other.0);
        let (v0, v1, v2) = (a0.mul_wide(b0), a1.mul_wide(b1), a2.mul_wide(b2));
        let cross = |a: [&Quadratic<B>; 2], b: [&Quadratic<B>; 2], c: &Wide<B>, d: &Wide<B>| {
            a[0].add(a[1]).mul_wide(&b[0].add(b[1])).sub_both(c, d)
        };
        [
            v0.add_xi(&cross([a1, a2], [b1, b2], &v1, &v2)),
            cross([a0, a1], [b0, b1], &v0, &v1).add_xi(&v2),
            cross([a0, a2], [b0, b2], &v0, &v2).add(&v1),
        ]
    }

    /// The product with b0 + b1 v, of weights 3, 3 and 2.
    fn mul_sparse_wide(&self, b0: &Quadratic<B>, b1: &Quadratic<B>) -> WideSextic<B> {
        let [a0, a1, a2] = &self.0;
        let (v0, v1) = (a0.mul_wide(b0), a1.mul_wide(b1));
        [
            v0.add_xi(&a2.mul_wide(b1)),
            a0.add(a1).mul_wide(&b0.add(b1)).sub_both(&v0, &v1),
            a2.mul_wide(b0).add(&v1),
        ]
    }
}

impl<B: Lanes> Dodecic<B> {
    /// One in every lane.
    pub(crate) fn one(backend: B) -> Self {
        let [zero, one] = [Fp2::ZERO, Fp2::one()].map(|x| Quadratic::splat(backend, &x));
        let half = |first| Sextic([first, zero, zero]);
        Self([half(one), half(zero)])
    }

    /// Squares it: with m = a0 a1, to (a0 + a1)(a0 + v a1) - m - v m + 2 m w.
    pub(crate) fn square(&mut self) {
        let [a0, a1] = &mut self.0;
        let m = a0.mul_wide(a1);
        let s = a0.add(a1).mul_wide(&a0.add(&a1.mul_v()));
        // Weights 7 + 7 + 2 * 4, 5 + 5 + 7 and 4 + 4 + 5; then twice those of m.
        a0.0[0] = s[0].sub_xi(&m[2]).sub(&m[0]).reduce();
        a0.0[1] = s[1].sub_both(&m[1], &m[0]).reduce();
        a0.0[2] = s[2].sub_both(&m[2], &m[1]).reduce();
        a1.0[0] = m[0].add(&m[0]).reduce();
        a1.0[1] = m[1].add(&m[1]).reduce();
        a1.0[2] = m[2].add(&m[2]).reduce();
    }

    /// Multiplies by a line, by Karatsuba: 13 products in Fp2.
    pub(crate) fn multiply_by_line(&mut self, line: &Line<B>) {
        let ([a0, a1], Line { one, v, vw }) = (&mut self.0, line);
        let t = a0.mul_sparse_wide(one, v);
        // The product of a1 and vw v, in another order and without a factor xi.
        let s = [a1.0[0].mul_wide(vw), a1.0[1].mul_wide(vw), a1.0[2].mul_wide(vw)];
        let u = a0.add(a1).mul_sparse_wide(one, &v.add(vw));
        // Weights 5, 5 and 3; then 8, 7 and 5.
        a0.0[0] = t[0].add_xi(&s[1]).reduce();
        a0.0[1] = t[1].add_xi(&s[2]).reduce();
        a0.0[2] = t[2].add(&s[0]).reduce();
        a1.0[0] = u[0].sub(&t[0]).sub_xi(&s[2]).reduce();
        a1.0[1] = u[1].sub_both(&t[1], &s[0]).reduce();
        a1.0[2] = u[2].sub_both(&t[2], &s[1]).reduce();
    }

    /// The conjugate over Fp6.
    #[must_use]
    pub(crate) fn conjugate(&self) -> Self {
        let [a0, a1] = &self.0;
        Self([*a0, Sextic(a1.0.map(|x| x.neg()))])
    }

    /// The elements of the lanes; places from `LANES` on mean nothing.
    pub(crate) fn store(&self) -> [Gt; LANES_MAX] {
        let stored = self.0.map(|half| half.0.map(|x| x.store()));
        core::array::from_fn(|lane| {
            Gt::from_coefficients(
                stored.each_ref().map(|half| half.each_ref().map(|coefficient| coefficient[lane])),
            )
        })
    }
}
