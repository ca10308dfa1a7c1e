//! `POST /v1/sign` and `POST /v1/sign/batch`.

use axum::extract::State;
use pairlane_hsm::guard::{Act, Position};
use pairlane_hsm::keystore::{KeyType, Record};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::serve::access::{Caller, Permission};
use crate::serve::app::App;
use crate::serve::items::Items;
use crate::serve::problem::{Kind, Problem, ProblemShape};
use crate::serve::signer::{Ask, OwnedMessage, SignFault, Signer};
use crate::serve::wire::{HexBytes, Json};
use crate::suite::SchemeName;

/// One signature to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignRequest {
    /// Which key signs: its id, its public key in hex, or its name.
    #[schema(example = "validator-1")]
    key: String,
    /// For which place in the consensus.
    duty: DutyName,
    /// What is signed; may be empty.
    #[schema(value_type = String, example = "0xcafe")]
    message: HexBytes,
    /// The scheme of a BLS key: basic, augmented or possession, which it is if it is left out.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "possession")]
    scheme: Option<SchemeName>,
}

/// A place in the consensus. A key signs one message at each, and never goes back.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DutyName {
    /// Height of the block.
    #[schema(example = 7)]
    height: u64,
    /// Round at that height; 0 if it is left out.
    #[serde(default)]
    round: u64,
    /// Phase of the round; 0 if it is left out.
    #[serde(default)]
    phase: u8,
}

/// A signature.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignAnswer {
    /// The signature.
    #[schema(value_type = String)]
    signature: HexBytes,
    /// Whose it is.
    #[schema(value_type = String)]
    public_key: HexBytes,
}

/// Many signatures to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignBatchRequest {
    /// The signatures, by one key or by many.
    #[schema(value_type = Vec<SignRequest>)]
    items: Items<SignRequest>,
}

/// A result for each item, in order.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignBatchAnswer {
    /// One for each item.
    results: Vec<SignResult>,
}

/// A signature, or why there is none.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignResult {
    /// The signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    signature: Option<HexBytes>,
    /// Why there is none, for programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "refused")]
    code: Option<&'static str>,
    /// Why there is none, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

impl From<Result<Vec<u8>, Problem>> for SignResult {
    fn from(made: Result<Vec<u8>, Problem>) -> Self {
        match made {
            Ok(made) => Self { signature: Some(HexBytes(made)), code: None, detail: None },
            Err(problem) => {
                let (code, detail) = problem.into_parts();
                Self { signature: None, code: Some(code), detail: Some(detail) }
            }
        }
    }
}

