//! Fp and Fp2 on lanes, and the trait over both that curve formulas are written against.

use super::{LANES_MAX, Lanes, Limbs, Mask};
use crate::arch::{Fp, Fp2};
use crate::curve::{Field, invert_batch};

/// Fp or Fp2 on the lanes of a backend. All operations are closed, none depends on data.
pub trait LaneField: Copy + core::fmt::Debug + Send + Sync + 'static {
    /// The backend.
    type Backend: Lanes;
    /// The same field on one lane.
    type Scalar: Field;
    /// One lane's element as tables in memory keep it.
    type Row: Copy + core::fmt::Debug + Send + Sync;
    /// One element as constants are written: integers below p.
    type Integers: Copy + core::fmt::Debug + 'static;

    /// Every lane holds a constant.
    fn constant(backend: Self::Backend, value: &Self::Integers) -> Self;
    /// Lane i holds `of(i)`.
    fn load(backend: Self::Backend, of: impl Fn(usize) -> Self::Scalar) -> Self;
    /// Every lane holds `value`.
    fn splat(backend: Self::Backend, value: &Self::Scalar) -> Self {
        Self::load(backend, |_| *value)
    }
    /// The elements of the lanes; places from `LANES` on mean nothing.
    fn store(&self) -> [Self::Scalar; LANES_MAX];
    /// Loads rows that [`Self::rows`] gave.
    fn load_rows<'a>(backend: Self::Backend, of: impl Fn(usize) -> &'a Self::Row) -> Self;
    /// The elements of the lanes, in the backend's own digits.
    fn rows(&self) -> [Self::Row; LANES_MAX];

    /// Product.
    #[must_use]
    fn mul(&self, other: &Self) -> Self;
    /// Square.
    #[must_use]
    fn sqr(&self) -> Self;
    /// Product with an element of Fp.
    #[must_use]
    fn mul_base(&self, by: &Base<Self::Backend>) -> Self;
    /// Sum.
    #[must_use]
    fn add(&self, other: &Self) -> Self;
    /// Difference.
    #[must_use]
    fn sub(&self, other: &Self) -> Self;
    /// Additive inverse.
    #[must_use]
    fn neg(&self) -> Self;
    /// Twice the element.
    #[must_use]
    fn double(&self) -> Self;
    /// Three times the element.
    #[must_use]
    fn triple(&self) -> Self;
    /// a - 2b
    #[must_use]
    fn sub_double(&self, other: &Self) -> Self;
    /// a - b - c
    #[must_use]
    fn sub_both(&self, b: &Self, c: &Self) -> Self;
    /// a - 8b
    #[must_use]
    fn sub_eightfold(&self, other: &Self) -> Self;
    /// 2 a b - c^2
    #[must_use]
    fn double_mul_sub_sqr(&self, b: &Self, c: &Self) -> Self;
    /// The lanes that hold zero.
    fn is_zero(&self) -> Mask;
    /// `other` in the lanes of the mask, `self` in the rest.
    #[must_use]
    fn select(&self, mask: Mask, other: &Self) -> Self;

    /// The inverse in every lane, for the price of one scalar inversion; `None` if a lane is zero.
    #[must_use]
    fn invert(&self, backend: Self::Backend) -> Option<Self> {
        let mut inverses = self.store();
        let inverses = &mut inverses[..Self::Backend::LANES];
        if inverses.iter().any(Self::Scalar::is_zero) {
            return None;
        }
        invert_batch(inverses, &mut Vec::with_capacity(LANES_MAX));
        Some(Self::load(backend, |lane| inverses[lane]))
    }

    /// The lanes where both are equal.
    fn equals(&self, other: &Self) -> Mask {
        self.sub(other).is_zero()
    }

    /// The additive inverse in the lanes of the mask.
    #[must_use]
    fn negate_where(&self, mask: Mask) -> Self {
        self.select(mask, &self.neg())
    }
}

/// Fp on lanes.
#[derive(Clone, Copy, Debug)]
pub struct Base<B: Lanes>(pub(super) B::Fp);

