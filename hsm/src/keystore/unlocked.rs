//! A key in use.

use ed25519_dalek::{Signer, SigningKey};
use pairlane::vrf::edwards::SecretKey as VrfSecret;
use pairlane::vrf::{EdwardsEll2, EdwardsTai};
use pairlane::{MinPk, MinSig, SecretKey, SecretKeyError, Variant};
use sha2::{Digest, Sha512};

use super::id::KeyType;
use super::native::InToken;
use crate::arena::{Arena, ArenaError, Locked, after_secret};
use crate::envelope::SECRET_LENGTH;
use crate::token::TokenError;

/// A secret that is no key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BadSecret {
    /// Zero, or not below the group's order.
    #[error("the secret is zero or not below the group's order: no key, refused")]
    OutOfRange,
    /// No locked memory.
    #[error(transparent)]
    Arena(#[from] ArenaError),
}

impl From<SecretKeyError> for BadSecret {
    fn from(_: SecretKeyError) -> Self {
        Self::OutOfRange
    }
}

/// A key ready for use: its secret in locked memory, used by reference and wiped when dropped, or
/// in the token.
#[derive(Debug)]
pub enum Unlocked {
    /// A scalar as [`SecretKey::store_in_place`] leaves it.
    BlsMinPk(Locked<[u8; SECRET_LENGTH]>),
    /// As [`Self::BlsMinPk`].
    BlsMinSig(Locked<[u8; SECRET_LENGTH]>),
    /// A VRF key of the first suite.
    EcvrfTai(Locked<VrfSecret<EdwardsTai>>),
    /// A VRF key of the second suite.
    EcvrfEll2(Locked<VrfSecret<EdwardsEll2>>),
    /// A signing key.
    Ed25519(Locked<SigningKey>),
    /// A signing key that the token keeps to itself.
    InToken(KeyType, InToken),
}

impl Unlocked {
    /// The key of a secret: 32 big-endian bytes of a scalar, or a seed.
    ///
    /// # Errors
    /// [`BadSecret`].
    pub fn new(
        key_type: KeyType,
        mut secret: Locked<[u8; SECRET_LENGTH]>,
    ) -> Result<Self, BadSecret> {
        let unlocked = match key_type {
            KeyType::BlsMinPk | KeyType::BlsMinSig => {
                SecretKey::store_in_place(&mut secret)?;
                match key_type {
                    KeyType::BlsMinPk => Self::BlsMinPk(secret),
                    _ => Self::BlsMinSig(secret),
                }
            }
            KeyType::EcvrfTai => {
                Self::EcvrfTai(Arena::process()?.place(|| VrfSecret::from_rfc9381_seed(&secret))?)
            }
            KeyType::EcvrfEll2 => {
                Self::EcvrfEll2(Arena::process()?.place(|| VrfSecret::from_rfc9381_seed(&secret))?)
            }
            KeyType::Ed25519 => {
                Self::Ed25519(Arena::process()?.place(|| SigningKey::from_bytes(&secret))?)
            }
        };
        after_secret();
        Ok(unlocked)
    }

    /// The key's type.
    pub fn key_type(&self) -> KeyType {
        match self {
            Self::BlsMinPk(_) => KeyType::BlsMinPk,
            Self::BlsMinSig(_) => KeyType::BlsMinSig,
            Self::EcvrfTai(_) => KeyType::EcvrfTai,
            Self::EcvrfEll2(_) => KeyType::EcvrfEll2,
            Self::Ed25519(_) => KeyType::Ed25519,
            Self::InToken(key_type, _) => *key_type,
        }
    }

    /// The public key, derived from the secret.
    pub fn public_key(&self) -> Vec<u8> {
        let key = match self {
            Self::BlsMinPk(stored) => bls(stored).public_key::<MinPk>().to_bytes(),
            Self::BlsMinSig(stored) => bls(stored).public_key::<MinSig>().to_bytes(),
            Self::EcvrfTai(secret) => secret.public_key().as_bytes().to_vec(),
            Self::EcvrfEll2(secret) => secret.public_key().as_bytes().to_vec(),
            Self::Ed25519(secret) => secret.verifying_key().to_bytes().to_vec(),
            Self::InToken(_, key) => return key.public_key().to_vec(),
        };
        after_secret();
        key
    }

    /// The BLS key, where it is one of this variant.
    pub fn bls<V: Variant>(&self) -> Option<&SecretKey> {
        match self {
            Self::BlsMinPk(stored) if V::NAME == MinPk::NAME => Some(bls(stored)),
            Self::BlsMinSig(stored) if V::NAME == MinSig::NAME => Some(bls(stored)),
            _ => None,
        }
    }

