//! What the engine judged, in which batches, and whom it turned away.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::Metrics;
use super::host::backend;
use super::sizes::{BATCH_BOUNDS, Buckets, batch_bucket};

pub(super) struct Verifying {
    valid: Counter,
    invalid: Counter,
    batch_items: Histogram,
    batches: Buckets,
    busy: Counter,
    in_flight: Gauge,
}

/// How it was judged, and by which arithmetic.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ItemLabel {
    verdict: &'static str,
    backend: &'static str,
}

impl Verifying {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let items = Family::<ItemLabel, Counter>::default();
        let help = "Signatures judged, by verdict and by the arithmetic that judged";
        registry.register("verified_items", help, items.clone());
        let counter =
            |verdict| items.get_or_create_owned(&ItemLabel { verdict, backend: backend() });
        let (valid, invalid) = (counter("valid"), counter("invalid"));
        let batch_items = Histogram::new(BATCH_BOUNDS.map(f64::from));
        registry.register("batch_items", "Items in the batches of the engine", batch_items.clone());
        let busy = Counter::default();
        registry.register("busy", "Requests refused because the queue was full", busy.clone());
        let in_flight = Gauge::default();
        registry.register("items_in_flight", "Items verified or waiting", in_flight.clone());
        let batches = Buckets::new(BATCH_BOUNDS.len() + 1);
        Self { valid, invalid, batch_items, batches, busy, in_flight }
    }

    pub(super) fn set_in_flight(&self, items: usize) {
        self.in_flight.set(i64::try_from(items).unwrap_or(i64::MAX));
    }

    /// How many were valid and how many not.
    pub(super) fn judged(&self) -> (u64, u64) {
        (self.valid.get(), self.invalid.get())
    }

    pub(super) fn batches(&self) -> Vec<u64> {
        self.batches.read()
    }

    pub(super) fn busy(&self) -> u64 {
        self.busy.get()
    }
}

impl Metrics {
    pub(crate) fn batch_judged(&self, items: usize, invalid: usize) {
        self.verifying.valid.inc_by(items.saturating_sub(invalid) as u64);
        self.verifying.invalid.inc_by(invalid as u64);
        self.verifying.batch_items.observe(items as f64);
        self.verifying.batches.add(batch_bucket(items));
    }

    pub(crate) fn refused_busy(&self) {
        self.verifying.busy.inc();
    }
}