/// Fp2 = Fp\[i\]/(i^2 + 1) on lanes, real part first.
#[derive(Clone, Copy, Debug)]
pub struct Quadratic<B: Lanes>(pub(super) [B::Fp; 2]);

impl<B: Lanes> LaneField for Base<B> {
    type Backend = B;
    type Scalar = Fp;
    type Row = B::Row;
    type Integers = Limbs;

    fn constant(backend: B, value: &Limbs) -> Self {
        Self::integers(backend, |_| *value)
    }

    fn load(backend: B, of: impl Fn(usize) -> Fp) -> Self {
        Self(backend.load_blst(|lane| of(lane).montgomery()))
    }

    fn store(&self) -> [Fp; LANES_MAX] {
        B::store_blst(&self.0).map(Fp::from_montgomery)
    }

    fn load_rows<'a>(backend: B, of: impl Fn(usize) -> &'a B::Row) -> Self {
        Self(backend.load_rows(of))
    }

    fn rows(&self) -> [B::Row; LANES_MAX] {
        B::rows(&self.0)
    }

    fn mul(&self, other: &Self) -> Self {
        Self(B::mul(&self.0, &other.0))
    }

    fn sqr(&self) -> Self {
        Self(B::sqr(&self.0))
    }

    fn mul_base(&self, by: &Self) -> Self {
        self.mul(by)
    }

    fn add(&self, other: &Self) -> Self {
        Self(B::add(&self.0, &other.0))
    }

    fn sub(&self, other: &Self) -> Self {
        Self(B::sub(&self.0, &other.0))
    }

    fn neg(&self) -> Self {
        Self(B::neg(&self.0))
    }

    fn double(&self) -> Self {
        Self(B::double(&self.0))
    }

    fn triple(&self) -> Self {
        Self(B::triple(&self.0))
    }

    fn sub_double(&self, other: &Self) -> Self {
        Self(B::sub_double(&self.0, &other.0))
    }

    fn sub_both(&self, b: &Self, c: &Self) -> Self {
        Self(B::sub_both(&self.0, &b.0, &c.0))
    }

    fn sub_eightfold(&self, other: &Self) -> Self {
        Self(B::sub_eightfold(&self.0, &other.0))
    }

    fn double_mul_sub_sqr(&self, b: &Self, c: &Self) -> Self {
        Self(B::double_mul_sub_sqr(&self.0, &b.0, &c.0))
    }

    fn is_zero(&self) -> Mask {
        B::is_zero(&self.0)
    }

    fn select(&self, mask: Mask, other: &Self) -> Self {
        Self(B::select(mask, &self.0, &other.0))
    }
}

impl<B: Lanes> Base<B> {
    /// Lane i holds the integer `of(i)` below p.
    pub(crate) fn integers(backend: B, of: impl Fn(usize) -> Limbs) -> Self {
        Self(backend.load(of))
    }
}

impl<B: Lanes> Quadratic<B> {
    /// self b - c
    #[must_use]
    pub(crate) fn mul_sub(&self, b: &Self, c: &Self) -> Self {
        Self(B::mul2_sub(&self.0, &b.0, &c.0))
    }

    /// a\[0\] b\[0\] + a\[1\] b\[1\] + c
    #[must_use]
    pub(crate) fn dot(a: [&Self; 2], b: [&Self; 2], c: &Self) -> Self {
        Self(B::dot2([&a[0].0, &a[1].0], [&b[0].0, &b[1].0], &c.0))
    }

    /// The square of the absolute value, a0^2 + a1^2.
    #[must_use]
    pub(crate) fn norm(&self) -> Base<B> {
        let [a, b] = &self.0;
        Base(B::add(&B::sqr(a), &B::sqr(b)))
    }

    /// From the real part and the imaginary one.
    pub(crate) fn from_parts(real: Base<B>, imaginary: Base<B>) -> Self {
        Self([real.0, imaginary.0])
    }

    /// The real part and the imaginary one.
    pub(crate) fn parts(&self) -> [Base<B>; 2] {
        self.0.map(Base)
    }

    /// The conjugate, a0 - a1 i.
    #[must_use]
    pub(crate) fn conjugate(&self) -> Self {
        Self([self.0[0], B::neg(&self.0[1])])
    }

