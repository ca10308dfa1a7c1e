//! The spans. Where a request is not traced there are none inside it either, at no cost.

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use opentelemetry::Context;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry_http::HeaderExtractor;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::field::Empty;
use tracing::{Instrument, Span, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// The layer that begins a trace, or goes on with the caller's (`traceparent`).
pub(crate) async fn traced(request: Request, next: Next) -> Response {
    // The path as declared: identifiers of keys stay out of traces.
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str);
    let method = request.method().as_str();
    let span = info_span!(
        "request",
        otel.name = %format_args!("{method} {route}"),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty,
    );
    let headers = HeaderExtractor(request.headers());
    let parent = TraceContextPropagator::new().extract_with_context(&Context::new(), &headers);
    // Refused only where nothing is traced after all.
    let _ = span.set_parent(parent);
    let response = next.run(request).instrument(span.clone()).await;
    let status = response.status();
    span.record("http.response.status_code", status.as_u16());
    if status.is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
    response
}

/// From when work is asked for until it begins.
pub(crate) fn queue_span(asked: &Span) -> Span {
    if asked.is_none() { Span::none() } else { info_span!(parent: asked, "queue") }
}

/// One call of the engine.
pub(crate) fn batch_span(asked: &Span, items: usize) -> Span {
    if asked.is_none() { Span::none() } else { info_span!(parent: asked, "engine batch", items) }
}

/// What several requests were merged into: in the trace of the first that is traced, with links to
/// the others.
pub(crate) fn merged_span<'a>(asked: impl Iterator<Item = &'a Span>, items: usize) -> Span {
    let mut traced = asked.filter(|span| !span.is_none());
    let Some(first) = traced.next() else { return Span::none() };
    let merged = info_span!(parent: first, "merged", items);
    for other in traced {
        merged.follows_from(other);
    }
    merged
}
