//! Proofs as RFC 9381 writes them: Gamma, c, s.

use core::fmt;
use core::marker::PhantomData;

use curve25519_dalek::Scalar;

use super::point::{Encoded, decode_scalar, exactly};
use super::suite::EdwardsSuite;
use super::transcript::{CHALLENGE_LENGTH, output_of};
use super::{OUTPUT_LENGTH, PROOF_LENGTH};
use crate::vrf::error::EncodingError;
use crate::vrf::output::Output;

/// A proof (`pi_string`) of 80 bytes: Gamma 32, c 16, s 32. Well formed, not yet verified.
///
/// Not malleable: every part has one encoding, and another is refused.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Proof<S: EdwardsSuite> {
    gamma: Encoded,
    challenge: [u8; CHALLENGE_LENGTH],
    s: Scalar,
    suite: PhantomData<S>,
}

impl<S: EdwardsSuite> Proof<S> {
    /// `ECVRF_decode_proof`, with every check of RFC 9381, section 5.4.4.
    ///
    /// # Errors
    /// One [`EncodingError`] for each way to fail.
    ///
    /// # Panics
    /// Never: the pieces have the lengths that they are cut to.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EncodingError> {
        let bytes: &[u8; PROOF_LENGTH] = exactly(bytes)?;
        let (gamma, rest) = bytes.split_first_chunk().expect("80 bytes");
        let (challenge, rest) = rest.split_first_chunk().expect("48 bytes");
        let s = decode_scalar(rest.try_into().expect("32 bytes"))?;
        Ok(Self::new(Encoded::decode(gamma)?, *challenge, s))
    }

    pub(super) fn new(gamma: Encoded, challenge: [u8; CHALLENGE_LENGTH], s: Scalar) -> Self {
        Self { gamma, challenge, s, suite: PhantomData }
    }

    pub(super) fn gamma(&self) -> &Encoded {
        &self.gamma
    }

    pub(super) fn challenge(&self) -> &[u8; CHALLENGE_LENGTH] {
        &self.challenge
    }

    pub(super) fn s(&self) -> &Scalar {
        &self.s
    }

    /// The 80 bytes.
    pub fn to_bytes(&self) -> [u8; PROOF_LENGTH] {
        let mut bytes = [0; PROOF_LENGTH];
        bytes[..32].copy_from_slice(&self.gamma.bytes);
        bytes[32..48].copy_from_slice(&self.challenge);
        bytes[48..].copy_from_slice(self.s.as_bytes());
        bytes
    }

    /// `ECVRF_proof_to_hash`: the output that this proof is for, **if it is valid**. Of a proof of
    /// somebody else take the output from [`super::PublicKey::verify`].
    pub fn proof_to_hash(&self) -> Output<OUTPUT_LENGTH> {
        output_of::<S>(&self.gamma.point)
    }
}

impl<S: EdwardsSuite> fmt::Display for Proof<S> {
    /// `0x` and the bytes in lower-case hex.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{}", hex::encode(self.to_bytes()))
    }
}

impl<S: EdwardsSuite> fmt::Debug for Proof<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proof<{}>({self})", S::NAME)
    }
}
