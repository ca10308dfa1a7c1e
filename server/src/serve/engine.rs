//! The engine behind the service: a pool of its own, and a bound on what waits for it.
//!
//! Verification takes milliseconds of a core, so it never runs on the threads that speak HTTP. Work
//! is counted in items: who wants to verify waits for as many places, a stream for as long as it
//! takes, a single request for a bounded time.

use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use pairlane::{
    Item, MessageCache, MinPk, MinSig, OwnedItem, Pooled, Sequential, Variant, Verdict, Verifier,
};
use rayon::{ThreadPool, ThreadPoolBuilder};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tracing::Span;

use super::metrics::Metrics;
use super::problem::{Kind, Problem};
use super::registry::RegisteredKeys;
use super::settings::Limits;
use super::telemetry::{batch_span, queue_span};

/// Most hashed messages kept for each variant, about 10 MB: votes on one block come from many.
const MESSAGES_MAX: NonZeroUsize = NonZeroUsize::new(1 << 15).expect("not zero");

/// Runs what takes a core.
#[derive(Clone)]
pub(crate) struct Engine(Arc<Inner>);

struct Inner {
    pool: Arc<ThreadPool>,
    /// One for each thread: what has none waits outside of the pool, first come, first served. Inside
    /// a thread that waits for a part of its batch would take up whole other requests meanwhile,
    /// each on top of the last one's stack.
    turns: Arc<Semaphore>,
    places: Arc<Semaphore>,
    places_max: usize,
    wait_max: Duration,
    min_pk: MessageCache<MinPk>,
    min_sig: MessageCache<MinSig>,
    min_pk_keys: RegisteredKeys<MinPk>,
    min_sig_keys: RegisteredKeys<MinSig>,
    metrics: Arc<Metrics>,
}

/// A variant whose hashed messages and registered keys the engine keeps.
pub(crate) trait Served: Variant {
    fn messages(engine: &Engine) -> &MessageCache<Self>
    where
        Self: Sized;

    fn registered(engine: &Engine) -> &RegisteredKeys<Self>
    where
        Self: Sized;
}

impl Served for MinPk {
    fn messages(engine: &Engine) -> &MessageCache<Self> {
        &engine.0.min_pk
    }

    fn registered(engine: &Engine) -> &RegisteredKeys<Self> {
        &engine.0.min_pk_keys
    }
}

impl Served for MinSig {
    fn messages(engine: &Engine) -> &MessageCache<Self> {
        &engine.0.min_sig
    }

    fn registered(engine: &Engine) -> &RegisteredKeys<Self> {
        &engine.0.min_sig_keys
    }
}

/// Who does the work of one batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spread {
    /// One thread of the pool: where there are other batches for the others.
    OneThread,
    /// All of them.
    AllThreads,
}

/// How long to wait for places in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Patience {
    /// As long as the configuration says; then the service is busy.
    Bounded,
    /// Until there is place: for streams, which are held back meanwhile.
    Endless,
}

impl Engine {
    /// Starts the pool.
    pub(crate) fn start(
        threads: usize,
        limits: &Limits,
        metrics: Arc<Metrics>,
    ) -> anyhow::Result<Self> {
        let places_max = limits.items_in_flight_max;
        let keys_max = limits.registered_keys_max;
        let pool = ThreadPoolBuilder::new()
            .num_threads(threads)
            .thread_name(|index| format!("engine-{index}"))
            .build()
            .with_context(|| format!("cannot start {threads} threads"))?;
        Ok(Self(Arc::new(Inner {
            pool: Arc::new(pool),
            turns: Arc::new(Semaphore::new(threads)),
            places: Arc::new(Semaphore::new(places_max)),
            places_max,
            wait_max: Duration::from_millis(limits.queue_wait_ms_max),
            min_pk: MessageCache::new(MESSAGES_MAX),
            min_sig: MessageCache::new(MESSAGES_MAX),
            min_pk_keys: RegisteredKeys::new(keys_max)?,
            min_sig_keys: RegisteredKeys::new(keys_max)?,
            metrics,
        })))
    }

    pub(crate) fn threads(&self) -> usize {
        self.0.pool.current_num_threads()
    }

    /// Items that are verified or wait for it.
    pub(crate) fn items_in_flight(&self) -> usize {
        self.0.places_max.saturating_sub(self.0.places.available_permits())
    }

    /// Verifies a batch: a verdict for each item, in order.
    pub(crate) async fn verify<V: Served>(
        &self,
        items: Vec<OwnedItem<V>>,
        spread: Spread,
        patience: Patience,
    ) -> Result<Vec<Verdict>, Problem> {
        let engine = self.clone();
        self.run(items.len(), patience, move |_| engine.judge(&items, spread)).await
    }

