//! Points of either curve on lanes, one a lane.
//!
//! Formulas for y^2 = x^3 + b need no b. They are not complete: where the two points of a sum are
//! equal, opposite or the identity, the sum comes out with Z = 0, which nothing here ever turns
//! into anything else. Callers that can meet such lanes look for Z = 0 at the end and redo those
//! lanes in scalar arithmetic.

use super::{LANES_MAX, LaneField, Mask};
use crate::curve::{Affine, Curve, Field, Projective};

/// Affine points, one a lane.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AffineLanes<F: LaneField> {
    pub(crate) x: F,
    pub(crate) y: F,
}

/// Points in Jacobian coordinates (X / Z^2, Y / Z^3), one a lane; Z = 0 for the identity and for
/// sums that went wrong.
#[derive(Clone, Copy, Debug)]
pub struct JacobianLanes<F: LaneField> {
    pub(crate) x: F,
    pub(crate) y: F,
    pub(crate) z: F,
}

impl<F: LaneField> AffineLanes<F> {
    /// Lane i holds `of(i)`.
    pub(crate) fn load<C: Curve<Field = F::Scalar>>(
        backend: F::Backend,
        of: impl Fn(usize) -> Affine<C>,
    ) -> Self {
        Self { x: F::load(backend, |lane| of(lane).x), y: F::load(backend, |lane| of(lane).y) }
    }

    /// The points; places from `LANES` on mean nothing.
    pub(crate) fn store<C: Curve<Field = F::Scalar>>(&self) -> [Affine<C>; LANES_MAX] {
        let (x, y) = (self.x.store(), self.y.store());
        core::array::from_fn(|lane| Affine { x: x[lane], y: y[lane] })
    }

    /// The same points with Z = 1.
    pub(crate) fn to_jacobian(self, backend: F::Backend) -> JacobianLanes<F> {
        JacobianLanes { x: self.x, y: self.y, z: F::splat(backend, &F::Scalar::one()) }
    }
}

impl<F: LaneField> JacobianLanes<F> {
    /// Lane i holds `of(i)`.
    pub(crate) fn load<C: Curve<Field = F::Scalar>>(
        backend: F::Backend,
        of: impl Fn(usize) -> Projective<C>,
    ) -> Self {
        Self {
            x: F::load(backend, |lane| of(lane).x),
            y: F::load(backend, |lane| of(lane).y),
            z: F::load(backend, |lane| of(lane).z),
        }
    }

    /// The points; places from `LANES` on mean nothing.
    pub(crate) fn store<C: Curve<Field = F::Scalar>>(&self) -> [Projective<C>; LANES_MAX] {
        let (x, y, z) = (self.x.store(), self.y.store(), self.z.store());
        core::array::from_fn(|lane| Projective { x: x[lane], y: y[lane], z: z[lane] })
    }

    /// 2P. A point with Z = 0 stays one.
    #[must_use]
    pub(crate) fn double(&self) -> Self {
        self.double_times(1)
    }

    /// 2^n P. A point with Z = 0 stays one.
    ///
    /// Between the first doubling and the last, W = 2Y stands for Y: with M = 3X^2 and S = X W^2 the
    /// double has X' = M^2 - 2S, W' = 2M (S - X') - W^4, Z' = W Z.
    #[must_use]
    pub(crate) fn double_times(&self, n: usize) -> Self {
        let Self { mut x, y, mut z } = *self;
        let mut w = y.double();
        for _ in 0..n {
            let ww = w.sqr();
            let s = x.mul(&ww);
            let m = x.sqr().triple();
            z = w.mul(&z);
            x = m.sqr().sub_double(&s);
            w = m.double_mul_sub_sqr(&s.sub(&x), &ww);
        }
        // (X, W / 2, Z) with Z doubled, for want of a half.
        Self { x: x.double().double(), y: w.double().double(), z: z.double() }
    }

    /// P + Q, unless they are equal, opposite or the identity: then Z = 0.
    #[must_use]
    pub(crate) fn add(&self, other: &Self) -> Self {
        let zz = self.z.sqr();
        let zz_other = other.z.sqr();
        let u = self.x.mul(&zz_other);
        let s = self.y.mul(&zz_other.mul(&other.z));
        let h = other.x.mul(&zz).sub(&u);
        let r = other.y.mul(&zz.mul(&self.z)).sub(&s);
        Self::chord(&u, &s, &h, &r, &self.z.mul(&other.z))
    }

    /// P + Q for an affine Q, unless they are equal or opposite or P is the identity: then Z = 0.
    #[must_use]
    pub(crate) fn add_affine(&self, other: &AffineLanes<F>) -> Self {
        let zz = self.z.sqr();
        let h = other.x.mul(&zz).sub(&self.x);
        let r = other.y.mul(&zz.mul(&self.z)).sub(&self.y);
        Self::chord(&self.x, &self.y, &h, &r, &self.z)
    }

    /// The sum from one point (u, s), the differences to the other and the product of both Z.
    fn chord(u: &F, s: &F, h: &F, r: &F, zz: &F) -> Self {
        let hh = h.sqr();
        let hhh = h.mul(&hh);
        let v = u.mul(&hh);
        let x = r.sqr().sub(&hhh).sub_double(&v);
        let y = r.mul(&v.sub(&x)).sub(&s.mul(&hhh));
        Self { x, y, z: zz.mul(h) }
    }

    /// -P.
    #[must_use]
    pub(crate) fn neg(&self) -> Self {
        Self { x: self.x, y: self.y.neg(), z: self.z }
    }

    /// `other` in the lanes of the mask, `self` in the rest.
    #[must_use]
    pub(crate) fn select(&self, mask: Mask, other: &Self) -> Self {
        Self {
            x: self.x.select(mask, &other.x),
            y: self.y.select(mask, &other.y),
            z: self.z.select(mask, &other.z),
        }
    }

    /// The lanes that hold the same point as `other`, both with Z other than 0.
    pub(crate) fn equals(&self, other: &Self) -> Mask {
        let zz = self.z.sqr();
        let zz_other = other.z.sqr();
        let x = self.x.mul(&zz_other).equals(&other.x.mul(&zz));
        let y = self.y.mul(&zz_other.mul(&other.z)).equals(&other.y.mul(&zz.mul(&self.z)));
        x & y & !self.z.is_zero() & !other.z.is_zero()
    }
}

/// Affine forms of many vectors of points for the price of one scalar inversion (Montgomery's
/// trick). Lanes with Z = 0 give what means nothing.
pub(crate) fn to_affine<F: LaneField>(
    backend: F::Backend,
    points: &[JacobianLanes<F>],
) -> Vec<AffineLanes<F>> {
    let one = F::splat(backend, &F::Scalar::one());
    let z: Vec<F> = points.iter().map(|point| point.z.select(point.z.is_zero(), &one)).collect();
    let mut products = Vec::with_capacity(z.len());
    let mut product = one;
    for z in &z {
        products.push(product);
        product = product.mul(z);
    }
    let mut inverse = product.invert(backend).expect("a product of elements other than zero");
    let mut affine: Vec<AffineLanes<F>> = Vec::with_capacity(z.len());
    for ((point, z), before) in points.iter().zip(&z).zip(&products).rev() {
        let this = inverse.mul(before);
        inverse = inverse.mul(z);
        let square = this.sqr();
        affine.push(AffineLanes { x: point.x.mul(&square), y: point.y.mul(&square.mul(&this)) });
    }
    affine.reverse();
    affine
}
