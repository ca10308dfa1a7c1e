//! A setting that cannot work.

use std::fmt;

use thiserror::Error;

/// Which setting, and why not.
#[derive(Debug, Error)]
pub(crate) struct Refusal {
    field: String,
    why: String,
}

impl Refusal {
    /// `why` goes on where the field's name ends: `is 0; it has to be at least 1`.
    pub(crate) fn new(field: impl Into<String>, why: impl Into<String>) -> Self {
        Self { field: field.into(), why: why.into() }
    }

    /// An error, with its causes, about a field.
    pub(crate) fn of(field: impl Into<String>, error: &anyhow::Error) -> Self {
        Self::new(field, format!(": {error:#}"))
    }

    pub(crate) fn field(&self) -> &str {
        &self.field
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gap = if self.why.starts_with(':') { "" } else { " " };
        write!(f, "{}{gap}{}", self.field, self.why)
    }
}
