//! Proofs as RFC 9381 writes them: Gamma, c, s.

use core::fmt;
use core::marker::PhantomData;

use vrf_rfc9381::Proof as _;
use vrf_rfc9381::ec::p256::EcVrfProof;

use super::suite::P256Suite;
use super::{OUTPUT_LENGTH, PROOF_LENGTH, check_first_byte};
use crate::error::PointError;
use crate::vrf::error::EncodingError;
use crate::vrf::output::Output;

/// Where s begins.
const S_OFFSET: usize = 49;
/// The order of the group, big-endian.
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// A proof (`pi_string`) of 81 bytes: Gamma 33, c 16, s 32. Well formed, not yet verified.
///
/// A proof whose c or s is zero is refused: no honest prover arrives at one in the lifetime of the
/// universe, and the arithmetic below has no such scalars.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Proof<S: P256Suite> {
    bytes: [u8; PROOF_LENGTH],
    suite: PhantomData<S>,
}

impl<S: P256Suite> Proof<S> {
    /// `ECVRF_decode_proof`, with every check of RFC 9381, section 5.4.4.
    ///
    /// # Errors
    /// One [`EncodingError`] for each way to fail.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EncodingError> {
        let length = EncodingError::Length { expected: PROOF_LENGTH, actual: bytes.len() };
        let bytes: &[u8; PROOF_LENGTH] = bytes.try_into().map_err(|_| length)?;
        check_first_byte(bytes)?;
        // Big-endian, so the order of bytes is the order of numbers.
        if bytes[S_OFFSET..] >= ORDER[..] {
            return Err(EncodingError::ScalarOutOfRange);
        }
        let zero = |part: &[u8]| part.iter().all(|&byte| byte == 0);
        if zero(&bytes[S_OFFSET..]) || zero(&bytes[33..S_OFFSET]) {
            return Err(EncodingError::ScalarOutOfRange);
        }
        EcVrfProof::decode_pi(bytes).map_err(|_| PointError::NotOnCurve)?;
        Ok(Self { bytes: *bytes, suite: PhantomData })
    }

    pub(super) fn of(proof: &EcVrfProof) -> Self {
        let bytes = proof.encode_to_pi().try_into().expect("81 bytes");
        Self { bytes, suite: PhantomData }
    }

    /// The decoded form. Made anew for each use, because it cannot be copied and verification
    /// consumes it; that costs a square root, little beside the rest.
    pub(super) fn decode(&self) -> EcVrfProof {
        EcVrfProof::decode_pi(&self.bytes).expect("decoded before")
    }

    /// The 81 bytes.
    pub fn to_bytes(&self) -> [u8; PROOF_LENGTH] {
        self.bytes
    }

    /// `ECVRF_proof_to_hash`: the output that this proof is for, **if it is valid**. Of a proof of
    /// somebody else take the output from [`super::PublicKey::verify`].
    ///
    /// # Panics
    /// Never: it is a hash.
    pub fn proof_to_hash(&self) -> Output<OUTPUT_LENGTH> {
        let beta = self.decode().proof_to_hash(S::SUITE_STRING.into()).expect("a hash");
        Output::new(beta.into())
    }
}

impl<S: P256Suite> fmt::Display for Proof<S> {
    /// `0x` and the bytes in lower-case hex.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{}", hex::encode(self.bytes))
    }
}

impl<S: P256Suite> fmt::Debug for Proof<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proof<{}>({self})", S::NAME)
    }
}
