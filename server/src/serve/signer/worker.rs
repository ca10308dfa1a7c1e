//! Threads that take what waits and sign it together.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use anyhow::Context;
use pairlane_hsm::vault::{SignRequest, Vault};
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::{Ask, SignFault};
use crate::serve::metrics::Metrics;

/// An answer for each signature asked for.
pub(super) type Answers = Vec<Result<Vec<u8>, SignFault>>;

/// A client's request in the queue.
pub(super) struct Waiting {
    pub(super) actor: String,
    pub(super) asks: Vec<Ask>,
    pub(super) reply: oneshot::Sender<Answers>,
    /// Given back when the answer is sent.
    pub(super) _place: OwnedSemaphorePermit,
}

/// Starts threads, which end when the queue is closed and empty.
pub(super) fn start(
    count: usize,
    queue: Receiver<Waiting>,
    batch_max: usize,
    vault: &Arc<Vault>,
    metrics: &Arc<Metrics>,
) -> anyhow::Result<Vec<JoinHandle<()>>> {
    let queue = Arc::new(Mutex::new(queue));
    let thread = |index| {
        let (queue, vault, metrics) = (queue.clone(), vault.clone(), metrics.clone());
        std::thread::Builder::new()
            .name(format!("signer-{index}"))
            .spawn(move || {
                while let Some(batch) = gather(&queue, batch_max) {
                    sign(batch, &vault, &metrics);
                }
            })
            .context("cannot start a thread that signs")
    };
    (0..count).map(thread).collect()
}

/// Waits for a request, and takes those that have come with it.
fn gather(queue: &Mutex<Receiver<Waiting>>, batch_max: usize) -> Option<Vec<Waiting>> {
    let queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
    let first = queue.recv().ok()?;
    let mut asked = first.asks.len();
    let mut batch = vec![first];
    while asked < batch_max {
        let Ok(next) = queue.try_recv() else { break };
        asked += next.asks.len();
        batch.push(next);
    }
    Some(batch)
}

fn sign(batch: Vec<Waiting>, vault: &Vault, metrics: &Metrics) {
    let requests: Vec<SignRequest<'_>> = batch
        .iter()
        .flat_map(|waiting| {
            waiting.asks.iter().map(|ask| SignRequest {
                actor: &waiting.actor,
                key: ask.key,
                act: ask.act,
                message: ask.message.borrowed(),
            })
        })
        .collect();
    // A panic costs its batch; the guard decides by itself whether it can go on.
    let signed = catch_unwind(AssertUnwindSafe(|| vault.sign(&requests)));
    drop(requests);
    let Ok(signed) = signed else {
        tracing::error!("a batch of signatures panicked");
        return;
    };
    let mut signed = signed.into_iter().map(|answer| answer.map_err(SignFault::from));
    for waiting in batch {
        let answers: Answers = signed.by_ref().take(waiting.asks.len()).collect();
        metrics.duties_signed(answers.iter().flatten().count() as u64);
        for fault in answers.iter().filter_map(|answer| answer.as_ref().err()) {
            metrics.duty_refused(fault.reason());
        }
        // Whoever asked may be gone.
        let _ = waiting.reply.send(answers);
    }
}
