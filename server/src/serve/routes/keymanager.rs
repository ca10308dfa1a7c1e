//! `/eth/v1/keystores` of the standard keymanager API, which describes itself. Off unless it is
//! turned on.

use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use pairlane_hsm::guard::{GuardKey, Interchange};
use pairlane_hsm::keystore::StoreError;
use pairlane_hsm::token::Pin;
use pairlane_hsm::vault::{Vault, VaultError};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::hex_text;
use crate::serve::access::{Caller, Permission};
use crate::serve::app::App;
use crate::serve::ethereum::VALIDATOR;
use crate::serve::problem::{Kind, Problem};
use crate::serve::signer::Signer;
use crate::serve::wire::{self, shown};

/// The path.
pub(crate) fn routes() -> Router<App> {
    Router::new().route("/eth/v1/keystores", get(list).post(import).delete(delete))
}

/// Keys of one request: a keystore file may cost a second of a core.
const KEYS_MAX: usize = 100;

/// This family's errors.
struct Message(StatusCode, String);

impl IntoResponse for Message {
    fn into_response(self) -> Response {
        (self.0, Json(json!({"message": self.1}))).into_response()
    }
}

impl From<Problem> for Message {
    fn from(problem: Problem) -> Self {
        Self(problem.status(), problem.detail().to_owned())
    }
}

