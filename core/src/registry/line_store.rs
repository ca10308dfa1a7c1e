//! How many of a registry's keys have lines, and may have.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::arch::G2;
use crate::backend::Backend;
use crate::curve::{Affine, Curve, KeptLines};
use crate::strategy::Strategy;

/// The lines of one key, once a batch has needed them.
pub(super) type LinesOfKey = OnceLock<KeptLines>;

/// The bound on kept lines, and the lines that every batch needs.
#[derive(Debug, Default)]
pub(super) struct LineStore {
    keys_max: usize,
    /// Keys that have lines, or for which they are being traced.
    keys: AtomicUsize,
    /// Of the opposite of the generator, which is paired with the signatures.
    generator: LinesOfKey,
}

/// What lines a batch can use.
pub(crate) struct BatchLines<'a> {
    /// For each of its keys, if they are kept.
    pub(crate) keys: Vec<Option<&'a KeptLines>>,
    /// Of the opposite of the generator.
    pub(crate) generator: Option<&'a KeptLines>,
}

impl LineStore {
    pub(super) fn new(keys_max: usize) -> Self {
        Self { keys_max, ..Self::default() }
    }

    /// Traces the lines of keys that have none, as far as there is room.
    pub(super) fn fill<'a>(
        &self,
        keys: impl Iterator<Item = (Affine<G2>, &'a LinesOfKey)>,
        backend: Backend,
        strategy: &impl Strategy,
    ) {
        // A piece fills any backend's lanes many times over: its points share their inversions.
        const KEYS_PER_PIECE: usize = 128;
        if backend.lanes() == 1 || self.keys_max == 0 {
            return;
        }
        if self.generator.get().is_none() {
            let lines = KeptLines::of(&[G2::generator().neg()], backend).pop();
            // Another batch may have been faster, here and below.
            let _ = lines.map(|lines| self.generator.set(lines));
        }
        let missing: Vec<_> = keys.filter(|(_, lines)| lines.get().is_none()).collect();
        let mut room = self.reserve(missing.len());
        let missing = &missing[..room.keys];
        let pieces: Vec<_> = missing.chunks(KEYS_PER_PIECE).collect();
        let kept = strategy.map(pieces.len(), |piece| {
            let points: Vec<_> = pieces[piece].iter().map(|(point, _)| *point).collect();
            let lines = KeptLines::of(&points, backend);
            let set = pieces[piece].iter().zip(lines).map(|((_, key), lines)| key.set(lines));
            set.flatten().count()
        });
        room.keys -= kept.iter().sum::<usize>();
    }

    pub(super) fn generator(&self) -> Option<&KeptLines> {
        self.generator.get()
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        let points =
            self.keys.load(Ordering::Relaxed) + usize::from(self.generator.get().is_some());
        points * KeptLines::BYTES
    }

    /// Room for so many keys or as many as there is room for.
    fn reserve(&self, keys: usize) -> Room<'_> {
        let next = |held: usize| Some(held + keys.min(self.keys_max - held));
        let held = self.keys.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
        Room { store: self, keys: keys.min(self.keys_max - held.expect("always a next value")) }
    }

    /// Gives up what so many keys held.
    pub(super) fn release(&self, keys: usize) {
        self.keys.fetch_sub(keys, Ordering::Relaxed);
    }
}

/// Room that no lines have been put in yet; given back if that is never done.
struct Room<'a> {
    store: &'a LineStore,
    keys: usize,
}

impl Drop for Room<'_> {
    fn drop(&mut self) {
        self.store.release(self.keys);
    }
}
