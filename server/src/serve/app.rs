//! The routes of the API's listener and what they share.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use pairlane::{MinPk, MinSig};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;

use super::access::{self, Access};
use super::engine::Engine;
use super::ethereum::Ethereum;
use super::merge::{MergeLimits, Merger};
use super::metrics::Metrics;
use super::problem::{Kind, Problem};
use super::rate::{self, Rates};
use super::routes;
use super::settings::{Limits, Merge};
use super::signer::Signer;
use super::telemetry::traced;

/// What every handler can reach.
#[derive(Clone)]
pub(crate) struct App(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) engine: Engine,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) limits: Limits,
    pub(crate) merged: Option<Mergers>,
    /// Who may call; exchanged as a whole when the configuration is read again.
    pub(crate) access: ArcSwap<Access>,
    /// None: signing is off.
    pub(crate) signer: Option<Signer>,
    pub(crate) ethereum: Ethereum,
}

/// A merger for each variant: a batch is of one.
pub(crate) struct Mergers {
    pub(crate) min_pk: Merger<MinPk>,
    pub(crate) min_sig: Merger<MinSig>,
}

impl std::ops::Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl App {
    /// Shares an engine. Called inside the runtime: mergers are tasks.
    pub(crate) fn new(
        engine: Engine,
        metrics: Arc<Metrics>,
        limits: Limits,
        merge: &Merge,
        access: Access,
        signer: Option<Signer>,
        ethereum: Ethereum,
    ) -> Self {
        let merged = merge.enabled.then(|| {
            let bounds = MergeLimits {
                items_max: merge.items_max,
                window: Duration::from_micros(merge.window_us),
            };
            Mergers {
                min_pk: Merger::new(engine.clone(), bounds),
                min_sig: Merger::new(engine.clone(), bounds),
            }
        });
        let access = ArcSwap::from_pointee(access);
        Self(Arc::new(Shared { engine, metrics, limits, merged, access, signer, ethereum }))
    }

    /// The signer, where signing is on.
    pub(crate) fn signer(&self) -> Result<&Signer, Problem> {
        let off = "this service has no vault: set signing.vault and signing.pin_source";
        self.signer.as_ref().ok_or_else(|| Problem::new(Kind::SigningOff, off))
    }

    /// The routes, ready to serve.
    pub(crate) fn router(self, traces: bool) -> Router {
        let rates = Rates::start(&self.limits);
        let body_bytes_max = self.limits.body_bytes_max;
        let (mut routes, _) = described().split_for_parts();
        if self.ethereum.chain.is_some() {
            routes = routes.merge(routes::eth2());
        }
        if self.ethereum.keymanager {
            routes = routes.merge(routes::keymanager());
        }
        let routes = routes
            .fallback(|| async { Problem::new(Kind::NotFound, "see GET /v1/openapi.json") })
            .method_not_allowed_fallback(|| async {
                Problem::new(Kind::Method, "see GET /v1/openapi.json for what this path takes")
            })
            .layer(DefaultBodyLimit::max(body_bytes_max))
            .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
                Problem::new(Kind::Defect, "a request handler failed; please report it")
                    .into_response()
            }))
            .layer(from_fn_with_state(rates, rate::limited))
            .layer(from_fn_with_state(self.clone(), access::identified))
            .layer(from_fn_with_state(self.clone(), measured));
        let routes = if traces { routes.layer(from_fn(traced)) } else { routes };
        routes.with_state(self)
    }
}

/// The routes and their description: one declaration for both.
fn described() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Description::openapi()).merge(routes::v1())
}

/// The description of the API.
pub(crate) fn openapi() -> utoipa::openapi::OpenApi {
    described().into_openapi()
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "pairlane",
        description = "BLS12-381 signatures: verification in batches with a verdict for each item, \
                       aggregation, verifiable random functions, selection by stake. Bytes are hex \
                       strings with `0x`. Malformed requests are answered with \
                       application/problem+json (RFC 9457); a signature that is wrong is an answer, \
                       not an error.",
    ),
    components(schemas(super::problem::ProblemShape)),
    security((), ("bearer" = [])),
    modifiers(&BearerTokens)
)]
struct Description;

/// Says that callers prove who they are with a token.
struct BearerTokens;

impl utoipa::Modify for BearerTokens {
    fn modify(&self, description: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A token of [[access.clients]]; without one a caller is anonymous"));
        let components = description.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme.build()));
    }
}

/// Counts a request and how long the head of its answer took.
async fn measured(State(app): State<App>, request: Request, next: Next) -> Response {
    let start = Instant::now();
    // The path as declared: what strangers type must not become labels.
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let response = next.run(request).await;
    let route = route.as_deref().unwrap_or("none");
    app.metrics.request_answered(route, response.status().as_u16(), start.elapsed());
    response
}
