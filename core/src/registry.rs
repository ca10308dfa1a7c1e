//! Keys decoded and checked once, then used by handle.

use core::fmt;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use slotmap::{SlotMap, new_key_type};
use thiserror::Error;

use crate::backend::Backend;
use crate::curve::Affine;
use crate::error::{PointError, VerifyError};
use crate::possession::Possession;
use crate::public_key::PublicKey;
use crate::signature::Signature;
use crate::strategy::Strategy;
use crate::tag::{Suite, Tag};
use crate::usage::Usage;
use crate::variant::{MinSig, Variant};
use line_store::{LineStore, LinesOfKey};

mod line_store;

pub(crate) use line_store::BatchLines;

new_key_type! {
    /// Names a key of the [`Registry`] that gave it out. Not reused: after a removal it stays unknown,
    /// unless 2^31 more removals follow. A handle of another registry names another key or none.
    pub struct KeyHandle;
}

impl KeyHandle {
    /// The handle as a number, for wire formats and foreign languages.
    pub fn to_u64(self) -> u64 {
        slotmap::Key::data(&self).as_ffi()
    }

    /// The handle that [`Self::to_u64`] gave; any other number is a handle of no key.
    pub fn from_u64(number: u64) -> Self {
        // Numbers are one bit longer than what tells handles apart, and slotmap takes that bit either
        // way.
        let handle = Self::from(slotmap::KeyData::from_ffi(number));
        if handle.to_u64() == number { handle } else { Self::default() }
    }
}

