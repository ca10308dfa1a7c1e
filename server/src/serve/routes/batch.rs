//! `POST /v1/verify/batch`: JSON here; streams in their own file.

use axum::body::Body;
use axum::extract::{FromRequest, Query, Request, State};
use axum::response::{IntoResponse, Response};
use pairlane::{MinPk, MinSig, OwnedItem};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::stream::{Framing, KeyForm, judged_stream};
use crate::serve::app::App;
use crate::serve::engine::{Patience, Served, Spread};
use crate::serve::items::Items;
use crate::serve::problem::{Kind, Problem, ProblemShape};
use crate::serve::wire::{Json, SuiteName, Triple, VerdictAnswer, is_media_type};
use crate::suite::{SchemeName, VariantName};

/// Many signatures of one suite.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BatchRequest {
    /// Ethereum's if it is left out: min-pk, possession.
    #[serde(default)]
    suite: SuiteName,
    /// The signatures.
    #[schema(value_type = Vec<Triple>)]
    items: Items<Triple>,
}

/// A verdict for each item, in order.
#[derive(Serialize, ToSchema)]
pub(crate) struct BatchAnswer {
    /// How many are valid.
    valid: usize,
    /// How many are not.
    invalid: usize,
    /// One for each item.
    verdicts: Vec<VerdictAnswer>,
}

/// The suite of a stream, and the records of a binary one.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StreamQuery {
    /// For streams: min-pk (the default) or min-sig.
    #[param(value_type = Option<String>)]
    variant: Option<VariantName>,
    /// For streams: basic, augmented or possession (the default).
    #[param(value_type = Option<String>)]
    scheme: Option<SchemeName>,
    /// For streams: the domain-separation tag, a text; the draft's own if it is left out.
    tag: Option<String>,
    /// For binary records: bytes of each message, 32 if it is left out.
    message_length: Option<u32>,
    /// For binary records: `bytes` (the default) if each begins with a public key, `handles` if with
    /// the 16 bytes of a handle.
    #[param(value_type = Option<String>)]
    keys: Option<KeyForm>,
}

impl StreamQuery {
    /// A parameter that is not looked at must not seem to be: verdicts would be under another suite.
    fn refuse_suite(&self) -> Result<(), Problem> {
        let Self { variant, scheme, tag, .. } = self;
        let detail = "is for streams: a JSON body names its own `suite`";
        refuse("variant", variant.is_some(), detail)?;
        refuse("scheme", scheme.is_some(), detail)?;
        refuse("tag", tag.is_some(), detail)
    }

    fn refuse_form_of_records(&self) -> Result<(), Problem> {
        let detail = "is for binary records: leave it out, or send application/octet-stream";
        refuse("message_length", self.message_length.is_some(), detail)?;
        refuse("keys", self.keys.is_some(), detail)
    }
}

fn refuse(name: &str, is_given: bool, detail: &str) -> Result<(), Problem> {
    let problem = || Problem::new(Kind::Malformed, format!("{name} {detail}")).of_field(name);
    if is_given { Err(problem()) } else { Ok(()) }
}

