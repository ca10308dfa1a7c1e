//! Messages hashed to the curve.

use core::fmt;

use crate::curve::{Affine, Curve};
use crate::public_key::PublicKey;
use crate::tag::{Scheme, Suite, Tag};
use crate::variant::Variant;

/// A message hashed into the signature group under a tag: RFC 9380 `hash_to_curve`, suite
/// `BLS12381G2_XMD:SHA-256_SSWU_RO_` for [`crate::MinPk`], `BLS12381G1_...` for
/// [`crate::MinSig`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct MessagePoint<V: Variant> {
    point: Affine<V::SignatureCurve>,
}

impl<V: Variant> MessagePoint<V> {
    /// Hashes a message under a tag. Variable-time in nothing but the length.
    pub fn hash(tag: &Tag, message: &[u8]) -> Self {
        Self::hash_augmented(tag, &[], message)
    }

    /// Hashes what the suite's scheme has one signer sign: the message, in the augmented scheme
    /// with the signer's compressed public key in front.
    pub fn for_signer(suite: &Suite<V>, key: &PublicKey<V>, message: &[u8]) -> Self {
        Self::hash_augmented(suite.tag(), &augmentation(suite, key), message)
    }

    /// Hashes `augmentation || message` under a tag.
    pub(crate) fn hash_augmented(tag: &Tag, augmentation: &[u8], message: &[u8]) -> Self {
        Self { point: V::SignatureCurve::hash(message, tag.as_bytes(), augmentation).to_affine() }
    }

    pub(crate) fn from_point(point: Affine<V::SignatureCurve>) -> Self {
        Self { point }
    }

    pub(crate) fn point(&self) -> &Affine<V::SignatureCurve> {
        &self.point
    }

    /// The compressed point: `V::SIGNATURE_LENGTH` bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = vec![0; V::SignatureCurve::COMPRESSED];
        V::SignatureCurve::compress(&self.point, &mut out);
        out
    }
}

/// What the scheme puts in front of a signer's message.
pub(crate) fn augmentation<V: Variant>(suite: &Suite<V>, key: &PublicKey<V>) -> Vec<u8> {
    match suite.scheme() {
        Scheme::Augmented => key.to_bytes(),
        Scheme::Basic | Scheme::ProofOfPossession => Vec::new(),
    }
}

impl<V: Variant> fmt::Debug for MessagePoint<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MessagePoint<{}>(0x{})", V::NAME, hex::encode(self.to_bytes()))
    }
}
