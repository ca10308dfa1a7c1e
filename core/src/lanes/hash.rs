//! Hashing to the curves on lanes: RFC 9380, suites `BLS12381G1_XMD:SHA-256_SSWU_RO_` and
//! `BLS12381G2_XMD:SHA-256_SSWU_RO_`, one message a lane.
//!
//! Every lane takes the same steps. Where a lane meets an exception (the two mapped points equal
//! or opposite, a value that no hash is known to give), it ends in Z = 0 and is hashed again in
//! scalar arithmetic.

mod cofactor;
mod expand;
mod isogeny;
mod sswu;

use cofactor::Cofactor;
use isogeny::{Isogenous, Isogeny};
use sswu::{Map, Swu};

use super::point::to_affine;
use super::{Base, JacobianLanes, LANES_MAX, LaneField, Lanes, Quadratic};
use crate::curve::{Affine, Curve, Field, Projective};
use crate::tag::Tag;

/// What is hashed: `augmentation || message` under a tag.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_field_names, reason = "the RFC's name for it")]
pub(crate) struct Message<'a> {
    pub(crate) augmentation: &'a [u8],
    pub(crate) message: &'a [u8],
    pub(crate) tag: &'a Tag,
}

impl Message<'_> {
    /// The point in scalar arithmetic.
    pub(crate) fn hash_alone<C: Curve>(&self) -> Projective<C> {
        <C as Curve>::hash(self.message, self.tag.as_bytes(), self.augmentation)
    }
}

/// Hashes messages to the subgroup.
///
/// Constants are brought to lanes and Z is inverted once a call, so calls should have several times
/// `LANES` messages.
pub(crate) fn hash<C: Curve, B: Lanes>(backend: B, messages: &[Message<'_>]) -> Vec<Affine<C>> {
    let hasher = Hasher::<<C::Field as Field>::Lanes<B>>::new(backend);
    let chunks = messages.chunks(B::LANES);
    let hashed: Vec<_> = chunks.clone().map(|chunk| hasher.hash(chunk)).collect();
    let mut points = Vec::with_capacity(messages.len());
    for ((chunk, hashed), affine) in chunks.zip(&hashed).zip(to_affine(backend, &hashed)) {
        let (left, affine) = (hashed.z.is_zero(), affine.store());
        points.extend(chunk.iter().enumerate().map(|(lane, message)| {
            if left.has(lane) { message.hash_alone::<C>().to_affine() } else { affine[lane] }
        }));
    }
    points
}

/// The field of a curve that messages are hashed to.
pub trait HashField: Swu + Isogenous + Cofactor {
    /// The field's degree over Fp.
    const DEGREE: usize;

    /// The element that `coordinates`, as many as the degree, are.
    fn from_coordinates(coordinates: &[Base<Self::Backend>]) -> Self;
}

impl<B: Lanes> HashField for Base<B> {
    const DEGREE: usize = 1;

    fn from_coordinates(coordinates: &[Self]) -> Self {
        coordinates[0]
    }
}

impl<B: Lanes> HashField for Quadratic<B> {
    const DEGREE: usize = 2;

    fn from_coordinates(coordinates: &[Base<B>]) -> Self {
        Self::from_parts(coordinates[0], coordinates[1])
    }
}

/// A suite with its constants on lanes.
#[derive(Debug)]
struct Hasher<F: HashField> {
    backend: F::Backend,
    /// 2^256
    shift: Base<F::Backend>,
    map: Map<F>,
    isogeny: Isogeny<F>,
    clearing: F::Clearing,
}

impl<F: HashField> Hasher<F> {
    fn new(backend: F::Backend) -> Self {
        Self {
            backend,
            shift: Base::constant(backend, &[0, 0, 0, 0, 1, 0]),
            map: Map::new(backend),
            isogeny: Isogeny::new(backend),
            clearing: F::clearing(backend),
        }
    }

    /// The points of up to `LANES` messages; Z = 0 where a lane has none, or met an exception.
    fn hash(&self, messages: &[Message<'_>]) -> JacobianLanes<F> {
        self.map_to_group(&self.hash_to_field(messages))
    }

    /// `hash_to_field` of RFC 9380 section 5.2, to two elements; lanes without a message get zeros.
    fn hash_to_field(&self, messages: &[Message<'_>]) -> [F; 2] {
        // Each coordinate is 64 bytes, reduced modulo p: two halves of 256 bits.
        let mut expanded = [[[0; 6]; expand::INTEGERS_MAX]; LANES_MAX];
        for (message, expanded) in messages.iter().zip(&mut expanded) {
            expand::expand(message, &mut expanded[..2 * 2 * F::DEGREE]);
        }
        let half = |k: usize| Base::integers(self.backend, |lane| expanded[lane][k]);
        let coordinate = |k: usize| half(2 * k).mul(&self.shift).add(&half(2 * k + 1));
        let element = |k: usize| {
            let coordinates =
                [coordinate(F::DEGREE * k), coordinate(F::DEGREE * k + F::DEGREE - 1)];
            F::from_coordinates(&coordinates[..F::DEGREE])
        };
        [element(0), element(1)]
    }

    /// The sum of the points that two field elements map to, in the subgroup.
    fn map_to_group(&self, u: &[F; 2]) -> JacobianLanes<F> {
        // Chords do not know A, so the sum may be taken on E' before the isogeny, a homomorphism.
        let [first, second] = u.each_ref().map(|u| self.map.point(u));
        F::clear(&self.clearing, &self.isogeny.image(&first.add(&second)))
    }
}

#[cfg(test)]
mod tests;
