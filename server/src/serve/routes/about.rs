//! What the service says of itself.

use std::sync::LazyLock;

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use pairlane::Cpu;
use serde::Serialize;
use utoipa::ToSchema;

use crate::serve::app::{App, openapi};

/// The processor and the arithmetic that runs on it.
#[derive(Serialize, ToSchema)]
pub(crate) struct CpuAnswer {
    /// The processor's own name.
    model: String,
    /// The extensions that it has, of those that matter here.
    features: Vec<&'static str>,
    /// The arithmetic in use.
    backend: &'static str,
    /// Why that one.
    reason: String,
    /// Threads that verify.
    threads: usize,
}

/// Say what the engine runs on
#[utoipa::path(
    get,
    path = "/v1/cpu",
    responses((status = 200, description = "The processor", body = CpuAnswer))
)]
pub(crate) async fn cpu(State(app): State<App>) -> axum::Json<CpuAnswer> {
    let Cpu { model, features, backend, reason } = Cpu::detect();
    let present = features.iter().filter(|feature| feature.present);
    let features = present.map(|feature| feature.name).collect();
    axum::Json(CpuAnswer { model, features, backend, reason, threads: app.engine.threads() })
}

/// What a request may ask for.
#[derive(Serialize, ToSchema)]
#[allow(clippy::struct_field_names, reason = "names end in their unit and their bound")]
pub(crate) struct LimitsAnswer {
    /// Most bytes of a JSON body.
    body_bytes_max: usize,
    /// Most items of a JSON batch. Streams have no such limit.
    batch_items_max: usize,
    /// Most bytes of a line or record of a stream.
    record_bytes_max: usize,
    /// Most items that are verified or wait for it.
    items_in_flight_max: usize,
    /// Most public keys that are registered, of each variant.
    registered_keys_max: usize,
    /// How long a request waits for its place in the queue, in milliseconds.
    queue_wait_ms_max: u64,
    /// How long a stream may send nothing, in milliseconds.
    body_wait_ms_max: u64,
    /// Most requests of a client, or of an address, in a second; 0 for no limit.
    requests_per_second_max: u32,
}

/// Say what a request may ask for
#[utoipa::path(
    get,
    path = "/v1/limits",
    responses((status = 200, description = "The limits in force", body = LimitsAnswer))
)]
pub(crate) async fn limits(State(app): State<App>) -> axum::Json<LimitsAnswer> {
    axum::Json(LimitsAnswer {
        body_bytes_max: app.limits.body_bytes_max,
        batch_items_max: app.limits.batch_items_max,
        record_bytes_max: app.limits.record_bytes_max,
        items_in_flight_max: app.limits.items_in_flight_max,
        registered_keys_max: app.limits.registered_keys_max,
        queue_wait_ms_max: app.limits.queue_wait_ms_max,
        body_wait_ms_max: app.limits.body_wait_ms_max,
        requests_per_second_max: app.limits.requests_per_second_max,
    })
}

/// Describe the API
#[utoipa::path(
    get,
    path = "/v1/openapi.json",
    responses((status = 200, description = "This description (OpenAPI 3.1)"))
)]
pub(crate) async fn openapi_json() -> impl IntoResponse {
    // It never changes, and costs more to make than many a verdict.
    static TEXT: LazyLock<String> =
        LazyLock::new(|| openapi().to_json().expect("a description is text alone"));
    ([(header::CONTENT_TYPE, "application/json")], TEXT.as_str())
}
