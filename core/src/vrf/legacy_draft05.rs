//! The `vrf` crate, 0.2.5, as what it is: draft-irtf-cfrg-vrf-05 of 2019 over OpenSSL.
//!
//! For reading what older systems wrote, nothing else. **It agrees with no vector of RFC 9381**: its
//! challenge does not cover the public key and its hashes end without the final zero byte. It is not
//! constant-time, does not wipe secrets, and does not refuse s at or above the group order, so its
//! proofs are malleable. Its authors call it experimental. What can be checked in front of it is.

use std::sync::{Mutex, PoisonError};

use ::vrf::VRF;
use ::vrf::openssl::{CipherSuite, ECVRF};
use thiserror::Error;

use super::output::Output;

/// The curves that the crate offers and that still hold: its third, K-163, has 80 bits of security.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Curve {
    /// NIST P-256.
    P256,
    /// The curve of Bitcoin.
    Secp256k1,
}

/// Why the old implementation gave nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LegacyError {
    /// A secret has 32 bytes; the crate takes any number of them, and proves with zero.
    #[error("the secret is not a number of 32 bytes from 1 to the group order less one")]
    Secret,
    /// A public key has 33 bytes.
    #[error("{actual} bytes given, a public key has 33")]
    PublicKeyLength {
        /// Bytes given.
        actual: usize,
    },
    /// A proof has 81 bytes.
    #[error("{actual} bytes given, a proof has 81")]
    ProofLength {
        /// Bytes given.
        actual: usize,
    },
    /// What the crate said.
    #[error("vrf 0.2.5: {0}")]
    Refused(String),
}

/// One curve of the old implementation. Calls are one after the other: it has state.
pub struct Legacy {
    curve: Curve,
    inner: Mutex<ECVRF>,
}

impl Legacy {
    /// The suite of one curve.
    ///
    /// # Errors
    /// [`LegacyError::Refused`] when OpenSSL does not offer the curve.
    pub fn new(curve: Curve) -> Result<Self, LegacyError> {
        let suite = match curve {
            Curve::P256 => CipherSuite::P256_SHA256_TAI,
            Curve::Secp256k1 => CipherSuite::SECP256K1_SHA256_TAI,
        };
        let inner = Mutex::new(ECVRF::from_suite(suite).map_err(refused)?);
        Ok(Self { curve, inner })
    }

    /// The compressed public key, 33 bytes.
    ///
    /// # Errors
    /// [`LegacyError::Secret`].
    pub fn public_key(&self, secret: &[u8]) -> Result<Vec<u8>, LegacyError> {
        self.check_secret(secret)?;
        self.with(|vrf| vrf.derive_public_key(secret))
    }

    /// A proof by draft-05, 81 bytes. Not constant-time.
    ///
    /// # Errors
    /// [`LegacyError::Secret`].
    pub fn prove(&self, secret: &[u8], alpha: &[u8]) -> Result<Vec<u8>, LegacyError> {
        self.check_secret(secret)?;
        self.with(|vrf| vrf.prove(secret, alpha))
    }

    /// Verifies by draft-05.
    ///
    /// # Errors
    /// Any but [`LegacyError::Secret`].
    pub fn verify(
        &self,
        key: &[u8],
        alpha: &[u8],
        proof: &[u8],
    ) -> Result<Output<32>, LegacyError> {
        if key.len() != 33 {
            return Err(LegacyError::PublicKeyLength { actual: key.len() });
        }
        if proof.len() != 81 {
            return Err(LegacyError::ProofLength { actual: proof.len() });
        }
        let beta = self.with(|vrf| vrf.verify(key, proof, alpha))?;
        let beta = beta.try_into().map_err(|_| LegacyError::Refused("no 32 bytes".to_owned()))?;
        Ok(Output::new(beta))
    }

    fn check_secret(&self, secret: &[u8]) -> Result<(), LegacyError> {
        let order = match self.curve {
            Curve::P256 => P256_ORDER,
            Curve::Secp256k1 => SECP256K1_ORDER,
        };
        let in_range = secret.len() == 32 && secret.iter().any(|&b| b != 0) && *secret < order[..];
        if in_range { Ok(()) } else { Err(LegacyError::Secret) }
    }

    fn with<T>(
        &self,
        call: impl FnOnce(&mut ECVRF) -> Result<T, ::vrf::openssl::Error>,
    ) -> Result<T, LegacyError> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        call(&mut inner).map_err(refused)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn refused(error: ::vrf::openssl::Error) -> LegacyError {
    LegacyError::Refused(error.to_string())
}

/// The order of P-256, big-endian.
const P256_ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];
/// The order of secp256k1, big-endian.
const SECP256K1_ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe,
    0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41,
];

#[cfg(all(test, feature = "p256"))]
mod tests {
    use super::*;
    use crate::vrf::{P256Tai, Vrf, p256};

    #[test]
    fn proves_and_verifies() {
        for curve in [Curve::P256, Curve::Secp256k1] {
            let legacy = Legacy::new(curve).unwrap();
            let (key, proof) =
                (legacy.public_key(&[7; 32]).unwrap(), legacy.prove(&[7; 32], b"alpha").unwrap());
            assert!(legacy.verify(&key, b"alpha", &proof).is_ok());
            assert!(legacy.verify(&key, b"another", &proof).is_err());
            assert!(legacy.verify(&key[1..], b"alpha", &proof).is_err());
            assert!(legacy.verify(&key, b"alpha", &proof[1..]).is_err());
        }
    }

    /// The very difference: one secret, one alpha, two proofs, neither valid as the other.
    #[test]
    fn is_not_rfc_9381() {
        let legacy = Legacy::new(Curve::P256).unwrap();
        let secret = p256::SecretKey::<P256Tai>::from_rfc9381_secret(&[7; 32]).unwrap();
        let key = *secret.public_key().as_bytes();
        assert_eq!(legacy.public_key(&[7; 32]).unwrap(), key);
        let (old, new) = (legacy.prove(&[7; 32], b"alpha").unwrap(), secret.prove(b"alpha"));
        assert_ne!(old, new.to_bytes());
        assert!(P256Tai.verify_bytes(&key, b"alpha", &old).is_err());
        assert!(legacy.verify(&key, b"alpha", &new.to_bytes()).is_err());
    }

    #[test]
    fn secrets_out_of_range() {
        for (curve, order) in [(Curve::P256, P256_ORDER), (Curve::Secp256k1, SECP256K1_ORDER)] {
            let legacy = Legacy::new(curve).unwrap();
            for secret in [&[0; 32][..], &order, &[1; 31], &[]] {
                assert_eq!(legacy.prove(secret, b""), Err(LegacyError::Secret));
                assert_eq!(legacy.public_key(secret), Err(LegacyError::Secret));
            }
        }
    }
}
