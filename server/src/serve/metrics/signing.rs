//! What was signed, what was refused and why, and what signing rests on.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use serde::Serialize;

use super::Metrics;

pub(super) struct Signing {
    signed: Counter,
    refused: Family<ReasonLabel, Counter>,
    /// The same counts again, by name: a family cannot be read through.
    reasons: Mutex<BTreeMap<&'static str, u64>>,
    enabled: Gauge,
    token: Gauge,
    keys: Gauge,
    syncs: Counter<u64, AtomicU64>,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ReasonLabel {
    reason: &'static str,
}

/// What is known of the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TokenState {
    /// Signing is off, no token is used.
    Off,
    Healthy,
    /// It does not answer, or refuses the session.
    Lost,
}

/// The counts of signing at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SigningTotals {
    pub(crate) signed: u64,
    pub(crate) refused: BTreeMap<&'static str, u64>,
    pub(crate) token: TokenState,
    pub(crate) keys: i64,
    pub(crate) guard_syncs: u64,
}

impl Signing {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let signed = Counter::default();
        registry.register("signed_duties", "Signatures made", signed.clone());
        let refused = Family::<ReasonLabel, Counter>::default();
        registry.register("refused_duties", "Signatures refused, by reason", refused.clone());
        for reason in REASONS {
            let _ = refused.get_or_create(&ReasonLabel { reason });
        }
        let enabled = Gauge::default();
        registry.register("signing_enabled", "1 where keys are configured", enabled.clone());
        let token = Gauge::default();
        let help = "1 while the token answers and the guard's log takes records";
        registry.register("token_healthy", help, token.clone());
        let keys = Gauge::default();
        registry.register("keys_unlocked", "Keys that can sign", keys.clone());
        let syncs = Counter::default();
        registry.register("guard_syncs", "Calls of fdatasync by the guard", syncs.clone());
        let reasons = Mutex::default();
        Self { signed, refused, reasons, enabled, token, keys, syncs }
    }

    pub(super) fn totals(&self) -> SigningTotals {
        let token = match (self.enabled.get(), self.token.get()) {
            (0, _) => TokenState::Off,
            (_, 0) => TokenState::Lost,
            _ => TokenState::Healthy,
        };
        SigningTotals {
            signed: self.signed.get(),
            refused: self.reasons.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            token,
            keys: self.keys.get(),
            guard_syncs: self.syncs.get(),
        }
    }
}

/// For whoever signs to call.
impl Metrics {
    pub(crate) fn duties_signed(&self, count: u64) {
        self.signing.signed.inc_by(count);
    }

    /// Counts a refusal. Reasons are words of the program, never of a request.
    pub(crate) fn duty_refused(&self, reason: &'static str) {
        self.signing.refused.get_or_create(&ReasonLabel { reason }).inc();
        *self
            .signing
            .reasons
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(reason)
            .or_default() += 1;
    }

    /// Says that signing is on, and whether its token answers.
    pub(crate) fn token_healthy(&self, healthy: bool) {
        self.signing.enabled.set(1);
        self.signing.token.set(i64::from(healthy));
    }

    pub(crate) fn keys_unlocked(&self, count: usize) {
        self.signing.keys.set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    /// Takes over the guard's own count.
    pub(crate) fn guard_syncs(&self, total: u64) {
        self.signing.syncs.inner().store(total, Ordering::Relaxed);
    }
}

/// Exported from the start: a series that begins at 1 has, to Prometheus, not increased.
const REASONS: [&str; 10] = [
    "behind",
    "broken",
    "busy",
    "conflict",
    "no_key",
    "no_network",
    "not_registered",
    "other",
    "source_after_target",
    "unfit",
];
