//! Batches and what verifies them.

use pairlane::{Item, ItemKey, KeyHandle, MinPk, MinSig, Pooled, Registry, Sequential};
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::ffi::Variant;
use super::suite::{Suite, unknown};
use crate::limits::PL_COUNT_MAX;
use crate::status::{Failure, PL_BAD_LENGTH, PL_FULL, PL_NO_THREADS, PL_VARIANT_MISMATCH};
use crate::verdict::verdict_code;

/// Most threads of a verifier: more is a mistake in the call.
const THREADS_MAX: usize = 1024;

pub(super) struct Batch {
    items: Vec<Owned>,
    bytes: usize,
    items_max: usize,
    bytes_max: usize,
}

/// An item with its own copy of everything.
struct Owned {
    suite: Suite,
    key: Key,
    message: Vec<u8>,
    signature: Vec<u8>,
}

enum Key {
    Bytes(Vec<u8>),
    Number(u64),
}

pub(super) fn new_batch(items_max: usize, bytes_max: usize) -> Result<Box<Batch>, Failure> {
    if items_max > PL_COUNT_MAX {
        let detail = format_args!("{items_max} items, at most {PL_COUNT_MAX} are possible");
        return Err(Failure::new(PL_BAD_LENGTH, detail));
    }
    Ok(Box::new(Batch { items: Vec::new(), bytes: 0, items_max, bytes_max }))
}

impl Batch {
    pub(super) fn push(
        &mut self,
        suite: &Suite,
        key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), Failure> {
        self.make_room(key.len(), message, signature)?;
        self.add(suite, Key::Bytes(key.to_vec()), message, signature);
        Ok(())
    }

    pub(super) fn push_number(
        &mut self,
        suite: &Suite,
        key_number: u64,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), Failure> {
        self.make_room(size_of::<u64>(), message, signature)?;
        self.add(suite, Key::Number(key_number), message, signature);
        Ok(())
    }

    pub(super) fn count(&self) -> usize {
        self.items.len()
    }

    pub(super) fn clear(&mut self) {
        self.items.clear();
        self.bytes = 0;
    }

    /// Counts an item's bytes, if there is room for it.
    fn make_room(&mut self, key: usize, message: &[u8], signature: &[u8]) -> Result<(), Failure> {
        let bytes = key.saturating_add(message.len()).saturating_add(signature.len());
        if bytes > self.bytes_max {
            let detail =
                format_args!("an item of {bytes} bytes, the batch takes {}", self.bytes_max);
            return Err(Failure::new(PL_BAD_LENGTH, detail));
        }
        if self.items.len() >= self.items_max || bytes > self.bytes_max - self.bytes {
            return Err(Failure::new(PL_FULL, "the batch is full; verify and clear it first"));
        }
        self.bytes += bytes;
        Ok(())
    }

    fn add(&mut self, suite: &Suite, key: Key, message: &[u8], signature: &[u8]) {
        let (message, signature) = (message.to_vec(), signature.to_vec());
        self.items.push(Owned { suite: suite.clone(), key, message, signature });
    }
}

impl Owned {
    fn item<'a, V: pairlane::Variant>(&'a self, suite: &'a pairlane::Suite<V>) -> Item<'a, V> {
        let key = match &self.key {
            Key::Bytes(bytes) => ItemKey::Bytes(bytes),
            Key::Number(number) => ItemKey::Handle(KeyHandle::from_u64(*number)),
        };
        Item::new(suite, key, &self.message[..], &self.signature[..])
    }
}

pub(super) struct Verifier {
    keys: Keys,
    pool: Option<ThreadPool>,
}

enum Keys {
    MinPk(Registry<MinPk>),
    MinSig(Registry<MinSig>),
}

pub(super) fn new_verifier(
    variant: Variant,
    keys_max: usize,
    threads: usize,
) -> Result<Box<Verifier>, Failure> {
    let keys = match variant {
        Variant::MinPk => Keys::MinPk(Registry::new(keys_max)),
        Variant::MinSig => Keys::MinSig(Registry::new(keys_max)),
        other => return Err(unknown("variant", other.repr)),
    };
    if threads > THREADS_MAX {
        let detail =
            format_args!("{threads} threads asked for; at most {THREADS_MAX} are possible");
        return Err(Failure::new(PL_BAD_LENGTH, detail));
    }
    let pool = (threads > 0)
        .then(|| ThreadPoolBuilder::new().num_threads(threads).build())
        .transpose()
        .map_err(|error| Failure::new(PL_NO_THREADS, error))?;
    Ok(Box::new(Verifier { keys, pool }))
}

impl Verifier {
    pub(super) fn insert(&mut self, key: &[u8]) -> Result<u64, Failure> {
        Ok(match &mut self.keys {
            Keys::MinPk(registry) => registry.insert(key)?.to_u64(),
            Keys::MinSig(registry) => registry.insert(key)?.to_u64(),
        })
    }

    pub(super) fn remove(&mut self, key_number: u64) -> bool {
        let handle = KeyHandle::from_u64(key_number);
        match &mut self.keys {
            Keys::MinPk(registry) => registry.remove(handle).is_some(),
            Keys::MinSig(registry) => registry.remove(handle).is_some(),
        }
    }

    pub(super) fn verify(&self, batch: &Batch) -> Result<Vec<u8>, Failure> {
        match &self.keys {
            Keys::MinPk(registry) => self.judge(registry, batch, |suite| match suite {
                Suite::MinPk(suite) => Some(suite),
                Suite::MinSig(_) => None,
            }),
            Keys::MinSig(registry) => self.judge(registry, batch, |suite| match suite {
                Suite::MinSig(suite) => Some(suite),
                Suite::MinPk(_) => None,
            }),
        }
    }

    fn judge<V: pairlane::Variant>(
        &self,
        registry: &Registry<V>,
        batch: &Batch,
        of_variant: impl Fn(&Suite) -> Option<&pairlane::Suite<V>>,
    ) -> Result<Vec<u8>, Failure> {
        let items = batch.items.iter().map(|item| Some(item.item(of_variant(&item.suite)?)));
        let items: Option<Vec<_>> = items.collect();
        let items = items.ok_or_else(|| {
            let detail = "an item's suite and the verifier are of different variants";
            Failure::new(PL_VARIANT_MISMATCH, detail)
        })?;
        let verifier = pairlane::Verifier::new().with_registry(registry);
        let verdicts = match &self.pool {
            Some(pool) => verifier.verify(&items, &Pooled(pool)),
            None => verifier.verify(&items, &Sequential),
        };
        Ok(verdicts.into_iter().map(verdict_code).collect())
    }
}
