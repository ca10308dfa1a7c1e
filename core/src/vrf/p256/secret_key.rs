//! Secret keys and proving. Constant-time in the secret.

use core::fmt;

use sha2::{Digest, Sha512};
use vrf_rfc9381::Prover;
use zeroize::Zeroizing;

use super::SECRET_KEY_LENGTH;
use super::proof::Proof;
use super::public_key::PublicKey;
use super::suite::P256Suite;
use crate::vrf::error::VrfKeyError;

/// What the seed of a VRF key is hashed under, followed by the suite.
const SEED_TAG: &[u8] = b"PAIRLANE-ECVRF-SEED-V1:";

/// A secret key of one suite.
///
/// **Never a signing key.** RFC 9381 makes its nonce as deterministic ECDSA (RFC 6979) does, so one
/// signature and one proof under the same secret can give it away. Therefore [`Self::from_seed`]
/// derives, and this type has no way to sign.
///
/// Zeroized when dropped. Has no serde, and `Debug` shows nothing of it.
pub struct SecretKey<S: P256Suite> {
    bytes: Zeroizing<[u8; SECRET_KEY_LENGTH]>,
    prover: S::Prover,
}

impl<S: P256Suite> SecretKey<S> {
    /// A fresh key from the operating system's randomness.
    ///
    /// # Errors
    /// [`VrfKeyError::Randomness`] when the operating system gives none.
    pub fn generate() -> Result<Self, VrfKeyError> {
        let mut seed = Zeroizing::new([0; SECRET_KEY_LENGTH]);
        getrandom::fill(&mut *seed).map_err(VrfKeyError::Randomness)?;
        Ok(Self::from_seed(&seed))
    }

    /// The VRF key that belongs to a user's seed: the first 32 bytes of
    /// `SHA-512("PAIRLANE-ECVRF-SEED-V1:" || suite name || 0x00 || seed || counter)` with the least
    /// one-byte counter from 0 that gives a number in range. So the seed may be that of a signing
    /// key, and serve several suites.
    ///
    /// # Panics
    /// With a chance of 2^-8192.
    pub fn from_seed(seed: &[u8; SECRET_KEY_LENGTH]) -> Self {
        let candidate = |counter: u8| {
            let mut digest = Zeroizing::new([0; 64]);
            Sha512::new()
                .chain_update(SEED_TAG)
                .chain_update(S::NAME)
                .chain_update([0x00])
                .chain_update(seed)
                .chain_update([counter])
                .finalize_into((&mut *digest).into());
            Self::from_rfc9381_secret(&digest[..SECRET_KEY_LENGTH]).ok()
        };
        (0..=u8::MAX).find_map(candidate).expect("one of 256 hashes is in range")
    }

    /// The key whose `SK` in RFC 9381 is exactly these big-endian bytes: for the RFC's vectors, and
    /// for keys that another implementation made. **They must not be an ECDSA key that signs**: see
    /// [`SecretKey`].
    ///
    /// # Errors
    /// [`VrfKeyError::Length`] or [`VrfKeyError::OutOfRange`].
    pub fn from_rfc9381_secret(bytes: &[u8]) -> Result<Self, VrfKeyError> {
        let length = VrfKeyError::Length { actual: bytes.len() };
        let bytes: &[u8; SECRET_KEY_LENGTH] = bytes.try_into().map_err(|_| length)?;
        let prover = S::Prover::from_slice(bytes).map_err(|_| VrfKeyError::OutOfRange)?;
        Ok(Self { bytes: Zeroizing::new(*bytes), prover })
    }

    /// The bytes that [`Self::from_rfc9381_secret`] takes, in a buffer that wipes itself. Whoever
    /// calls this holds the key.
    pub fn expose_rfc9381_secret(&self) -> Zeroizing<[u8; SECRET_KEY_LENGTH]> {
        self.bytes.clone()
    }

    /// The public key.
    ///
    /// # Panics
    /// Never: a scalar in range does not map to the identity.
    pub fn public_key(&self) -> PublicKey<S> {
        // The prover does not tell the bytes of the key that it computes.
        let secret = p256::SecretKey::from_bytes((&*self.bytes).into()).expect("in range");
        let point = p256::CompressedPoint::from(secret.public_key());
        PublicKey::from_bytes(point.as_slice()).expect("a point of the curve")
    }

    /// `ECVRF_prove`. The same key and alpha always give the same proof.
    ///
    /// # Panics
    /// With a chance of about 2^-128, where the challenge is zero.
    pub fn prove(&self, alpha: &[u8]) -> Proof<S> {
        Proof::of(&self.prover.prove(alpha).expect("a challenge that is not zero"))
    }
}

impl<S: P256Suite> Clone for SecretKey<S> {
    fn clone(&self) -> Self {
        Self::from_rfc9381_secret(&*self.bytes).expect("in range")
    }
}

impl<S: P256Suite> fmt::Debug for SecretKey<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(..)")
    }
}
