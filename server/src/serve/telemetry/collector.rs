//! The HTTP client that traces are sent with.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use axum::http::{Request, Response};
use bytes::Bytes;
use opentelemetry_http::hyper::HyperClient;
use opentelemetry_http::{HttpClient, HttpError};
use tokio::runtime::Handle;

use crate::serve::settings::Endpoint;

/// A client whose requests run on the service's runtime: the thread that sends has none.
pub(super) struct Collector {
    endpoint: Endpoint,
    client: HyperClient,
    runtime: Handle,
    /// It did not answer the last time: said once, not for every batch.
    down: AtomicBool,
}

impl Collector {
    pub(super) fn new(endpoint: Endpoint, send_max: Duration, runtime: Handle) -> Self {
        let client = HyperClient::with_default_connector(send_max, None);
        Self { endpoint, client, runtime, down: AtomicBool::new(false) }
    }
}

impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Collector({})", self.endpoint)
    }
}

#[async_trait]
impl HttpClient for Collector {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let client = self.client.clone();
        let sent = self.runtime.spawn(async move { client.send_bytes(request).await });
        let answer = sent.await.map_err(HttpError::from).and_then(|answer| answer);
        let fault = match &answer {
            Ok(answer) if answer.status().is_success() => None,
            Ok(answer) => Some(format!("it answers {}", answer.status())),
            Err(error) => Some(error.to_string()),
        };
        let was_down = self.down.swap(fault.is_some(), Ordering::Relaxed);
        let collector = &self.endpoint;
        match (was_down, fault) {
            (false, Some(fault)) => {
                tracing::warn!(%collector, %fault, "telemetry: traces are lost; serving goes on");
            }
            (true, None) => tracing::info!(%collector, "telemetry: traces arrive again"),
            _ => {}
        }
        answer
    }
}
