//! What requests and answers are made of.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use bytes::BytesMut;
use pairlane::{OwnedItem, OwnedKey, Suite, Variant, Verdict};
use serde::de::{DeserializeOwned, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tokio::time::timeout;
use utoipa::ToSchema;

use super::app::App;
use super::engine::Served;
use super::items::bounded;
use super::problem::{Kind, Problem};
use super::registry::Handle;
use crate::hex_text;
use crate::suite::{SchemeName, VariantName, suite};

/// Bytes, in hex: `0x` and lower case in answers; either case, with or without `0x`, in requests.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct HexBytes(pub(crate) Vec<u8>);

impl Serialize for HexBytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("0x{}", hex::encode(&self.0)))
    }
}

impl<'de> Deserialize<'de> for HexBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = HexBytes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string of hex digits")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<HexBytes, E> {
                let mut bytes = Vec::with_capacity(text.len() / 2);
                let decoded = hex_text::decode_onto(&mut bytes, text.as_bytes());
                decoded.map_err(|error| E::custom(format_args!("bad hex: {error}")))?;
                Ok(HexBytes(bytes))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

/// A ciphersuite of draft-irtf-cfrg-bls-signature.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SuiteName {
    /// Which group holds keys and which signatures.
    #[schema(value_type = String, example = "min-pk")]
    pub(crate) variant: VariantName,
    /// The scheme: basic, augmented or possession.
    #[schema(value_type = String, example = "possession")]
    pub(crate) scheme: SchemeName,
    /// The domain-separation tag, a text; the draft's own if it is left out.
    pub(crate) tag: Option<String>,
}

impl Default for SuiteName {
    /// Ethereum's.
    fn default() -> Self {
        Self { variant: VariantName::MinPk, scheme: SchemeName::Possession, tag: None }
    }
}

impl SuiteName {
    /// The suite; the caller has chosen `V` by the variant.
    pub(crate) fn suite<V: Variant>(&self) -> Result<Arc<Suite<V>>, Problem> {
        let made = suite(self.scheme, self.tag.as_deref());
        let refused = |error: pairlane::TagError| {
            Problem::new(Kind::Malformed, error.to_string()).of_field("suite.tag")
        };
        made.map(Arc::new).map_err(refused)
    }
}

/// One signature to verify.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Triple {
    /// Who signed: 48 or 96 bytes, in the suite's variant; also uncompressed. This or `handle`.
    #[schema(value_type = Option<String>, example = "0x8d8a…")]
    pub(crate) public_key: Option<HexBytes>,
    /// Who signed, as `/v1/registry` names the key. This or `public_key`.
    #[schema(value_type = Option<String>, example = "0x3f0a…")]
    pub(crate) handle: Option<Handle>,
    /// What was signed; may be empty.
    #[schema(value_type = String, example = "0x0102")]
    pub(crate) message: HexBytes,
    /// 96 or 48 bytes; also uncompressed.
    #[schema(value_type = String, example = "0xb2d6…")]
    pub(crate) signature: HexBytes,
}

impl Triple {
    /// The item that the engine takes.
    pub(crate) fn into_item<V: Served>(
        self,
        suite: Arc<Suite<V>>,
        app: &App,
    ) -> Result<OwnedItem<V>, Problem> {
        let key = match (self.public_key, self.handle) {
            (Some(bytes), None) => OwnedKey::Bytes(bytes.0),
            (None, Some(handle)) => V::registered(&app.engine).owned_key(handle),
            _ => {
                let detail = "public_key or handle: exactly one of the two is needed";
                return Err(Problem::new(Kind::Malformed, detail).of_field("public_key"));
            }
        };
        Ok(OwnedItem { suite, key, message: self.message.0, signature: self.signature.0 })
    }
}

/// What the engine says of a signature.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct VerdictAnswer {
    /// Whether the signature is the key's on the message.
    pub(crate) valid: bool,
    /// Why it is not, for programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "wrong_signature")]
    pub(crate) code: Option<&'static str>,
    /// Why it is not, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) detail: Option<String>,
}

