//! Partial signatures, and how `t` of them become the group's signature.

use crate::curve::Affine;
use crate::signature::Signature;
use crate::threshold::encoding::{Reader, push_point};
use crate::threshold::error::{DecodeError, RecoverError};
use crate::threshold::index::Index;
use crate::threshold::lagrange::{Weights, coefficients_at_zero};
use crate::variant::Variant;

/// One holder's signature: `[s_i] H(m)` for its share `s_i`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartialSignature<V: Variant> {
    index: Index,
    signature: Signature<V>,
}

impl<V: Variant> PartialSignature<V> {
    /// A signature by the holder with this index, as it claims.
    pub fn new(index: Index, signature: Signature<V>) -> Self {
        Self { index, signature }
    }

    /// Whose it claims to be.
    pub fn index(&self) -> Index {
        self.index
    }

    /// The signature by the holder's own key.
    pub fn signature(&self) -> &Signature<V> {
        &self.signature
    }

    /// 2 bytes big-endian for the index, then the compressed signature:
    /// `2 + V::SIGNATURE_LENGTH` bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(2 + V::SIGNATURE_LENGTH);
        out.extend_from_slice(&self.index.get().to_be_bytes());
        push_point(&mut out, self.signature.point());
        out
    }

    /// Decodes [`Self::to_bytes`] and checks the subgroup. The identity is refused: no share makes
    /// it. Variable-time.
    ///
    /// # Errors
    /// [`DecodeError`], naming what was refused.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let index = reader.index()?;
        let point = reader.point(false)?;
        reader.end()?;
        Ok(Self { index, signature: Signature::from_point(point) })
    }
}

/// The group's signature from at least `required` partial signatures, of which the first
/// `required` are used.
///
/// **The partial signatures are not verified**: one wrong among them gives a wrong signature, which
/// verification under the group key then refuses. [`crate::threshold::GroupKey::combine`] does
/// that, and says who was wrong.
///
/// One multi-scalar multiplication under Lagrange coefficients. Variable-time, for public data.
///
/// # Errors
/// [`RecoverError::TooFew`], or [`RecoverError::Duplicate`] for an index given twice, also beyond
/// the first `required`. Index zero cannot occur: [`Index`] has none.
pub fn recover<V: Variant>(
    required: usize,
    partials: &[PartialSignature<V>],
) -> Result<Signature<V>, RecoverError> {
    let indices: Vec<Index> = partials.iter().map(|partial| partial.index).collect();
    check_indices(required, &indices)?;
    let lambdas = coefficients_at_zero(&indices[..required]);
    let points: Vec<Affine<V::SignatureCurve>> =
        partials[..required].iter().map(|partial| *partial.signature.point()).collect();
    let sum = Weights::new(&lambdas).sum(&points);
    Ok(Signature::from_point(sum.to_affine()))
}

/// Whether interpolation has an answer: enough indices, none twice.
pub(crate) fn check_indices(required: usize, indices: &[Index]) -> Result<(), RecoverError> {
    let mut sorted = indices.to_vec();
    sorted.sort_unstable();
    if let Some(pair) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(RecoverError::Duplicate { index: pair[0] });
    }
    if indices.len() < required || required == 0 {
        let required = required.max(1);
        return Err(RecoverError::TooFew { required, given: indices.len(), wrong: Vec::new() });
    }
    Ok(())
}
