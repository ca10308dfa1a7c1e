//! Secret keys: generation, derivation, signing. Constant-time throughout, through blst.

use core::fmt;

use zeroize::{Zeroize, Zeroizing};

use crate::arch::SecretScalar;
use crate::error::{PathError, SecretKeyError};
use crate::message::{MessagePoint, augmentation};
use crate::possession::Possession;
use crate::public_key::PublicKey;
use crate::signature::Signature;
use crate::tag::{Scheme, Suite, Tag};
use crate::variant::Variant;

/// Bytes of a secret key.
pub const SECRET_KEY_LENGTH: usize = 32;

/// Fewest bytes of seed that the draft and EIP-2333 allow.
const SEED_LENGTH_MIN: usize = 32;

/// A secret key: a scalar in 1..r, for either variant.
///
/// Zeroized when dropped. Has no serde, and `Debug` shows nothing of it. Operations on it run in
/// time independent of its value.
#[derive(Clone)]
#[repr(transparent)]
pub struct SecretKey(SecretScalar);

impl SecretKey {
    /// A fresh key: KeyGen of the draft over 32 bytes of the operating system's randomness.
    ///
    /// # Errors
    /// [`SecretKeyError::Randomness`] when the operating system gives none.
    pub fn generate() -> Result<Self, SecretKeyError> {
        let mut seed = Zeroizing::new([0; SEED_LENGTH_MIN]);
        getrandom::fill(&mut *seed).map_err(SecretKeyError::Randomness)?;
        Self::from_seed(&*seed, &[])
    }

    /// KeyGen of draft-irtf-cfrg-bls-signature, section 2.3, with the salt
    /// `SHA-256("BLS-SIG-KEYGEN-SALT-")` and `key_info` as given (may be empty).
    ///
    /// # Errors
    /// [`SecretKeyError::SeedTooShort`] below 32 bytes of `seed`.
    pub fn from_seed(seed: &[u8], key_info: &[u8]) -> Result<Self, SecretKeyError> {
        check_seed(seed)?;
        Ok(Self(SecretScalar::generate(seed, key_info)))
    }

    /// The master key of a key tree (EIP-2333, `derive_master_SK`).
    ///
    /// # Errors
    /// [`SecretKeyError::SeedTooShort`] below 32 bytes of `seed`.
    pub fn derive_master(seed: &[u8]) -> Result<Self, SecretKeyError> {
        check_seed(seed)?;
        Ok(Self(SecretScalar::derive_master(seed)))
    }

    /// One child in a key tree (EIP-2333, `derive_child_SK`).
    #[must_use]
    pub fn derive_child(&self, index: u32) -> Self {
        Self(self.0.derive_child(index))
    }

    /// The key at a path below this one, taken as the master node.
    #[must_use]
    pub fn derive_path(&self, path: &KeyPath) -> Self {
        path.indices().iter().fold(self.clone(), |key, &index| key.derive_child(index))
    }

    /// From 32 big-endian bytes.
    ///
    /// # Errors
    /// [`SecretKeyError::Length`], or [`SecretKeyError::OutOfRange`] for zero and for r and above.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SecretKeyError> {
        let bytes: &[u8; SECRET_KEY_LENGTH] =
            bytes.try_into().map_err(|_| SecretKeyError::Length { actual: bytes.len() })?;
        SecretScalar::from_bytes(bytes).map(Self).ok_or(SecretKeyError::OutOfRange)
    }

    /// Turns 32 big-endian bytes, where they lie, into what [`Self::from_stored`] reads. So a key
    /// can be built in locked memory and used there, without a copy on the way.
    ///
    /// # Errors
    /// [`SecretKeyError::OutOfRange`] for zero and for r and above; the bytes are then as they were.
    pub fn store_in_place(bytes: &mut [u8; SECRET_KEY_LENGTH]) -> Result<&Self, SecretKeyError> {
        bytes.reverse();
        if SecretScalar::from_ref(bytes).is_none() {
            bytes.reverse();
            return Err(SecretKeyError::OutOfRange);
        }
        Self::from_stored(bytes)
    }

    /// The key that [`Self::store_in_place`] has left in these bytes, by reference. Costs a
    /// comparison with r.
    ///
    /// # Errors
    /// [`SecretKeyError::OutOfRange`] for zero and for r and above.
    pub fn from_stored(bytes: &[u8; SECRET_KEY_LENGTH]) -> Result<&Self, SecretKeyError> {
        SecretScalar::from_ref(bytes).map(SecretScalar::as_key).ok_or(SecretKeyError::OutOfRange)
    }

    /// The 32 big-endian bytes, in a buffer that wipes itself. Whoever calls this holds the key.
    pub fn expose_bytes(&self) -> Zeroizing<[u8; SECRET_KEY_LENGTH]> {
        self.0.to_bytes()
    }

    /// The public key (`SkToPk`).
    ///
    /// # Panics
    /// Never: a scalar in 1..r does not map to the identity.
    pub fn public_key<V: Variant>(&self) -> PublicKey<V> {
        PublicKey::from_point(V::public_key(&self.0).to_affine())
            .expect("a scalar in 1..r never maps to the identity")
    }

    /// Signs a message under a suite (the draft's `Sign` of the suite's scheme).
    pub fn sign<V: Variant>(&self, suite: &Suite<V>, message: &[u8]) -> Signature<V> {
        // Only the augmented scheme looks at the public key; deriving it costs a multiplication.
        let augmentation = match suite.scheme() {
            Scheme::Augmented => augmentation(suite, &self.public_key()),
            _ => Vec::new(),
        };
        self.sign_point(&MessagePoint::hash_augmented(suite.tag(), &augmentation, message))
    }

    /// Signs a message that has been hashed already.
    pub fn sign_point<V: Variant>(&self, message: &MessagePoint<V>) -> Signature<V> {
        Signature::from_point(V::sign(&self.0, &message.point().to_projective()).to_affine())
    }

    /// Proves possession of this key (`PopProve`, draft section 3.3.2) under a tag, usually
    /// [`crate::possession_tag`].
    pub fn prove_possession<V: Variant>(&self, tag: &Tag) -> Possession<V> {
        let key = self.public_key::<V>().to_bytes();
        Possession::new(self.sign_point(&MessagePoint::hash(tag, &key)))
    }
}

