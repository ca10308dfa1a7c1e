//! The incremental form for a node: push items as they come, flush by count, age or bytes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use thiserror::Error;

use super::{Item, ItemKey, Verdict, Verifier};
use crate::registry::KeyHandle;
use crate::strategy::Strategy;
use crate::tag::Suite;
use crate::variant::Variant;

/// An item that owns its bytes.
#[derive(Clone, Debug)]
pub struct OwnedItem<V: Variant> {
    /// The scheme and tag.
    pub suite: Arc<Suite<V>>,
    /// Who signed.
    pub key: OwnedKey,
    /// What was signed.
    pub message: Vec<u8>,
    /// The signature, encoded.
    pub signature: Vec<u8>,
}

/// The key of an [`OwnedItem`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnedKey {
    /// A key of the verifier's registry.
    Handle(KeyHandle),
    /// Encoded, compressed or not.
    Bytes(Vec<u8>),
}

impl<V: Variant> OwnedItem<V> {
    /// The item that a batch takes.
    pub fn as_item(&self) -> Item<'_, V> {
        let key = match &self.key {
            OwnedKey::Handle(handle) => ItemKey::Handle(*handle),
            OwnedKey::Bytes(bytes) => ItemKey::Bytes(bytes),
        };
        Item::new(&self.suite, key, &self.message, &self.signature)
    }

    fn bytes(&self) -> usize {
        let key = match &self.key {
            OwnedKey::Handle(_) => size_of::<KeyHandle>(),
            OwnedKey::Bytes(bytes) => bytes.len(),
        };
        key + self.message.len() + self.signature.len()
    }
}

/// When a [`Queue`] is due, and how much it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlushLimits {
    /// Most items held.
    pub items_max: usize,
    /// Most bytes of keys, messages and signatures held.
    pub bytes_max: usize,
    /// Longest that the oldest item waits before the queue is due.
    pub age_max: Duration,
}

impl Default for FlushLimits {
    /// 1024 items, 16 MiB, 10 ms.
    fn default() -> Self {
        Self { items_max: 1024, bytes_max: 16 << 20, age_max: Duration::from_millis(10) }
    }
}

/// Why an item was not queued; it is given back with its ticket.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PushError<V: Variant, T> {
    /// The queue is at a limit: flush it and push again.
    #[error("the queue is at its limit; flush it and push again")]
    Full(T, OwnedItem<V>),
    /// The item alone is larger than the queue may ever hold.
    #[error("the item alone is larger than the queue's limit of {bytes_max} bytes")]
    TooLarge {
        /// The limit in force.
        bytes_max: usize,
        /// The ticket as pushed.
        ticket: T,
        /// The item as pushed.
        item: OwnedItem<V>,
    },
}

/// Items waiting to be verified together, each with the caller's ticket `T`.
///
/// Has no thread and no timer: the caller asks [`Self::due_at`] when to come back, passes the time
/// in, and flushes. Pushing and flushing need `&mut self`.
#[derive(Debug)]
pub struct Queue<V: Variant, T> {
    entries: Vec<(T, OwnedItem<V>)>,
    bytes: usize,
    oldest: Option<Instant>,
    limits: FlushLimits,
}

impl<V: Variant, T> Queue<V, T> {
    /// An empty queue.
    pub fn new(limits: FlushLimits) -> Self {
        Self { entries: Vec::new(), bytes: 0, oldest: None, limits }
    }

    /// Takes an item in; the answer says whether the queue is now due for a flush.
    ///
    /// # Errors
    /// [`PushError::Full`] or [`PushError::TooLarge`]; the queue is then unchanged.
    pub fn push(
        &mut self,
        ticket: T,
        item: OwnedItem<V>,
        now: Instant,
    ) -> Result<bool, PushError<V, T>> {
        let bytes = item.bytes();
        if bytes > self.limits.bytes_max {
            let bytes_max = self.limits.bytes_max;
            return Err(PushError::TooLarge { bytes_max, ticket, item });
        }
        if self.entries.len() >= self.limits.items_max || self.bytes + bytes > self.limits.bytes_max
        {
            return Err(PushError::Full(ticket, item));
        }
        self.bytes += bytes;
        self.oldest.get_or_insert(now);
        self.entries.push((ticket, item));
        Ok(self.is_due(now))
    }

    /// Whether a limit of count, bytes or age is reached.
    pub fn is_due(&self, now: Instant) -> bool {
        self.entries.len() >= self.limits.items_max
            || self.bytes >= self.limits.bytes_max
            || self.due_at().is_some_and(|due| now >= due)
    }

    /// When the oldest item will have waited long enough; `None` for an empty queue, and for an age that
    /// no clock reaches.
    pub fn due_at(&self) -> Option<Instant> {
        self.oldest?.checked_add(self.limits.age_max)
    }

    /// Items waiting.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether no item waits.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Verifies all that waits, in order, and leaves the queue empty.
    pub fn flush(
        &mut self,
        verifier: &Verifier<'_, V>,
        strategy: &impl Strategy,
    ) -> Vec<(T, Verdict)> {
        let items: Vec<_> = self.entries.iter().map(|(_, item)| item.as_item()).collect();
        let verdicts = verifier.verify(&items, strategy);
        self.bytes = 0;
        self.oldest = None;
        self.entries.drain(..).map(|(ticket, _)| ticket).zip(verdicts).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{MinSig, Reason, SecretKey, Sequential};

    fn item(message: &[u8], good: bool) -> OwnedItem<MinSig> {
        let suite = Suite::basic();
        let key = SecretKey::from_seed(&[3; 32], &[]).unwrap();
        let signed = if good { message } else { b"another" };
        OwnedItem {
            key: OwnedKey::Bytes(key.public_key::<MinSig>().to_bytes()),
            message: message.to_vec(),
            signature: key.sign(&suite, signed).to_bytes(),
            suite: Arc::new(suite),
        }
    }

    #[test]
    fn an_age_may_be_endless() {
        let limits = FlushLimits { items_max: 2, bytes_max: 1000, age_max: Duration::MAX };
        let mut queue = Queue::new(limits);
        let now = Instant::now();
        assert!(!queue.push((), item(b"1", true), now).unwrap());
        assert_eq!(queue.due_at(), None);
        assert!(queue.push((), item(b"2", true), now).unwrap());
    }

    #[test]
    fn due_by_count_age_and_bytes() {
        let start = Instant::now();
        let age_max = Duration::from_secs(1);
        let mut queue = Queue::new(FlushLimits { items_max: 2, bytes_max: 1000, age_max });
        assert_eq!(queue.due_at(), None);
        assert!(!queue.push('a', item(b"1", true), start).unwrap());
        assert!(!queue.is_due(start + age_max / 2) && queue.is_due(start + age_max));
        assert!(queue.push('b', item(b"2", false), start).unwrap());
        let Err(PushError::Full('c', third)) = queue.push('c', item(b"3", true), start) else {
            panic!("a full queue takes nothing")
        };
        let verdicts = queue.flush(&Verifier::new(), &Sequential);
        let wrong = Verdict::Invalid(Reason::WrongSignature);
        assert_eq!(verdicts, [('a', Verdict::Valid), ('b', wrong)]);
        assert!(queue.is_empty() && queue.due_at().is_none());
        assert!(!queue.push('c', third, start).unwrap());
        assert!(queue.push('d', item(&[0; 855 - 48 - 97], true), start).is_ok());
        assert!(matches!(
            queue.push('e', item(&[0; 1000], true), start),
            Err(PushError::TooLarge { bytes_max: 1000, ticket: 'e', .. })
        ));
    }
}
