//! Public keys that clients have registered, to name them by a handle from then on: nothing to send,
//! nothing to decode, nothing to check.
//!
//! The memory of one process: a new start begins with none. A handle therefore says whose it is, so
//! that one from before names no key, and never another's.

use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use anyhow::Context;
use pairlane::{
    KeyHandle, OwnedItem, OwnedKey, PointError, Possession, PublicKey, Registry, RegistryError,
    Usage, Variant, possession_tag,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use super::wire::HexBytes;

/// The keys of one variant.
pub(crate) struct RegisteredKeys<V: Variant> {
    origin: [u8; ORIGIN_BYTES],
    registry: RwLock<Registry<V>>,
}

/// Names a registered key: which registry, which key in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Handle([u8; HANDLE_BYTES]);

/// A key that has been decoded and checked, and may be registered.
pub(crate) struct CheckedKey<V: Variant> {
    key: PublicKey<V>,
    possession: bool,
}

/// Why a key is not registered.
#[derive(Debug, Error)]
pub(crate) enum Refused {
    #[error("not a public key: {0}")]
    Key(PointError),
    #[error("not a proof of possession: {0}")]
    Proof(PointError),
    #[error(transparent)]
    Registry(#[from] RegistryError),
}

/// What is known of a registered key.
pub(crate) struct Registered {
    pub(crate) handle: Handle,
    /// Compressed.
    pub(crate) public_key: Vec<u8>,
    pub(crate) possession: bool,
}

impl<V: Variant> RegisteredKeys<V> {
    /// None yet, and never more than this.
    pub(super) fn new(keys_max: usize) -> anyhow::Result<Self> {
        let mut origin = [0; ORIGIN_BYTES];
        getrandom::fill(&mut origin).context("the system's random numbers")?;
        Ok(Self { origin, registry: RwLock::new(Registry::new(keys_max)) })
    }

    /// Registers a key. One that is there already keeps its handle.
    pub(crate) fn insert(&self, checked: &CheckedKey<V>) -> Result<Registered, Refused> {
        let CheckedKey { key, possession } = *checked;
        let mut registry = self.write();
        let handle = if possession {
            registry.insert_key_of_verified_possession(key)?
        } else {
            registry.insert_key(key)?
        };
        let possession = registry.has_possession(handle);
        Ok(Registered { handle: self.name(handle), public_key: key.to_bytes(), possession })
    }

    /// What is known of a key.
    pub(crate) fn get(&self, handle: Handle) -> Option<Registered> {
        let inner = self.inner(handle)?;
        let registry = self.read();
        let public_key = registry.get(inner)?.to_bytes();
        Some(Registered { handle, public_key, possession: registry.has_possession(inner) })
    }

    /// Forgets a key; whether it was there.
    pub(crate) fn remove(&self, handle: Handle) -> bool {
        self.inner(handle).is_some_and(|inner| self.write().remove(inner).is_some())
    }

    /// How many keys there are, and how many there may be.
    pub(crate) fn usage(&self) -> Usage {
        self.read().usage()
    }

    /// How an item names the key of a handle. That of another registry names none.
    pub(crate) fn owned_key(&self, handle: Handle) -> OwnedKey {
        OwnedKey::Handle(self.inner(handle).unwrap_or_default())
    }

    /// The keys that items name by handle, each at the place of its item; empty where none does.
    /// Copied out, so that nobody who registers waits for a batch.
    pub(super) fn keys_of(&self, items: &[OwnedItem<V>]) -> Vec<Option<PublicKey<V>>> {
        let by_handle = |item: &OwnedItem<V>| matches!(item.key, OwnedKey::Handle(_));
        if !items.iter().any(by_handle) {
            return Vec::new();
        }
        let registry = self.read();
        let key = |item: &OwnedItem<V>| match item.key {
            OwnedKey::Handle(handle) => registry.get(handle).copied(),
            OwnedKey::Bytes(_) => None,
        };
        items.iter().map(key).collect()
    }

    fn name(&self, inner: KeyHandle) -> Handle {
        let mut bytes = [0; HANDLE_BYTES];
        bytes[..ORIGIN_BYTES].copy_from_slice(&self.origin);
        bytes[ORIGIN_BYTES..].copy_from_slice(&inner.to_u64().to_be_bytes());
        Handle(bytes)
    }

    fn inner(&self, handle: Handle) -> Option<KeyHandle> {
        let (origin, number) = handle.0.split_first_chunk::<ORIGIN_BYTES>()?;
        let number = u64::from_be_bytes(number.try_into().ok()?);
        (*origin == self.origin).then(|| KeyHandle::from_u64(number))
    }

    fn read(&self) -> RwLockReadGuard<'_, Registry<V>> {
        self.registry.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Registry<V>> {
        self.registry.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<V: Variant> CheckedKey<V> {
    /// Decodes and checks a key, and the proof that somebody holds its secret, if there is one.
    pub(crate) fn parse(key: &[u8], proof: Option<&[u8]>) -> Result<Self, Refused> {
        let key = PublicKey::from_bytes(key).map_err(Refused::Key)?;
        if let Some(proof) = proof {
            let proof = Possession::from_bytes(proof).map_err(Refused::Proof)?;
            proof.verify(&possession_tag::<V>(), &key).map_err(RegistryError::Possession)?;
        }
        Ok(Self { key, possession: proof.is_some() })
    }
}

impl Refused {
    /// Why, for programs. These do not change.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Proof(_) | Self::Registry(RegistryError::Possession(_)) => "no_possession",
            Self::Registry(RegistryError::Full { .. }) => "registry_full",
            Self::Key(_) | Self::Registry(_) => "not_a_key",
        }
    }
}

impl Handle {
    /// The handle that these bytes are, if they are as many as one has.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl Serialize for Handle {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("0x{}", hex::encode(self.0)))
    }
}

impl<'de> Deserialize<'de> for Handle {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = HexBytes::deserialize(deserializer)?.0;
        Self::from_bytes(&bytes).ok_or_else(|| {
            let length = bytes.len();
            serde::de::Error::custom(format_args!("{length} bytes; a handle has {HANDLE_BYTES}"))
        })
    }
}

const ORIGIN_BYTES: usize = 8;

/// Bytes of a handle.
pub(crate) const HANDLE_BYTES: usize = ORIGIN_BYTES + 8;

#[cfg(test)]
mod tests {
    use super::*;
    use pairlane::{MinPk, SecretKey};

    #[test]
    fn a_handle_of_another_start_names_no_key() {
        let key = SecretKey::from_seed(&[1; 32], &[]).unwrap().public_key::<MinPk>().to_bytes();
        let registered = || {
            let keys = RegisteredKeys::<MinPk>::new(4).unwrap();
            let handle = keys.insert(&CheckedKey::parse(&key, None).unwrap()).unwrap().handle;
            (keys, handle)
        };
        let ((before, old), (after, new)) = (registered(), registered());
        assert_eq!(before.get(old).unwrap().public_key, key);
        assert!(after.get(old).is_none() && !after.remove(old));
        assert_eq!(after.owned_key(old), OwnedKey::Handle(KeyHandle::default()));
        assert!(after.remove(new) && after.get(new).is_none());
        let text = serde_json::to_string(&new).unwrap();
        assert_eq!(serde_json::from_str::<Handle>(&text).unwrap(), new);
        assert!(serde_json::from_str::<Handle>("\"0x00\"").is_err());
    }
}
