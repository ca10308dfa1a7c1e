//! Proofs of possession: what makes a key safe in aggregates over one message.

use core::fmt;

use crate::error::{PointError, VerifyError};
use crate::message::MessagePoint;
use crate::public_key::PublicKey;
use crate::signature::Signature;
use crate::tag::Tag;
use crate::variant::Variant;

/// A proof that somebody holds the secret of a public key: a signature on the key's own bytes
/// under a tag of its own (draft section 3.3). A type apart from [`Signature`], so that neither
/// can be taken for the other.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Possession<V: Variant>(Signature<V>);

impl<V: Variant> Possession<V> {
    pub(crate) fn new(signature: Signature<V>) -> Self {
        Self(signature)
    }

    /// Decodes and checks; `V::SIGNATURE_LENGTH` bytes, or twice that uncompressed.
    ///
    /// # Errors
    /// One [`PointError`] for each way to fail.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PointError> {
        Signature::from_bytes(bytes).map(Self)
    }

    /// The compressed form: `V::SIGNATURE_LENGTH` bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.to_bytes()
    }

    /// Verifies the proof for a key (`PopVerify`) under a tag, usually
    /// [`crate::possession_tag`].
    ///
    /// # Errors
    /// [`VerifyError::IdentitySignature`] or [`VerifyError::WrongSignature`].
    pub fn verify(&self, tag: &Tag, key: &PublicKey<V>) -> Result<(), VerifyError> {
        self.0.verify_point(key, &MessagePoint::hash(tag, &key.to_bytes()))
    }
}

impl<V: Variant> fmt::Debug for Possession<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Possession<{}>({})", V::NAME, self.0)
    }
}
