//! Traces for a collector, where one is named: the request, its wait in the queue, the batch of the
//! engine.
//!
//! A collector that is slow or down costs spans, never time: they wait in a bounded queue that a
//! thread of its own empties, and what does not fit is dropped.

mod collector;
mod span;

use std::time::Duration;

use anyhow::Context;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::runtime::Handle;
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::registry::LookupSpan;

use super::settings::Telemetry as Settings;
use collector::Collector;

pub(crate) use span::{batch_span, merged_span, queue_span, traced};

/// What sends traces; nothing where there is no collector.
pub(crate) struct Telemetry {
    provider: Option<SdkTracerProvider>,
    flush: Duration,
}

impl Telemetry {
    /// Starts the thread that sends. Requests to the collector are made on this runtime.
    pub(crate) fn start(settings: &Settings, runtime: &Handle) -> anyhow::Result<Self> {
        let flush = Duration::from_millis(settings.flush_ms_max);
        let Some(endpoint) = &settings.endpoint else {
            return Ok(Self { provider: None, flush });
        };
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Collector::new(endpoint.clone(), SEND_MAX, runtime.clone()))
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(endpoint.traces())
            .build()
            .with_context(|| format!("telemetry.endpoint {endpoint}"))?;
        let mut resource = Resource::builder();
        if std::env::var_os("OTEL_SERVICE_NAME").is_none() {
            resource = resource.with_service_name("pairlane");
        }
        let provider = SdkTracerProvider::builder()
            .with_resource(resource.build())
            .with_batch_exporter(exporter)
            .build();
        Ok(Self { provider: Some(provider), flush })
    }

    /// Whether anything is traced.
    pub(crate) fn is_on(&self) -> bool {
        self.provider.is_some()
    }

    /// The layer that turns our spans into traces.
    pub(crate) fn layer<S>(&self) -> Option<impl Layer<S> + use<S>>
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        let tracer = self.provider.as_ref()?.tracer("pairlane");
        // Ours alone: what the HTTP client does to send a trace must not become one.
        let ours = filter_fn(|metadata| {
            metadata.is_span() && metadata.target().starts_with(env!("CARGO_BIN_NAME"))
        });
        Some(tracing_opentelemetry::layer().with_tracer(tracer).with_filter(ours))
    }

    /// Sends what is left, for as long as the settings allow. Blocks; the runtime has to be there.
    pub(crate) fn close(self) {
        let Some(provider) = self.provider else { return };
        if let Err(error) = provider.shutdown_with_timeout(self.flush) {
            tracing::warn!(%error, "telemetry: the last traces did not reach the collector");
        }
    }
}

/// How long one request to the collector may take.
const SEND_MAX: Duration = Duration::from_secs(5);
