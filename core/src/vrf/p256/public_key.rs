//! Public keys that are points of the curve, and verification.

use core::fmt;

use vrf_rfc9381::Verifier;

use super::proof::Proof;
use super::suite::P256Suite;
use super::{OUTPUT_LENGTH, PUBLIC_KEY_LENGTH, check_first_byte};
use crate::error::PointError;
use crate::vrf::error::{EncodingError, VrfError};
use crate::vrf::output::Output;

/// A public key: 33 bytes, a compressed point. Every point of this curve but the identity, which
/// has no encoding of that length, generates the whole group.
pub struct PublicKey<S: P256Suite> {
    bytes: [u8; PUBLIC_KEY_LENGTH],
    verifier: S::Verifier,
}

impl<S: P256Suite> PublicKey<S> {
    /// Decodes and validates.
    ///
    /// # Errors
    /// [`EncodingError::Length`] or [`EncodingError::Point`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EncodingError> {
        let length = EncodingError::Length { expected: PUBLIC_KEY_LENGTH, actual: bytes.len() };
        let bytes: &[u8; PUBLIC_KEY_LENGTH] = bytes.try_into().map_err(|_| length)?;
        check_first_byte(bytes)?;
        let verifier = S::Verifier::from_slice(bytes).map_err(|_| PointError::NotOnCurve)?;
        Ok(Self { bytes: *bytes, verifier })
    }

    /// The 33 bytes.
    pub fn as_bytes(&self) -> &[u8; PUBLIC_KEY_LENGTH] {
        &self.bytes
    }

    /// `ECVRF_verify`: the output if the proof is this key's on alpha.
    ///
    /// # Errors
    /// [`VrfError::WrongProof`].
    pub fn verify(
        &self,
        alpha: &[u8],
        proof: &Proof<S>,
    ) -> Result<Output<OUTPUT_LENGTH>, VrfError> {
        let output = self.verifier.verify(alpha, proof.decode());
        output.map(|beta| Output::new(beta.into())).map_err(|_| VrfError::WrongProof)
    }
}

impl<S: P256Suite> Clone for PublicKey<S> {
    fn clone(&self) -> Self {
        Self::from_bytes(&self.bytes).expect("decoded before")
    }
}

impl<S: P256Suite> PartialEq for PublicKey<S> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl<S: P256Suite> Eq for PublicKey<S> {}

impl<S: P256Suite> fmt::Display for PublicKey<S> {
    /// `0x` and the bytes in lower-case hex.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{}", hex::encode(self.bytes))
    }
}

impl<S: P256Suite> fmt::Debug for PublicKey<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey<{}>({self})", S::NAME)
    }
}
