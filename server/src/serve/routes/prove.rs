//! `POST /v1/vrf/prove`.

use axum::extract::State;
use pairlane_hsm::guard::{Act, Unguarded};
use pairlane_hsm::keystore::KeyType;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::sign::key_of;
use crate::serve::access::Caller;
use crate::serve::app::App;
use crate::serve::engine::Patience;
use crate::serve::problem::{Kind, Problem, ProblemShape};
use crate::serve::signer::OwnedMessage;
use crate::serve::wire::{HexBytes, Json};
use crate::vrf::{SuiteName, output};

/// An output to prove.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VrfProveRequest {
    /// Which ECVRF key proves: its id, its public key in hex, or its name.
    key: String,
    /// The input; it must hold nothing that the prover may choose.
    #[schema(value_type = String)]
    alpha: HexBytes,
}

/// A proof and what it proves.
#[derive(Serialize, ToSchema)]
pub(crate) struct VrfProveAnswer {
    /// The proof as RFC 9381 writes it, 80 bytes.
    #[schema(value_type = String)]
    proof: HexBytes,
    /// The output, 64 bytes.
    #[schema(value_type = String)]
    output: HexBytes,
    /// The prover's key.
    #[schema(value_type = String)]
    public_key: HexBytes,
}

/// Prove an output of a verifiable random function
///
/// A key has one output for each input, so there is nothing that a guard would have to keep apart.
#[utoipa::path(
    post,
    path = "/v1/vrf/prove",
    request_body = VrfProveRequest,
    responses(
        (status = 200, description = "Proved", body = VrfProveAnswer),
        (status = 400, description = "Malformed, or no key of a VRF", body = ProblemShape,
         content_type = "application/problem+json"),
        (status = 403, description = "Not a key of this client", body = ProblemShape,
         content_type = "application/problem+json"),
        (status = 404, description = "No such key, or it is locked", body = ProblemShape,
         content_type = "application/problem+json"),
        (status = 503, description = "Signing is off, or too much waits", body = ProblemShape,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn vrf_prove(
    State(app): State<App>,
    caller: Caller,
    Json(request): Json<VrfProveRequest>,
) -> Result<axum::Json<VrfProveAnswer>, Problem> {
    let signer = app.signer()?;
    let record = key_of(signer, &caller, &request.key)?;
    let suite = match record.key_type {
        KeyType::EcvrfTai => SuiteName::EdwardsTai,
        KeyType::EcvrfEll2 => SuiteName::EdwardsEll2,
        _ => {
            let detail = format!("a key of type {} proves nothing", record.key_type.name());
            return Err(Problem::new(Kind::Unfit, detail).of_field("key"));
        }
    };
    let alpha = request.alpha.0;
    let message = OwnedMessage::Vrf { alpha: alpha.clone() };
    let act = Act::Unguarded(Unguarded::VrfProof);
    let proof = signer.sign(&caller.actor(), record.id, act, message).await?;
    // Verified on the way: a fault of the machine must not get out as a proof.
    let (key, given) = (record.public_key.clone(), proof.clone());
    let output =
        app.engine.run(1, Patience::Bounded, move |_| output(suite, &key, &alpha, &given)).await?;
    let output = output.map_err(|error| Problem::new(Kind::Defect, error.to_string()))?;
    Ok(axum::Json(VrfProveAnswer {
        proof: HexBytes(proof),
        output: HexBytes(output),
        public_key: HexBytes(record.public_key),
    }))
}
