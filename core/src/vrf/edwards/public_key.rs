//! Public keys that have passed full validation, and verification of one proof.

use core::fmt;
use core::hash::{Hash, Hasher};
use core::marker::PhantomData;

use curve25519_dalek::EdwardsPoint;
use curve25519_dalek::traits::VartimeMultiscalarMul;

use super::announced::AnnouncedProof;
use super::point::{Encoded, exactly};
use super::proof::Proof;
use super::suite::EdwardsSuite;
use super::transcript::{challenge, challenge_scalar, output, output_of};
use super::{OUTPUT_LENGTH, PUBLIC_KEY_LENGTH};
use crate::vrf::error::{EncodingError, VrfError};
use crate::vrf::output::Output;

/// A public key, Y: 32 bytes, canonical, not of small order (`ECVRF_validate_key`).
///
/// Of another type than any signature key, and of another for each suite.
#[derive(Clone, Copy)]
pub struct PublicKey<S: EdwardsSuite> {
    bytes: [u8; PUBLIC_KEY_LENGTH],
    /// -Y: both equations subtract multiples of it, by scalars that are short as they are.
    negative: EdwardsPoint,
    suite: PhantomData<S>,
}

impl<S: EdwardsSuite> PublicKey<S> {
    /// Decodes and validates.
    ///
    /// # Errors
    /// One [`EncodingError`] for each way to fail.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EncodingError> {
        let key = Encoded::decode(exactly(bytes)?)?;
        if key.point.is_small_order() {
            return Err(EncodingError::SmallOrder);
        }
        Ok(Self::new(key))
    }

    /// A key from a point that is of large order by construction.
    pub(super) fn new(key: Encoded) -> Self {
        Self { bytes: key.bytes, negative: -key.point, suite: PhantomData }
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; PUBLIC_KEY_LENGTH] {
        &self.bytes
    }

    pub(super) fn negative(&self) -> &EdwardsPoint {
        &self.negative
    }

    /// `ECVRF_encode_to_curve` with this key as salt.
    pub(super) fn encode_to_curve(&self, alpha: &[u8]) -> EdwardsPoint {
        S::encode_to_curve(&self.bytes, alpha)
    }

    /// `ECVRF_verify`: the output if the proof is this key's on alpha. Variable-time.
    ///
    /// # Errors
    /// [`VrfError::WrongProof`].
    pub fn verify(
        &self,
        alpha: &[u8],
        proof: &Proof<S>,
    ) -> Result<Output<OUTPUT_LENGTH>, VrfError> {
        let c = challenge_scalar(proof.challenge());
        let (gamma, s) = (proof.gamma(), proof.s());
        let h = self.encode_to_curve(alpha);
        let u = EdwardsPoint::vartime_double_scalar_mul_basepoint(&c, &self.negative, s);
        let v = EdwardsPoint::vartime_multiscalar_mul([s, &c], [h, -gamma.point]);
        let [h, u, v, cleared] = Encoded::compress([h, u, v, gamma.point.mul_by_cofactor()]);
        let expected = challenge::<S>([&self.bytes, &h.bytes, &gamma.bytes, &u.bytes, &v.bytes]);
        if expected == *proof.challenge() {
            Ok(output::<S>(&cleared.bytes))
        } else {
            Err(VrfError::WrongProof)
        }
    }

    /// Verifies a proof of the announced form, by the rule that batches follow too: both equations
    /// hold after multiplication by the cofactor (core/docs/vrf.md). Variable-time.
    ///
    /// # Errors
    /// [`VrfError::WrongProof`].
    pub fn verify_announced(
        &self,
        alpha: &[u8],
        proof: &AnnouncedProof<S>,
    ) -> Result<Output<OUTPUT_LENGTH>, VrfError> {
        let h = self.encode_to_curve(alpha);
        let c = challenge_scalar(&proof.challenge(self, &h.compress().to_bytes()));
        if proof.equations_hold(self, &h, &c) {
            Ok(output_of::<S>(&proof.gamma().point))
        } else {
            Err(VrfError::WrongProof)
        }
    }
}

impl<S: EdwardsSuite> PartialEq for PublicKey<S> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl<S: EdwardsSuite> Eq for PublicKey<S> {}

impl<S: EdwardsSuite> Hash for PublicKey<S> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bytes.hash(state);
    }
}

impl<S: EdwardsSuite> fmt::Display for PublicKey<S> {
    /// `0x` and the bytes in lower-case hex.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{}", hex::encode(self.bytes))
    }
}

impl<S: EdwardsSuite> fmt::Debug for PublicKey<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey<{}>({self})", S::NAME)
    }
}
