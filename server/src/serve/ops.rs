//! The second listener: health, metrics and the dashboard, for the operator alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::app::App;
use super::dashboard;
use super::hosts;
use super::settings::Dashboard;
use super::shutdown::Stop;
use super::signer::Signer;

/// Whether requests should be sent here.
#[derive(Clone, Default)]
pub(crate) struct Readiness(Arc<AtomicBool>);

impl Readiness {
    pub(crate) fn set(&self, ready: bool) {
        self.0.store(ready, Ordering::Release);
    }

    fn get(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

#[derive(Clone)]
struct Ops {
    app: App,
    readiness: Readiness,
}

/// The routes of the second listener. Called inside the runtime.
pub(crate) fn router(app: App, readiness: Readiness, stop: Stop, settings: &Dashboard) -> Router {
    let ops = Ops { app: app.clone(), readiness: readiness.clone() };
    let mut router = Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .with_state(ops);
    if settings.enabled {
        router = router.merge(dashboard::router(app, readiness, stop, settings));
    }
    hosts::guarded(router, &settings.hosts)
}

async fn readyz(State(ops): State<Ops>) -> (StatusCode, String) {
    match unready(&ops.app, &ops.readiness) {
        None => (StatusCode::OK, "ok\n".to_owned()),
        Some(why) => (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {why}\n")),
    }
}

/// Why requests should not be sent here; none if they should.
pub(super) fn unready(app: &App, readiness: &Readiness) -> Option<String> {
    if readiness.get() {
        app.signer.as_ref().and_then(Signer::unready)
    } else {
        Some("starting or stopping".to_owned())
    }
}

async fn metrics(State(ops): State<Ops>) -> Response {
    const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    let text = ops.app.metrics.render(ops.app.engine.items_in_flight());
    ([(header::CONTENT_TYPE, OPEN_METRICS)], text).into_response()
}
