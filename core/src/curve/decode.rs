//! Many encodings to points of the curve, on lanes where there are any.

use super::{Affine, Curve};
use crate::backend::{Backend, Work};
use crate::error::PointError;
use crate::lanes::Lanes;
use crate::lanes::decode::decompress;

/// Fewest encodings that are worth a vector: it takes about as long as two scalar square roots.
const LANES_MIN: usize = 3;

/// What [`Curve::decode`] makes of each encoding.
pub(crate) fn decode<C: Curve>(
    backend: Backend,
    encodings: &[&[u8]],
) -> Vec<Result<Affine<C>, PointError>> {
    let points = backend.enter(Decompress::<C> { encodings, curve: core::marker::PhantomData });
    let points = points.unwrap_or_else(|| vec![None; encodings.len()]);
    let decided = points.into_iter().zip(encodings);
    decided.map(|(point, bytes)| point.map_or_else(|| C::decode(bytes), Ok)).collect()
}

struct Decompress<'a, C> {
    encodings: &'a [&'a [u8]],
    curve: core::marker::PhantomData<C>,
}

impl<C: Curve> Work for Decompress<'_, C> {
    type Output = Vec<Option<Affine<C>>>;

    fn run<B: Lanes>(self, lanes: B) -> Self::Output {
        let mut points = Vec::with_capacity(self.encodings.len());
        for chunk in self.encodings.chunks(B::LANES) {
            if chunk.len() >= LANES_MIN {
                points.extend_from_slice(&decompress(lanes, chunk)[..chunk.len()]);
            } else {
                points.extend(chunk.iter().map(|_| None));
            }
        }
        points
    }
}
