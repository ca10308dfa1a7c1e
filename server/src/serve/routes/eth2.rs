//! Web3Signer's paths. They answer with a status and a line of text where there is no signature.
//!
//! Their description is the standard remote signing API's and Web3Signer's own, so `/v1`'s leaves
//! them out.

use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use pairlane::Scheme;
use pairlane_hsm::keystore::Record;
use serde_json::json;

use crate::eth2::{Chain, read};
use crate::hex_text;
use crate::serve::access::{Caller, Permission};
use crate::serve::app::App;
use crate::serve::ethereum::VALIDATOR;
use crate::serve::problem::{Kind, Problem};
use crate::serve::signer::{OwnedMessage, SignFault, Signer};
use crate::serve::wire::{read_body, shown};

/// The paths.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/api/v1/eth2/sign/{identifier}", post(sign))
        .route("/api/v1/eth2/publicKeys", get(public_keys))
        .route("/api/v1/eth2/highWatermark", get(high_watermark))
        .route("/upcheck", get(upcheck))
        .route("/healthcheck", get(healthcheck))
        .route("/reload", get(reload_status).post(reload))
}

/// An answer that is no signature.
struct Line(StatusCode, String);

impl IntoResponse for Line {
    fn into_response(self) -> Response {
        (self.0, self.1).into_response()
    }
}

impl From<Problem> for Line {
    fn from(problem: Problem) -> Self {
        Self(problem.status(), problem.detail().to_owned())
    }
}

impl From<SignFault> for Line {
    fn from(fault: SignFault) -> Self {
        let status = match fault {
            SignFault::Refused { .. } => StatusCode::PRECONDITION_FAILED,
            SignFault::NotFound(_) => StatusCode::NOT_FOUND,
            SignFault::Unfit(_) => StatusCode::BAD_REQUEST,
            SignFault::Busy => StatusCode::SERVICE_UNAVAILABLE,
            SignFault::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self(status, fault.to_string())
    }
}

async fn sign(
    State(app): State<App>,
    caller: Result<Caller, Problem>,
    Path(identifier): Path<String>,
    request: Request,
) -> Result<Response, Line> {
    let (caller, (signer, chain)) = (caller?, parts(&app)?);
    // Before anything is read: a stranger's body is nothing to wait for.
    caller.ensure(Permission::Sign)?;
    let as_json = wants_json(request.headers());
    let body: Bytes = read_body(request, &app).await?;
    let signable = read(&body, chain)
        .map_err(|malformed| Line(StatusCode::BAD_REQUEST, shown(&malformed.to_string())))?;
    let record = find(signer, &caller, &identifier)?;
    let message = OwnedMessage::Bls {
        scheme: Scheme::ProofOfPossession,
        message: signable.signing_root.to_vec(),
    };
    let signature = signer.sign(&caller.actor(), record.id, signable.act, message).await?;
    let signature = format!("0x{}", hex::encode(signature));
    Ok(if as_json {
        Json(json!({"signature": signature})).into_response()
    } else {
        signature.into_response()
    })
}

/// The key that a path names, with or without `0x`, in either case. Who may not sign with it does not
/// learn whether it is here.
fn find(signer: &Signer, caller: &Caller, identifier: &str) -> Result<Record, Line> {
    let digits = identifier.strip_prefix("0X").unwrap_or(identifier);
    let mut public_key = [0; 48];
    let named = hex_text::decode_into(&mut public_key, digits.as_bytes()).ok();
    if named.is_some() && !caller.may_sign(&public_key) {
        return Err(caller.refusal().into());
    }
    let found = named.and_then(|()| signer.find(&public_key));
    found.filter(|record| record.key_type == VALIDATOR).ok_or_else(|| {
        Line(StatusCode::NOT_FOUND, format!("no key here has the public key {}", shown(identifier)))
    })
}

/// Web3Signer's rule: JSON where it is accepted by name or by `*/*`, text where nothing is said.
fn wants_json(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|range| {
        let range = range.split(';').next().unwrap_or_default().trim();
        range.eq_ignore_ascii_case("application/json") || range == "*/*"
    })
}

async fn public_keys(
    State(app): State<App>,
    caller: Result<Caller, Problem>,
) -> Result<Json<Vec<String>>, Line> {
    let (caller, (signer, _)) = (caller?, parts(&app)?);
    let all = caller.ensure(Permission::ListKeys).is_ok();
    let keys = signer.keys().into_iter().filter(|record| {
        record.key_type == VALIDATOR && (all || caller.may_sign(&record.public_key))
    });
    let keys: Vec<_> = keys.map(|r| format!("0x{}", hex::encode(r.public_key))).collect();
    if keys.is_empty() && !all {
        return Err(caller.refusal().into());
    }
    Ok(Json(keys))
}

/// There is none: what may be signed is bounded from below alone, by each key's history.
async fn high_watermark() -> Response {
    Json(json!({})).into_response()
}

async fn upcheck() -> &'static str {
    "OK"
}

async fn healthcheck(State(app): State<App>) -> Response {
    let trouble = app.signer.as_ref().and_then(Signer::unready);
    let (status, word) = match trouble {
        None => (StatusCode::OK, "UP"),
        Some(_) => (StatusCode::SERVICE_UNAVAILABLE, "DOWN"),
    };
    let checks = [json!({"id": "keys-check", "status": word})];
    let body = json!({"status": word, "checks": checks, "outcome": word});
    (status, Json(body)).into_response()
}

async fn reload(
    State(app): State<App>,
    caller: Result<Caller, Problem>,
) -> Result<(StatusCode, &'static str), Line> {
    caller?.ensure(Permission::Admin)?;
    let signer = parts(&app)?.0.clone();
    let reload = app.ethereum.reload.clone();
    if !reload.begin() {
        return Err(Line(StatusCode::CONFLICT, "a reload is running".to_owned()));
    }
    tokio::task::spawn_blocking(move || reload.run(&signer));
    Ok((StatusCode::ACCEPTED, "accepted"))
}

async fn reload_status(
    State(app): State<App>,
    caller: Result<Caller, Problem>,
) -> Result<Response, Line> {
    caller?.ensure(Permission::Admin)?;
    Ok(Json(json!({"status": app.ethereum.reload.status()})).into_response())
}

/// What signs, and for which network. The routes are only there where both are.
fn parts(app: &App) -> Result<(&Signer, &Chain), Problem> {
    let off = || Problem::new(Kind::NotFound, "this service signs for no Ethereum network");
    app.signer.as_ref().zip(app.ethereum.chain.as_ref()).ok_or_else(off)
}
