//! Keys by handle and messages from a cache: the same verdicts, and the counters show that the
//! stores were asked.

use core::num::NonZeroUsize;

use pairlane::{
    KeyHandle, MessageCache, PublicKey, Reason, Registry, Sequential, Suite, Verdict, Verifier,
};
use pairlane_tests::batch::{check_with, settings};
use pairlane_tests::both_variants;
use pairlane_tests::case::{Case, good_cases, secret};
use pairlane_tests::fault::{Fault, Mismatch, bad_cases, spoil};
use pairlane_tests::oracle::Oracle;
use pairlane_tests::random::Random;

both_variants!(handles, unknown_handles, cached_messages, shared_between_threads);

fn entries(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).unwrap()
}

fn handles<V: Oracle>() {
    let mut registry = Registry::<V>::new(100);
    let mut cases = good_cases::<V>(30);
    cases.extend(bad_cases());
    // Every second by handle; a key that is none stays as it is and is refused as before.
    let cases: Vec<_> = cases
        .into_iter()
        .enumerate()
        .map(|(k, case)| if k % 2 == 0 { case.with_handle(&mut registry) } else { case })
        .collect();
    let by_handle =
        cases.iter().filter(|case| matches!(case.item().key, pairlane::ItemKey::Handle(_))).count();
    assert!(by_handle > 20);
    let batch: Vec<_> = cases.iter().collect();
    let before = registry.usage();
    assert_eq!((before.hits, before.entries), (0, by_handle));
    let verifier = Verifier::new().with_registry(&registry);
    for (setting, round) in settings().zip(1u64..) {
        check_with(&verifier, &batch, setting);
        // Once for the verdicts, once for all at once, which hears all keys before it stops.
        assert_eq!(registry.usage().hits, 2 * round * by_handle as u64);
    }
    assert_eq!(registry.usage().misses, 0);
}

fn unknown_handles<V: Oracle>() {
    let mut registry = Registry::<V>::new(100);
    let good = good_cases::<V>(20);
    let removed: KeyHandle = registry.insert(good[19].key()).unwrap();
    assert!(registry.remove(removed).is_some());
    let strange = [removed, KeyHandle::from_u64(0), KeyHandle::from_u64(u64::MAX)];
    let unknown: Vec<_> =
        strange.iter().map(|handle| good[0].clone().with_unknown_handle(*handle)).collect();
    // A handle that nobody knows comes before a signature that is none.
    let twice = good[1].with_signature(Vec::new()).with_unknown_handle(removed);
    let known: Vec<_> = good.iter().map(|case| case.clone().with_handle(&mut registry)).collect();

    let mut batch: Vec<_> = known.iter().chain(&unknown).chain([&twice]).collect();
    let verifier = Verifier::new().with_registry(&registry);
    for setting in settings() {
        Random::new(12).shuffle(&mut batch);
        check_with(&verifier, &batch, setting);
    }
    assert_eq!(registry.get(removed), None);

    // Without a registry no handle is known.
    let items: Vec<_> = known.iter().map(Case::item).collect();
    let verdicts = Verifier::new().verify(&items, &Sequential);
    assert_eq!(verdicts, [Verdict::Invalid(Reason::UnknownKey); 20]);
}

/// Five signers on each of four messages, in each of three suites, one of which mixes the key in.
fn cached_messages<V: Oracle>() {
    let mut cases = Vec::new();
    for suite in [Suite::<V>::basic(), Suite::proof_of_possession(), Suite::augmented()] {
        for signer in 0..5 {
            for message in 0..4 {
                let text = format!("message {message}");
                let case = Case::good(&suite, &secret(signer), text.as_bytes());
                cases.push(match signer {
                    4 => spoil(&case, signer, Fault::Equation(Mismatch::Message)),
                    _ => case,
                });
            }
        }
    }
    let batch: Vec<_> = cases.iter().collect();
    let items: Vec<_> = cases.iter().map(Case::item).collect();
    // Without augmentation 4 messages are hashed for each tag; with it 5 * 4 are.
    let cache = MessageCache::<V>::new(entries(100));
    let verifier = Verifier::new().with_message_cache(&cache);
    let expected: Vec<_> = cases.iter().map(Case::verdict).collect();
    assert_eq!(verifier.verify(&items, &Sequential), expected);
    let usage = cache.usage();
    assert_eq!((usage.hits, usage.misses, usage.entries), (0, 28, 28));
    assert_eq!(verifier.verify(&items, &Sequential), expected);
    let usage = cache.usage();
    assert_eq!((usage.hits, usage.misses, usage.entries), (28, 28, 28));

    // One that forgets most of what it is told.
    let cache = MessageCache::new(entries(3));
    let verifier = Verifier::new().with_message_cache(&cache);
    for setting in settings() {
        check_with(&verifier, &batch, setting);
    }
    assert_eq!(cache.usage().entries, 3);
}

fn shared_between_threads<V: Oracle>() {
    let mut registry = Registry::<V>::new(100);
    let mut cases = good_cases::<V>(24);
    cases.extend(bad_cases().into_iter().take(5));
    let cases: Vec<_> = cases.into_iter().map(|case| case.with_handle(&mut registry)).collect();
    let cache = MessageCache::new(entries(100));
    let verifier = Verifier::new().with_registry(&registry).with_message_cache(&cache);
    std::thread::scope(|scope| {
        for seed in 0..4 {
            let (verifier, cases) = (&verifier, &cases);
            scope.spawn(move || {
                let mut batch: Vec<_> = cases.iter().collect();
                Random::new(seed).shuffle(&mut batch);
                check_with(
                    verifier,
                    &batch,
                    settings().nth(usize::try_from(seed).unwrap()).unwrap(),
                );
            });
        }
    });
    let known = PublicKey::<V>::from_bytes(cases[0].key()).unwrap();
    assert!(registry.handle(&known).is_some());
}
