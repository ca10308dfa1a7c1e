//! Requests to the API: how many, how they ended, how long they took.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

use super::Metrics;
use super::sizes::{Buckets, DURATION_BUCKETS, Durations};

pub(super) struct Requests {
    answered: Family<AnswerLabel, Counter>,
    latency: Family<RouteLabel, Histogram>,
    durations: Buckets,
}

/// A route, as declared, and how requests to it ended.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct AnswerLabel {
    route: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RouteLabel {
    route: String,
}

impl Requests {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let answered = Family::<AnswerLabel, Counter>::default();
        registry.register("requests", "Requests, by route and status", answered.clone());
        let latency = Family::<RouteLabel, Histogram>::new_with_constructor(|| {
            Histogram::new(exponential_buckets(0.000_25, 2.0, 16))
        });
        let help = "Time to the head of an answer, by route";
        registry.register("request_duration_seconds", help, latency.clone());
        Self { answered, latency, durations: Buckets::new(DURATION_BUCKETS) }
    }

    /// How long requests took, all routes together.
    pub(super) fn durations(&self) -> Durations {
        Durations(self.durations.read())
    }

    pub(super) fn answered(&self) -> u64 {
        self.durations.read().iter().sum()
    }
}

impl Metrics {
    pub(crate) fn request_answered(&self, route: &str, status: u16, took: Duration) {
        self.requests
            .answered
            .get_or_create(&AnswerLabel { route: route.to_owned(), status })
            .inc();
        let label = RouteLabel { route: route.to_owned() };
        self.requests.latency.get_or_create(&label).observe(took.as_secs_f64());
        self.requests.durations.add(Durations::bucket(took));
    }
}
