//! What the signer's second thread looks after: checkpoints, and whether the token is there.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::Context;
use pairlane_hsm::token::{State, TokenError};
use pairlane_hsm::vault::Vault;

use crate::serve::metrics::Metrics;

/// How often checkpoints are made while something is signed, and the token is asked.
const INTERVAL: Duration = Duration::from_secs(1);

/// What went wrong last, until it works again.
#[derive(Default)]
pub(super) struct Watch(Mutex<Option<String>>);

impl Watch {
    fn set(&self, trouble: Option<String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }

    fn get(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Starts the thread, which ends when the other side of `stopped` is gone.
pub(super) fn start(
    vault: Arc<Vault>,
    watch: Arc<Watch>,
    metrics: Arc<Metrics>,
    stopped: Receiver<()>,
) -> anyhow::Result<JoinHandle<()>> {
    count(&vault, &metrics);
    let look = move || {
        let mut seen = 0;
        while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(INTERVAL) {
            let trouble = look(&vault, &mut seen).err();
            if let Some(trouble) = &trouble
                && watch.get().is_none()
            {
                tracing::error!(trouble, "the vault is in trouble");
            }
            watch.set(trouble);
            count(&vault, &metrics);
        }
    };
    std::thread::Builder::new()
        .name("signer-watch".to_owned())
        .spawn(look)
        .context("cannot start a thread")
}

fn count(vault: &Vault, metrics: &Metrics) {
    let status = vault.custodian().status();
    let up = status.token.is_none_or(|health| health.state == State::Up);
    metrics.token_healthy(up && !vault.guard().is_poisoned());
    metrics.keys_unlocked(status.unlocked);
    metrics.guard_syncs(vault.guard().syncs());
}

fn look(vault: &Vault, seen: &mut u64) -> Result<(), String> {
    // A token that nobody uses would be taken for one that works.
    if let Some(token) = vault.store().token() {
        token.random(&mut [0; 8]).map_err(|error: TokenError| error.to_string())?;
    }
    // Proofs and refusals leave entries there and none in the guard's log.
    vault.audit().sync().map_err(|error| format!("the audit log: {error}"))?;
    let syncs = vault.guard().syncs();
    if syncs != *seen {
        vault.checkpoint().map_err(|error| format!("no checkpoint: {error}"))?;
        *seen = vault.guard().syncs();
    }
    Ok(())
}

/// Why nothing can be signed now, if so.
pub(super) fn unready(vault: &Vault, watch: &Watch) -> Option<String> {
    if vault.guard().is_poisoned() {
        return Some("the guard's log failed: nothing is signed until a new start".to_owned());
    }
    let health = vault.store().token().map(pairlane_hsm::token::Token::health);
    if let Some(health) = health.filter(|health| health.state != State::Up) {
        let why = health.last_error.map(|why| format!(": {why}")).unwrap_or_default();
        return Some(format!("the token is {}{why}", health.state));
    }
    watch.get()
}
