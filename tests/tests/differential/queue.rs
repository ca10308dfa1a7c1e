//! Items pushed one by one and flushed together.

use std::sync::Arc;
use std::time::{Duration, Instant};

use pairlane::{
    FlushLimits, ItemKey, OwnedItem, OwnedKey, Pooled, PushError, Queue, Registry, Verifier,
};
use pairlane_tests::both_variants;
use pairlane_tests::case::{Case, good_cases};
use pairlane_tests::fault::bad_cases;
use pairlane_tests::oracle::Oracle;
use pairlane_tests::random::Random;

both_variants!(tickets_come_back_with_their_verdicts, bytes_are_limited);

fn owned<V: Oracle>(case: &Case<V>) -> OwnedItem<V> {
    OwnedItem {
        suite: Arc::new(case.suite().clone()),
        key: match case.item().key {
            ItemKey::Handle(handle) => OwnedKey::Handle(handle),
            _ => OwnedKey::Bytes(case.key().to_vec()),
        },
        message: case.message().to_vec(),
        signature: case.signature().to_vec(),
    }
}

fn tickets_come_back_with_their_verdicts<V: Oracle>() {
    let mut registry = Registry::<V>::new(100);
    let mut cases: Vec<_> =
        good_cases::<V>(40).into_iter().map(|case| case.with_handle(&mut registry)).collect();
    cases.extend(bad_cases());
    Random::new(14).shuffle(&mut cases);
    let verifier = Verifier::new().with_registry(&registry);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();

    let limits = FlushLimits { items_max: 25, ..FlushLimits::default() };
    let (mut queue, now) = (Queue::new(limits), Instant::now());
    let mut answered = Vec::new();
    for (ticket, case) in cases.iter().enumerate() {
        if queue.push(ticket, owned(case), now).unwrap() {
            assert_eq!(queue.len(), 25);
            answered.extend(queue.flush(&verifier, &Pooled(&pool)));
            assert!(queue.is_empty() && queue.due_at().is_none());
        }
    }
    assert_eq!(queue.due_at(), Some(now + Duration::from_millis(10)));
    answered.extend(queue.flush(&verifier, &Pooled(&pool)));
    assert!(queue.flush(&verifier, &Pooled(&pool)).is_empty());
    let expected: Vec<_> = cases.iter().map(Case::verdict).enumerate().collect();
    assert_eq!(answered, expected);
}

fn bytes_are_limited<V: Oracle>() {
    let cases = good_cases::<V>(3);
    let bytes = |case: &Case<V>| case.key().len() + case.message().len() + case.signature().len();
    let bytes_max = bytes(&cases[0]) + bytes(&cases[1]);
    let mut queue = Queue::new(FlushLimits { bytes_max, ..FlushLimits::default() });
    let now = Instant::now();
    assert!(!queue.push(0, owned(&cases[0]), now).unwrap());
    assert!(queue.push(1, owned(&cases[1]), now).unwrap());
    let refused = queue.push(2, owned(&cases[2]), now);
    assert!(matches!(refused, Err(PushError::Full(2, _))));
    assert_eq!(queue.len(), 2);
    let mut large = owned(&cases[2]);
    large.message = vec![0; bytes_max];
    let refused = queue.push(3, large, now);
    assert!(matches!(refused, Err(PushError::TooLarge { ticket: 3, .. })));
}
