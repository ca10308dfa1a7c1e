//! Small requests that arrive together become one batch.
//!
//! While batches run, requests gather; when a thread of the engine is free, it takes what has
//! gathered. So a lone request waits for nothing, and under load batches grow by themselves: the
//! way databases commit in groups. Where requests come together, a window holds a batch open for
//! those that are on their way: half as many batches cost less than they wait.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pairlane::{OwnedItem, Verdict};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, oneshot};
use tracing::Span;

use super::engine::{Engine, Patience, Served, Spread};
use super::problem::{Kind, Problem};
use super::telemetry::{batch_span, merged_span, queue_span};

/// How requests are merged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MergeLimits {
    /// Most items of a merged batch.
    pub(crate) items_max: usize,
    /// How long a batch that is not full is held open, where the one before had more than one item.
    pub(crate) window: Duration,
}

/// Takes items one by one, verifies them together.
pub(crate) struct Merger<V: Served>(Arc<Inner<V>>);

struct Inner<V: Served> {
    engine: Engine,
    limits: MergeLimits,
    runtime: Handle,
    queue: Mutex<Queue<V>>,
}

struct Queue<V: Served> {
    waiting: Vec<Waiting<V>>,
    /// Threads of the engine that are at work on what was taken from here, or are about to take.
    taking: usize,
    /// Those that are about to: they share what has gathered.
    gathering: usize,
    /// Items of the last batch.
    last: usize,
}

/// A thread's turn to take. However it ends, another follows where something waits, and the counts
/// are right: a panic must not leave the queue to nobody.
struct Turn<V: Served> {
    inner: Arc<Inner<V>>,
    /// It has yet to take.
    gathering: bool,
}

struct Waiting<V: Served> {
    item: OwnedItem<V>,
    reply: oneshot::Sender<Verdict>,
    place: OwnedSemaphorePermit,
    /// The request, where it is traced.
    asked: Span,
    /// Its wait, which ends when this is dropped.
    _queued: Span,
}

impl<V: Served> Merger<V> {
    /// Called inside the runtime.
    pub(crate) fn new(engine: Engine, limits: MergeLimits) -> Self {
        let queue = Mutex::new(Queue { waiting: Vec::new(), taking: 0, gathering: 0, last: 0 });
        Self(Arc::new(Inner { engine, limits, runtime: Handle::current(), queue }))
    }

    /// The verdict on an item.
    pub(crate) async fn verify(&self, item: OwnedItem<V>) -> Result<Verdict, Problem> {
        let asked = Span::current();
        let queued = queue_span(&asked);
        let place = self.0.engine.places(1, Patience::Bounded).await?;
        let (reply, answer) = oneshot::channel();
        let waiting = Waiting { item, reply, place, asked, _queued: queued };
        if self.0.queue().push(waiting, self.0.engine.threads()) {
            self.0.start();
        }
        answer.await.map_err(|_| {
            tracing::error!("a batch panicked");
            Problem::new(Kind::Defect, "the engine failed on this request; please report it")
        })
    }
}

impl<V: Served> Inner<V> {
    fn queue(&self) -> MutexGuard<'_, Queue<V>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has a thread take, once it is its turn. As a task of its own: whoever asked may go away.
    fn start(self: &Arc<Self>) {
        let inner = self.clone();
        self.runtime.spawn(async move {
            let engine = inner.engine.clone();
            engine.spawn(move || Turn { inner, gathering: true }.take()).await;
        });
    }

    fn answer(&self, batch: Vec<Waiting<V>>) {
        let merged = merged_span(batch.iter().map(|waiting| &waiting.asked), batch.len());
        let mut items = Vec::with_capacity(batch.len());
        let mut replies = Vec::with_capacity(batch.len());
        for Waiting { item, reply, place, .. } in batch {
            items.push(item);
            replies.push((reply, place));
        }
        let span = batch_span(&merged, items.len());
        let verdicts = span.in_scope(|| self.engine.judge(&items, Spread::OneThread));
        // Before the answers: who has one finds the whole trace.
        drop((span, merged));
        for ((reply, _), verdict) in replies.into_iter().zip(verdicts) {
            // Whoever asked may be gone.
            let _ = reply.send(verdict);
        }
    }
}