/// Verify many signatures
///
/// Three forms, by the content type. `application/json` is read whole and answered whole.
/// `application/x-ndjson` has an object a line and is answered line by line; `application/octet-stream`
/// has records public key | signature | message, points compressed (or handle | signature | message, with
/// `keys=handles`), and is answered with one byte a
/// record: 0 for valid, else as the C header numbers verdicts. Streams have no limit of length, and
/// are held back while the engine is busy. What is malformed in a stream that has begun ends it
/// with a line that holds the problem; a binary one is cut off.
#[utoipa::path(
    post,
    path = "/v1/verify/batch",
    params(StreamQuery),
    request_body(
        description = "The batch",
        content(
            (BatchRequest = "application/json"),
            (Triple = "application/x-ndjson"),
            (Vec<u8> = "application/octet-stream"),
        )
    ),
    responses(
        (status = 200, description = "A verdict for each item", body = BatchAnswer),
        (status = 400, description = "Malformed", body = ProblemShape,
         content_type = "application/problem+json"),
        (status = 413, description = "Too many bytes or items", body = ProblemShape,
         content_type = "application/problem+json"),
        (status = 415, description = "None of the three forms", body = ProblemShape,
         content_type = "application/problem+json"),
        (status = 503, description = "Queue full", body = ProblemShape,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn verify_batch(
    State(app): State<App>,
    query: Result<Query<StreamQuery>, axum::extract::rejection::QueryRejection>,
    request: Request,
) -> Result<Response, Problem> {
    let Query(query) = query.map_err(|error| Problem::new(Kind::Malformed, error.body_text()))?;
    let headers = request.headers();
    let is = |wanted| is_media_type(headers, wanted);
    if is("application/json") {
        query.refuse_suite()?;
        query.refuse_form_of_records()?;
        let Json(batch) = Json::<BatchRequest>::from_request(request, &app).await?;
        return Ok(axum::Json(whole(&app, batch).await?).into_response());
    }
    let framing = if is("application/x-ndjson") {
        query.refuse_form_of_records()?;
        Framing::Lines
    } else if is("application/octet-stream") {
        let message_length = query.message_length.unwrap_or(MESSAGE_LENGTH) as usize;
        Framing::Records { keys: query.keys.unwrap_or(KeyForm::Bytes), message_length }
    } else {
        let detail = "send application/json, application/x-ndjson or application/octet-stream";
        return Err(Problem::new(Kind::MediaType, detail));
    };
    stream(&app, &query, framing, request.into_body())
}

async fn whole(app: &App, batch: BatchRequest) -> Result<BatchAnswer, Problem> {
    let (count, most) = (batch.items.0.len(), app.limits.batch_items_max);
    if count > most {
        let detail = format!("a JSON batch has at most {most} items. Send NDJSON");
        return Err(Problem::new(Kind::TooLarge, detail).of_field("items"));
    }
    match batch.suite.variant {
        VariantName::MinPk => judge::<MinPk>(app, batch).await,
        VariantName::MinSig => judge::<MinSig>(app, batch).await,
    }
}

async fn judge<V: Served>(app: &App, batch: BatchRequest) -> Result<BatchAnswer, Problem> {
    let suite = batch.suite.suite::<V>()?;
    let item = |(place, triple): (usize, Triple)| {
        let item = triple.into_item(suite.clone(), app);
        item.map_err(|problem| problem.of_item(place as u64))
    };
    let items: Vec<OwnedItem<V>> =
        batch.items.0.into_iter().enumerate().map(item).collect::<Result<_, _>>()?;
    let verdicts = app.engine.verify(items, Spread::AllThreads, Patience::Bounded).await?;
    let valid = verdicts.iter().filter(|verdict| verdict.is_valid()).count();
    let invalid = verdicts.len() - valid;
    let verdicts = verdicts.into_iter().map(VerdictAnswer::from).collect();
    Ok(BatchAnswer { valid, invalid, verdicts })
}

fn stream(
    app: &App,
    query: &StreamQuery,
    framing: Framing,
    body: Body,
) -> Result<Response, Problem> {
    let default = SuiteName::default();
    let suite = SuiteName {
        variant: query.variant.unwrap_or(default.variant),
        scheme: query.scheme.unwrap_or(default.scheme),
        tag: query.tag.clone(),
    };
    match suite.variant {
        VariantName::MinPk => judged_stream::<MinPk>(app, suite.suite()?, framing, body),
        VariantName::MinSig => judged_stream::<MinSig>(app, suite.suite()?, framing, body),
    }
}

/// Bytes of a message of a binary record where nobody says: those of a SHA-256.
const MESSAGE_LENGTH: u32 = 32;
