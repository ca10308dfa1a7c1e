//! `GET /v1/keys` and `GET /v1/keys/{id}`.

use axum::extract::{Path, State};
use pairlane_hsm::keystore::{KeyState, Record};
use serde::Serialize;
use utoipa::ToSchema;

use super::sign::key_of;
use crate::serve::access::{Caller, Permission};
use crate::serve::app::App;
use crate::serve::problem::{Problem, ProblemShape};
use crate::serve::signer::Signer;
use crate::serve::wire::HexBytes;

/// Keys of the vault.
#[derive(Serialize, ToSchema)]
pub(crate) struct KeysAnswer {
    /// The keys.
    keys: Vec<KeyAnswer>,
}

/// What is public of a key.
#[derive(Serialize, ToSchema)]
pub(crate) struct KeyAnswer {
    /// Its id.
    id: String,
    /// Its name, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// bls-min-pk, bls-min-sig, ecvrf-tai, ecvrf-ell2 or ed25519.
    #[serde(rename = "type")]
    key_type: &'static str,
    /// Its public key.
    #[schema(value_type = String)]
    public_key: HexBytes,
    /// active, locked or disabled.
    #[schema(value_type = String, example = "active")]
    state: KeyState,
    /// Whether it can sign now.
    unlocked: bool,
    /// How its secret is kept.
    #[schema(example = "envelope-gcm")]
    level: &'static str,
    /// What that protects against.
    protects: &'static str,
    /// What it does not protect against.
    leaves_open: &'static str,
}

impl KeyAnswer {
    fn new(record: Record, signer: &Signer) -> Self {
        let level = record.protection.level();
        Self {
            id: record.id.to_string(),
            key_type: record.key_type.name(),
            state: record.state,
            unlocked: signer.vault().custodian().is_unlocked(record.id),
            level: level.name(),
            protects: level.protects(),
            leaves_open: level.leaves_open(),
            name: record.name,
            public_key: HexBytes(record.public_key),
        }
    }
}

/// List keys
///
/// All of them for who may list keys; for others those that they may sign with.
#[utoipa::path(
    get,
    path = "/v1/keys",
    responses(
        (status = 200, description = "The keys", body = KeysAnswer),
        (status = 403, description = "No key is this client's", body = ProblemShape,
         content_type = "application/problem+json"),
        (status = 503, description = "Signing is off", body = ProblemShape,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn keys(
    State(app): State<App>,
    caller: Caller,
) -> Result<axum::Json<KeysAnswer>, Problem> {
    let signer = app.signer()?;
    let all = caller.ensure(Permission::ListKeys);
    let mut records = signer.vault().store().list();
    if let Err(refusal) = all {
        records.retain(|record| caller.may_sign(&record.public_key));
        if records.is_empty() {
            return Err(refusal);
        }
    }
    let keys = records.into_iter().map(|record| KeyAnswer::new(record, signer)).collect();
    Ok(axum::Json(KeysAnswer { keys }))
}

/// Show a key
#[utoipa::path(
    get,
    path = "/v1/keys/{key}",
    params(("key" = String, Path, description = "The key's id, public key in hex, or name")),
    responses(
        (status = 200, description = "The key", body = KeyAnswer),
        (status = 403, description = "Not a key of this client", body = ProblemShape,
         content_type = "application/problem+json"),
        (status = 404, description = "No such key", body = ProblemShape,
         content_type = "application/problem+json"),
        (status = 503, description = "Signing is off", body = ProblemShape,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn key(
    State(app): State<App>,
    caller: Caller,
    Path(text): Path<String>,
) -> Result<axum::Json<KeyAnswer>, Problem> {
    let signer = app.signer()?;
    let record = match (caller.ensure(Permission::ListKeys), signer.named(&text)) {
        (Ok(()), Some(record)) => record,
        _ => key_of(signer, &caller, &text)?,
    };
    Ok(axum::Json(KeyAnswer::new(record, signer)))
}
