//! Signatures that are known to be points of the right group, and verification of one.

use core::fmt;

use crate::arch::{Gt, miller_loop};
use crate::curve::{Affine, Curve};
use crate::error::{PointError, VerifyError};
use crate::message::MessagePoint;
use crate::public_key::PublicKey;
use crate::tag::Suite;
use crate::variant::Variant;

/// A signature: a point of the prime-order subgroup.
///
/// Decoding, curve and subgroup checks happen at construction. The identity is a value of this
/// type, because a sum of signatures can be the identity and the draft's `signature_to_point`
/// decodes it; no verification ever accepts it.
///
/// [`crate::MinPk`]: 96 bytes compressed, 192 uncompressed. [`crate::MinSig`]: 48 and 96.
#[derive(Clone, Copy)]
pub struct Signature<V: Variant> {
    point: Affine<V::SignatureCurve>,
}

impl<V: Variant> Signature<V> {
    /// Decodes and checks; compressed or uncompressed by length.
    ///
    /// # Errors
    /// One [`PointError`] for each way to fail, never [`PointError::Identity`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PointError> {
        let point = V::SignatureCurve::decode(bytes)?;
        if !V::SignatureCurve::in_subgroup(&point.to_projective()) {
            return Err(PointError::NotInSubgroup);
        }
        Ok(Self { point })
    }

    /// A signature from a point that is in the subgroup by construction.
    pub(crate) fn from_point(point: Affine<V::SignatureCurve>) -> Self {
        Self { point }
    }

    pub(crate) fn point(&self) -> &Affine<V::SignatureCurve> {
        &self.point
    }

    /// Whether this is the identity, which verifies under no key.
    pub fn is_identity(&self) -> bool {
        self.point.is_identity()
    }

    /// The compressed form: `V::SIGNATURE_LENGTH` bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = vec![0; V::SignatureCurve::COMPRESSED];
        V::SignatureCurve::compress(&self.point, &mut out);
        out
    }

    /// The uncompressed form: twice `V::SIGNATURE_LENGTH` bytes. Decodes without a square root.
    pub fn to_uncompressed(&self) -> Vec<u8> {
        let mut out = vec![0; V::SignatureCurve::UNCOMPRESSED];
        V::SignatureCurve::serialize(&self.point, &mut out);
        out
    }

    /// Verifies this signature of one signer on one message (the draft's `Verify` of the suite's
    /// scheme): one Miller loop over both pairs and one final exponentiation. Variable-time.
    ///
    /// # Errors
    /// [`VerifyError::IdentitySignature`] or [`VerifyError::WrongSignature`].
    pub fn verify(
        &self,
        suite: &Suite<V>,
        key: &PublicKey<V>,
        message: &[u8],
    ) -> Result<(), VerifyError> {
        self.verify_point(key, &MessagePoint::for_signer(suite, key, message))
    }

    /// [`Self::verify`] for a message that has been hashed already.
    ///
    /// # Errors
    /// As [`Self::verify`].
    pub fn verify_point(
        &self,
        key: &PublicKey<V>,
        message: &MessagePoint<V>,
    ) -> Result<(), VerifyError> {
        if self.is_identity() {
            return Err(VerifyError::IdentitySignature);
        }
        let pair = V::pair(*key.point(), *message.point());
        if pairing_holds::<V>(vec![pair], &self.point) {
            Ok(())
        } else {
            Err(VerifyError::WrongSignature)
        }
    }
}

/// Whether `product of e(pairs) == e(generator, signature)`.
pub(crate) fn pairing_holds<V: Variant>(
    pairs: Vec<(Affine<crate::arch::G1>, Affine<crate::arch::G2>)>,
    signature: &Affine<V::SignatureCurve>,
) -> bool {
    pairing_product::<V>(pairs, signature).final_exponentiation().is_one()
}

/// The Miller value of `product of e(pairs) * e(-generator, signature)`.
pub(crate) fn pairing_product<V: Variant>(
    mut pairs: Vec<(Affine<crate::arch::G1>, Affine<crate::arch::G2>)>,
    signature: &Affine<V::SignatureCurve>,
) -> Gt {
    pairs.push(V::pair(V::KeyCurve::generator().neg(), *signature));
    miller_loop(&pairs)
}

impl<V: Variant> PartialEq for Signature<V> {
    fn eq(&self, other: &Self) -> bool {
        self.point == other.point
    }
}

impl<V: Variant> Eq for Signature<V> {}

impl<V: Variant> fmt::Display for Signature<V> {
    /// `0x` and the compressed form in lower-case hex.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{}", hex::encode(self.to_bytes()))
    }
}

impl<V: Variant> fmt::Debug for Signature<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature<{}>({self})", V::NAME)
    }
}
