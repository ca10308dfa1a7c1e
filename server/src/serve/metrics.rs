//! What the service counts, for Prometheus and for the dashboard.

use std::sync::Mutex;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

/// The counters, and the registry that writes them.
pub(crate) struct Metrics {
    registry: Mutex<Registry>,
    items: Family<VerdictLabel, Counter>,
    batches: Histogram,
    busy: Counter,
    requests: Family<RequestLabel, Counter>,
    latency: Family<RouteLabel, Histogram>,
    in_flight: Gauge,
}

/// Valid or not.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct VerdictLabel {
    verdict: &'static str,
}

/// A route and how requests to it ended.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RequestLabel {
    route: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RouteLabel {
    route: String,
}

impl Metrics {
    /// Counters at zero.
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("pairlane");
        let items = Family::<VerdictLabel, Counter>::default();
        registry.register("verified_items", "Signatures judged, by verdict", items.clone());
        let batches = Histogram::new(exponential_buckets(1.0, 2.0, 14));
        registry.register("batch_items", "Items in the batches of the engine", batches.clone());
        let busy = Counter::default();
        registry.register("busy", "Requests refused because the queue was full", busy.clone());
        let requests = Family::<RequestLabel, Counter>::default();
        registry.register("requests", "Requests, by route and status", requests.clone());
        let latency = Family::<RouteLabel, Histogram>::new_with_constructor(|| {
            Histogram::new(exponential_buckets(0.000_25, 2.0, 16))
        });
        registry.register(
            "request_duration_seconds",
            "Time to the head of an answer, by route",
            latency.clone(),
        );
        let in_flight = Gauge::default();
        registry.register("items_in_flight", "Items verified or waiting", in_flight.clone());
        for verdict in ["valid", "invalid"] {
            let _ = items.get_or_create(&VerdictLabel { verdict });
        }
        Self { registry: Mutex::new(registry), items, batches, busy, requests, latency, in_flight }
    }

    pub(crate) fn batch_judged(&self, items: usize, invalid: usize) {
        let count = |verdict, by: usize| {
            self.items.get_or_create(&VerdictLabel { verdict }).inc_by(by as u64);
        };
        count("valid", items - invalid);
        count("invalid", invalid);
        self.batches.observe(items as f64);
    }

    pub(crate) fn refused_busy(&self) {
        self.busy.inc();
    }

    pub(crate) fn request_answered(&self, route: &str, status: u16, took: Duration) {
        self.requests.get_or_create(&RequestLabel { route: route.to_owned(), status }).inc();
        let label = RouteLabel { route: route.to_owned() };
        self.latency.get_or_create(&label).observe(took.as_secs_f64());
    }

    /// The text that Prometheus reads.
    pub(crate) fn render(&self, items_in_flight: usize) -> String {
        self.in_flight.set(i64::try_from(items_in_flight).unwrap_or(i64::MAX));
        let mut text = String::new();
        let registry = self.registry.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        // Writing to a string cannot fail.
        let _ = encode(&mut text, &registry);
        text
    }
}
