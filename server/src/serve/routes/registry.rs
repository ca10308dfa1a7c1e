//! `/v1/registry`: public keys that are sent once and then named by a handle.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use pairlane::{MinPk, MinSig};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::hex_text;
use crate::serve::app::App;
use crate::serve::engine::{Patience, Served};
use crate::serve::items::Items;
use crate::serve::problem::{Kind, Problem, ProblemShape};
use crate::serve::registry::{CheckedKey, Handle, Refused, Registered};
use crate::serve::wire::{HexBytes, Json};
use crate::suite::VariantName;

/// Keys to register.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegisterRequest {
    /// min-pk (the default) or min-sig.
    #[serde(default = "min_pk")]
    #[schema(value_type = Option<String>, example = "min-pk")]
    variant: VariantName,
    /// The keys.
    #[schema(value_type = Vec<KeyToRegister>)]
    keys: Items<KeyToRegister>,
}

/// A key, and the proof that somebody holds its secret.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyToRegister {
    /// Compressed or not.
    #[schema(value_type = String, example = "0x8d8a…")]
    public_key: HexBytes,
    /// The proof of possession, under the draft's tag. A key with one may stand in aggregates; to be
    /// verified by itself it needs none.
    #[schema(value_type = Option<String>)]
    possession: Option<HexBytes>,
}

/// What became of each key, in order.
#[derive(Serialize, ToSchema)]
pub(crate) struct RegisterAnswer {
    /// One for each.
    keys: Vec<RegisterOutcome>,
}

/// A key that is registered, or why not.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum RegisterOutcome {
    /// It is.
    Registered(RegisteredAnswer),
    /// It is not.
    Refused {
        /// Why, for programs.
        #[schema(example = "not_a_key")]
        code: &'static str,
        /// Why, for people.
        detail: String,
    },
}

/// A registered key.
#[derive(Serialize, ToSchema)]
pub(crate) struct RegisteredAnswer {
    /// What names it, until it is removed or the service starts anew.
    #[schema(value_type = String, example = "0x3f0a…")]
    handle: Handle,
    /// The key, compressed.
    #[schema(value_type = String)]
    public_key: HexBytes,
    /// Whether a proof of possession was verified.
    possession: bool,
}

/// How full the registry is.
#[derive(Serialize, ToSchema)]
pub(crate) struct RegistryAnswer {
    /// Keys of min-pk.
    min_pk: usize,
    /// Keys of min-sig.
    min_sig: usize,
    /// Most keys of each.
    keys_max: usize,
}

impl From<Registered> for RegisteredAnswer {
    fn from(Registered { handle, public_key, possession }: Registered) -> Self {
        Self { handle, public_key: HexBytes(public_key), possession }
    }
}

impl From<Refused> for RegisterOutcome {
    fn from(refused: Refused) -> Self {
        Self::Refused { code: refused.code(), detail: refused.to_string() }
    }
}

/// Register public keys
///
/// Each is decoded and checked once. Its handle then stands for it in `/v1/verify` and
/// `/v1/verify/batch`. A key that is there already keeps its handle. All clients share the registry,
/// and each process has its own: handles do not outlive it, and a replica does not know another's.
#[utoipa::path(
    post,
    path = "/v1/registry",
    request_body = RegisterRequest,
    responses(
        (status = 200, description = "A handle for each key, or why there is none",
         body = RegisterAnswer),
        (status = 400, description = "Malformed", body = ProblemShape,
         content_type = "application/problem+json"),
        (status = 413, description = "Too many bytes or keys", body = ProblemShape,
         content_type = "application/problem+json"),
        (status = 503, description = "Queue full", body = ProblemShape,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn register(
    State(app): State<App>,
    Json(request): Json<RegisterRequest>,
) -> Result<axum::Json<RegisterAnswer>, Problem> {
    let (Items(keys), most) = (request.keys, app.limits.batch_items_max);
    if keys.len() > most {
        let detail = format!("at most {most} keys at once");
        return Err(Problem::new(Kind::TooLarge, detail).of_field("keys"));
    }
    let keys = match request.variant {
        VariantName::MinPk => insert::<MinPk>(&app, keys).await?,
        VariantName::MinSig => insert::<MinSig>(&app, keys).await?,
    };
    Ok(axum::Json(RegisterAnswer { keys }))
}

async fn insert<V: Served>(
    app: &App,
    keys: Vec<KeyToRegister>,
) -> Result<Vec<RegisterOutcome>, Problem> {
    let engine = app.engine.clone();
    let insert = move |key: &KeyToRegister| {
        let proof = key.possession.as_ref().map(|proof| proof.0.as_slice());
        let registered = CheckedKey::parse(&key.public_key.0, proof)
            .and_then(|checked| V::registered(&engine).insert(&checked));
        match registered {
            Ok(registered) => RegisterOutcome::Registered(registered.into()),
            Err(refused) => refused.into(),
        }
    };
    let work = app.engine.run(keys.len(), Patience::Bounded, move |pool| {
        pool.install(|| keys.par_iter().map(insert).collect())
    });
    work.await
}

/// Say how full the registry is
#[utoipa::path(
    get,
    path = "/v1/registry",
    responses(
        (status = 200, description = "Keys there are, and may be", body = RegistryAnswer),
    )
)]
pub(crate) async fn usage(State(app): State<App>) -> axum::Json<RegistryAnswer> {
    let (min_pk, min_sig) =
        (MinPk::registered(&app.engine).usage(), MinSig::registered(&app.engine).usage());
    axum::Json(RegistryAnswer {
        min_pk: min_pk.entries,
        min_sig: min_sig.entries,
        keys_max: min_pk.entries_max,
    })
}

/// Show a registered key
#[utoipa::path(
    get,
    path = "/v1/registry/{handle}",
    params(("handle" = String, Path, description = "The key's handle")),
    responses(
        (status = 200, description = "The key", body = RegisteredAnswer),
        (status = 404, description = "No key has this handle (any more)", body = ProblemShape,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn registered(
    State(app): State<App>,
    Path(handle): Path<String>,
) -> Result<axum::Json<RegisteredAnswer>, Problem> {
    let found = named(&handle).and_then(|handle| {
        let min_pk = MinPk::registered(&app.engine).get(handle);
        min_pk.or_else(|| MinSig::registered(&app.engine).get(handle))
    });
    found.map(|found| axum::Json(found.into())).ok_or_else(unknown)
}

/// Remove a registered key
///
/// From then on its handle names no key, whoever uses it.
#[utoipa::path(
    delete,
    path = "/v1/registry/{handle}",
    params(("handle" = String, Path, description = "The key's handle")),
    responses(
        (status = 204, description = "Removed"),
        (status = 404, description = "No key has this handle (any more)", body = ProblemShape,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn remove(
    State(app): State<App>,
    Path(handle): Path<String>,
) -> Result<StatusCode, Problem> {
    let removed = named(&handle).is_some_and(|handle| {
        MinPk::registered(&app.engine).remove(handle)
            || MinSig::registered(&app.engine).remove(handle)
    });
    if removed { Ok(StatusCode::NO_CONTENT) } else { Err(unknown()) }
}

fn named(text: &str) -> Option<Handle> {
    let mut bytes = Vec::new();
    hex_text::decode_onto(&mut bytes, text.as_bytes()).ok()?;
    Handle::from_bytes(&bytes)
}

fn unknown() -> Problem {
    let detail = "no key has this handle; a new start of the service forgets them all";
    Problem::new(Kind::NoKey, detail).of_field("handle")
}

fn min_pk() -> VariantName {
    VariantName::MinPk
}
