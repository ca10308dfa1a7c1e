//! What a service manager is told: that we serve, that we live, that we stop. Without one, nothing.

use std::time::Duration;

use sd_notify::NotifyState;

/// Says that requests are taken, and from now on that the runtime still answers.
pub(super) fn ready() {
    tell(&[NotifyState::Ready]);
    if let Some(deadline) = sd_notify::watchdog_enabled() {
        tokio::spawn(keep_telling(deadline));
    }
}

/// Says that we finish what runs and then end.
pub(super) fn stopping() {
    tell(&[NotifyState::Stopping]);
}

/// Twice in each deadline, as systemd advises. A runtime that hangs does not get here, and is
/// started anew.
async fn keep_telling(deadline: Duration) {
    // No shorter than a timer can be.
    let mut beat = tokio::time::interval((deadline / 2).max(Duration::from_millis(1)));
    loop {
        beat.tick().await;
        tell(&[NotifyState::Watchdog]);
    }
}

fn tell(state: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        tracing::warn!(%error, "the service manager cannot be told: is NOTIFY_SOCKET right?");
    }
}
