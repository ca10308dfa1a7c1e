//! `POST /v1/vrf/verify` and `POST /v1/vrf/batch`.

use axum::extract::State;
use pairlane::Pooled;
use pairlane::vrf::edwards::{ANNOUNCED_PROOF_LENGTH, EdwardsSuite, Item, PublicKey, verify_batch};
use pairlane::vrf::{EdwardsEll2, EdwardsTai, VrfError};
use rayon::ThreadPool;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::serve::app::App;
use crate::serve::engine::Patience;
use crate::serve::items::Items;
use crate::serve::problem::{Kind, Problem, ProblemShape};
use crate::serve::wire::{HexBytes, Json};
use crate::vrf::{SuiteName, announced_output, output};

/// One proof.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VrfVerifyRequest {
    /// edwards25519-tai, edwards25519-ell2, p256-tai, p256-sswu, bls-min-pk or bls-min-sig.
    #[schema(value_type = String, example = "edwards25519-tai")]
    suite: SuiteName,
    /// The prover's key.
    #[schema(value_type = String)]
    public_key: HexBytes,
    /// The input.
    #[schema(value_type = String)]
    alpha: HexBytes,
    /// As RFC 9381 writes it; on edwards25519 also the announced form of 128 bytes.
    #[schema(value_type = String)]
    proof: HexBytes,
}

/// Many announced proofs of one suite.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VrfBatchRequest {
    /// edwards25519-tai or edwards25519-ell2.
    #[schema(value_type = String, example = "edwards25519-tai")]
    suite: SuiteName,
    /// The proofs.
    #[schema(value_type = Vec<VrfItem>)]
    items: Items<VrfItem>,
}

/// One announced proof.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VrfItem {
    /// The prover's key, 32 bytes.
    #[schema(value_type = String)]
    public_key: HexBytes,
    /// The input.
    #[schema(value_type = String)]
    alpha: HexBytes,
    /// 128 bytes.
    #[schema(value_type = String)]
    proof: HexBytes,
}

/// Whether a proof is valid, and its output if it is.
#[derive(Serialize, ToSchema)]
pub(crate) struct VrfAnswer {
    /// Whether the proof is the key's on alpha.
    valid: bool,
    /// The output, 32 or 64 bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    output: Option<HexBytes>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

impl From<Result<Vec<u8>, VrfError>> for VrfAnswer {
    fn from(verdict: Result<Vec<u8>, VrfError>) -> Self {
        match verdict {
            Ok(output) => Self { valid: true, output: Some(HexBytes(output)), detail: None },
            Err(error) => Self { valid: false, output: None, detail: Some(error.to_string()) },
        }
    }
}

/// A verdict for each proof, in order.
#[derive(Serialize, ToSchema)]
pub(crate) struct VrfBatchAnswer {
    /// One for each item.
    verdicts: Vec<VrfAnswer>,
}

/// Verify a VRF proof
#[utoipa::path(
    post,
    path = "/v1/vrf/verify",
    request_body = VrfVerifyRequest,
    responses(
        (status = 200, description = "Judged", body = VrfAnswer),
        (status = 400, description = "Malformed", body = ProblemShape,
         content_type = "application/problem+json"),
        (status = 413, description = "Too many bytes", body = ProblemShape,
         content_type = "application/problem+json"),
        (status = 503, description = "Queue full", body = ProblemShape,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn vrf_verify(
    State(app): State<App>,
    Json(request): Json<VrfVerifyRequest>,
) -> Result<axum::Json<VrfAnswer>, Problem> {
    let judged = app.engine.run(1, Patience::Bounded, move |_| {
        let VrfVerifyRequest { suite, public_key, alpha, proof } = request;
        if suite.is_edwards() && proof.0.len() == ANNOUNCED_PROOF_LENGTH {
            announced_output(suite, &public_key.0, &alpha.0, &proof.0)
        } else {
            output(suite, &public_key.0, &alpha.0, &proof.0)
        }
    });
    Ok(axum::Json(judged.await?.into()))
}

/// Verify many announced VRF proofs
#[utoipa::path(
    post,
    path = "/v1/vrf/batch",
    request_body = VrfBatchRequest,
    responses(
        (status = 200, description = "A verdict for each proof", body = VrfBatchAnswer),
        (status = 400, description = "Malformed, or a suite without batches", body = ProblemShape,
         content_type = "application/problem+json"),
        (status = 413, description = "Too many proofs", body = ProblemShape,
         content_type = "application/problem+json"),
        (status = 503, description = "Queue full", body = ProblemShape,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn vrf_batch(
    State(app): State<App>,
    Json(request): Json<VrfBatchRequest>,
) -> Result<axum::Json<VrfBatchAnswer>, Problem> {
    let (count, most) = (request.items.0.len(), app.limits.batch_items_max);
    if count > most {
        let detail = format!("at most {most} proofs are possible");
        return Err(Problem::new(Kind::TooLarge, detail).of_field("items"));
    }
    let work: fn(&[VrfItem], &ThreadPool) -> Vec<VrfAnswer> = match request.suite {
        SuiteName::EdwardsTai => judge::<EdwardsTai>,
        SuiteName::EdwardsEll2 => judge::<EdwardsEll2>,
        _ => {
            let detail = "only edwards25519-tai and edwards25519-ell2 have batches";
            return Err(Problem::new(Kind::Malformed, detail).of_field("suite"));
        }
    };
    let Items(items) = request.items;
    let judged = app.engine.run(count, Patience::Bounded, move |pool| work(&items, pool));
    Ok(axum::Json(VrfBatchAnswer { verdicts: judged.await? }))
}

fn judge<S: EdwardsSuite>(items: &[VrfItem], pool: &ThreadPool) -> Vec<VrfAnswer> {
    let keys: Vec<_> =
        items.iter().map(|item| PublicKey::<S>::from_bytes(&item.public_key.0)).collect();
    let mut answers: Vec<VrfAnswer> = Vec::with_capacity(items.len());
    let good: Vec<_> = items
        .iter()
        .zip(&keys)
        .filter_map(|(item, key)| {
            let key = key.as_ref().ok()?;
            Some(Item { key, alpha: &item.alpha.0, proof: &item.proof.0 })
        })
        .collect();
    let mut verdicts = verify_batch(&good, &Pooled(pool)).into_iter();
    for key in keys {
        let verdict = match key {
            Ok(_) => verdicts.next().unwrap_or(Err(VrfError::WrongProof)),
            Err(error) => Err(VrfError::PublicKey(error)),
        };
        answers.push(verdict.map(|output| output.as_bytes().to_vec()).into());
    }
    answers
}
