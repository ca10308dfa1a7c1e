//! What the service counts, for Prometheus and for the dashboard.
//!
//! Every label has a bounded set of values: routes as they are declared, verdicts, reasons and the
//! backend of this process. What strangers send never becomes a label.

mod host;
mod requests;
mod signing;
mod sizes;
mod verifying;

use std::sync::{Mutex, PoisonError};

use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;

use requests::Requests;
use signing::Signing;
use verifying::Verifying;

pub(crate) use signing::{SigningTotals, TokenState};
pub(crate) use sizes::{BATCH_BOUNDS, Durations};

/// The counters, and the registry that writes them.
pub(crate) struct Metrics {
    registry: Mutex<Registry>,
    verifying: Verifying,
    requests: Requests,
    signing: Signing,
}

/// Every counter at one moment; the difference of two is what happened between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) valid: u64,
    pub(crate) invalid: u64,
    pub(crate) batches: Vec<u64>,
    pub(crate) durations: Durations,
    pub(crate) requests: u64,
    pub(crate) busy: u64,
    pub(crate) signing: SigningTotals,
}

impl Metrics {
    /// Counters at zero.
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("pairlane");
        host::register(&mut registry);
        let verifying = Verifying::register(&mut registry);
        let requests = Requests::register(&mut registry);
        let signing = Signing::register(&mut registry);
        Self { registry: Mutex::new(registry), verifying, requests, signing }
    }

    /// The text that Prometheus reads.
    pub(crate) fn render(&self, items_in_flight: usize) -> String {
        self.verifying.set_in_flight(items_in_flight);
        let mut text = String::new();
        let registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        // Writing to a string cannot fail.
        let _ = encode(&mut text, &registry);
        text
    }

    /// What has been counted so far.
    pub(crate) fn totals(&self) -> Totals {
        let (valid, invalid) = self.verifying.judged();
        Totals {
            valid,
            invalid,
            batches: self.verifying.batches(),
            durations: self.requests.durations(),
            requests: self.requests.answered(),
            busy: self.verifying.busy(),
            signing: self.signing.totals(),
        }
    }
}