    /// Ed25519 signature of a message; nothing where the key is of another type.
    ///
    /// # Errors
    /// [`TokenError`] for a key that the token keeps.
    pub fn sign_ed25519(&self, message: &[u8]) -> Option<Result<Vec<u8>, TokenError>> {
        match self {
            Self::Ed25519(secret) => {
                let signature = secret.sign(message).to_bytes();
                after_secret();
                Some(Ok(signature.to_vec()))
            }
            Self::InToken(KeyType::Ed25519, key) => Some(key.sign(message)),
            _ => None,
        }
    }

    /// The token's BLS key, where it is one.
    pub fn bls_in_token(&self) -> Option<&InToken> {
        match self {
            Self::InToken(key_type, key) if key_type.is_bls() => Some(key),
            _ => None,
        }
    }

    /// VRF proof for an alpha, where the key is of such a type.
    pub fn prove(&self, alpha: &[u8]) -> Option<[u8; 80]> {
        let proof = match self {
            Self::EcvrfTai(secret) => secret.prove(alpha).to_bytes(),
            Self::EcvrfEll2(secret) => secret.prove(alpha).to_bytes(),
            _ => return None,
        };
        after_secret();
        Some(proof)
    }

    /// Copies the secret, as it was given to [`Self::new`], into locked memory; nothing where the
    /// token keeps it.
    pub(super) fn secret(&self) -> Result<Option<Locked<[u8; SECRET_LENGTH]>>, ArenaError> {
        let mut out = Arena::process()?.bytes::<SECRET_LENGTH>()?;
        match self {
            Self::BlsMinPk(stored) | Self::BlsMinSig(stored) => {
                out.copy_from_slice(&stored[..]);
                out.reverse();
            }
            Self::EcvrfTai(secret) => out.copy_from_slice(&*secret.expose_rfc9381_seed()),
            Self::EcvrfEll2(secret) => out.copy_from_slice(&*secret.expose_rfc9381_seed()),
            Self::Ed25519(secret) => out.copy_from_slice(secret.as_bytes()),
            Self::InToken(..) => return Ok(None),
        }
        after_secret();
        Ok(Some(out))
    }
}

fn bls(stored: &Locked<[u8; SECRET_LENGTH]>) -> &SecretKey {
    SecretKey::from_stored(stored).expect("checked when it was stored")
}

/// A fresh secret from two sources of randomness, neither of which is trusted alone: KeyGen of the
/// BLS draft over both for a scalar, SHA-512 over both for a seed.
pub(super) fn fresh_secret(
    key_type: KeyType,
    sources: &[u8; 64],
) -> Result<Locked<[u8; SECRET_LENGTH]>, ArenaError> {
    let mut secret = Arena::process()?.bytes::<SECRET_LENGTH>()?;
    if key_type.is_bls() {
        let key = SecretKey::from_seed(sources, key_type.name().as_bytes());
        secret.copy_from_slice(&*key.expect("64 bytes are enough").expose_bytes());
    } else {
        let mut digest = Arena::process()?.bytes::<64>()?;
        Sha512::new()
            .chain_update(b"PAIRLANE-KEYGEN-V1:")
            .chain_update(key_type.name())
            .chain_update([0])
            .chain_update(sources)
            .finalize_into((&mut *digest).into());
        secret.copy_from_slice(&digest[..SECRET_LENGTH]);
    }
    after_secret();
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locked(bytes: [u8; 32]) -> Locked<[u8; 32]> {
        let mut locked = Arena::process().unwrap().bytes().unwrap();
        *locked = bytes;
        locked
    }

    #[test]
    fn secrets_come_back_as_they_were_given() {
        for key_type in KeyType::ALL {
            let secret = fresh_secret(key_type, &[7; 64]).unwrap();
            let before = *secret;
            let unlocked = Unlocked::new(key_type, secret).unwrap();
            assert_eq!(unlocked.key_type(), key_type);
            assert_eq!(unlocked.public_key().len(), key_type.public_key_length());
            assert_eq!(*unlocked.secret().unwrap().unwrap(), before, "{key_type}");
        }
    }

    #[test]
    fn scalars_out_of_range_are_refused() {
        let r = hex::decode("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001");
        for bad in [[0; 32], r.unwrap().try_into().unwrap(), [0xff; 32]] {
            for key_type in [KeyType::BlsMinPk, KeyType::BlsMinSig] {
                let refused = Unlocked::new(key_type, locked(bad));
                assert!(matches!(refused, Err(BadSecret::OutOfRange)));
            }
        }
    }
}
