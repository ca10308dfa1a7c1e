//! What is worth an entry.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::AuditError;

/// Something that was done, or refused, with keys. It says who, what, to which key and how it
/// ended; it has no place for a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// What was done.
    pub action: Action,
    /// Who asked: a client's name, a user, `operator`.
    pub actor: String,
    /// Which key or token it was done to, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// How it ended.
    pub outcome: Outcome,
    /// Whatever else helps to understand it later.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub detail: BTreeMap<String, String>,
}

/// Kinds of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Action {
    /// The service started or stopped.
    Start,
    /// As above.
    Stop,
    /// A token was initialised, logged in to, or lost.
    Token,
    /// A key was generated.
    KeyCreate,
    /// A key was imported.
    KeyImport,
    /// A key was exported, as a backup.
    KeyExport,
    /// A key was made usable.
    KeyUnlock,
    /// A key was put back under seal.
    KeyLock,
    /// A disabled key was registered with the guard and made active.
    KeyEnable,
    /// A key was disabled.
    KeyDisable,
    /// A key was deleted.
    KeyDelete,
    /// The key-encryption key was replaced.
    RotateKek,
    /// Something was signed. A batch may be one event that says how many and up to which entry
    /// of the guard's log.
    Sign,
    /// The guard's history was imported.
    GuardImport,
    /// The guard's history was exported.
    GuardExport,
    /// A disagreement of log and witnesses was accepted.
    GuardAccept,
    /// A setting was changed.
    Configure,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It was done.
    Done,
    /// A rule or a permission was against it.
    Refused,
    /// It went wrong.
    Failed,
}

impl Event {
    /// An event without subject and details.
    pub fn new(action: Action, actor: impl Into<String>, outcome: Outcome) -> Self {
        Self { action, actor: actor.into(), subject: None, outcome, detail: BTreeMap::new() }
    }

    /// The event, with the key or token it was about.
    #[must_use]
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// The event, with one more detail.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.detail.insert(name.into(), value.into());
        self
    }

    /// Texts come from clients: none may fill the disk.
    pub(super) fn check(&self) -> Result<(), AuditError> {
        if self.detail.len() > DETAILS_MAX {
            let given = self.detail.len();
            return Err(AuditError::TooManyDetails { given, limit: DETAILS_MAX });
        }
        let texts = [("the actor", Some(&self.actor)), ("the subject", self.subject.as_ref())];
        let details = self.detail.iter().flat_map(|(name, value)| {
            [("the name of a detail", Some(name)), ("a detail", Some(value))]
        });
        for (what, text) in texts.into_iter().chain(details) {
            let bytes = text.map_or(0, String::len);
            if bytes > TEXT_BYTES_MAX {
                return Err(AuditError::TooLarge { what, bytes, limit: TEXT_BYTES_MAX });
            }
        }
        Ok(())
    }
}

/// Details of one event.
const DETAILS_MAX: usize = 32;
/// Bytes of one text of an event.
const TEXT_BYTES_MAX: usize = 1024;