impl From<Verdict> for VerdictAnswer {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Valid => Self { valid: true, code: None, detail: None },
            Verdict::Invalid(reason) => {
                Self { valid: false, code: Some(reason.code()), detail: Some(reason.to_string()) }
            }
        }
    }
}

/// A body of JSON. What is wrong with one names the field.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        if !is_media_type(request.headers(), "application/json") {
            return Err(Problem::new(Kind::MediaType, "send content-type: application/json"));
        }
        let body = read_body(request, app).await?;
        bounded(app.limits.batch_items_max, || parse_json(&body)).map(Self)
    }
}

/// Reads a body whole, within the limits.
pub(crate) async fn read_body(request: Request, app: &App) -> Result<Bytes, Problem> {
    if declared_length(request.headers()) > Some(app.limits.body_bytes_max) {
        return Err(Problem::new(Kind::TooLarge, TOO_LARGE));
    }
    let wait_ms = app.limits.body_wait_ms_max;
    // Each frame is copied as it comes: kept apart, frames of a byte cost far more than the limit.
    let read = BytesMut::from_request(request, app);
    let slow =
        |_| Problem::new(Kind::TooSlow, format!("the body was not all here after {wait_ms} ms"));
    let bytes = timeout(Duration::from_millis(wait_ms), read).await.map_err(slow)?;
    bytes.map(BytesMut::freeze).map_err(|rejection| unread(&rejection))
}

/// Reads JSON that has to be all of the bytes.
pub(crate) fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // Where all is well nobody asks for the place, which costs a copy of every name on the way.
    if let Ok(parsed) = serde_json::from_slice(bytes) {
        return Ok(parsed);
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let parsed = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let problem = Problem::new(Kind::Malformed, shown(&error.inner().to_string()));
        name_place(problem, &path)
    })?;
    let trailing =
        |error: serde_json::Error| Problem::new(Kind::Malformed, shown(&error.to_string()));
    reader.end().map_err(trailing)?;
    Ok(parsed)
}

/// Splits a path such as `items[3].signature`.
fn name_place(problem: Problem, path: &str) -> Problem {
    // A place that the parser cannot tell is a question mark at the end.
    let path = path.strip_suffix('?').unwrap_or(path).trim_end_matches('.');
    let index = path.strip_prefix("items[").and_then(|rest| rest.split_once(']'));
    match index.and_then(|(index, field)| Some((index.parse().ok()?, field))) {
        Some((item, field)) => {
            let problem = problem.of_item(item);
            let field = field.trim_start_matches('.');
            if field.is_empty() { problem } else { problem.of_field(shown(field)) }
        }
        None if path.is_empty() => problem,
        None => problem.of_field(shown(path)),
    }
}

/// A parser's message, which may quote a stranger's text, cut and without control characters.
pub(crate) fn shown(text: &str) -> String {
    const CHARS_MAX: usize = 200;
    text.chars().take(CHARS_MAX).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// Whether the content type is this one, whatever its parameters.
pub(crate) fn is_media_type(headers: &HeaderMap, wanted: &str) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let given = value.and_then(|value| value.split(';').next());
    given.is_some_and(|given| given.trim().eq_ignore_ascii_case(wanted))
}

/// How long a body says that it is: one that is too long is refused before it has come.
fn declared_length(headers: &HeaderMap) -> Option<usize> {
    let text = headers.get(header::CONTENT_LENGTH)?.to_str().ok()?;
    // What does not fit is longer than anything allowed.
    Some(text.parse().unwrap_or(usize::MAX))
}

/// A body that could not be read whole.
fn unread(rejection: &BytesRejection) -> Problem {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::new(Kind::TooLarge, TOO_LARGE);
    }
    Problem::new(Kind::Malformed, "the body ended early or could not be read")
}

const TOO_LARGE: &str = "more bytes than GET /v1/limits allows";
