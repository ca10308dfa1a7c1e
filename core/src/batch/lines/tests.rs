//! Batches of a registry that keeps lines, on every backend.

use crate::batch::{Item, ItemKey, Reason, Verdict, Verifier};
use crate::curve::KeptLines;
use crate::strategy::{Sequential, Strategy};
use crate::{Backend, KeyHandle, MinSig, PublicKey, Registry, SecretKey, Suite};

/// Signed messages, all different, by keys that sign one or two each.
struct Signed {
    suite: Suite<MinSig>,
    keys: Vec<PublicKey<MinSig>>,
    encodings: Vec<Vec<u8>>,
    messages: Vec<Vec<u8>>,
    signatures: Vec<Vec<u8>>,
}

impl Signed {
    fn new(count: usize) -> Self {
        let suite = Suite::proof_of_possession();
        // The last eighth is by signers of before.
        let signers = count.div_ceil(8) * 7;
        let secret = |i: usize| {
            let mut seed = [3; 32];
            seed[..8].copy_from_slice(&(i % signers).to_le_bytes());
            SecretKey::from_seed(&seed, &[]).unwrap()
        };
        let messages: Vec<_> = (0..count).map(|i| i.to_le_bytes().to_vec()).collect();
        let signatures = messages.iter().enumerate();
        let signatures =
            signatures.map(|(i, message)| secret(i).sign(&suite, message).to_bytes()).collect();
        let keys: Vec<PublicKey<MinSig>> = (0..count).map(|i| secret(i).public_key()).collect();
        let encodings = keys.iter().map(PublicKey::to_bytes).collect();
        Self { suite, keys, encodings, messages, signatures }
    }

    fn register(&self, registry: &mut Registry<MinSig>) -> Vec<KeyHandle> {
        self.keys.iter().map(|key| registry.insert_key(*key).unwrap()).collect()
    }

    /// The first items with the keys given; those of `bad` have one another's signatures.
    fn items<'a>(
        &'a self,
        count: usize,
        key: impl Fn(usize) -> ItemKey<'a, MinSig>,
        bad: impl Fn(usize) -> bool,
    ) -> Vec<Item<'a, MinSig>> {
        let item = |i: usize| {
            let signed = if bad(i) { (i + 1) % self.keys.len() } else { i };
            Item::new(&self.suite, key(i), &self.messages[i], &self.signatures[signed])
        };
        (0..count).map(item).collect()
    }
}

const WRONG: Verdict = Verdict::Invalid(Reason::WrongSignature);

fn check(registry: &Registry<MinSig>, signed: &Signed, handles: &[KeyHandle], backend: Backend) {
    let verifier = Verifier::new().with_registry(registry).with_backend(backend);
    let by_handle = |i: usize| ItemKey::Handle(handles[i]);
    let mixed = |i: usize| match i % 7 {
        2 => ItemKey::Bytes(&signed.encodings[i]),
        5 => ItemKey::Checked(&signed.keys[i]),
        _ => by_handle(i),
    };
    for count in [1, 7, 33, handles.len()] {
        let bads: [&dyn Fn(usize) -> bool; 4] =
            [&|_| false, &|i| i == count * 5 / 7, &|i| i % 3 == 1, &|_| true];
        for (pattern, bad) in bads.iter().enumerate() {
            let verdict = |i| if bad(i) { WRONG } else { Verdict::Valid };
            let expected: Vec<_> = (0..count).map(verdict).collect();
            for items in [signed.items(count, by_handle, bad), signed.items(count, mixed, bad)] {
                let verdicts = verifier.verify(&items, &Sequential);
                assert_eq!(verdicts, expected, "{backend}, {count} items, pattern {pattern}");
                let all = expected.iter().all(|verdict| verdict.is_valid());
                assert_eq!(verifier.all_valid(&items, &Sequential), all);
            }
        }
    }
}

#[test]
fn verdicts_are_the_same_with_lines_on_every_backend() {
    let signed = Signed::new(70);
    // Traced by whichever backend comes first, which leaves the others without.
    let mut shared = Registry::new(70);
    shared.keep_lines(70);
    let handles_of_shared = signed.register(&mut shared);
    for backend in Backend::available() {
        let mut registry = Registry::new(70);
        registry.keep_lines(40);
        let handles = signed.register(&mut registry);
        check(&registry, &signed, &handles, backend);
        check(&shared, &signed, &handles_of_shared, backend);
    }
}

/// Many threads, as far as the library knows.
struct Threads;

impl Strategy for Threads {
    fn map<T: Send>(&self, count: usize, f: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
        std::thread::scope(|scope| {
            let f = &f;
            let pieces: Vec<_> = (0..count).map(|i| scope.spawn(move || f(i))).collect();
            pieces.into_iter().map(|piece| piece.join().unwrap()).collect()
        })
    }

    fn threads(&self) -> usize {
        3
    }
}

#[test]
fn batches_at_once_keep_no_more_lines_than_they_may() {
    let signed = Signed::new(64);
    for backend in Backend::available() {
        let mut registry = Registry::new(64);
        registry.keep_lines(40);
        let handles = signed.register(&mut registry);
        let before = registry.usage().memory_bytes;
        let verifier = Verifier::new().with_registry(&registry).with_backend(backend);
        let items = signed.items(64, |i| ItemKey::Handle(handles[i]), |_| false);
        let together = Threads.map(4, |_| verifier.all_valid(&items, &Threads));
        assert_eq!(together, [true; 4]);
        assert!(verifier.all_valid(&items, &Threads));
        let points = if backend.lanes() == 1 { 0 } else { 40 + 1 };
        assert_eq!(registry.usage().memory_bytes, before + points * KeptLines::BYTES, "{backend}");
    }
}

#[test]
fn a_removed_key_makes_room() {
    let signed = Signed::new(24);
    for backend in Backend::available().into_iter().filter(|backend| backend.lanes() > 1) {
        let mut registry = Registry::new(24);
        registry.keep_lines(8);
        let handles = signed.register(&mut registry);
        let empty = registry.usage().memory_bytes;
        let held = |registry: &Registry<MinSig>| {
            (registry.usage().memory_bytes - empty) / KeptLines::BYTES
        };
        let verify = |registry: &Registry<MinSig>, range: core::ops::Range<usize>| {
            let items = signed.items(16, |i| ItemKey::Handle(handles[i]), |_| false);
            let verifier = Verifier::new().with_registry(registry).with_backend(backend);
            assert!(verifier.all_valid(&items[range], &Sequential));
        };
        // The generator's lines come on top.
        verify(&registry, 0..3);
        assert_eq!(held(&registry), 0, "too few for lanes");
        verify(&registry, 0..8);
        assert_eq!(held(&registry), 8 + 1);
        assert!(registry.remove(handles[0]).is_some() && registry.remove(handles[20]).is_some());
        assert_eq!(held(&registry), 7 + 1);
        verify(&registry, 8..16);
        assert_eq!(held(&registry), 8 + 1);
        assert!(registry.remove(handles[1]).is_some() && registry.remove(handles[15]).is_some());
        assert_eq!(held(&registry), 7 + 1);
        registry.keep_lines(0);
        assert_eq!(held(&registry), 0);
    }
}
