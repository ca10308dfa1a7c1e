//! What a token's user can know of its state without calling it.

use core::fmt;
use std::time::{Duration, Instant};

use serde::Serialize;

/// The state of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// The last call worked.
    Up,
    /// A call failed in a way that recovery is under way for.
    Recovering,
    /// Recovery failed; calls are refused until the next attempt is due.
    Down,
    /// The token refused the PIN. Nothing is tried until a new start.
    PinRefused,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Up => "up",
            Self::Recovering => "recovering",
            Self::Down => "down",
            Self::PinRefused => "pin-refused",
        })
    }
}

/// A token's state, its history in numbers, and its last error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Health {
    /// The state now.
    pub state: State,
    /// How often a session or login was made anew.
    pub relinks: u64,
    /// How often the library was started anew.
    pub restarts: u64,
    /// Recoveries that failed, since the last success.
    pub failures: u32,
    /// The last error that called for recovery.
    pub last_error: Option<String>,
}

/// The circuit breaker: after a failed recovery, calls fail at once until `retry_at`.
pub(super) struct Breaker {
    pub(super) health: Health,
    retry_at: Option<Instant>,
    first: Duration,
    ceiling: Duration,
}

impl Breaker {
    pub(super) fn new(first: Duration, ceiling: Duration) -> Self {
        let health =
            Health { state: State::Up, relinks: 0, restarts: 0, failures: 0, last_error: None };
        Self { health, retry_at: None, first, ceiling }
    }

    /// How long calls are still refused.
    pub(super) fn closed_for(&self, now: Instant) -> Option<Duration> {
        self.retry_at.and_then(|at| at.checked_duration_since(now)).filter(|d| !d.is_zero())
    }

    pub(super) fn worked(&mut self) {
        if self.health.state == State::PinRefused {
            return; // an answer, but not one to go on with
        }
        self.health.state = State::Up;
        self.health.failures = 0;
        self.retry_at = None;
    }

    pub(super) fn recovering(&mut self, error: String) {
        if self.health.state != State::PinRefused {
            self.health.state = State::Recovering;
        }
        self.health.last_error = Some(error);
    }

    /// A recovery failed: the next attempt comes after twice the time of the last.
    pub(super) fn failed(&mut self, now: Instant) -> Duration {
        let wait = self.wait(self.health.failures);
        self.health.failures = self.health.failures.saturating_add(1);
        self.health.state = State::Down;
        self.retry_at = Some(now + wait);
        wait
    }

    /// The wait before attempt `failures`.
    pub(super) fn wait(&self, failures: u32) -> Duration {
        self.first.saturating_mul(1 << failures.min(16)).min(self.ceiling)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_ceiling() {
        let now = Instant::now();
        let mut breaker = Breaker::new(Duration::from_millis(50), Duration::from_millis(300));
        let waits: Vec<_> = (0..5).map(|_| breaker.failed(now).as_millis()).collect();
        assert_eq!(waits, [50, 100, 200, 300, 300]);
        assert_eq!(breaker.closed_for(now), Some(Duration::from_millis(300)));
        assert_eq!(breaker.closed_for(now + Duration::from_millis(300)), None);
        breaker.worked();
        assert_eq!(breaker.health.state, State::Up);
        assert_eq!(breaker.closed_for(now), None);
    }
}
