//! Curve points and fields as plain values, and the traits that algorithms are written over.
//!
//! Every algorithm of the batch (sums, weights, membership) is generic over [`Curve`], so each is
//! written once for G1 and G2, and a vectorised [`Field`] can take the place of the scalar one.

mod affine_sum;
mod buckets;
mod decode;
mod digits;
mod endomorphism;
mod hash;
mod lines;
mod miller;
mod pieces;
mod subgroup;
mod weighted_sum;

use affine_sum::{ScalarSums, sum_segments};
pub(crate) use affine_sum::{Summands, weighted_by_index};
pub(crate) use buckets::{Buckets, Member};
pub(crate) use decode::decode;
use digits::horner;
pub(crate) use digits::{DigitRows, digit_sums};
use digits::{balanced_digits, buckets, grouped_digit_sums};
use endomorphism::{multiply_halves, sigma};
pub(crate) use hash::{Message, hash};
pub(crate) use lines::KeptLines;
pub(crate) use miller::{Block, miller_loops};
pub(crate) use subgroup::in_subgroup;
pub(crate) use weighted_sum::{combine, multiply_row, sums_by_place, weighted_sum, weighted_sums};

use crate::error::PointError;
use crate::lanes::subgroup::Subgroup;
use crate::lanes::{HashField, Lanes, SquareRoot};

/// Arithmetic of Fp or Fp2.
pub trait Field: Copy + Eq + core::hash::Hash + core::fmt::Debug + Send + Sync + 'static {
    /// The same field on the lanes of a backend.
    type Lanes<B: Lanes>: SquareRoot<Backend = B, Scalar = Self> + HashField + Subgroup;
    /// The additive identity.
    const ZERO: Self;
    /// The multiplicative identity.
    fn one() -> Self;
    /// Whether the element is zero.
    fn is_zero(&self) -> bool;
    /// Sum.
    #[must_use]
    fn add(&self, other: &Self) -> Self;
    /// Difference.
    #[must_use]
    fn sub(&self, other: &Self) -> Self;
    /// Product.
    #[must_use]
    fn mul(&self, other: &Self) -> Self;
    /// Square.
    #[must_use]
    fn sqr(&self) -> Self;
    /// Additive inverse.
    #[must_use]
    fn neg(&self) -> Self;
    /// Multiplicative inverse; zero maps to zero.
    #[must_use]
    fn invert(&self) -> Self;
    /// Product with an element of the base field Fp.
    #[must_use]
    fn mul_base(&self, by: &crate::arch::Fp) -> Self;
    /// The element that 48 bytes are, most significant first, or 96, the imaginary part first;
    /// `None` for other lengths and where a part is not below p.
    fn from_bytes(bytes: &[u8]) -> Option<Self>;
    /// Whether the element, not zero, is the larger of itself and its negative, as encodings of
    /// points have it: by the imaginary part, or where that is zero by the real one.
    fn is_largest(&self) -> bool;
}

/// A point in affine coordinates. The identity is `(0, 0)`, which is not on either curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(C)]
pub struct Affine<C: Curve> {
    pub(crate) x: C::Field,
    pub(crate) y: C::Field,
}

/// A point in Jacobian coordinates: `(X / Z^2, Y / Z^3)`. The identity has `Z = 0`.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Projective<C: Curve> {
    pub(crate) x: C::Field,
    pub(crate) y: C::Field,
    pub(crate) z: C::Field,
}