fn check_seed(seed: &[u8]) -> Result<(), SecretKeyError> {
    if seed.len() < SEED_LENGTH_MIN {
        return Err(SecretKeyError::SeedTooShort { actual: seed.len() });
    }
    Ok(())
}

impl PartialEq for SecretKey {
    /// In constant time.
    fn eq(&self, other: &Self) -> bool {
        self.0.equals(&other.0)
    }
}

impl Eq for SecretKey {}

impl Zeroize for SecretKey {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

/// A path in a key tree after EIP-2334, such as `m/12381/3600/0/0/0`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KeyPath(Vec<u32>);

impl KeyPath {
    /// Ethereum's path to the signing key of validator `account`: `m/12381/3600/account/0/0`.
    pub fn ethereum_signing(account: u32) -> Self {
        Self(vec![12381, 3600, account, 0, 0])
    }

    /// The child indices, from the master node down.
    pub fn indices(&self) -> &[u32] {
        &self.0
    }
}

impl core::str::FromStr for KeyPath {
    type Err = PathError;

    fn from_str(path: &str) -> Result<Self, PathError> {
        let mut parts = path.split('/');
        if parts.next() != Some("m") {
            return Err(PathError::Root);
        }
        let index = |(k, text): (usize, &str)| {
            let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            digits
                .then(|| text.parse().ok())
                .flatten()
                .ok_or_else(|| PathError::Component { position: k + 1, text: text.to_owned() })
        };
        parts.enumerate().map(index).collect::<Result<_, _>>().map(Self)
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("m")?;
        self.0.iter().try_for_each(|index| write!(f, "/{index}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        let key = SecretKey::from_seed(&[1; 32], &[]).unwrap();
        assert_eq!(format!("{key:?}"), "SecretKey(..)");
    }

    #[test]
    fn a_key_is_used_where_it_lies() {
        let key = SecretKey::from_seed(&[1; 32], &[]).unwrap();
        let mut bytes = *key.expose_bytes();
        let address = bytes.as_ptr();
        let stored = SecretKey::store_in_place(&mut bytes).unwrap();
        assert!(core::ptr::eq(core::ptr::from_ref(stored).cast(), address));
        assert!(*stored == key);
        assert!(*SecretKey::from_stored(&bytes).unwrap() == key);

        let r = hex::decode("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001");
        let mut r: [u8; 32] = r.unwrap().try_into().unwrap();
        let before = r;
        assert!(SecretKey::store_in_place(&mut r).is_err());
        assert_eq!(r, before);
        assert!(SecretKey::store_in_place(&mut [0; 32]).is_err());
        assert!(SecretKey::from_stored(&[0; 32]).is_err());
    }

    #[test]
    fn bounds_of_the_scalar() {
        let r = hex::decode("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001");
        let mut bytes = r.unwrap();
        assert_eq!(SecretKey::from_bytes(&bytes), Err(SecretKeyError::OutOfRange));
        bytes[31] = 0;
        assert!(SecretKey::from_bytes(&bytes).is_ok());
        assert_eq!(SecretKey::from_bytes(&[0; 32]), Err(SecretKeyError::OutOfRange));
        assert_eq!(SecretKey::from_bytes(&[1; 31]), Err(SecretKeyError::Length { actual: 31 }));
        assert_eq!(
            SecretKey::from_seed(&[1; 31], &[]),
            Err(SecretKeyError::SeedTooShort { actual: 31 })
        );
    }

    #[test]
    fn paths() {
        let path: KeyPath = "m/12381/3600/7/0/0".parse().unwrap();
        assert_eq!(path, KeyPath::ethereum_signing(7));
        assert_eq!(path.to_string(), "m/12381/3600/7/0/0");
        assert!("m".parse::<KeyPath>().unwrap().indices().is_empty());
        assert_eq!("12381/1".parse::<KeyPath>(), Err(PathError::Root));
        for bad in ["m/", "m/+1", "m/4294967296", "m/1/x"] {
            assert!(matches!(bad.parse::<KeyPath>(), Err(PathError::Component { .. })), "{bad}");
        }
    }
}
