//! Hashed messages, kept for the next batch.

use core::fmt;
use core::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use lru::LruCache;
use sha2::{Digest, Sha256};

use crate::message::MessagePoint;
use crate::tag::Tag;
use crate::usage::Usage;
use crate::variant::Variant;

/// What a hashed message is found by: SHA-256 of tag and message, so that an entry's size does
/// not depend on the message's.
type Fingerprint = [u8; 32];

/// A bounded cache of hashed messages by (tag, message); the least recently used goes first.
///
/// May be shared between threads. Worth having where a message comes back in a later batch:
/// hashing costs about as much as the pairing that follows it.
pub struct MessageCache<V: Variant> {
    points: Mutex<LruCache<Fingerprint, MessagePoint<V>>>,
    hits: AtomicU64,
    misses: AtomicU64,
}

impl<V: Variant> MessageCache<V> {
    /// An empty cache for at most `messages_max` messages.
    pub fn new(messages_max: NonZeroUsize) -> Self {
        Self {
            points: Mutex::new(LruCache::new(messages_max)),
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
        }
    }

    /// The point of a message, from the cache or hashed and kept.
    pub fn hash(&self, tag: &Tag, message: &[u8]) -> MessagePoint<V> {
        let fingerprint = fingerprint(tag, &[], message);
        self.get(&fingerprint).unwrap_or_else(|| {
            let point = MessagePoint::hash(tag, message);
            self.put(fingerprint, point);
            point
        })
    }

    pub(crate) fn get(&self, fingerprint: &Fingerprint) -> Option<MessagePoint<V>> {
        let point = self.lock().get(fingerprint).copied();
        let counter = if point.is_some() { &self.hits } else { &self.misses };
        counter.fetch_add(1, Ordering::Relaxed);
        point
    }

    pub(crate) fn put(&self, fingerprint: Fingerprint, point: MessagePoint<V>) {
        self.lock().put(fingerprint, point);
    }

    /// A panic elsewhere cannot leave the map torn, so a poisoned lock is as good as any.
    fn lock(&self) -> MutexGuard<'_, LruCache<Fingerprint, MessagePoint<V>>> {
        self.points.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How it has been used and what it holds.
    pub fn usage(&self) -> Usage {
        let points = self.lock();
        // An entry of the map: key, value, two links, and the map's own pointer and control byte.
        let entry = size_of::<(Fingerprint, MessagePoint<V>)>() + 5 * size_of::<usize>();
        Usage {
            hits: self.hits.load(Ordering::Relaxed),
            misses: self.misses.load(Ordering::Relaxed),
            entries: points.len(),
            entries_max: points.cap().get(),
            memory_bytes: points.len() * entry,
        }
    }
}

/// Injective in (tag, augmentation || message): the tag's length, at most 255, comes first.
pub(crate) fn fingerprint(tag: &Tag, augmentation: &[u8], message: &[u8]) -> Fingerprint {
    let length = u8::try_from(tag.as_bytes().len()).expect("a tag has at most 255 bytes");
    Sha256::new()
        .chain_update([length])
        .chain_update(tag.as_bytes())
        .chain_update(augmentation)
        .chain_update(message)
        .finalize()
        .into()
}

impl<V: Variant> fmt::Debug for MessageCache<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let usage = self.usage();
        f.debug_struct("MessageCache").field("variant", &V::NAME).field("usage", &usage).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MinSig;

    #[test]
    fn bounded_counted_and_tagged() {
        let cache = MessageCache::<MinSig>::new(NonZeroUsize::new(2).unwrap());
        let (a, b) = (Tag::new("a").unwrap(), Tag::new("ab").unwrap());
        assert_eq!(cache.hash(&a, b"bc"), MessagePoint::hash(&a, b"bc"));
        assert_eq!(cache.hash(&b, b"c"), MessagePoint::hash(&b, b"c"));
        assert_eq!(cache.hash(&a, b"bc"), MessagePoint::hash(&a, b"bc"));
        cache.hash(&a, b"d");
        let usage = cache.usage();
        assert_eq!((usage.hits, usage.misses, usage.entries), (1, 3, 2));
        cache.hash(&b, b"c"); // was the least recently used, so it is gone
        assert_eq!(cache.usage().misses, 4);
    }
}
