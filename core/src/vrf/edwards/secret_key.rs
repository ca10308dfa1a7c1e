//! Secret keys and proving. Constant-time in the secret.

use core::fmt;

use curve25519_dalek::{EdwardsPoint, Scalar};
use sha2::{Digest, Sha512};
use zeroize::{Zeroize, Zeroizing};

use super::SEED_LENGTH;
use super::announced::AnnouncedProof;
use super::point::Encoded;
use super::proof::Proof;
use super::public_key::PublicKey;
use super::suite::EdwardsSuite;
use super::transcript::{CHALLENGE_LENGTH, challenge, challenge_scalar, nonce};
use crate::vrf::error::VrfKeyError;

/// What the seed of a VRF key is hashed under, followed by the suite.
const SEED_TAG: &[u8] = b"PAIRLANE-ECVRF-SEED-V1:";

/// A secret key of one suite.
///
/// **Never a signing key.** RFC 9381 makes its nonce as Ed25519 does, so one signature and one
/// proof under the same seed can give away the secret scalar. Therefore [`Self::from_seed`] derives,
/// and this type has no way to sign.
///
/// Zeroized when dropped. Has no serde, and `Debug` shows nothing of it.
#[derive(Clone)]
pub struct SecretKey<S: EdwardsSuite> {
    seed: Zeroizing<[u8; SEED_LENGTH]>,
    /// The secret scalar, x, reduced: it only ever multiplies points of the prime order.
    scalar: Zeroizing<Scalar>,
    /// The half of the hashed seed that nonces come from.
    prefix: Zeroizing<[u8; 32]>,
    public: PublicKey<S>,
}

impl<S: EdwardsSuite> SecretKey<S> {
    /// A fresh key from the operating system's randomness.
    ///
    /// # Errors
    /// [`VrfKeyError::Randomness`] when the operating system gives none.
    pub fn generate() -> Result<Self, VrfKeyError> {
        let mut seed = Zeroizing::new([0; SEED_LENGTH]);
        getrandom::fill(&mut *seed).map_err(VrfKeyError::Randomness)?;
        Ok(Self::from_rfc9381_seed(&seed))
    }

    /// The VRF key that belongs to a user's seed: `SHA-512("PAIRLANE-ECVRF-SEED-V1:" || suite name
    /// || 0x00 || seed)`, the first 32 bytes. So the seed may be that of a signing key, and serve
    /// both suites.
    ///
    /// # Panics
    /// Never: a hash has the length that it has.
    pub fn from_seed(seed: &[u8; SEED_LENGTH]) -> Self {
        let mut digest = Zeroizing::new([0; 64]);
        Sha512::new()
            .chain_update(SEED_TAG)
            .chain_update(S::NAME)
            .chain_update([0x00])
            .chain_update(seed)
            .finalize_into((&mut *digest).into());
        Self::from_rfc9381_seed(digest.first_chunk().expect("64 bytes"))
    }

    /// The key whose `SK` in RFC 9381 is exactly these bytes: for the RFC's vectors, and for keys
    /// that another implementation made. **They must not be the seed of an Ed25519 key that
    /// signs**: see [`SecretKey`].
    pub fn from_rfc9381_seed(seed: &[u8; SEED_LENGTH]) -> Self {
        let mut hash = Zeroizing::new([0; 64]);
        Sha512::new().chain_update(seed).finalize_into((&mut *hash).into());
        let (scalar, prefix) = hash.split_at_mut(32);
        // The clamping of RFC 8032, section 5.1.5, step 2.
        scalar[0] &= 0b1111_1000;
        scalar[31] &= 0b0111_1111;
        scalar[31] |= 0b0100_0000;
        let mut clamped = Zeroizing::new([0; 32]);
        clamped.copy_from_slice(scalar);
        let mut secret_prefix = Zeroizing::new([0; 32]);
        secret_prefix.copy_from_slice(prefix);
        let scalar = Zeroizing::new(Scalar::from_bytes_mod_order(*clamped));
        // A clamped scalar is no multiple of the group order, so the key is not the identity.
        let [public] = Encoded::compress([EdwardsPoint::mul_base(&scalar)]);
        let seed = Zeroizing::new(*seed);
        Self { seed, scalar, prefix: secret_prefix, public: PublicKey::new(public) }
    }

    /// The bytes that [`Self::from_rfc9381_seed`] takes, in a buffer that wipes itself. Whoever
    /// calls this holds the key.
    pub fn expose_rfc9381_seed(&self) -> Zeroizing<[u8; SEED_LENGTH]> {
        self.seed.clone()
    }

    /// The public key.
    pub fn public_key(&self) -> &PublicKey<S> {
        &self.public
    }

    #[cfg(test)]
    pub(super) fn scalar(&self) -> &Scalar {
        &self.scalar
    }

    #[cfg(test)]
    pub(super) fn prefix(&self) -> &[u8; 32] {
        &self.prefix
    }

    /// `ECVRF_prove`. The same key and alpha always give the same proof.
    pub fn prove(&self, alpha: &[u8]) -> Proof<S> {
        let (announced, challenge) = self.prove_both(alpha);
        Proof::new(*announced.gamma(), challenge, *announced.s())
    }

    /// The same proof in the form that batches take.
    pub fn prove_announced(&self, alpha: &[u8]) -> AnnouncedProof<S> {
        self.prove_both(alpha).0
    }

    fn prove_both(&self, alpha: &[u8]) -> (AnnouncedProof<S>, [u8; CHALLENGE_LENGTH]) {
        let h = self.public.encode_to_curve(alpha);
        let h_string = h.compress().to_bytes();
        let k = nonce(&self.prefix, &h_string);
        let points = [h * *self.scalar, EdwardsPoint::mul_base(&k), h * *k];
        let [gamma, u, v] = Encoded::compress(points);
        let c =
            challenge::<S>([self.public.as_bytes(), &h_string, &gamma.bytes, &u.bytes, &v.bytes]);
        let s = *k + challenge_scalar(&c) * *self.scalar;
        (AnnouncedProof::new(gamma, u, v, s), c)
    }
}

impl<S: EdwardsSuite> Zeroize for SecretKey<S> {
    fn zeroize(&mut self) {
        self.seed.zeroize();
        self.scalar.zeroize();
        self.prefix.zeroize();
    }
}

impl<S: EdwardsSuite> fmt::Debug for SecretKey<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(..)")
    }
}
