//! Public keys that are known to be valid.

use core::fmt;
use core::hash::{Hash, Hasher};

use crate::curve::{Affine, Curve};
use crate::error::PointError;
use crate::variant::Variant;

/// A public key: a point of the prime-order subgroup that is not the identity.
///
/// Decoding, curve, subgroup and identity checks (KeyValidate of the draft, section 2.5) happen at
/// construction, so a value of this type needs no further check.
///
/// [`crate::MinPk`]: 48 bytes compressed, 96 uncompressed. [`crate::MinSig`]: 96 and 192.
#[derive(Clone, Copy)]
pub struct PublicKey<V: Variant> {
    point: Affine<V::KeyCurve>,
}

impl<V: Variant> PublicKey<V> {
    /// Decodes and validates; compressed or uncompressed by length.
    ///
    /// # Errors
    /// One [`PointError`] for each way to fail. Variable-time in the public input.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PointError> {
        let key = V::KeyCurve::decode(bytes).and_then(Self::on_curve)?;
        if !V::KeyCurve::in_subgroup(&key.point.to_projective()) {
            return Err(PointError::NotInSubgroup);
        }
        Ok(key)
    }

    /// What is left of [`Self::from_bytes`] for a point of the curve, but for the subgroup check,
    /// which a batch makes for many at once.
    pub(crate) fn on_curve(point: Affine<V::KeyCurve>) -> Result<Self, PointError> {
        if point.is_identity() {
            return Err(PointError::Identity);
        }
        Ok(Self { point })
    }

    /// A key from a point that is in the subgroup by construction; `None` for the identity.
    pub(crate) fn from_point(point: Affine<V::KeyCurve>) -> Option<Self> {
        (!point.is_identity()).then_some(Self { point })
    }

    pub(crate) fn point(&self) -> &Affine<V::KeyCurve> {
        &self.point
    }

    /// The compressed form: `V::PUBLIC_KEY_LENGTH` bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = vec![0; V::KeyCurve::COMPRESSED];
        V::KeyCurve::compress(&self.point, &mut out);
        out
    }

    /// The uncompressed form: twice `V::PUBLIC_KEY_LENGTH` bytes. Decodes without a square root.
    pub fn to_uncompressed(&self) -> Vec<u8> {
        let mut out = vec![0; V::KeyCurve::UNCOMPRESSED];
        V::KeyCurve::serialize(&self.point, &mut out);
        out
    }
}

impl<V: Variant> PartialEq for PublicKey<V> {
    fn eq(&self, other: &Self) -> bool {
        self.point == other.point
    }
}

impl<V: Variant> Eq for PublicKey<V> {}

impl<V: Variant> Hash for PublicKey<V> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.point.hash(state);
    }
}

impl<V: Variant> fmt::Display for PublicKey<V> {
    /// `0x` and the compressed form in lower-case hex.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{}", hex::encode(self.to_bytes()))
    }
}

impl<V: Variant> fmt::Debug for PublicKey<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey<{}>({self})", V::NAME)
    }
}
