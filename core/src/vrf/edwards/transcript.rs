//! The hashes of RFC 9381, section 5.4: challenge, nonce, output.

use curve25519_dalek::{EdwardsPoint, Scalar};
use sha2::{Digest, Sha512};
use zeroize::Zeroizing;

use super::OUTPUT_LENGTH;
use super::suite::EdwardsSuite;
use crate::vrf::output::Output;

/// Bytes of a challenge, c.
pub(super) const CHALLENGE_LENGTH: usize = 16;

/// `ECVRF_challenge_generation` over Y, H, Gamma, U, V as encoded. All five: without Gamma or Y the
/// output is not unique.
pub(super) fn challenge<S: EdwardsSuite>(points: [&[u8; 32]; 5]) -> [u8; CHALLENGE_LENGTH] {
    let mut hash = Sha512::new().chain_update([S::SUITE_STRING, 0x02]);
    for point in points {
        hash.update(point);
    }
    let digest = hash.chain_update([0x00]).finalize();
    digest[..CHALLENGE_LENGTH].try_into().expect("SHA-512 has 64 bytes")
}

/// A challenge as a scalar, little-endian.
pub(super) fn challenge_scalar(challenge: &[u8; CHALLENGE_LENGTH]) -> Scalar {
    Scalar::from(u128::from_le_bytes(*challenge))
}

/// `ECVRF_nonce_generation_RFC8032`: deterministic, from half of the hashed seed.
pub(super) fn nonce(prefix: &[u8; 32], h_string: &[u8; 32]) -> Zeroizing<Scalar> {
    let mut k_string = Zeroizing::new([0; 64]);
    let hash = Sha512::new().chain_update(prefix).chain_update(h_string);
    hash.finalize_into((&mut *k_string).into());
    Zeroizing::new(Scalar::from_bytes_mod_order_wide(&k_string))
}

/// `ECVRF_proof_to_hash` from the encoding of 8 * Gamma.
pub(super) fn output<S: EdwardsSuite>(cleared_gamma: &[u8; 32]) -> Output<OUTPUT_LENGTH> {
    let hash = Sha512::new()
        .chain_update([S::SUITE_STRING, 0x03])
        .chain_update(cleared_gamma)
        .chain_update([0x00]);
    Output::new(hash.finalize().into())
}

/// [`output`] of one Gamma.
pub(super) fn output_of<S: EdwardsSuite>(gamma: &EdwardsPoint) -> Output<OUTPUT_LENGTH> {
    output::<S>(&gamma.mul_by_cofactor().compress().to_bytes())
}
