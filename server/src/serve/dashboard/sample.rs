//! What the page is told: once what the service is, then each second what it did.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use pairlane::Cpu;
use serde::Serialize;

use crate::serve::app::App;
use crate::serve::metrics::{BATCH_BOUNDS, TokenState, Totals};

/// What does not change.
#[derive(Serialize)]
pub(super) struct About {
    version: &'static str,
    threads: usize,
    model: String,
    backend: &'static str,
    reason: String,
    features: Vec<Present>,
    /// Upper bounds of the batch-size buckets; one more follows them.
    batch_bounds: [u32; 14],
    queue_max: usize,
}

#[derive(Serialize)]
struct Present {
    name: &'static str,
    present: bool,
}

impl About {
    pub(super) fn of(app: &App) -> Self {
        let Cpu { model, features, backend, reason } = Cpu::detect();
        let features = features.iter().map(|f| Present { name: f.name, present: f.present });
        Self {
            version: env!("CARGO_PKG_VERSION"),
            threads: app.engine.threads(),
            model,
            backend,
            reason,
            features: features.collect(),
            batch_bounds: BATCH_BOUNDS,
            queue_max: app.limits.items_in_flight_max,
        }
    }
}

/// What happened in a second, and how things stand at its end.
#[derive(Clone, Serialize)]
pub(super) struct Sample {
    /// Unix time at its end, in seconds.
    time: u64,
    uptime_seconds: u64,
    ready: bool,
    valid_per_second: f64,
    invalid_per_second: f64,
    signed_per_second: f64,
    refused_per_second: f64,
    requests_per_second: f64,
    /// None where nothing was answered.
    latency_ms: Option<Latency>,
    /// Batches judged, by size.
    batches: Vec<u64>,
    queue: usize,
    total: Counts,
    token: TokenState,
    keys_unlocked: i64,
    refused_by_reason: BTreeMap<&'static str, u64>,
}

#[derive(Clone, Serialize)]
struct Latency {
    p50: f64,
    p95: f64,
    p99: f64,
}

/// Since the start.
#[derive(Clone, Serialize)]
struct Counts {
    valid: u64,
    invalid: u64,
    signed: u64,
    refused: u64,
    requests: u64,
    busy: u64,
    guard_syncs: u64,
}

/// Two readings of the counters, and what else is known.
pub(super) struct Readings<'a> {
    pub(super) then: &'a Totals,
    pub(super) now: &'a Totals,
    pub(super) seconds: f64,
    pub(super) uptime_seconds: u64,
    pub(super) queue: usize,
    pub(super) ready: bool,
}

impl Sample {
    pub(super) fn between(readings: &Readings<'_>) -> Self {
        let Readings { then, now, seconds, uptime_seconds, queue, ready } = *readings;
        let rate = |now: u64, then: u64| now.saturating_sub(then) as f64 / seconds.max(1e-3);
        let refused = |totals: &Totals| totals.signing.refused.values().sum::<u64>();
        let durations = now.durations.since(&then.durations);
        let percentile = |share| durations.percentile_ms(share);
        let latency_ms = || {
            Some(Latency { p50: percentile(0.5)?, p95: percentile(0.95)?, p99: percentile(0.99)? })
        };
        let pairs = now.batches.iter().zip(&then.batches);
        Self {
            time: SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs(),
            uptime_seconds,
            ready,
            valid_per_second: rate(now.valid, then.valid),
            invalid_per_second: rate(now.invalid, then.invalid),
            signed_per_second: rate(now.signing.signed, then.signing.signed),
            refused_per_second: rate(refused(now), refused(then)),
            requests_per_second: rate(now.requests, then.requests),
            latency_ms: latency_ms(),
            batches: pairs.map(|(now, then)| now.saturating_sub(*then)).collect(),
            queue,
            total: Counts {
                valid: now.valid,
                invalid: now.invalid,
                signed: now.signing.signed,
                refused: refused(now),
                requests: now.requests,
                busy: now.busy,
                guard_syncs: now.signing.guard_syncs,
            },
            token: now.signing.token,
            keys_unlocked: now.signing.keys,
            refused_by_reason: now.signing.refused.clone(),
        }
    }
}
