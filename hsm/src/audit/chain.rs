//! The chain: each link is a hash over everything before it.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{AuditError, Event, Tag};
use crate::journal::Id;

/// The link after some entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chain {
    pub(super) entries: u64,
    pub(super) link: [u8; 32],
}

impl Chain {
    /// Before the first entry. Bound to the log's id: entries of another log do not follow.
    pub(super) fn origin(log: Id) -> Self {
        let hash = Sha256::new().chain_update(ORIGIN).chain_update(log.0);
        Self { entries: 0, link: hash.finalize().into() }
    }

    /// After one more entry.
    pub(super) fn next(&self, body: &[u8]) -> Self {
        let hash = Sha256::new()
            .chain_update(LINK)
            .chain_update(self.link)
            .chain_update(self.entries.to_le_bytes())
            .chain_update((body.len() as u64).to_le_bytes())
            .chain_update(body);
        Self { entries: self.entries + 1, link: hash.finalize().into() }
    }

    /// What the tag of the entry that leads here is over.
    pub(super) fn tagged(&self) -> Vec<u8> {
        [LINK_TAG, self.entries.to_le_bytes().as_slice(), &self.link].concat()
    }
}

/// An entry as the journal holds it: tag, link, body.
pub(super) struct Sealed<'a> {
    pub(super) tag: Tag,
    pub(super) link: [u8; 32],
    /// The JSON text of [`Body`], byte for byte as it was hashed. It is never written anew, so
    /// nothing depends on JSON having one form.
    pub(super) body: &'a [u8],
}

impl<'a> Sealed<'a> {
    pub(super) fn parse(entry: u64, bytes: &'a [u8]) -> Result<Self, AuditError> {
        let parts = bytes.split_first_chunk::<32>().and_then(|(tag, rest)| {
            let (link, body) = rest.split_first_chunk::<32>()?;
            Some(Self { tag: Tag(*tag), link: *link, body })
        });
        parts.ok_or_else(|| AuditError::Form { entry, reason: "it is too short".into() })
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        [&self.tag.0, &self.link, self.body].concat()
    }

    pub(super) fn entry(&self, entry: u64) -> Result<Entry, AuditError> {
        let body: Body = serde_json::from_slice(self.body)
            .map_err(|error| AuditError::Form { entry, reason: error.to_string() })?;
        Ok(Entry { number: entry, time_unix_ms: body.time_unix_ms, event: body.event })
    }
}

/// An entry of the log, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Its number, from 0.
    pub number: u64,
    /// When it was written, in milliseconds since 1970, by the clock of that machine.
    pub time_unix_ms: u64,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// What is hashed.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Body {
    pub(super) time_unix_ms: u64,
    pub(super) event: Event,
}

const ORIGIN: &[u8] = b"pairlane audit origin v1";
const LINK: &[u8] = b"pairlane audit link v1";
const LINK_TAG: &[u8] = b"pairlane audit tag v1";