/// Why a key was not registered, or an aggregate over handles not verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RegistryError {
    /// The bytes are not a public key.
    #[error("not a public key: {0}")]
    Key(#[from] PointError),
    /// The proof of possession does not verify for this key.
    #[error("the proof of possession does not hold for this key: {0}")]
    Possession(VerifyError),
    /// The registry holds as many keys as it may.
    #[error("the registry is full: it holds its limit of {keys_max} keys; remove some first")]
    Full {
        /// The limit given at construction.
        keys_max: usize,
    },
    /// No key has this handle (any more).
    #[error("no key has the handle at position {position}")]
    UnknownKey {
        /// Position of the handle in the call.
        position: usize,
    },
    /// The key at this position has no verified proof of possession.
    #[error("the key at position {position} has no verified proof of possession")]
    NoPossession {
        /// Position of the handle in the call.
        position: usize,
    },
    /// The aggregate did not verify.
    #[error(transparent)]
    Verify(#[from] VerifyError),
}

struct Entry<V: Variant> {
    key: PublicKey<V>,
    possession: bool,
    lines: LinesOfKey,
}

/// A bounded store of validated public keys.
///
/// Reading (`&self`) is free of locks; writers need `&mut self`. To share one that changes,
/// wrap it in a `RwLock`.
pub struct Registry<V: Variant> {
    keys: SlotMap<KeyHandle, Entry<V>>,
    handles: HashMap<PublicKey<V>, KeyHandle>,
    keys_max: usize,
    lines: LineStore,
    hits: AtomicU64,
    misses: AtomicU64,
}

impl<V: Variant> Registry<V> {
    /// An empty registry for at most `keys_max` keys. It grows as keys come.
    pub fn new(keys_max: usize) -> Self {
        Self {
            keys: SlotMap::with_key(),
            handles: HashMap::new(),
            keys_max,
            lines: LineStore::default(),
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
        }
    }

    /// Registers a key, compressed or uncompressed. A key that is there already keeps its handle.
    ///
    /// # Errors
    /// [`RegistryError::Key`] or [`RegistryError::Full`]; the registry is then unchanged.
    pub fn insert(&mut self, bytes: &[u8]) -> Result<KeyHandle, RegistryError> {
        let key = PublicKey::from_bytes(bytes)?;
        self.insert_entry(key, false)
    }

    /// Registers a key that has been checked already.
    ///
    /// # Errors
    /// [`RegistryError::Full`]; the registry is then unchanged.
    pub fn insert_key(&mut self, key: PublicKey<V>) -> Result<KeyHandle, RegistryError> {
        self.insert_entry(key, false)
    }

    /// Registers a key together with its proof of possession, which is verified under `tag`
    /// (usually [`crate::possession_tag`]), so that the key may stand in aggregates.
    ///
    /// # Errors
    /// As [`Self::insert`], and [`RegistryError::Possession`]; the registry is then unchanged.
    pub fn insert_with_possession(
        &mut self,
        bytes: &[u8],
        proof: &Possession<V>,
        tag: &Tag,
    ) -> Result<KeyHandle, RegistryError> {
        let key = PublicKey::from_bytes(bytes)?;
        proof.verify(tag, &key).map_err(RegistryError::Possession)?;
        self.insert_entry(key, true)
    }

    /// Registers a key whose proof the caller has verified with [`Possession::verify`]. For a registry
    /// behind a lock: a proof takes a pairing, which is better done before.
    ///
    /// # Errors
    /// [`RegistryError::Full`]; the registry is then unchanged.
    pub fn insert_key_of_verified_possession(
        &mut self,
        key: PublicKey<V>,
    ) -> Result<KeyHandle, RegistryError> {
        self.insert_entry(key, true)
    }

    fn insert_entry(
        &mut self,
        key: PublicKey<V>,
        possession: bool,
    ) -> Result<KeyHandle, RegistryError> {
        if let Some(&handle) = self.handles.get(&key) {
            self.keys[handle].possession |= possession;
            return Ok(handle);
        }
        if self.keys.len() >= self.keys_max {
            return Err(RegistryError::Full { keys_max: self.keys_max });
        }
        let handle = self.keys.insert(Entry { key, possession, lines: LinesOfKey::new() });
        self.handles.insert(key, handle);
        Ok(handle)
    }

    /// Removes a key and gives it back, if the handle names one.
    pub fn remove(&mut self, handle: KeyHandle) -> Option<PublicKey<V>> {
        let entry = self.keys.remove(handle)?;
        self.handles.remove(&entry.key);
        self.lines.release(usize::from(entry.lines.get().is_some()));
        Some(entry.key)
    }

    /// The key of a handle.
    pub fn get(&self, handle: KeyHandle) -> Option<&PublicKey<V>> {
        let entry = self.keys.get(handle);
        let counter = if entry.is_some() { &self.hits } else { &self.misses };
        counter.fetch_add(1, Ordering::Relaxed);
        entry.map(|entry| &entry.key)
    }

    /// The handle of a key, if it is registered.
    pub fn handle(&self, key: &PublicKey<V>) -> Option<KeyHandle> {
        self.handles.get(key).copied()
    }

    /// Whether the key of this handle is registered with a verified proof of possession.
    pub fn has_possession(&self, handle: KeyHandle) -> bool {
        self.keys.get(handle).is_some_and(|entry| entry.possession)
    }

    /// [`Signature::fast_aggregate_verify`] over registered keys, each of which must have a
    /// verified proof of possession.
    ///
    /// # Errors
    /// [`RegistryError::UnknownKey`], [`RegistryError::NoPossession`] or
    /// [`RegistryError::Verify`].
    pub fn fast_aggregate_verify(
        &self,
        suite: &Suite<V>,
        handles: &[KeyHandle],
        message: &[u8],
        signature: &Signature<V>,
    ) -> Result<(), RegistryError> {
        let keys = handles
            .iter()
            .enumerate()
            .map(|(position, &handle)| {
                let key = *self.get(handle).ok_or(RegistryError::UnknownKey { position })?;
                if !self.has_possession(handle) {
                    return Err(RegistryError::NoPossession { position });
                }
                Ok(key)
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(signature.fast_aggregate_verify(suite, &keys, message)?)
    }

    /// The lines that are kept of keys, traced now for the backend where there is room and a batch
    /// has not needed them before.
    pub(crate) fn lines_for_batch(
        &self,
        handles: &[Option<KeyHandle>],
        backend: Backend,
        strategy: &impl Strategy,
    ) -> BatchLines<'_> {
        let entry = |handle: &Option<KeyHandle>| self.keys.get((*handle)?);
        // The side of the pairing that is in G2: only a registry of MinSig keeps any.
        let point = |entry: &Entry<V>| V::pair(*entry.key.point(), Affine::IDENTITY).1;
        let keys = handles.iter().filter_map(entry).map(|entry| (point(entry), &entry.lines));
        self.lines.fill(keys, backend, strategy);
        let keys = handles.iter().map(|handle| entry(handle)?.lines.get()).collect();
        BatchLines { keys, generator: self.lines.generator() }
    }

    /// How it has been used and what it holds.
    pub fn usage(&self) -> Usage {
        let entry = size_of::<Entry<V>>() + size_of::<(PublicKey<V>, KeyHandle)>();
        Usage {
            hits: self.hits.load(Ordering::Relaxed),
            misses: self.misses.load(Ordering::Relaxed),
            entries: self.keys.len(),
            entries_max: self.keys_max,
            memory_bytes: self.keys.capacity().max(self.handles.capacity()) * (entry + 16)
                + self.lines.bytes(),
        }
    }
}

impl Registry<MinSig> {
    /// Keeps the lines that pairings take through a key, for at most `keys_max` keys: 17 KiB each.
    ///
    /// For keys that come back with ever new messages, as those of a committee do: batches on vector
    /// lanes whose items name such keys by handle then spend a third less on their Miller loops. The
    /// lines of a key are traced in the first batch that can use them, for the backend of that
    /// batch; other backends do without, and so do keys for which there is no room. Removing a key
    /// makes room, and lines kept before this call are dropped. [`Self::usage`] counts the memory.
    pub fn keep_lines(&mut self, keys_max: usize) {
        // The count starts anew.
        self.lines = LineStore::new(keys_max);
        self.keys.values_mut().for_each(|entry| entry.lines = LinesOfKey::new());
    }
}

impl<V: Variant> fmt::Debug for Registry<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry").field("variant", &V::NAME).field("usage", &self.usage()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{MinPk, SecretKey, possession_tag};

    fn key(seed: u8) -> SecretKey {
        SecretKey::from_seed(&[seed; 32], &[]).unwrap()
    }

    #[test]
    fn handles_are_stable_bounded_and_never_reused() {
        let mut registry = Registry::<MinPk>::new(2);
        let (a, b, c) = (key(1).public_key(), key(2).public_key(), key(3).public_key());
        let first = registry.insert(&a.to_bytes()).unwrap();
        assert_eq!(registry.insert(&a.to_uncompressed()), Ok(first));
        let second = registry.insert_key(b).unwrap();
        assert_eq!(registry.insert_key(c), Err(RegistryError::Full { keys_max: 2 }));
        assert_eq!(registry.remove(first), Some(a));
        let third = registry.insert_key(c).unwrap();
        assert_ne!(third, first);
        assert_eq!(registry.get(first), None);
        assert_eq!(registry.get(KeyHandle::from_u64(second.to_u64())), Some(&b));
        let usage = registry.usage();
        assert_eq!((usage.hits, usage.misses, usage.entries), (1, 1, 2));
        assert_eq!(
            registry.insert(&[0; 3]),
            Err(PointError::Length { expected: 48, actual: 3 }.into())
        );
    }

    #[test]
    fn aggregates_need_possession() {
        let mut registry = Registry::<MinPk>::new(8);
        let tag = possession_tag::<MinPk>();
        let suite = Suite::proof_of_possession();
        let (a, b) = (key(1), key(2));
        let public = a.public_key::<MinPk>().to_bytes();
        let first =
            registry.insert_with_possession(&public, &a.prove_possession(&tag), &tag).unwrap();
        assert_eq!(
            registry.insert_with_possession(&public, &b.prove_possession(&tag), &tag),
            Err(RegistryError::Possession(VerifyError::WrongSignature))
        );
        let second = registry.insert_key(b.public_key()).unwrap();
        let signature =
            Signature::aggregate(&[a.sign(&suite, b"m"), b.sign(&suite, b"m")]).unwrap();
        let verify = |registry: &Registry<MinPk>, handles: &[KeyHandle]| {
            registry.fast_aggregate_verify(&suite, handles, b"m", &signature)
        };
        assert_eq!(
            verify(&registry, &[first, second]),
            Err(RegistryError::NoPossession { position: 1 })
        );
        let public = b.public_key::<MinPk>().to_bytes();
        registry.insert_with_possession(&public, &b.prove_possession(&tag), &tag).unwrap();
        assert_eq!(verify(&registry, &[first, second]), Ok(()));
        let mut shared = Registry::<MinPk>::new(1);
        let handle = shared.insert_key_of_verified_possession(b.public_key()).unwrap();
        assert!(shared.has_possession(handle));
        assert_eq!(
            verify(&registry, &[first]),
            Err(RegistryError::Verify(VerifyError::WrongSignature))
        );
        assert_eq!(
            verify(&registry, &[KeyHandle::from_u64(0)]),
            Err(RegistryError::UnknownKey { position: 0 })
        );
    }
}