/// One of the two source groups' curves. Points need not lie in the prime-order subgroup.
pub trait Curve: Copy + Eq + core::hash::Hash + core::fmt::Debug + Send + Sync + 'static {
    /// The field of the coordinates.
    type Field: Field;
    /// Bytes of a compressed point.
    const COMPRESSED: usize;
    /// Bytes of an uncompressed point.
    const UNCOMPRESSED: usize;
    /// The least prime that divides the cofactor: 3 for G1, 13 for G2. Weights are written in
    /// this base, because sums with digits below it test membership (core/docs/batch-equation.md).
    const DIGIT_BASE: u8;

    /// Decodes a point of the curve by length; membership in the subgroup is not checked.
    fn decode(bytes: &[u8]) -> Result<Affine<Self>, PointError>;
    /// Writes the compressed form into `out`, which must hold `COMPRESSED` bytes.
    fn compress(point: &Affine<Self>, out: &mut [u8]);
    /// Writes the uncompressed form into `out`, which must hold `UNCOMPRESSED` bytes.
    fn serialize(point: &Affine<Self>, out: &mut [u8]);
    /// Whether a point of the curve lies in the subgroup of order r.
    fn in_subgroup(point: &Projective<Self>) -> bool;
    /// The generator of the subgroup.
    fn generator() -> Affine<Self>;
    /// The constant b of the curve's equation y^2 = x^3 + b.
    fn b() -> Self::Field;
    /// RFC 9380 `hash_to_curve` (SSWU, random oracle) of `augmentation || message` under `tag`.
    fn hash(message: &[u8], tag: &[u8], augmentation: &[u8]) -> Projective<Self>;
    /// `2P`.
    fn double(point: &Projective<Self>) -> Projective<Self>;
    /// `P + Q`, complete.
    fn add(a: &Projective<Self>, b: &Projective<Self>) -> Projective<Self>;
    /// `P + Q` for an affine `Q`, complete.
    fn add_affine(a: &Projective<Self>, b: &Affine<Self>) -> Projective<Self>;
    /// The cube root of unity `beta` for which `(x, y) -> (beta x, -y)` is multiplication by
    /// `z^2` on the subgroup, z the curve family's parameter.
    fn beta() -> crate::arch::Fp;
}

impl<C: Curve> Affine<C> {
    pub(crate) const IDENTITY: Self = Self { x: C::Field::ZERO, y: C::Field::ZERO };

    pub(crate) fn is_identity(&self) -> bool {
        self.x.is_zero() && self.y.is_zero()
    }

    pub(crate) fn neg(&self) -> Self {
        Self { x: self.x, y: self.y.neg() }
    }

    pub(crate) fn to_projective(self) -> Projective<C> {
        let z = if self.is_identity() { C::Field::ZERO } else { C::Field::one() };
        Projective { x: self.x, y: self.y, z }
    }
}

impl<C: Curve> Projective<C> {
    pub(crate) const IDENTITY: Self =
        Self { x: C::Field::ZERO, y: C::Field::ZERO, z: C::Field::ZERO };

    pub(crate) fn is_identity(&self) -> bool {
        self.z.is_zero()
    }

    pub(crate) fn neg(&self) -> Self {
        Self { x: self.x, y: self.y.neg(), z: self.z }
    }

    pub(crate) fn to_affine(self) -> Affine<C> {
        to_affine_batch(core::slice::from_ref(&self))[0]
    }
}

/// Inverts every element of `values` in place with one inversion (Montgomery's trick).
///
/// `products` is scratch of any content. Zeros are not allowed among the values.
pub(crate) fn invert_batch<F: Field>(values: &mut [F], products: &mut Vec<F>) {
    products.clear();
    let mut running = F::one();
    for value in values.iter() {
        products.push(running);
        running = running.mul(value);
    }
    let mut inverse = running.invert();
    for (value, before) in values.iter_mut().zip(products.iter()).rev() {
        let this = inverse.mul(before);
        inverse = inverse.mul(value);
        *value = this;
    }
}

/// Affine forms of many points for the price of one inversion.
pub(crate) fn to_affine_batch<C: Curve>(points: &[Projective<C>]) -> Vec<Affine<C>> {
    let mut inverses: Vec<C::Field> =
        points.iter().map(|p| if p.is_identity() { C::Field::one() } else { p.z }).collect();
    invert_batch(&mut inverses, &mut Vec::with_capacity(points.len()));
    points
        .iter()
        .zip(&inverses)
        .map(|(p, inverse)| {
            if p.is_identity() {
                return Affine::IDENTITY;
            }
            let square = inverse.sqr();
            Affine { x: p.x.mul(&square), y: p.y.mul(&square.mul(inverse)) }
        })
        .collect()
}

/// The plain sum of points.
pub(crate) fn sum<C: Curve>(points: &[Affine<C>]) -> Projective<C> {
    let sums = sum_segments(points.to_vec(), vec![(0, points.len())]);
    sums[0].map_or(Projective::IDENTITY, Affine::to_projective)
}
