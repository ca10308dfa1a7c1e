//! Commitments to polynomials: what makes a share checkable by its holder, and a holder's public
//! key computable by all.

use core::fmt;

use crate::arch::SecretFr;
use crate::curve::{Affine, Curve, Projective, to_affine_batch};
use crate::threshold::encoding::{Reader, push_count, push_point};
use crate::threshold::error::DecodeError;
use crate::threshold::index::Index;
use crate::threshold::lagrange::Weights;
use crate::variant::Variant;

/// `C_k = [a_k] g` for each coefficient of a polynomial (Feldman 1987), constant term first.
///
/// Every point is of the prime-order subgroup: decoding sees to that. Hides nothing but the
/// discrete logarithms; the first point is the public key of the shared secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Commitment<V: Variant> {
    points: Vec<Affine<V::KeyCurve>>,
}

impl<V: Variant> Commitment<V> {
    pub(crate) fn from_points(points: Vec<Affine<V::KeyCurve>>) -> Self {
        Self { points }
    }

    pub(crate) fn constant(&self) -> &Affine<V::KeyCurve> {
        &self.points[0]
    }

    /// How many coefficients are committed to: as many shares as sign together.
    pub fn coefficients(&self) -> usize {
        self.points.len()
    }

    /// `[f(i)] g` for the committed `f`: the public key of holder i. Variable-time.
    ///
    /// Horner's rule: an index has at most 11 bits, so a step costs at most 10 doublings and 11
    /// additions.
    pub(crate) fn evaluate(&self, index: Index) -> Projective<V::KeyCurve> {
        self.points.iter().rev().fold(Projective::IDENTITY, |acc, point| {
            V::KeyCurve::add_affine(&times::<V::KeyCurve>(&acc, index), point)
        })
    }

    /// Whether `share` is the committed polynomial's value at `index`. Constant-time in the share.
    pub(crate) fn matches(&self, index: Index, share: &SecretFr) -> bool {
        let claimed =
            share.to_scalar().map_or(Projective::IDENTITY, |scalar| V::public_key(&scalar));
        let [claimed, expected] = to_affine_batch(&[claimed, self.evaluate(index)])[..] else {
            unreachable!("two in, two out")
        };
        claimed == expected
    }

    /// The commitment to the sum of the committed polynomials, all with as many coefficients.
    pub(crate) fn sum<'a>(all: impl Iterator<Item = &'a Self>) -> Self {
        let mut sums: Vec<Projective<V::KeyCurve>> = Vec::new();
        for commitment in all {
            sums.resize(commitment.points.len(), Projective::IDENTITY);
            for (sum, point) in sums.iter_mut().zip(&commitment.points) {
                *sum = V::KeyCurve::add_affine(sum, point);
            }
        }
        Self { points: to_affine_batch(&sums) }
    }

    /// The commitment to the sum of the committed polynomials, each multiplied by its weight.
    pub(crate) fn weighted_sum(all: &[&Self], weights: &Weights) -> Self {
        let coefficients = all.first().map_or(0, |commitment| commitment.points.len());
        let sums: Vec<_> = (0..coefficients)
            .map(|k| {
                let column: Vec<_> = all.iter().map(|commitment| commitment.points[k]).collect();
                weights.sum(&column)
            })
            .collect();
        Self { points: to_affine_batch(&sums) }
    }

    /// 2 bytes big-endian for the number of points, then the compressed points:
    /// `2 + t * V::PUBLIC_KEY_LENGTH` bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(2 + self.points.len() * V::PUBLIC_KEY_LENGTH);
        self.write(&mut out);
        out
    }

    /// Decodes [`Self::to_bytes`]. At most [`crate::threshold::PARTICIPANTS_MAX`] points, each of
    /// the subgroup; the first must not be the identity. Variable-time.
    ///
    /// # Errors
    /// [`DecodeError`], naming what was refused.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        // A sum of dealers' polynomials may be of lower degree, by their conspiracy.
        let commitment = Self::read(&mut reader, true)?;
        reader.end()?;
        Ok(commitment)
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        push_count(out, self.points.len());
        for point in &self.points {
            push_point(out, point);
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>, identity: bool) -> Result<Self, DecodeError> {
        let count = reader.count(V::PUBLIC_KEY_LENGTH)?;
        let points =
            (0..count).map(|k| reader.point(identity && k > 0)).collect::<Result<_, _>>()?;
        Ok(Self { points })
    }
}

impl<V: Variant> fmt::Debug for Commitment<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Commitment<{}>(0x{})", V::NAME, hex::encode(self.to_bytes()))
    }
}

/// `[index] P`, by doubling and adding.
fn times<C: Curve>(point: &Projective<C>, index: Index) -> Projective<C> {
    let number = index.get();
    if point.is_identity() {
        return *point;
    }
    let mut acc = *point;
    for bit in (0..number.ilog2()).rev() {
        acc = C::double(&acc);
        if number >> bit & 1 == 1 {
            acc = C::add(&acc, point);
        }
    }
    acc
}