impl<V: Served> Turn<V> {
    /// Takes what has gathered, on a thread of the engine.
    fn take(mut self) {
        let limits = self.inner.limits;
        // A timer of the runtime counts milliseconds; this thread is ours to wait with.
        let held_open = self.inner.queue().is_growing(limits.items_max);
        if held_open && !limits.window.is_zero() {
            std::thread::sleep(limits.window);
        }
        let batch = self.inner.queue().next(limits.items_max);
        self.gathering = false;
        if !batch.is_empty() {
            self.inner.answer(batch);
        }
    }
}

impl<V: Served> Drop for Turn<V> {
    fn drop(&mut self) {
        let mut queue = self.inner.queue();
        queue.gathering = queue.gathering.saturating_sub(usize::from(self.gathering));
        if queue.waiting.is_empty() {
            queue.taking -= 1;
            return;
        }
        queue.gathering += 1;
        drop(queue);
        // Where it stands in line behind others' batches.
        self.inner.start();
    }
}

impl<V: Served> Queue<V> {
    /// Whether another thread has to take from here.
    fn push(&mut self, waiting: Waiting<V>, threads: usize) -> bool {
        self.waiting.push(waiting);
        let more = self.taking < threads;
        self.taking += usize::from(more);
        self.gathering += usize::from(more);
        more
    }

    /// Whether more requests are likely to be on their way.
    fn is_growing(&self, items_max: usize) -> bool {
        let waiting = self.waiting.len();
        (self.last > 1 || waiting > 1) && waiting < items_max
    }

    /// A thread's share. One that took everything would leave the others without work until it is
    /// done, for as many clients as there are then wait for it.
    fn next(&mut self, items_max: usize) -> Vec<Waiting<V>> {
        let share = self.waiting.len().div_ceil(self.gathering.max(1));
        self.gathering = self.gathering.saturating_sub(1);
        let rest = self.waiting.split_off(share.min(items_max));
        let batch = std::mem::replace(&mut self.waiting, rest);
        self.last = batch.len();
        batch
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use pairlane::{MinPk, OwnedKey, Suite};

    use super::*;
    use crate::serve::metrics::Metrics;
    use crate::serve::settings::Limits;

    /// A turn that panics, at any moment, is followed by another.
    #[tokio::test]
    async fn a_panic_leaves_nobody_waiting() {
        let engine = Engine::start(1, &Limits::default(), Arc::new(Metrics::new())).unwrap();
        let merger =
            Merger::<MinPk>::new(engine, MergeLimits { items_max: 8, window: Duration::ZERO });
        for gathering in [true, false] {
            // As if a thread were at work: nobody else takes.
            *merger.0.queue() = Queue {
                waiting: Vec::new(),
                taking: 1,
                gathering: usize::from(gathering),
                last: 0,
            };
            let turn = Turn { inner: merger.0.clone(), gathering };
            let item = OwnedItem {
                suite: Arc::new(Suite::proof_of_possession()),
                key: OwnedKey::Bytes(Vec::new()),
                message: Vec::new(),
                signature: Vec::new(),
            };
            let failing = async {
                tokio::task::yield_now().await;
                assert_eq!(merger.0.queue().waiting.len(), 1);
                let work = AssertUnwindSafe(move || {
                    let _turn = turn;
                    panic!("on purpose");
                });
                assert!(catch_unwind(work).is_err());
            };
            let (verdict, ()) = tokio::join!(merger.verify(item), failing);
            assert!(!verdict.unwrap().is_valid());
            while merger.0.queue().taking > 0 {
                tokio::task::yield_now().await;
            }
            assert_eq!(merger.0.queue().gathering, 0);
        }
    }
}