impl From<VaultError> for Message {
    fn from(error: VaultError) -> Self {
        Self(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    }
}

/// What became of one key.
#[derive(Serialize)]
struct Outcome {
    status: &'static str,
    message: String,
}

impl Outcome {
    fn of(status: &'static str) -> Self {
        Self { status, message: String::new() }
    }
}

impl From<VaultError> for Outcome {
    fn from(error: VaultError) -> Self {
        Self { status: "error", message: error.to_string() }
    }
}

async fn list(
    State(app): State<App>,
    caller: Result<Caller, Problem>,
) -> Result<Response, Message> {
    let (_, signer) = admin(&app, caller)?;
    let records = signer.vault().store().list().into_iter();
    let keys = records.filter(|record| record.key_type == VALIDATOR).map(|record| {
        let key = format!("0x{}", hex::encode(record.public_key));
        json!({"validating_pubkey": key, "derivation_path": "", "readonly": false})
    });
    Ok(Json(json!({"data": keys.collect::<Vec<_>>()})).into_response())
}

/// A keystore's password, wiped when it is dropped.
struct Password(Zeroizing<String>);

/// Passwords, whose errors do not say what is there instead: that may be a password, too.
fn passwords<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Password>, D::Error> {
    let refused = || D::Error::custom("passwords: a list of texts is needed, one a keystore");
    let Value::Array(list) = Value::deserialize(deserializer)? else { return Err(refused()) };
    let texts = list.into_iter().map(|one| match one {
        Value::String(text) => Ok(Password(Zeroizing::new(text))),
        _ => Err(refused()),
    });
    texts.collect()
}

#[derive(Deserialize)]
struct ImportRequest {
    keystores: Vec<String>,
    #[serde(deserialize_with = "passwords")]
    passwords: Vec<Password>,
    slashing_protection: Option<String>,
}

async fn import(
    State(app): State<App>,
    caller: Result<Caller, Problem>,
    request: Request,
) -> Result<Response, Message> {
    let (actor, signer) = admin(&app, caller)?;
    let wire::Json(asked) = wire::Json::<ImportRequest>::from_request(request, &app).await?;
    let (keystores, passwords) = (asked.keystores.len(), asked.passwords.len());
    if keystores != passwords || keystores > KEYS_MAX {
        let text = format!(
            "{keystores} keystores and {passwords} passwords: one for each, and at most {KEYS_MAX}"
        );
        return Err(Message(StatusCode::BAD_REQUEST, text));
    }
    let history = asked.slashing_protection.as_deref().map(interchange).transpose()?;
    let changing = app.ethereum.changing.clone().lock_owned().await;
    let work = move || -> Result<Vec<Outcome>, Message> {
        let _alone = changing;
        // First of all: a key is not enabled before what it signed elsewhere is known.
        if let Some(history) = &history {
            let imported = signer.vault().import_history(&actor, history);
            imported.map_err(|error| Message(StatusCode::BAD_REQUEST, error.to_string()))?;
        }
        let files = asked.keystores.iter().zip(&asked.passwords);
        let outcomes = files.map(|(file, password)| {
            import_one(&signer, &actor, file, password).unwrap_or_else(|outcome| outcome)
        });
        let outcomes = outcomes.collect();
        signer.vault().checkpoint()?;
        Ok(outcomes)
    };
    Ok(Json(json!({"data": blocking(work).await?})).into_response())
}

fn import_one(
    signer: &Signer,
    actor: &str,
    file: &str,
    password: &Password,
) -> Result<Outcome, Outcome> {
    let (vault, text): (&Vault, &str) = (signer.vault(), password.0.as_str());
    let pin = Pin::new(text.as_bytes())
        .map_err(|error| Outcome { status: "error", message: format!("password: {error}") })?;
    let record = match vault.import_keystore(actor, file.as_bytes(), &pin, VALIDATOR, None) {
        Err(VaultError::Store(error @ StoreError::Exists { .. })) => {
            return Ok(Outcome { status: "duplicate", message: error.to_string() });
        }
        imported => imported?,
    };
    vault.enable(actor, record.id)?;
    // A key in a file stays under the password that it came with.
    let password = signer.password().map(|_| &pin);
    vault.unlock(actor, record.id, password)?;
    Ok(Outcome::of("imported"))
}

#[derive(Deserialize)]
struct DeleteRequest {
    pubkeys: Vec<String>,
}

async fn delete(
    State(app): State<App>,
    caller: Result<Caller, Problem>,
    request: Request,
) -> Result<Response, Message> {
    let (actor, signer) = admin(&app, caller)?;
    let wire::Json(asked) = wire::Json::<DeleteRequest>::from_request(request, &app).await?;
    let number = asked.pubkeys.len();
    if number > KEYS_MAX {
        let text = format!("{number} pubkeys: at most {KEYS_MAX} at once");
        return Err(Message(StatusCode::BAD_REQUEST, text));
    }
    if signer.network().is_none() {
        // Before anything is deleted: the answer has to say what the keys have signed.
        let text = "this vault serves no Ethereum network: nothing was deleted".to_owned();
        return Err(Message(StatusCode::BAD_REQUEST, text));
    }
    let keys: Vec<[u8; 48]> =
        asked.pubkeys.iter().map(|text| public_key(text)).collect::<Result<_, _>>()?;
    let changing = app.ethereum.changing.clone().lock_owned().await;
    let work = move || -> Result<(Vec<Outcome>, String), Message> {
        let _alone = changing;
        let vault: &Vault = signer.vault();
        let outcomes = keys.iter().map(|key| delete_one(vault, &actor, key)).collect();
        // After the last of them is gone: nothing is signed that the file does not have.
        let mut history = vault.export_history(&actor)?;
        history.histories.retain(|known, _| keys.iter().any(|key| known.as_bytes() == key));
        let history = history
            .to_eip3076()
            .map_err(|error| Message(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
        vault.checkpoint()?;
        Ok((outcomes, history))
    };
    let (data, history) = blocking(work).await?;
    Ok(Json(json!({"data": data, "slashing_protection": history})).into_response())
}

fn delete_one(vault: &Vault, actor: &str, key: &[u8; 48]) -> Outcome {
    let Some(record) = vault.store().find(key) else {
        let known = GuardKey::new(key).ok().and_then(|key| vault.guard().look_up(&key));
        return Outcome::of(if known.is_some() { "not_active" } else { "not_found" });
    };
    match vault.delete(actor, record.id) {
        Ok(()) => Outcome::of("deleted"),
        Err(error) => error.into(),
    }
}

fn public_key(text: &str) -> Result<[u8; 48], Message> {
    let mut key = [0; 48];
    match hex_text::decode_into(&mut key, text.as_bytes()) {
        Ok(()) => Ok(key),
        Err(error) => {
            let text = format!("pubkeys: {}: {error}", shown(text));
            Err(Message(StatusCode::BAD_REQUEST, text))
        }
    }
}

fn interchange(text: &str) -> Result<Interchange, Message> {
    Interchange::from_eip3076(text.as_bytes())
        .map_err(|error| Message(StatusCode::BAD_REQUEST, format!("slashing_protection: {error}")))
}

fn admin(app: &App, caller: Result<Caller, Problem>) -> Result<(String, Signer), Problem> {
    let caller = caller?;
    caller.ensure(Permission::Admin)?;
    let off = || Problem::new(Kind::NotFound, "this service has no vault");
    Ok((caller.actor(), app.signer.clone().ok_or_else(off)?))
}

/// Off the threads that speak HTTP: scrypt and the disk take their time.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Message> + Send + 'static,
) -> Result<T, Message> {
    let lost = |_| Message(StatusCode::INTERNAL_SERVER_ERROR, "the work was lost".to_owned());
    tokio::task::spawn_blocking(work).await.map_err(lost)?
}
