//! Keys that come back, decoded and checked once.

use std::collections::HashMap;
use std::num::NonZeroUsize;

use lru::LruCache;
use pairlane::{PublicKey, Strategy, Variant};

use super::batch::Record;

/// Most encodings remembered: at some 200 to 350 bytes each, under 50 MB.
const ENCODINGS_MAX: NonZeroUsize = NonZeroUsize::new(1 << 17).expect("not zero");

/// A bounded memory of public keys by their encoding.
///
/// The square root that decodes a key costs as much as the rest of its signature's share in a
/// large batch, so a key that comes again is worth remembering. One that does not is left to the
/// batch, which checks many at once for less than one by one would cost; so a key is decoded
/// here only when it is seen for the second time.
pub(super) struct Keys<V: Variant> {
    encodings: LruCache<Box<[u8]>, Known<V>>,
}

enum Known<V: Variant> {
    /// Seen once.
    Seen,
    /// No key: the engine will say why, each time.
    Bad,
    /// Decoded and checked.
    Good(PublicKey<V>),
}

impl<V: Variant> Keys<V> {
    /// An empty memory.
    pub(super) fn new() -> Self {
        Self { encodings: LruCache::new(ENCODINGS_MAX) }
    }

    /// Looks at the keys of a chunk and decodes those that are worth it.
    pub(super) fn learn(&mut self, records: &[Record<'_>], strategy: &impl Strategy) {
        let mut counts = HashMap::<_, usize>::with_capacity(records.len());
        // A length that no key has is not worth a place, and could be large.
        for record in records.iter().filter(|record| is_plausible::<V>(record.public_key)) {
            *counts.entry(record.public_key).or_default() += 1;
        }
        let mut wanted = Vec::new();
        for (encoding, count) in counts {
            match self.encodings.get(encoding) {
                Some(Known::Good(_) | Known::Bad) => {}
                None if count == 1 => {
                    self.encodings.put(encoding.into(), Known::Seen);
                }
                None | Some(Known::Seen) => wanted.push(encoding),
            }
        }
        let decoded = strategy.map(wanted.len(), |place| PublicKey::from_bytes(wanted[place]));
        for (encoding, key) in wanted.into_iter().zip(decoded) {
            self.encodings.put(encoding.into(), key.map_or(Known::Bad, Known::Good));
        }
    }

    /// The key of an encoding, if it is known and good.
    pub(super) fn get(&self, encoding: &[u8]) -> Option<&PublicKey<V>> {
        match self.encodings.peek(encoding) {
            Some(Known::Good(key)) => Some(key),
            _ => None,
        }
    }
}

/// Whether an encoding has the length of a key, compressed or not.
fn is_plausible<V: Variant>(encoding: &[u8]) -> bool {
    encoding.len() == V::PUBLIC_KEY_LENGTH || encoding.len() == 2 * V::PUBLIC_KEY_LENGTH
}

#[cfg(test)]
mod tests {
    use super::*;
    use pairlane::{MinPk, SecretKey, Sequential};

    fn record(public_key: &[u8]) -> Record<'_> {
        Record { number: 1, public_key, message: &[], signature: &[] }
    }

    #[test]
    fn the_second_sight_decodes() {
        let secret = SecretKey::from_seed(&[1; 32], &[]).unwrap();
        let key = secret.public_key::<MinPk>();
        let encoding = key.to_bytes();
        let mut keys = Keys::<MinPk>::new();
        keys.learn(&[record(&encoding)], &Sequential);
        assert_eq!(keys.get(&encoding), None);
        keys.learn(&[record(&encoding)], &Sequential);
        assert_eq!(keys.get(&encoding), Some(&key));

        let mut keys = Keys::<MinPk>::new();
        keys.learn(&[record(&encoding), record(&encoding)], &Sequential);
        assert_eq!(keys.get(&encoding), Some(&key));
    }

    #[test]
    fn bad_keys_and_odd_lengths_are_left_to_the_engine() {
        let mut keys = Keys::<MinPk>::new();
        let (bad, odd) = ([0xff; 48], [0xff; 47]);
        keys.learn(&[record(&bad), record(&bad), record(&odd), record(&odd)], &Sequential);
        assert_eq!((keys.get(&bad), keys.get(&odd)), (None, None));
        assert_eq!(keys.encodings.len(), 1);
    }
}
