//! `POST /v1/aggregate`.

use axum::extract::State;
use pairlane::{MinPk, MinSig, Signature, Variant};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::serve::app::App;
use crate::serve::engine::Patience;
use crate::serve::items::Items;
use crate::serve::problem::{Kind, Problem, ProblemShape};
use crate::serve::wire::{HexBytes, Json};
use crate::suite::VariantName;

/// Signatures to sum.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AggregateRequest {
    /// min-pk or min-sig.
    #[schema(value_type = String, example = "min-pk")]
    variant: VariantName,
    /// At least one.
    #[schema(value_type = Vec<String>)]
    signatures: Items<HexBytes>,
}

/// Their sum.
#[derive(Serialize, ToSchema)]
pub(crate) struct AggregateAnswer {
    /// Compressed.
    #[schema(value_type = String)]
    signature: HexBytes,
}

/// Sum signatures into one
///
/// Each is checked to be a point of the group; none is verified.
#[utoipa::path(
    post,
    path = "/v1/aggregate",
    request_body = AggregateRequest,
    responses(
        (status = 200, description = "The aggregate", body = AggregateAnswer),
        (status = 400, description = "Malformed; names the signature that is none",
         body = ProblemShape, content_type = "application/problem+json"),
        (status = 413, description = "Too many signatures", body = ProblemShape,
         content_type = "application/problem+json"),
        (status = 503, description = "Queue full", body = ProblemShape,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn aggregate(
    State(app): State<App>,
    Json(request): Json<AggregateRequest>,
) -> Result<axum::Json<AggregateAnswer>, Problem> {
    let (variant, Items(signatures)) = (request.variant, request.signatures);
    let (count, most) = (signatures.len(), app.limits.batch_items_max);
    if count > most {
        let detail = format!("at most {most} signatures are possible");
        return Err(Problem::new(Kind::TooLarge, detail).of_field("signatures"));
    }
    let summed = app.engine.run(count, Patience::Bounded, move |_| match variant {
        VariantName::MinPk => sum::<MinPk>(&signatures),
        VariantName::MinSig => sum::<MinSig>(&signatures),
    });
    Ok(axum::Json(AggregateAnswer { signature: HexBytes(summed.await??) }))
}

fn sum<V: Variant>(encoded: &[HexBytes]) -> Result<Vec<u8>, Problem> {
    let decoded = encoded.iter().enumerate().map(|(place, bytes)| {
        Signature::<V>::from_bytes(&bytes.0).map_err(|error| {
            Problem::new(Kind::Malformed, error.to_string())
                .of_item(place as u64)
                .of_field(format!("signatures[{place}]"))
        })
    });
    let decoded = decoded.collect::<Result<Vec<_>, _>>()?;
    let sum = Signature::aggregate(&decoded)
        .map_err(|error| Problem::new(Kind::Malformed, error.to_string()).of_field("signatures"))?;
    Ok(sum.to_bytes())
}
