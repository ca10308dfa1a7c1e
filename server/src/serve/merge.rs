//! Small requests that arrive together become one batch.
//!
//! While batches run, requests gather; when a thread of the engine is free, it takes what has
//! gathered. So a lone request waits for nothing, and under load batches grow by themselves: the
//! way databases commit in groups. A window may hold a batch open for longer.

use std::sync::Arc;
use std::time::Duration;

use pairlane::{OwnedItem, Verdict};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::{Instant, timeout_at};
use tracing::{Instrument, Span};

use super::engine::{Engine, Patience, Served, Spread};
use super::problem::{Kind, Problem};
use super::telemetry::{merged_span, queue_span};

/// How requests are merged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MergeLimits {
    /// Most items of a merged batch.
    pub(crate) items_max: usize,
    /// Most requests that wait to be merged.
    pub(crate) waiting_max: usize,
    /// How long a batch that is not full is held open once a thread is free.
    pub(crate) window: Duration,
}

/// Takes items one by one, verifies them together.
pub(crate) struct Merger<V: Served> {
    sender: mpsc::Sender<Waiting<V>>,
}

struct Waiting<V: Served> {
    item: OwnedItem<V>,
    reply: oneshot::Sender<Result<Verdict, Problem>>,
    /// The request, where it is traced.
    asked: Span,
    /// Its wait, which ends when this is dropped.
    _queued: Span,
}

impl<V: Served> Merger<V> {
    /// Starts the task that gathers. It ends when the merger is dropped.
    pub(crate) fn start(engine: Engine, limits: MergeLimits) -> Self {
        let (sender, receiver) = mpsc::channel(limits.waiting_max);
        tokio::spawn(gather(receiver, engine, limits));
        Self { sender }
    }

    /// The verdict on an item.
    pub(crate) async fn verify(&self, item: OwnedItem<V>) -> Result<Verdict, Problem> {
        let (reply, answer) = oneshot::channel();
        let asked = Span::current();
        let _queued = queue_span(&asked);
        let busy = |_| Problem::new(Kind::Busy, "too many requests wait: send again later");
        self.sender.try_send(Waiting { item, reply, asked, _queued }).map_err(busy)?;
        let lost = |_| Problem::new(Kind::Defect, "the engine lost this request");
        answer.await.map_err(lost)?
    }
}

async fn gather<V: Served>(
    mut receiver: mpsc::Receiver<Waiting<V>>,
    engine: Engine,
    limits: MergeLimits,
) {
    let threads = Arc::new(Semaphore::new(engine.threads()));
    while let Some(first) = receiver.recv().await {
        let Ok(thread) = threads.clone().acquire_owned().await else { return };
        let mut batch = vec![first];
        while batch.len() < limits.items_max {
            match receiver.try_recv() {
                Ok(next) => batch.push(next),
                Err(_) => break,
            }
        }
        let until = Instant::now() + limits.window;
        while !limits.window.is_zero() && batch.len() < limits.items_max {
            match timeout_at(until, receiver.recv()).await {
                Ok(Some(next)) => batch.push(next),
                Ok(None) | Err(_) => break,
            }
        }
        let engine = engine.clone();
        tokio::spawn(async move {
            answer(&engine, batch).await;
            drop(thread);
        });
    }
}

async fn answer<V: Served>(engine: &Engine, batch: Vec<Waiting<V>>) {
    let merged = merged_span(batch.iter().map(|waiting| &waiting.asked), batch.len());
    let (items, replies): (Vec<_>, Vec<_>) =
        batch.into_iter().map(|Waiting { item, reply, .. }| (item, reply)).unzip();
    let judged = engine.verify(items, Spread::OneThread, Patience::Bounded).instrument(merged);
    // Its span ends here, before anybody has an answer.
    let judged = judged.await;
    match judged {
        Ok(verdicts) => {
            for (reply, verdict) in replies.into_iter().zip(verdicts) {
                let _ = reply.send(Ok(verdict));
            }
        }
        Err(problem) => {
            for reply in replies {
                let _ = reply.send(Err(problem.clone()));
            }
        }
    }
}
