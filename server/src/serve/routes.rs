//! One file for each family of endpoints.

mod about;
mod aggregate;
mod batch;
mod eth2;
mod keymanager;
mod keys;
mod prove;
mod refusals;
mod registry;
mod select;
mod sign;
mod stream;
mod verify;
mod vrf;

use axum::middleware::from_fn;
use utoipa::openapi::path::Operation;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access;
use super::app::App;

pub(crate) use eth2::routes as eth2;
pub(crate) use keymanager::routes as keymanager;

/// `/v1`.
pub(crate) fn v1() -> OpenApiRouter<App> {
    let closed = verifying().merge(registering()).merge(signing());
    let closed = refusals::described(closed, &refusals::CLOSED);
    let has_body = |operation: &Operation| operation.request_body.is_some();
    let closed = refusals::described_where(closed, &refusals::READING, has_body);
    refusals::described(open().merge(closed), &refusals::ALL)
}

/// What everybody may ask.
fn open() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(about::cpu))
        .routes(routes!(about::limits))
        .routes(routes!(about::openapi_json))
        .route_layer(from_fn(access::known))
}

/// What takes the permission to verify. The layer asks for it, so no route can forget to.
fn verifying() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(verify::verify))
        .routes(routes!(batch::verify_batch))
        .routes(routes!(aggregate::aggregate))
        .routes(routes!(vrf::vrf_verify))
        .routes(routes!(vrf::vrf_batch))
        .routes(routes!(select::select))
        .routes(routes!(registry::usage))
        .routes(routes!(registry::registered))
        .route_layer(from_fn(access::verifying))
}

/// What changes which handles there are, for everybody.
fn registering() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(registry::register))
        .routes(routes!(registry::remove))
        .route_layer(from_fn(access::registering))
}

/// What takes a key of the caller's. The layer turns away who has none; each route asks for the key
/// that a request names.
fn signing() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(keys::keys))
        .routes(routes!(keys::key))
        .routes(routes!(sign::sign))
        .routes(routes!(sign::sign_batch))
        .routes(routes!(prove::vrf_prove))
        .route_layer(from_fn(access::holding_keys))
}
