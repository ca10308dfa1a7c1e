//! What went wrong with a request, as RFC 9457 says it: `application/problem+json`.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use problem_details::ProblemDetails;
use serde::Serialize;
use utoipa::ToSchema;

use super::signer::SignFault;

/// A request that was not answered.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    kind: Kind,
    detail: String,
    place: Place,
    /// When to come back, in seconds. None where waiting does not help: a request that is too large
    /// now is too large later.
    retry_after_s: Option<u64>,
}

/// What a problem is about, where it is about a part of the request.
#[derive(Clone, Debug, Default, Serialize)]
struct Place {
    code: &'static str,
    /// The item of a batch, from 0; for NDJSON and binary records as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<u64>,
    /// The field, as a path into the JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
}

/// The kinds of problems. Their codes do not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The bytes of the request are not what the endpoint takes.
    Malformed,
    /// The client gave no credentials that we know, or none where some are needed.
    Unauthorized,
    /// The client may not do this.
    Forbidden,
    /// No such path.
    NotFound,
    /// The request was sent to a name that is not ours.
    Misdirected,
    /// The path has another method.
    Method,
    /// The media type is none that the endpoint takes.
    MediaType,
    /// More bytes or items than a request may have.
    TooLarge,
    /// The client was too slow to send its request.
    TooSlow,
    /// More work than the queue holds.
    Busy,
    /// The service has no vault.
    SigningOff,
    /// No such key, or it is locked.
    NoKey,
    /// The key does not sign such a message.
    Unfit,
    /// The guard against double signing refuses.
    Refused,
    /// The token, the guard's log or the audit log does not work.
    SignerDown,
    /// More requests than this client may send.
    TooMany,
    /// A defect of ours.
    Defect,
}

impl Kind {
    fn parts(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::Malformed => (StatusCode::BAD_REQUEST, "malformed", "Malformed request"),
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, "unauthorized", "Not authenticated"),
            Self::Forbidden => (StatusCode::FORBIDDEN, "forbidden", "Not allowed"),
            Self::NotFound => (StatusCode::NOT_FOUND, "not_found", "No such path"),
            Self::Misdirected => (StatusCode::MISDIRECTED_REQUEST, "misdirected", "Not our name"),
            Self::Method => (StatusCode::METHOD_NOT_ALLOWED, "method", "Method not allowed"),
            Self::MediaType => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type", "Unsupported media type")
            }
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too_large", "Request too large"),
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, "too_slow", "Request too slow"),
            Self::TooMany => (StatusCode::TOO_MANY_REQUESTS, "too_many", "Too many requests"),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy", "Queue full"),
            Self::SigningOff => (StatusCode::SERVICE_UNAVAILABLE, "signing_off", "Signing is off"),
            Self::NoKey => (StatusCode::NOT_FOUND, "no_key", "No such key"),
            Self::Unfit => (StatusCode::BAD_REQUEST, "unfit", "Not for this key"),
            Self::Refused => (StatusCode::CONFLICT, "refused", "Refused by the guard"),
            Self::SignerDown => {
                (StatusCode::SERVICE_UNAVAILABLE, "signer_down", "The signer does not work")
            }
            Self::Defect => (StatusCode::INTERNAL_SERVER_ERROR, "defect", "Defect of the service"),
        }
    }
}

impl Problem {
    /// A problem with the request as a whole.
    pub(crate) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        let place = Place { code: kind.parts().1, ..Place::default() };
        let retry_after_s = (kind == Kind::Busy).then_some(1);
        Self { kind, detail: detail.into(), place, retry_after_s }
    }

    /// Says when to come back.
    #[must_use]
    pub(crate) fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// Names the item that it is about.
    #[must_use]
    pub(crate) fn of_item(mut self, item: u64) -> Self {
        self.place.item = Some(item);
        self
    }

    /// Names the field that it is about.
    #[must_use]
    pub(crate) fn of_field(mut self, field: impl Into<String>) -> Self {
        self.place.field = Some(field.into());
        self
    }

    /// The status, for families that say it in another form.
    pub(crate) fn status(&self) -> StatusCode {
        self.kind.parts().0
    }

    /// What is wrong, for families that say it in another form.
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    /// Code and detail, for one result among others.
    pub(crate) fn into_parts(self) -> (&'static str, String) {
        (self.place.code, self.detail)
    }

    /// The body, for a stream that has begun and can no longer change its status.
    pub(crate) fn details(&self) -> impl Serialize + use<> {
        let (status, _, title) = self.kind.parts();
        ProblemDetails::new()
            .with_status(status)
            .with_title(title)
            .with_detail(self.detail.clone())
            .with_extensions(self.place.clone())
    }
}

impl From<SignFault> for Problem {
    fn from(fault: SignFault) -> Self {
        let kind = match fault {
            SignFault::Refused { .. } => Kind::Refused,
            SignFault::NotFound(_) => Kind::NoKey,
            SignFault::Unfit(_) => Kind::Unfit,
            SignFault::Busy => Kind::Busy,
            SignFault::Broken(_) => Kind::SignerDown,
        };
        Self::new(kind, fault.to_string())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, _, title) = self.kind.parts();
        let mut response = ProblemDetails::new()
            .with_status(status)
            .with_title(title)
            .with_detail(self.detail)
            .with_extensions(self.place)
            .into_response();
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// What a problem looks like, for the description of the API.
#[derive(ToSchema)]
#[schema(as = Problem)]
#[allow(dead_code, reason = "a shape for the description; answers are made by the library")]
pub(crate) struct ProblemShape {
    /// The HTTP status, again.
    status: u16,
    /// What kind of problem it is, for people.
    title: String,
    /// What is wrong with this request, and what to do.
    detail: String,
    /// What kind of problem it is, for programs.
    #[schema(example = "malformed")]
    code: String,
    /// The item of a batch that it is about, from 0.
    item: Option<u64>,
    /// The field that it is about.
    field: Option<String>,
}
