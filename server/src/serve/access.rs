//! Who asks, and what they may do.
//!
//! One layer around every route says who sent a request; routes only ask what it says.

mod certificate;
mod client;
mod token;

use std::sync::Arc;

use anyhow::anyhow;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::app::App;
use super::problem::{Kind, Problem};
pub(crate) use super::settings::Permission;
use super::settings::{Access as Settings, Refusal};
pub(crate) use certificate::PeerCertificate;
use client::{Client, Proof};
use token::Token;

/// Everybody who may call.
#[derive(Debug)]
pub(crate) struct Access {
    anonymous: Arc<Client>,
    clients: Vec<(Proof, Arc<Client>)>,
}

impl Access {
    /// Reads the tokens and refuses what cannot be meant.
    pub(crate) fn read(settings: &Settings) -> Result<Self, Refusal> {
        let anonymous = Arc::new(Client::anonymous(&settings.anonymous));
        let mut clients: Vec<(Proof, Arc<Client>)> = Vec::with_capacity(settings.clients.len());
        for (place, given) in settings.clients.iter().enumerate() {
            let refused = |error: anyhow::Error| {
                let error = error.context(format!("`{}`", given.name));
                Refusal::of(format!("access.clients[{place}]"), &error)
            };
            let (proof, client) = Client::parse(given).map_err(refused)?;
            for (other_proof, other) in &clients {
                if other.name() == client.name() {
                    return Err(refused(anyhow!("there is one of this name before")));
                }
                if *other_proof == proof {
                    let why = "has the same credentials: the two cannot be told apart";
                    return Err(refused(anyhow!("`{}` {why}", other.name())));
                }
            }
            clients.push((proof, Arc::new(client)));
        }
        Ok(Self { anonymous, clients })
    }

    /// How many can prove who they are.
    pub(crate) fn clients(&self) -> usize {
        self.clients.len()
    }

    /// Whether a caller without credentials may do this.
    pub(crate) fn anonymous_may(&self, permission: Permission) -> bool {
        self.anonymous.may(permission)
    }

    /// Who sent this. A token that is not known is never taken for none.
    fn identify(&self, headers: &HeaderMap, shown: Option<&PeerCertificate>) -> Identity {
        let mut given = headers.get_all(header::AUTHORIZATION).iter();
        let Some(value) = given.next() else {
            let known = shown.and_then(|shown| self.find(|proof| proof.is_certificate(shown)));
            return Ok(known.unwrap_or_else(|| Caller(self.anonymous.clone())));
        };
        if given.next().is_some() {
            return Err(Unknown);
        }
        let token = Token::of_header(value).ok_or(Unknown)?;
        self.find(|proof| proof.is_token(&token)).ok_or(Unknown)
    }

    fn find(&self, is: impl Fn(&Proof) -> bool) -> Option<Caller> {
        // Every one is compared, so that the time does not tell which it was.
        let matching = self.clients.iter().filter(|(proof, _)| is(proof));
        matching.last().map(|(_, client)| Caller(client.clone()))
    }
}

/// Who sent a request.
#[derive(Clone, Debug)]
pub(crate) struct Caller(Arc<Client>);

/// Credentials were given, and are nobody's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unknown;

type Identity = Result<Caller, Unknown>;

impl Caller {
    /// Who sent the request that has these extensions. For families whose errors are no `Problem`.
    pub(crate) fn of(extensions: &Extensions) -> Result<Self, Unknown> {
        // Without the layer nobody is known: that is refused, too.
        extensions.get::<Identity>().cloned().unwrap_or(Err(Unknown))
    }

    /// The name that the audit log knows the client by, such as `http:validator-client-1`.
    pub(crate) fn actor(&self) -> String {
        format!("http:{}", self.0.name())
    }

    /// Whether no credentials were given.
    pub(crate) fn is_anonymous(&self) -> bool {
        self.0.is_anonymous()
    }

    /// Refuses who may not.
    pub(crate) fn ensure(&self, permission: Permission) -> Result<(), Problem> {
        if self.0.may(permission) { Ok(()) } else { Err(self.refusal()) }
    }

    /// Whether the client may sign with the key that has this public key.
    pub(crate) fn may_sign(&self, public_key: &[u8]) -> bool {
        self.0.may(Permission::Sign) && self.0.has_key(public_key)
    }

    /// What a client hears that may not. Whoever has shown nothing may be somebody who may.
    pub(crate) fn refusal(&self) -> Problem {
        if self.is_anonymous() {
            let text = "who calls without credentials may not do this: send a token that may";
            return Problem::new(Kind::Unauthorized, text);
        }
        let name = self.0.name();
        Problem::new(Kind::Forbidden, format!("client `{name}` may not do this"))
    }
}

impl From<Unknown> for Problem {
    fn from(Unknown: Unknown) -> Self {
        Self::new(Kind::Unauthorized, "these credentials are nobody's: send a token that is known")
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self::of(&parts.extensions)?)
    }
}

/// The layer that says who sent a request.
pub(crate) async fn identified(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Response {
    let shown = request.extensions().get::<Option<PeerCertificate>>().and_then(Option::as_ref);
    let identity = app.access.load().identify(request.headers(), shown);
    // Nothing behind this needs the token, so nothing can log it.
    request.headers_mut().remove(header::AUTHORIZATION);
    request.extensions_mut().insert(identity);
    let mut response = next.run(request).await;
    if response.status() == StatusCode::UNAUTHORIZED {
        let bearer = HeaderValue::from_static("Bearer");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, bearer);
    }
    response
}

/// The layer of routes that verify.
pub(crate) async fn verifying(caller: Caller, request: Request, next: Next) -> Response {
    match caller.ensure(Permission::Verify) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

/// The layer of routes that are for everybody, but not for credentials that are nobody's.
pub(crate) async fn known(_: Caller, request: Request, next: Next) -> Response {
    next.run(request).await
}

/// The layer of routes that change the registry.
pub(crate) async fn registering(caller: Caller, request: Request, next: Next) -> Response {
    match caller.ensure(Permission::Register) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

/// The layer of routes that are about keys. Before a body is read: who has no key learns nothing of
/// them, not even whether there are any.
pub(crate) async fn holding_keys(caller: Caller, request: Request, next: Next) -> Response {
    let sees_keys = [Permission::ListKeys, Permission::Sign].map(|wanted| caller.ensure(wanted));
    match sees_keys {
        [Err(problem), Err(_)] => problem.into_response(),
        _ => next.run(request).await,
    }
}
