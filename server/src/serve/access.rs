//! Who asks, and what they may do.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::app::App;
use super::problem::{Kind, Problem};

/// What a client may be allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Permission {
    /// To verify, aggregate and select: nothing that touches a key of ours.
    Verify,
    /// To see which keys there are. Who may sign with some sees those.
    ListKeys,
    /// To import, delete and reload keys.
    Admin,
}

/// Who sent a request.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    name: String,
}

impl Caller {
    /// The name that the audit log knows the client by, such as `http:validator-client-1`.
    pub(crate) fn actor(&self) -> String {
        format!("http:{}", self.name)
    }

    /// Refuses who may not.
    pub(crate) fn ensure(&self, permission: Permission) -> Result<(), Problem> {
        match permission {
            Permission::Verify => Ok(()),
            Permission::ListKeys | Permission::Admin => Err(self.refusal()),
        }
    }

    /// Whether the client may sign with the key that has this public key.
    pub(crate) fn may_sign(&self, _public_key: &[u8]) -> bool {
        false
    }

    /// What a client hears that may not.
    pub(crate) fn refusal(&self) -> Problem {
        Problem::new(Kind::Forbidden, format!("client {} may not do this", self.name))
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(_: &mut Parts, _: &App) -> Result<Self, Problem> {
        Ok(Self { name: "anonymous".to_owned() })
    }
}
