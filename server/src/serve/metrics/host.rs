//! What does not change while the process runs: version, start and processor.

use std::time::{SystemTime, UNIX_EPOCH};

use pairlane::Cpu;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

pub(super) fn register(registry: &mut Registry) {
    let Cpu { model, features, backend, .. } = Cpu::detect();
    let present: Vec<_> = features.iter().filter(|f| f.present).map(|f| f.name).collect();
    let labels =
        vec![("model", model), ("backend", backend.to_owned()), ("features", present.join(" "))];
    registry.register("cpu", "The processor and the arithmetic in use", Info::new(labels));
    let labels = vec![("version", env!("CARGO_PKG_VERSION"))];
    registry.register("build", "The version that runs", Info::new(labels));
    let start: Gauge = Gauge::default();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    start.set(i64::try_from(now).unwrap_or(i64::MAX));
    registry.register("start_time_seconds", "When the process started, in Unix time", start);
}

/// The arithmetic in use, as a label.
pub(crate) fn backend() -> &'static str {
    Cpu::detect().backend
}
