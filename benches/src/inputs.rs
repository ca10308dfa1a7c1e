//! Batches to measure on: real keys and signatures, made once per case.

use pairlane::{Item, KeyHandle, PublicKey, Registry, SecretKey, Suite, Variant};

/// Who signs what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Every item has a message and a signer of its own.
    Distinct,
    /// All items have one message, each a signer of its own.
    SameMessage,
    /// So many messages, each signed by its own equal share of signers.
    Messages(usize),
}

/// Signed items with compressed signatures and keys known beforehand, as a node has them.
pub struct Batch<V: Variant> {
    /// The proof-of-possession suite of the variant.
    pub suite: Suite<V>,
    /// Checked keys by handle.
    pub registry: Registry<V>,
    /// The handle of each item's key.
    pub handles: Vec<KeyHandle>,
    /// The key of each item.
    pub keys: Vec<PublicKey<V>>,
    /// The message of each item, 32 bytes.
    pub messages: Vec<[u8; 32]>,
    /// The compressed signature of each item.
    pub signatures: Vec<Vec<u8>>,
}

impl<V: Variant> Batch<V> {
    /// `n` valid items of the given shape.
    ///
    /// # Panics
    /// Never: the seeds have the length that key generation asks for.
    pub fn new(n: usize, shape: Shape) -> Self {
        let suite = Suite::proof_of_possession();
        let mut batch = Self {
            registry: Registry::new(n),
            handles: Vec::with_capacity(n),
            keys: Vec::with_capacity(n),
            messages: Vec::with_capacity(n),
            signatures: Vec::with_capacity(n),
            suite,
        };
        for i in 0..n {
            let mut seed = [7; 32];
            seed[..8].copy_from_slice(&(i as u64).to_le_bytes());
            let secret = SecretKey::from_seed(&seed, &[]).expect("32 bytes of seed");
            let message_number = match shape {
                Shape::Distinct => i,
                Shape::SameMessage => 0,
                Shape::Messages(messages) => i % messages,
            };
            let mut message = [0xa5; 32];
            message[..8].copy_from_slice(&(message_number as u64).to_le_bytes());
            let key = secret.public_key();
            batch.handles.push(batch.registry.insert_key(key).expect("room for n keys"));
            batch.keys.push(key);
            batch.messages.push(message);
            batch.signatures.push(secret.sign(&batch.suite, &message).to_bytes());
        }
        batch
    }

    /// Makes the signature at `i` a valid one by the same key on another message.
    ///
    /// # Panics
    /// Never: the seeds have the length that key generation asks for.
    pub fn spoil(&mut self, i: usize) {
        let mut seed = [7; 32];
        seed[..8].copy_from_slice(&(i as u64).to_le_bytes());
        let secret = SecretKey::from_seed(&seed, &[]).expect("32 bytes of seed");
        self.signatures[i] = secret.sign(&self.suite, b"not what is in the batch").to_bytes();
    }

    /// The items, keys by handle.
    pub fn items(&self) -> Vec<Item<'_, V>> {
        (0..self.handles.len())
            .map(|i| {
                Item::new(&self.suite, self.handles[i], &self.messages[i], &self.signatures[i])
            })
            .collect()
    }
}
