//! Lines through points of the twist, evaluated at points of G1: the steps of Miller's loop.
//!
//! Formulas of Costello, Lange and Naehrig in homogeneous coordinates as Aranha et al. give them
//! (eprint 2010/526, section 6), every result taken four times, so that nothing is halved. With b'
//! = 4 xi they need 3 b' Z^2 = 12 xi Z^2. Points here are kept as (X : Y : Z') with Z' = Z / k, k^2
//! = -1/12, so that xi Z'^2 is minus that and no product with 12 is left.
//!
//! The untwist sends (x, y) to (x / w^2, y / w^3), so a line of slope m through (x, y) has at P the
//! value (y_P w^3 - m x_P w^2 + m x - y) / w^3. All lines are taken times w^3 and times something
//! in Fp2; both lie in proper subfields of Fp12, and final exponentiation makes one of them.

use super::{Base, LaneField, Lanes, Quadratic};
use crate::arch::{Fp, G1, G2};
use crate::curve::{Affine, Curve, Field};

/// The value of a line at a point of G1, `one` + `v` v + `vw` v w, one a lane.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<B: Lanes> {
    pub(crate) one: Quadratic<B>,
    pub(crate) v: Quadratic<B>,
    pub(crate) vw: Quadratic<B>,
}

/// k with k^2 = -1/12, in every lane.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale<B: Lanes>(Base<B>);

/// A point Q of the twist with what a loop needs of it and of its P, one pair a lane.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tracer<B: Lanes> {
    /// The multiple of Q that the loop has come to, (X : Y : Z').
    x: Quadratic<B>,
    y: Quadratic<B>,
    z: Quadratic<B>,
    /// k Q's coordinates.
    scaled_q: [Quadratic<B>; 2],
    /// -3 x_P, for tangents.
    tangent_x: Base<B>,
    /// -k x_P, for chords.
    chord_x: Base<B>,
    /// k y_P, for both.
    scaled_y: Base<B>,
}

impl<B: Lanes> Scale<B> {
    pub(crate) fn new(backend: B) -> Self {
        // For a cube root of unity beta, 1 + 2 beta is a square root of -3.
        let twice = |x: &Fp| x.add(x);
        let root = Fp::one().add(&twice(&G1::beta()));
        Self(Base::splat(backend, &twice(&root).invert()))
    }
}

impl<B: Lanes> Tracer<B> {
    /// Lane i starts at the Q of `of(i)`, neither point of which may be the identity; or, for none,
    /// gives lines in Fp2 only, which final exponentiation makes one.
    pub(crate) fn new(
        backend: B,
        scale: &Scale<B>,
        of: impl Fn(usize) -> Option<(Affine<G1>, Affine<G2>)>,
    ) -> Self {
        // The lines of the generator at (0, 0) are their constants. None of them is zero.
        let of = |lane| of(lane).unwrap_or_else(|| (Affine::IDENTITY, G2::generator()));
        let [x_p, y_p] =
            [Base::load(backend, |lane| of(lane).0.x), Base::load(backend, |lane| of(lane).0.y)];
        let [x, y] = [
            Quadratic::load(backend, |lane| of(lane).1.x).mul_base(&scale.0),
            Quadratic::load(backend, |lane| of(lane).1.y).mul_base(&scale.0),
        ];
        Self {
            x,
            y,
            // (k x : k y : k / k)
            z: Quadratic::splat(backend, &Field::one()),
            scaled_q: [x, y],
            tangent_x: x_p.triple().neg(),
            chord_x: x_p.mul(&scale.0).neg(),
            scaled_y: y_p.mul(&scale.0),
        }
    }

    /// Doubles the point; gives the tangent at it, times 2 Y Z.
    ///
    /// Neither Y nor Z is ever zero: the points are multiples of Q by less than its odd order.
    pub(crate) fn double(&mut self) -> Line<B> {
        let (x, y, z) = (&self.x, &self.y, &self.z);
        let y_twice = y.double();
        let b = y.sqr();
        let e = z.sqr().mul_xi();
        let f = e.triple();
        let h = y_twice.mul(z);
        let line = Line {
            one: b.add(&e),
            v: x.sqr().mul_base(&self.tangent_x),
            vw: h.mul_base(&self.scaled_y),
        };
        let e_twice = e.double();
        let e_squared = e_twice.sqr_wide();
        self.x = x.mul(&y_twice).mul(&b.add(&f));
        self.y = b.sub(&f).sqr_wide().sub(&e_squared).sub_both(&e_squared, &e_squared).reduce();
        self.z = b.mul(&h).double().double();
        line
    }

    /// Adds Q; gives the chord through it and the point, times k (X - x Z).
    ///
    /// The point is neither Q nor -Q: it is a multiple by more than 1 and less than the order
    /// less 1.
    pub(crate) fn add(&mut self, scale: &Scale<B>) -> Line<B> {
        let (x, y, z) = (&self.x, &self.y, &self.z);
        let [x_q, y_q] = &self.scaled_q;
        let theta = y.sub(&y_q.mul(z));
        let lambda = x.sub(&x_q.mul(z));
        let line = Line {
            one: theta.mul_wide(x_q).sub(&lambda.mul_wide(y_q)).reduce(),
            v: theta.mul_base(&self.chord_x),
            vw: lambda.mul_base(&self.scaled_y),
        };
        let lambda_squared = lambda.sqr();
        let e = lambda_squared.mul(&lambda);
        let f = theta.sqr().mul_base(&scale.0).mul(z);
        let g = x.mul(&lambda_squared);
        let h = e.add(&f).sub_double(&g);
        self.x = lambda.mul(&h);
        self.y = theta.mul_wide(&g.sub(&h)).sub(&y.mul_wide(&e)).reduce();
        self.z = z.mul(&e);
        line
    }
}