    /// The product with xi = 1 + i, over which Fp6 is built.
    #[must_use]
    pub(crate) fn mul_xi(&self) -> Self {
        let [a, b] = &self.0;
        Self([B::sub(a, b), B::add(a, b)])
    }
}

impl<B: Lanes> LaneField for Quadratic<B> {
    type Backend = B;
    type Scalar = Fp2;
    type Row = [B::Row; 2];
    type Integers = [Limbs; 2];

    fn constant(backend: B, value: &[Limbs; 2]) -> Self {
        let [real, imaginary] = value.map(|part| Base::constant(backend, &part));
        Self::from_parts(real, imaginary)
    }

    fn load(backend: B, of: impl Fn(usize) -> Fp2) -> Self {
        let part = |k: usize| backend.load_blst(|lane| of(lane).parts()[k].montgomery());
        Self([part(0), part(1)])
    }

    fn store(&self) -> [Fp2; LANES_MAX] {
        let [real, imaginary] = self.parts().map(|part| part.store());
        core::array::from_fn(|lane| Fp2::from_parts(real[lane], imaginary[lane]))
    }

    fn load_rows<'a>(backend: B, of: impl Fn(usize) -> &'a Self::Row) -> Self {
        Self([0, 1].map(|k: usize| backend.load_rows(|lane| &of(lane)[k])))
    }

    fn rows(&self) -> [Self::Row; LANES_MAX] {
        let [real, imaginary] = self.parts().map(|part| part.rows());
        core::array::from_fn(|lane| [real[lane], imaginary[lane]])
    }

    fn mul(&self, other: &Self) -> Self {
        Self(B::mul2(&self.0, &other.0))
    }

    fn sqr(&self) -> Self {
        Self(B::sqr2(&self.0))
    }

    fn mul_base(&self, by: &Base<B>) -> Self {
        let [a, b] = &self.0;
        Self([B::mul(a, &by.0), B::mul(b, &by.0)])
    }

    fn add(&self, other: &Self) -> Self {
        let ([a, b], [c, d]) = (&self.0, &other.0);
        Self([B::add(a, c), B::add(b, d)])
    }

    fn sub(&self, other: &Self) -> Self {
        let ([a, b], [c, d]) = (&self.0, &other.0);
        Self([B::sub(a, c), B::sub(b, d)])
    }

    fn neg(&self) -> Self {
        let [a, b] = &self.0;
        Self([B::neg(a), B::neg(b)])
    }

    fn double(&self) -> Self {
        let [a, b] = &self.0;
        Self([B::double(a), B::double(b)])
    }

    fn triple(&self) -> Self {
        let [a, b] = &self.0;
        Self([B::triple(a), B::triple(b)])
    }

    fn sub_double(&self, other: &Self) -> Self {
        let ([a, b], [c, d]) = (&self.0, &other.0);
        Self([B::sub_double(a, c), B::sub_double(b, d)])
    }

    fn sub_both(&self, b: &Self, c: &Self) -> Self {
        let ([p, q], [r, s], [t, u]) = (&self.0, &b.0, &c.0);
        Self([B::sub_both(p, r, t), B::sub_both(q, s, u)])
    }

    fn sub_eightfold(&self, other: &Self) -> Self {
        let ([a, b], [c, d]) = (&self.0, &other.0);
        Self([B::sub_eightfold(a, c), B::sub_eightfold(b, d)])
    }

    fn double_mul_sub_sqr(&self, b: &Self, c: &Self) -> Self {
        Self(B::double_mul2_sub_sqr2(&self.0, &b.0, &c.0))
    }

    fn is_zero(&self) -> Mask {
        let [a, b] = &self.0;
        B::is_zero(a) & B::is_zero(b)
    }

    fn select(&self, mask: Mask, other: &Self) -> Self {
        let ([a, b], [c, d]) = (&self.0, &other.0);
        Self([B::select(mask, a, c), B::select(mask, b, d)])
    }

    fn invert(&self, backend: B) -> Option<Self> {
        let inverse = self.norm().invert(backend)?;
        Some(self.conjugate().mul_base(&inverse))
    }
}