    /// Verifies a batch, here and now. On a thread of the pool.
    pub(super) fn judge<V: Served>(&self, items: &[OwnedItem<V>], spread: Spread) -> Vec<Verdict> {
        let keys = V::registered(self).keys_of(items);
        let borrowed: Vec<_> = items
            .iter()
            .enumerate()
            .map(|(place, item)| match keys.get(place) {
                Some(Some(key)) => Item::new(&item.suite, key, &item.message, &item.signature),
                // By its bytes, or by a handle that names none: the engine says so.
                _ => item.as_item(),
            })
            .collect();
        let verifier = Verifier::new().with_message_cache(V::messages(self));
        let verdicts = match spread {
            Spread::OneThread => verifier.verify(&borrowed, &Sequential),
            Spread::AllThreads => verifier.verify(&borrowed, &Pooled(&self.0.pool)),
        };
        let invalid = verdicts.iter().filter(|verdict| !verdict.is_valid()).count();
        self.0.metrics.batch_judged(items.len(), invalid);
        verdicts
    }

    /// Runs work on a thread of the pool, once there are as many places as it asks for.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        places: usize,
        patience: Patience,
        work: impl FnOnce(&ThreadPool) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let asked = Span::current();
        let queued = queue_span(&asked);
        let permit = self.places(places, patience).await?;
        let (reply, answer) = oneshot::channel();
        let pool = self.0.pool.clone();
        let work = move || {
            drop(queued);
            let batch = batch_span(&asked, places);
            let result = batch.in_scope(|| work(&pool));
            // Ended before the answer is: who has it finds the whole trace.
            drop((batch, asked));
            drop(permit);
            // Whoever asked may be gone.
            let _ = reply.send(result);
        };
        self.spawn(work).await;
        answer.await.map_err(|_| {
            tracing::error!("a batch panicked");
            Problem::new(Kind::Defect, "the engine failed on this request; please report it")
        })
    }

    /// Places in the queue.
    pub(super) async fn places(
        &self,
        places: usize,
        patience: Patience,
    ) -> Result<OwnedSemaphorePermit, Problem> {
        // A batch larger than the queue waits for all of it.
        let places = u32::try_from(places.clamp(1, self.0.places_max)).unwrap_or(u32::MAX);
        let waiting = self.0.places.clone().acquire_many_owned(places);
        let permit = match patience {
            Patience::Endless => waiting.await,
            Patience::Bounded => {
                tokio::time::timeout(self.0.wait_max, waiting).await.map_err(|_| {
                    self.0.metrics.refused_busy();
                    Problem::new(Kind::Busy, "the queue is full: send again later, or less at once")
                })?
            }
        };
        permit.map_err(|_| Problem::new(Kind::Busy, "the service is stopping"))
    }

    /// Runs work on a thread of the pool, behind what waits for one.
    pub(super) async fn spawn(&self, work: impl FnOnce() + Send + 'static) {
        // Never closed. Without a turn the work is dropped, which whoever asked hears of.
        let Ok(turn) = self.0.turns.clone().acquire_owned().await else { return };
        self.0.pool.spawn(move || {
            // The pool would end the process. Whoever asked hears of it: the reply is dropped with
            // the work. What it shares with other work is behind locks that do not mind.
            let _ = catch_unwind(AssertUnwindSafe(work));
            drop(turn);
        });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use rayon::prelude::*;

    use super::*;

    fn engine(threads: usize) -> Engine {
        Engine::start(threads, &Limits::default(), Arc::new(Metrics::new())).unwrap()
    }

    #[tokio::test]
    async fn work_that_panics_is_a_defect_and_no_end() {
        let engine = engine(1);
        let failed = engine.run(1, Patience::Bounded, |_| panic!("on purpose")).await;
        let problem = failed.map(|()| "no problem").unwrap_err();
        assert_eq!(problem.into_parts().0, "defect");
        assert_eq!(engine.run(1, Patience::Bounded, |_| 7).await.unwrap(), 7);
        assert_eq!(engine.items_in_flight(), 0);
    }

    /// A thread that waits for a part of its work takes up parts of others', never whole ones beyond
    /// one for each thread.
    #[tokio::test]
    async fn no_more_is_begun_than_there_are_threads() {
        const THREADS: usize = 2;
        let (engine, begun) = (engine(THREADS), Arc::new(AtomicUsize::new(0)));
        let runs = (0..50).map(|_| {
            let begun = begun.clone();
            engine.run(1, Patience::Bounded, move |pool| {
                let others = begun.fetch_add(1, Ordering::SeqCst);
                let part = |_| std::thread::sleep(Duration::from_micros(100));
                pool.install(|| (0..8).into_par_iter().for_each(part));
                begun.fetch_sub(1, Ordering::SeqCst);
                others
            })
        });
        for others in futures_util::future::join_all(runs).await {
            assert!(others.unwrap() < THREADS);
        }
    }
}
