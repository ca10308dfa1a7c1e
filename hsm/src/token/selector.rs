//! Which token: by label and serial number, never by slot number alone, because slots move.

use core::fmt;

use serde::{Deserialize, Serialize};

/// What a token must have to be ours. At least one of label and serial number; the slot is an
/// additional condition for tokens whose module cannot tell their label.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenSelector {
    /// The token's label, without the padding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The token's serial number, without the padding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// The slot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slot: Option<u64>,
}

impl TokenSelector {
    /// The token with a label.
    pub fn by_label(label: impl Into<String>) -> Self {
        Self { label: Some(label.into()), ..Self::default() }
    }

    pub(super) fn matches(&self, slot: u64, token: &TokenIdentity) -> bool {
        let text = |wanted: &Option<String>, there: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted == there)
        };
        self.slot.is_none_or(|wanted| wanted == slot)
            && text(&self.label, &token.label)
            && text(&self.serial, &token.serial)
    }

    /// Whether nothing but the slot is asked for, so that an unreadable token will do.
    pub(super) fn is_slot_only(&self) -> bool {
        self.slot.is_some() && self.label.is_none() && self.serial.is_none()
    }
}

impl fmt::Display for TokenSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        parts.extend(self.label.as_ref().map(|label| format!("label \"{label}\"")));
        parts.extend(self.serial.as_ref().map(|serial| format!("serial number \"{serial}\"")));
        parts.extend(self.slot.map(|slot| format!("slot {slot}")));
        if parts.is_empty() {
            return f.write_str("any label");
        }
        f.write_str(&parts.join(" and "))
    }
}

/// What a token says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TokenIdentity {
    /// Its label.
    pub label: String,
    /// Its serial number.
    pub serial: String,
    /// Who made it.
    pub manufacturer: String,
    /// What it is.
    pub model: String,
    /// Whether it has been initialised.
    pub initialized: bool,
    /// Whether it wants a PIN.
    pub login_required: bool,
}

impl fmt::Display for TokenIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "label \"{}\" serial \"{}\"", self.label, self.serial)?;
        if !self.initialized {
            f.write_str(" (not initialised)")?;
        }
        Ok(())
    }
}