/// Sign a message of a consensus, guarded against double signing
///
/// The place is on disk before the signature is made. A second, different message at a place, or one
/// below the last, is refused with 409; the same message again gives the same signature.
#[utoipa::path(
    post,
    path = "/v1/sign",
    request_body = SignRequest,
    responses(
        (status = 200, description = "Signed", body = SignAnswer),
        (status = 400, description = "Malformed, or nothing that the key signs", body = ProblemShape,
         content_type = "application/problem+json"),
        (status = 403, description = "Not a key of this client", body = ProblemShape,
         content_type = "application/problem+json"),
        (status = 404, description = "No such key, or it is locked", body = ProblemShape,
         content_type = "application/problem+json"),
        (status = 409, description = "Refused: a double signature", body = ProblemShape,
         content_type = "application/problem+json"),
        (status = 503, description = "Signing is off, too much waits, or the token is lost",
         body = ProblemShape, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn sign(
    State(app): State<App>,
    caller: Caller,
    Json(request): Json<SignRequest>,
) -> Result<axum::Json<SignAnswer>, Problem> {
    let signer = app.signer()?;
    let record = key_of(signer, &caller, &request.key)?;
    let Ask { key, act, message } = ask(signer, &record, request)?;
    let signature = HexBytes(signer.sign(&caller.actor(), key, act, message).await?);
    Ok(axum::Json(SignAnswer { signature, public_key: HexBytes(record.public_key) }))
}

/// Sign many messages, guarded against double signing
///
/// All places are on disk with one write before the first signature is made. A refused item does not
/// keep the others from being signed. Items count in order, each as if the ones before it were
/// signed.
#[utoipa::path(
    post,
    path = "/v1/sign/batch",
    request_body = SignBatchRequest,
    responses(
        (status = 200, description = "A result for each item", body = SignBatchAnswer),
        (status = 400, description = "Malformed", body = ProblemShape,
         content_type = "application/problem+json"),
        (status = 413, description = "Too many items", body = ProblemShape,
         content_type = "application/problem+json"),
        (status = 503, description = "Signing is off, or too much waits", body = ProblemShape,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn sign_batch(
    State(app): State<App>,
    caller: Caller,
    Json(request): Json<SignBatchRequest>,
) -> Result<axum::Json<SignBatchAnswer>, Problem> {
    let signer = app.signer()?;
    let Items(items) = request.items;
    let most = app.limits.batch_items_max.min(signer.places_max());
    if items.len() > most {
        let detail = format!("at most {most} items are possible");
        return Err(Problem::new(Kind::TooLarge, detail).of_field("items"));
    }
    let asks: Vec<Result<Ask, Problem>> = items
        .into_iter()
        .map(|item| ask(signer, &key_of(signer, &caller, &item.key)?, item))
        .collect();
    let good: Vec<Ask> = asks.iter().flatten().cloned().collect();
    let mut signed = signer.sign_all(&caller.actor(), good).await?.into_iter();
    let lost = || Err(SignFault::Broken("the signer lost this item".to_owned()));
    let results = asks.into_iter().map(|ask| match ask {
        Ok(_) => signed.next().unwrap_or_else(lost).map_err(Problem::from).into(),
        Err(problem) => Err(problem).into(),
    });
    Ok(axum::Json(SignBatchAnswer { results: results.collect() }))
}

/// The key that a client names, if it is one of its own. Who may not see which keys there are does
/// not learn it here.
pub(super) fn key_of(signer: &Signer, caller: &Caller, text: &str) -> Result<Record, Problem> {
    match signer.named(text) {
        Some(record) if caller.may_sign(&record.public_key) => Ok(record),
        None if caller.ensure(Permission::ListKeys).is_ok() => {
            let detail = "no key, or more than one, has this id, public key or name";
            Err(Problem::new(Kind::NoKey, detail).of_field("key"))
        }
        // The same answer to the byte, whether there is such a key or not.
        _ => Err(caller.refusal().of_field("key")),
    }
}

fn ask(signer: &Signer, record: &Record, request: SignRequest) -> Result<Ask, Problem> {
    const ROOT_BYTES: usize = 32;
    let SignRequest { duty, message: HexBytes(message), scheme, .. } = request;
    let DutyName { height, round, phase } = duty;
    let act = Act::Consensus(Position { height, round, phase });
    let scheme_name = scheme.unwrap_or(SchemeName::Possession);
    let message = match record.key_type {
        // Ethereum's rules look at other places than ours: a root must not come in by this way.
        KeyType::BlsMinPk
            if signer.network().is_some()
                && scheme_name == SchemeName::Possession
                && message.len() == ROOT_BYTES =>
        {
            let detail = "32 bytes could be a signing root of the Ethereum network that this vault \
                          serves: send those to the remote signer's endpoint";
            return Err(Problem::new(Kind::Unfit, detail).of_field("message"));
        }
        KeyType::BlsMinPk | KeyType::BlsMinSig => {
            OwnedMessage::Bls { scheme: scheme_name.into(), message }
        }
        KeyType::Ed25519 if scheme.is_some() => {
            let detail = "an Ed25519 key has no scheme: leave it out";
            return Err(Problem::new(Kind::Unfit, detail).of_field("scheme"));
        }
        KeyType::Ed25519 => OwnedMessage::Ed25519 { message },
        KeyType::EcvrfTai | KeyType::EcvrfEll2 => {
            let detail = "this is the key of a VRF: POST /v1/vrf/prove";
            return Err(Problem::new(Kind::Unfit, detail).of_field("key"));
        }
    };
    Ok(Ask { key: record.id, act, message })
}
