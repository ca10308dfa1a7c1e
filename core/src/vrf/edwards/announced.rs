//! Proofs with the announcements in place of the challenge: Gamma, U, V, s.
//!
//! The challenge is a hash of U and V, so nothing is lost; and with U and V given, both equations
//! are linear and many proofs can be checked as one (eprint 2022/1045).

use core::fmt;
use core::marker::PhantomData;

use curve25519_dalek::traits::VartimeMultiscalarMul;
use curve25519_dalek::{EdwardsPoint, Scalar};

use super::point::{Encoded, decode_scalar, exactly};
use super::proof::Proof;
use super::public_key::PublicKey;
use super::suite::EdwardsSuite;
use super::transcript::{CHALLENGE_LENGTH, challenge, challenge_scalar};
use super::{ANNOUNCED_PROOF_LENGTH, PROOF_LENGTH};
use crate::vrf::error::{EncodingError, VrfError};

/// A proof of 128 bytes: Gamma, U, V, s, of 32 bytes each. Well formed, not yet verified.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AnnouncedProof<S: EdwardsSuite> {
    gamma: Encoded,
    u: Encoded,
    v: Encoded,
    s: Scalar,
    suite: PhantomData<S>,
}

impl<S: EdwardsSuite> AnnouncedProof<S> {
    /// Decodes with the checks of the 80-byte form, on all three points.
    ///
    /// # Errors
    /// One [`EncodingError`] for each way to fail.
    ///
    /// # Panics
    /// Never: the pieces have the lengths that they are cut to.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EncodingError> {
        let bytes: &[u8; ANNOUNCED_PROOF_LENGTH] = exactly(bytes)?;
        let piece = |i: usize| bytes[32 * i..32 * (i + 1)].try_into().expect("32 bytes");
        // The cheapest check first.
        let s = decode_scalar(piece(3))?;
        let point = |i| Encoded::decode(piece(i));
        Ok(Self::new(point(0)?, point(1)?, point(2)?, s))
    }

    pub(super) fn new(gamma: Encoded, u: Encoded, v: Encoded, s: Scalar) -> Self {
        Self { gamma, u, v, s, suite: PhantomData }
    }

    pub(super) fn gamma(&self) -> &Encoded {
        &self.gamma
    }

    pub(super) fn u(&self) -> &Encoded {
        &self.u
    }

    pub(super) fn v(&self) -> &Encoded {
        &self.v
    }

    pub(super) fn s(&self) -> &Scalar {
        &self.s
    }

    /// The 128 bytes.
    pub fn to_bytes(&self) -> [u8; ANNOUNCED_PROOF_LENGTH] {
        let mut bytes = [0; ANNOUNCED_PROOF_LENGTH];
        let parts = [&self.gamma.bytes, &self.u.bytes, &self.v.bytes, self.s.as_bytes()];
        bytes.chunks_mut(32).zip(parts).for_each(|(chunk, part)| chunk.copy_from_slice(part));
        bytes
    }

    /// The challenge that U and V lead to, for a key and H.
    pub(super) fn challenge(&self, key: &PublicKey<S>, h: &[u8; 32]) -> [u8; CHALLENGE_LENGTH] {
        challenge::<S>([key.as_bytes(), h, &self.gamma.bytes, &self.u.bytes, &self.v.bytes])
    }

    /// Whether 8 (s B - c Y - U) and 8 (s H - c Gamma - V) are both the identity.
    pub(super) fn equations_hold(&self, key: &PublicKey<S>, h: &EdwardsPoint, c: &Scalar) -> bool {
        let u = EdwardsPoint::vartime_double_scalar_mul_basepoint(c, key.negative(), &self.s);
        let v = EdwardsPoint::vartime_multiscalar_mul([&self.s, c], [*h, -self.gamma.point]);
        (u - self.u.point).is_small_order() && (v - self.v.point).is_small_order()
    }

    /// The 80-byte form, by hashing alone.
    ///
    /// Of a valid proof it is what RFC 9381's prover would have sent, and valid by RFC 9381. The
    /// one exception is a proof that its own prover spoilt with points of small order: that is
    /// valid here and, in the 80-byte form, need not be (core/docs/vrf.md).
    pub fn to_proof(&self, key: &PublicKey<S>, alpha: &[u8]) -> Proof<S> {
        let h = key.encode_to_curve(alpha).compress().to_bytes();
        Proof::new(self.gamma, self.challenge(key, &h), self.s)
    }

    /// The announced form of a valid 80-byte proof: what verification computes as U and V.
    /// Verifies on the way, because only of a valid proof there is one. Variable-time.
    ///
    /// # Errors
    /// [`VrfError::WrongProof`].
    pub fn from_proof(
        key: &PublicKey<S>,
        alpha: &[u8],
        proof: &Proof<S>,
    ) -> Result<Self, VrfError> {
        let c = challenge_scalar(proof.challenge());
        let (gamma, s) = (proof.gamma(), proof.s());
        let h = key.encode_to_curve(alpha);
        let u = EdwardsPoint::vartime_double_scalar_mul_basepoint(&c, key.negative(), s);
        let v = EdwardsPoint::vartime_multiscalar_mul([s, &c], [h, -gamma.point]);
        let [h, u, v] = Encoded::compress([h, u, v]);
        let announced = Self::new(*gamma, u, v, *s);
        if announced.challenge(key, &h.bytes) == *proof.challenge() {
            Ok(announced)
        } else {
            Err(VrfError::WrongProof)
        }
    }
}

impl<S: EdwardsSuite> fmt::Display for AnnouncedProof<S> {
    /// `0x` and the bytes in lower-case hex.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{}", hex::encode(self.to_bytes()))
    }
}

impl<S: EdwardsSuite> fmt::Debug for AnnouncedProof<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AnnouncedProof<{}>({self})", S::NAME)
    }
}

const _: () = assert!(ANNOUNCED_PROOF_LENGTH == PROOF_LENGTH + 2 * 32 - CHALLENGE_LENGTH);
