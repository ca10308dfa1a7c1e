//! Chunks of records to verdicts, with what is worth keeping between chunks.

use std::num::NonZeroUsize;

use pairlane::{Item, ItemKey, MessageCache, Suite, Variant, Verdict, Verifier, WeightBits};

use super::keys::Keys;
use super::reader::Chunk;
use crate::executor::Executor;

/// Most hashed messages kept, about 10 MB. Within a chunk the engine hashes a message once as it
/// is; this is for messages that come back, as when many signers sign each of many blocks.
const MESSAGES_MAX: NonZeroUsize = NonZeroUsize::new(1 << 15).expect("not zero");

/// Verifies chunk after chunk under one suite.
pub(super) struct Engine<'a, V: Variant> {
    suite: &'a Suite<V>,
    weight_bits: WeightBits,
    executor: &'a Executor,
    keys: Keys<V>,
    messages: MessageCache<V>,
}

impl<'a, V: Variant> Engine<'a, V> {
    /// An engine that knows no keys and no messages yet.
    pub(super) fn new(
        suite: &'a Suite<V>,
        weight_bits: WeightBits,
        executor: &'a Executor,
    ) -> Self {
        let messages = MessageCache::new(MESSAGES_MAX);
        Self { suite, weight_bits, executor, keys: Keys::new(), messages }
    }

    /// The verdict on each record, in order.
    pub(super) fn verify(&mut self, chunk: &Chunk) -> Vec<Verdict> {
        let records: Vec<_> = chunk.records().collect();
        self.keys.learn(&records, self.executor);
        let items: Vec<_> = records
            .iter()
            .map(|record| {
                let known = self.keys.get(record.public_key).map(ItemKey::Checked);
                let key = known.unwrap_or(ItemKey::Bytes(record.public_key));
                Item::new(self.suite, key, record.message, record.signature)
            })
            .collect();
        Verifier::new()
            .with_message_cache(&self.messages)
            .with_weight_bits(self.weight_bits)
            .verify(&items, self.executor)
    }
}
