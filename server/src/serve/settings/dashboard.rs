//! The page on the second listener.

use serde::{Deserialize, Serialize};

/// Who may look at the page, and how many at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Dashboard {
    /// Off: the second listener has health and metrics only.
    pub(crate) enabled: bool,
    /// Most pages that are fed at a time.
    pub(crate) streams_max: usize,
    /// Names by which the second listener may be called, besides `localhost` and any address; and the
    /// first one where it listens on loopback.
    pub(crate) hosts: Vec<String>,
}

impl Default for Dashboard {
    fn default() -> Self {
        Self { enabled: true, streams_max: 16, hosts: Vec::new() }
    }
}

/// Each stream is a connection that stays.
pub(super) const STREAMS_MAX: usize = 1024;
