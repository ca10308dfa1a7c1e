//! The second listener: health, metrics and the dashboard, for the operator alone.
//!
//! It answers only to addresses, to `localhost` and to names that are configured. A page elsewhere
//! may point a name of its own at this listener and have the operator's browser read it (DNS
//! rebinding); such a request carries that name.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::app::App;
use super::dashboard;
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
    let hosts: Arc<[String]> = settings.hosts.iter().map(|host| host.to_lowercase()).collect();
    router.layer(from_fn_with_state(hosts, called_by_its_name))
}

/// Refuses requests that were sent to somebody else's name.
async fn called_by_its_name(
    State(hosts): State<Arc<[String]>>,
    request: Request,
    next: Next,
) -> Response {
    let header = request.headers().get(header::HOST).map(|host| host.to_str().unwrap_or("?"));
    // Browsers always say it, probes of HTTP/1.0 do not.
    let Some(said) = header.or(request.uri().authority().map(Authority::as_str)) else {
        return next.run(request).await;
    };
    if is_own(said, &hosts) {
        return next.run(request).await;
    }
    let text = "this listener does not go by that name: ask by address, or set dashboard.hosts\n";
    (StatusCode::MISDIRECTED_REQUEST, text).into_response()
}

fn is_own(said: &str, hosts: &[String]) -> bool {
    let Ok(authority) = said.parse::<Authority>() else { return false };
    let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_lowercase();
    host == "localhost" || host.parse::<IpAddr>().is_ok() || hosts.contains(&host)
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

#[cfg(test)]
mod tests {
    use super::is_own;

    #[test]
    fn names_of_others_are_not_its_own() {
        let hosts = ["pairlane.example".to_owned()];
        for own in
            ["localhost:9401", "127.0.0.1", "[::1]:9401", "10.0.0.7:1", "Pairlane.Example:9401"]
        {
            assert!(is_own(own, &hosts), "{own}");
        }
        for other in [
            "evil.example",
            "localhost.evil.example:9401",
            "127.0.0.1.evil.example",
            "",
            "?",
            "a b",
        ] {
            assert!(!is_own(other, &hosts), "{other}");
        }
    }
}
