//! When to stop: told once, finish what runs; told twice, go.

use anyhow::Context;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Exit status after a second signal, as a shell reports an interrupt.
const AT_ONCE: i32 = 130;

/// Whether the service has been told to stop.
#[derive(Clone)]
pub(super) struct Stop(CancellationToken);

impl Stop {
    /// Listens for SIGTERM and SIGINT from now on.
    pub(super) fn on_signals() -> anyhow::Result<Self> {
        let listen = |kind| signal(kind).context("cannot listen for signals");
        let (terminate, interrupt) =
            (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
        let token = CancellationToken::new();
        tokio::spawn(watch(terminate, interrupt, token.clone()));
        Ok(Self(token))
    }

    /// Returns once the service has been told to stop.
    pub(super) async fn asked(self) {
        self.0.cancelled().await;
    }
}

/// Does something each time the service is sent SIGHUP.
pub(super) fn on_hangup(act: impl Fn() + Send + 'static) -> anyhow::Result<()> {
    let mut hangup = signal(SignalKind::hangup()).context("cannot listen for signals")?;
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            act();
        }
    });
    Ok(())
}

async fn watch(mut terminate: Signal, mut interrupt: Signal, token: CancellationToken) {
    for told_before in [false, true] {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        if told_before {
            tracing::warn!("told to stop again: going at once");
            std::process::exit(AT_ONCE);
        }
        token.cancel();
    }
}
