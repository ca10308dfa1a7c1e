//! One file for each family of endpoints.

mod about;
mod aggregate;
mod batch;
mod select;
mod stream;
mod verify;
mod vrf;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::app::App;

/// `/v1`.
pub(crate) fn v1() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(verify::verify))
        .routes(routes!(batch::verify_batch))
        .routes(routes!(aggregate::aggregate))
        .routes(routes!(vrf::vrf_verify))
        .routes(routes!(vrf::vrf_batch))
        .routes(routes!(select::select))
        .routes(routes!(about::cpu))
        .routes(routes!(about::limits))
        .routes(routes!(about::openapi_json))
}
