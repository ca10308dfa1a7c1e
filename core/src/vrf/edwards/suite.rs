//! The two ciphersuites on edwards25519, and what differs between them: hashing to the curve.

use curve25519_dalek::EdwardsPoint;
use curve25519_dalek::traits::IsIdentity;
use sha2::{Digest, Sha512};

use super::point::Encoded;

/// ECVRF-EDWARDS25519-SHA512-TAI (suite 0x03): try and increment. The suite to use where nothing
/// speaks against it: the cheapest to verify.
///
/// How often it tries depends on alpha and the public key, so the time it takes shows something of
/// alpha. Where alpha is public, as in a consensus, that is nothing. Where alpha is secret, take
/// [`EdwardsEll2`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct EdwardsTai;

/// ECVRF-EDWARDS25519-SHA512-ELL2 (suite 0x04): Elligator 2, in time independent of alpha's bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct EdwardsEll2;

/// A ciphersuite on edwards25519. Sealed: [`EdwardsTai`] and [`EdwardsEll2`] are all there are.
pub trait EdwardsSuite: sealed::Hashing {
    /// The name that RFC 9381 gives it.
    const NAME: &'static str;
    /// The `suite_string` of RFC 9381, section 5.5.
    const SUITE_STRING: u8;
}

impl EdwardsSuite for EdwardsTai {
    const NAME: &'static str = "ECVRF-EDWARDS25519-SHA512-TAI";
    const SUITE_STRING: u8 = 0x03;
}

impl EdwardsSuite for EdwardsEll2 {
    const NAME: &'static str = "ECVRF-EDWARDS25519-SHA512-ELL2";
    const SUITE_STRING: u8 = 0x04;
}

pub(super) mod sealed {
    use curve25519_dalek::EdwardsPoint;

    /// Hashing to the curve.
    pub trait Hashing:
        Copy + Default + Eq + core::hash::Hash + core::fmt::Debug + Send + Sync + 'static
    {
        /// `ECVRF_encode_to_curve`: never the identity, always of the prime order.
        #[doc(hidden)]
        fn encode_to_curve(salt: &[u8; 32], alpha: &[u8]) -> EdwardsPoint;
    }
}

impl sealed::Hashing for EdwardsTai {
    fn encode_to_curve(salt: &[u8; 32], alpha: &[u8]) -> EdwardsPoint {
        try_and_increment(salt, alpha).0
    }
}

impl sealed::Hashing for EdwardsEll2 {
    fn encode_to_curve(salt: &[u8; 32], alpha: &[u8]) -> EdwardsPoint {
        let tag: [&[u8]; 2] = [b"ECVRF_edwards25519_XMD:SHA-512_ELL2_NU_", &[Self::SUITE_STRING]];
        EdwardsPoint::encode_to_curve::<Sha512>(&[salt, alpha], &tag)
    }
}

/// `ECVRF_encode_to_curve_try_and_increment` (RFC 9381, section 5.4.1.1), and the counter that led
/// to a point.
pub(super) fn try_and_increment(salt: &[u8; 32], alpha: &[u8]) -> (EdwardsPoint, u8) {
    let start = Sha512::new()
        .chain_update([EdwardsTai::SUITE_STRING, 0x01])
        .chain_update(salt)
        .chain_update(alpha);
    let point = |counter: u8| {
        let hash = start.clone().chain_update([counter, 0x00]).finalize();
        let candidate: &[u8; 32] = hash[..32].try_into().expect("SHA-512 has 64 bytes");
        let point = Encoded::decode(candidate).ok()?.point.mul_by_cofactor();
        (!point.is_identity()).then_some((point, counter))
    };
    (0..=u8::MAX).find_map(point).expect("256 hashes of which none is a point: a chance of 2^-256")
}
