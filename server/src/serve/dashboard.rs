//! The page that shows what the service does, and the stream that feeds it.
//!
//! Everything is in the binary: the page loads nothing from elsewhere, and its policy forbids it to.

mod feed;
mod sample;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, header};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::get;

use super::app::App;
use super::ops::Readiness;
use super::settings::Dashboard;
use super::shutdown::Stop;
use feed::Feed;

/// The page, its files and its stream. Called inside the runtime: the feed is a task.
pub(super) fn router(app: App, readiness: Readiness, stop: Stop, settings: &Dashboard) -> Router {
    let feed = Feed::start(app, readiness, stop, settings.streams_max);
    let mut router = Router::new().route("/events", get(feed::events)).with_state(feed);
    for (path, content_type, text) in FILES {
        let answer = move || async move { ([(header::CONTENT_TYPE, content_type)], text) };
        router = router.route(path, get(answer));
    }
    router.layer(from_fn(guarded))
}

/// Says what the page may do: nothing but show itself.
async fn guarded(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in GUARDS {
        response.headers_mut().insert(name, axum::http::HeaderValue::from_static(value));
    }
    response
}

const GUARDS: [(HeaderName, &str); 7] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
         img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-cache"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

const FILES: [(&str, &str, &str); 8] = [
    ("/", HTML, include_str!("../../web/index.html")),
    ("/dashboard/app.js", SCRIPT, include_str!("../../web/app.js")),
    ("/dashboard/charts.js", SCRIPT, include_str!("../../web/charts.js")),
    ("/dashboard/style.css", STYLE, include_str!("../../web/style.css")),
    ("/dashboard/mark.svg", "image/svg+xml", include_str!("../../web/mark.svg")),
    ("/dashboard/uplot.js", SCRIPT, include_str!("../../web/uplot/uPlot.iife.min.js")),
    ("/dashboard/uplot.css", STYLE, include_str!("../../web/uplot/uPlot.min.css")),
    ("/dashboard/uplot-license.txt", TEXT, include_str!("../../web/uplot/LICENSE")),
];
