//! Secret keys, signing, and one signature.

use pairlane::{MinPk, MinSig, PublicKey, Signature};

use super::ffi::Variant;
use super::suite::{Suite, unknown};
use crate::status::Failure;

pub(super) struct SecretKey(pairlane::SecretKey);

pub(super) fn generate_key() -> Result<Box<SecretKey>, Failure> {
    Ok(Box::new(SecretKey(pairlane::SecretKey::generate()?)))
}

pub(super) fn key_from_seed(seed: &[u8], info: &[u8]) -> Result<Box<SecretKey>, Failure> {
    Ok(Box::new(SecretKey(pairlane::SecretKey::from_seed(seed, info)?)))
}

pub(super) fn key_from_bytes(encoded: &[u8]) -> Result<Box<SecretKey>, Failure> {
    Ok(Box::new(SecretKey(pairlane::SecretKey::from_bytes(encoded)?)))
}

impl SecretKey {
    pub(super) fn public_key(&self, variant: Variant) -> Result<Vec<u8>, Failure> {
        match variant {
            Variant::MinPk => Ok(self.0.public_key::<MinPk>().to_bytes()),
            Variant::MinSig => Ok(self.0.public_key::<MinSig>().to_bytes()),
            other => Err(unknown("variant", other.repr)),
        }
    }

    pub(super) fn sign(&self, suite: &Suite, message: &[u8]) -> Vec<u8> {
        match suite {
            Suite::MinPk(suite) => self.0.sign(suite, message).to_bytes(),
            Suite::MinSig(suite) => self.0.sign(suite, message).to_bytes(),
        }
    }
}

pub(super) fn verify(
    suite: &Suite,
    key: &[u8],
    message: &[u8],
    signature: &[u8],
) -> Result<(), Failure> {
    match suite {
        Suite::MinPk(suite) => {
            let key = PublicKey::from_bytes(key)?;
            Ok(Signature::from_bytes(signature)?.verify(suite, &key, message)?)
        }
        Suite::MinSig(suite) => {
            let key = PublicKey::from_bytes(key)?;
            Ok(Signature::from_bytes(signature)?.verify(suite, &key, message)?)
        }
    }
}
