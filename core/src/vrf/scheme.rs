//! One face for every VRF here, for code that does not care which it is given.

use super::bls::BlsVrf;
use super::edwards::{self, EdwardsEll2, EdwardsTai};
use super::error::{EncodingError, VrfError};
use super::output::Output;
#[cfg(feature = "p256")]
use super::p256::{self, P256Sswu, P256Tai};
use crate::error::PointError;
use crate::public_key::PublicKey;
use crate::secret_key::SecretKey;
use crate::signature::Signature;
use crate::variant::Variant;

/// A verifiable random function: [`EdwardsTai`], [`EdwardsEll2`], `P256Tai`, `P256Sswu` or
/// [`BlsVrf`].
pub trait Vrf {
    /// A secret key of this VRF.
    type SecretKey;
    /// A public key that has passed validation.
    type PublicKey: Clone + Eq + core::fmt::Debug + Send + Sync;
    /// A well-formed proof.
    type Proof: Clone + Eq + core::fmt::Debug + Send + Sync;
    /// The output.
    type Output: AsRef<[u8]> + Copy + Eq + core::fmt::Debug + Send + Sync;

    /// The proof for alpha.
    fn prove(&self, secret: &Self::SecretKey, alpha: &[u8]) -> Self::Proof;

    /// The output if the proof is this key's on alpha.
    ///
    /// # Errors
    /// [`VrfError::WrongProof`].
    fn verify(
        &self,
        key: &Self::PublicKey,
        alpha: &[u8],
        proof: &Self::Proof,
    ) -> Result<Self::Output, VrfError>;

    /// Decodes and validates a public key.
    ///
    /// # Errors
    /// [`VrfError::PublicKey`].
    fn decode_key(&self, bytes: &[u8]) -> Result<Self::PublicKey, VrfError>;

    /// Decodes a proof.
    ///
    /// # Errors
    /// [`VrfError::Proof`].
    fn decode_proof(&self, bytes: &[u8]) -> Result<Self::Proof, VrfError>;

    /// [`Self::verify`] from bytes.
    ///
    /// # Errors
    /// Each [`VrfError`] that names what is wrong; the key is judged first.
    fn verify_bytes(
        &self,
        key: &[u8],
        alpha: &[u8],
        proof: &[u8],
    ) -> Result<Self::Output, VrfError> {
        let key = self.decode_key(key)?;
        self.verify(&key, alpha, &self.decode_proof(proof)?)
    }
}

/// A suite whose keys and proofs do it all themselves.
macro_rules! elliptic_curve {
    ($suite:ty, $module:ident) => {
        impl Vrf for $suite {
            type SecretKey = $module::SecretKey<Self>;
            type PublicKey = $module::PublicKey<Self>;
            type Proof = $module::Proof<Self>;
            type Output = Output<{ $module::OUTPUT_LENGTH }>;

            fn prove(&self, secret: &Self::SecretKey, alpha: &[u8]) -> Self::Proof {
                secret.prove(alpha)
            }

            fn verify(
                &self,
                key: &Self::PublicKey,
                alpha: &[u8],
                proof: &Self::Proof,
            ) -> Result<Self::Output, VrfError> {
                key.verify(alpha, proof)
            }

            fn decode_key(&self, bytes: &[u8]) -> Result<Self::PublicKey, VrfError> {
                $module::PublicKey::from_bytes(bytes).map_err(VrfError::PublicKey)
            }

            fn decode_proof(&self, bytes: &[u8]) -> Result<Self::Proof, VrfError> {
                $module::Proof::from_bytes(bytes).map_err(VrfError::Proof)
            }
        }
    };
}

elliptic_curve!(EdwardsTai, edwards);
elliptic_curve!(EdwardsEll2, edwards);
#[cfg(feature = "p256")]
elliptic_curve!(P256Tai, p256);
#[cfg(feature = "p256")]
elliptic_curve!(P256Sswu, p256);

impl<V: Variant> Vrf for BlsVrf<V> {
    type SecretKey = SecretKey;
    type PublicKey = PublicKey<V>;
    type Proof = Signature<V>;
    type Output = Output<{ super::bls::OUTPUT_LENGTH }>;

    fn prove(&self, secret: &Self::SecretKey, alpha: &[u8]) -> Self::Proof {
        self.prove(secret, alpha)
    }

    fn verify(
        &self,
        key: &Self::PublicKey,
        alpha: &[u8],
        proof: &Self::Proof,
    ) -> Result<Self::Output, VrfError> {
        self.verify(key, alpha, proof)
    }

    fn decode_key(&self, bytes: &[u8]) -> Result<Self::PublicKey, VrfError> {
        PublicKey::from_bytes(bytes).map_err(|error| VrfError::PublicKey(error.into()))
    }

    /// Compressed only: a VRF proof has one encoding.
    fn decode_proof(&self, bytes: &[u8]) -> Result<Self::Proof, VrfError> {
        let (expected, actual) = (V::SIGNATURE_LENGTH, bytes.len());
        if actual != expected {
            return Err(VrfError::Proof(EncodingError::Length { expected, actual }));
        }
        let proof = Signature::from_bytes(bytes).map_err(|e| VrfError::Proof(e.into()))?;
        if proof.is_identity() {
            return Err(VrfError::Proof(PointError::Identity.into()));
        }
        Ok(proof)
    }
}
