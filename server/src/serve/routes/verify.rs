//! `POST /v1/verify`.

use axum::extract::State;
use pairlane::{OwnedItem, Verdict};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::serve::app::App;
use crate::serve::engine::{Patience, Served, Spread};
use crate::serve::merge::Merger;
use crate::serve::problem::{Kind, Problem, ProblemShape};
use crate::serve::registry::Handle;
use crate::serve::wire::{HexBytes, Json, SuiteName, Triple, VerdictAnswer};
use crate::suite::VariantName;

/// One signature.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VerifyRequest {
    /// Ethereum's if it is left out: min-pk, possession.
    #[serde(default)]
    suite: SuiteName,
    /// Who signed. This or `handle`.
    #[schema(value_type = Option<String>)]
    public_key: Option<HexBytes>,
    /// Who signed, as `/v1/registry` names the key. This or `public_key`.
    #[schema(value_type = Option<String>)]
    handle: Option<Handle>,
    /// What was signed.
    #[schema(value_type = String)]
    message: HexBytes,
    /// The signature.
    #[schema(value_type = String)]
    signature: HexBytes,
}

/// Verify one signature
///
/// Requests that arrive together are verified together, so many callers with one signature each get
/// the speed of a batch.
#[utoipa::path(
    post,
    path = "/v1/verify",
    request_body = VerifyRequest,
    responses(
        (status = 200, description = "Judged", body = VerdictAnswer),
        (status = 400, description = "Malformed", body = ProblemShape,
         content_type = "application/problem+json"),
        (status = 413, description = "Too many bytes", body = ProblemShape,
         content_type = "application/problem+json"),
        (status = 503, description = "Queue full", body = ProblemShape,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn verify(
    State(app): State<App>,
    Json(request): Json<VerifyRequest>,
) -> Result<axum::Json<VerdictAnswer>, Problem> {
    let VerifyRequest { suite, public_key, handle, message, signature } = request;
    let triple = Triple { public_key, handle, message, signature };
    let verdict = match suite.variant {
        VariantName::MinPk => {
            let item = triple.into_item(suite.suite()?, &app)?;
            judge(&app, app.merged.as_ref().map(|merged| &merged.min_pk), item).await?
        }
        VariantName::MinSig => {
            let item = triple.into_item(suite.suite()?, &app)?;
            judge(&app, app.merged.as_ref().map(|merged| &merged.min_sig), item).await?
        }
    };
    Ok(axum::Json(verdict.into()))
}

async fn judge<V: Served>(
    app: &App,
    merger: Option<&Merger<V>>,
    item: OwnedItem<V>,
) -> Result<Verdict, Problem> {
    if let Some(merger) = merger {
        return merger.verify(item).await;
    }
    let verdicts = app.engine.verify(vec![item], Spread::OneThread, Patience::Bounded).await?;
    verdicts.first().copied().ok_or_else(|| Problem::new(Kind::Defect, "no verdict"))
}
