//! Why there is no signature.

use pairlane_hsm::custodian::CustodyError;
use pairlane_hsm::guard::Refusal;
use pairlane_hsm::keystore::StoreError;
use pairlane_hsm::vault::SignError;
use thiserror::Error;

/// Why there is no signature.
#[derive(Clone, Debug, Error)]
pub(crate) enum SignFault {
    /// A rule against double signing; says what is on record.
    #[error("{detail}")]
    Refused { rule: &'static str, detail: String },
    /// There is no such key, or it is locked or disabled.
    #[error("{0}")]
    NotFound(String),
    /// The message is none that this key signs.
    #[error("{0}")]
    Unfit(String),
    /// Too much waits, or the service is stopping.
    #[error("too many signatures wait: send again later")]
    Busy,
    /// The token, the guard's log or the audit log; nothing can be signed until it works again.
    #[error("{0}")]
    Broken(String),
}

impl SignFault {
    /// A word for counting.
    pub(crate) fn reason(&self) -> &'static str {
        match self {
            Self::Refused { rule, .. } => rule,
            Self::NotFound(_) => "no_key",
            Self::Unfit(_) => "unfit",
            Self::Busy => "busy",
            Self::Broken(_) => "broken",
        }
    }
}

fn rule(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Conflict { .. } => "conflict",
        Refusal::Behind { .. } => "behind",
        Refusal::SourceAfterTarget { .. } => "source_after_target",
        Refusal::NotRegistered { .. } => "not_registered",
        Refusal::NoNetwork => "no_network",
        _ => "other",
    }
}

impl From<SignError> for SignFault {
    fn from(error: SignError) -> Self {
        let text = error.to_string();
        match error {
            SignError::Refused(Refusal::NotRecorded { .. }) | SignError::Audit(_) => {
                Self::Broken(text)
            }
            SignError::Refused(refusal) => Self::Refused { rule: rule(&refusal), detail: text },
            SignError::Custody(
                CustodyError::Locked(_)
                | CustodyError::Store(StoreError::Unknown(_) | StoreError::Disabled(_)),
            ) => Self::NotFound(text),
            SignError::Custody(
                CustodyError::WrongType { .. } | CustodyError::OtherSuite { .. },
            )
            | SignError::NotARoot { .. }
            | SignError::Root
            | SignError::Key(_) => Self::Unfit(text),
            _ => Self::Broken(text),
        }
    }
}
