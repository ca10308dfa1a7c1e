//! The head: what to keep elsewhere, so that a shorter log is noticed.

use serde::{Deserialize, Serialize};

use super::chain::Chain;
use super::{AuditError, Authenticator, Tag};
use crate::journal::Id;

/// The state of a log after some entries, authenticated. Whoever keeps it, on paper, in another
/// system or on a chain, can tell later that the log still begins with exactly these entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    pub(super) log: Id,
    pub(super) chain: Chain,
    pub(super) tag: Tag,
}

impl Head {
    pub(super) fn new(
        log: Id,
        chain: Chain,
        authenticator: &dyn Authenticator,
    ) -> Result<Self, AuditError> {
        let tag = authenticator.authenticate(&tagged(log, &chain))?;
        Ok(Self { log, chain, tag })
    }

    /// How many entries it covers.
    pub fn entries(&self) -> u64 {
        self.chain.entries
    }

    /// Whether the key made it.
    ///
    /// # Errors
    ///
    /// [`AuditError::HeadTag`] if not; the key could not be used.
    pub fn verify(&self, authenticator: &dyn Authenticator) -> Result<(), AuditError> {
        if authenticator.verify(&tagged(self.log, &self.chain), &self.tag)? {
            Ok(())
        } else {
            Err(AuditError::HeadTag)
        }
    }

    /// As one line of JSON.
    pub fn to_json(&self) -> String {
        let form = Form {
            log: self.log.to_string(),
            entries: self.chain.entries,
            link: hex::encode(self.chain.link),
            tag: hex::encode(self.tag.0),
        };
        // Four strings and numbers: there is nothing that JSON could not hold.
        serde_json::to_string(&form).unwrap_or_default()
    }

    /// From what [`Head::to_json`] wrote. It still has to be verified.
    ///
    /// # Errors
    ///
    /// [`AuditError::HeadForm`].
    pub fn from_json(text: &str) -> Result<Self, AuditError> {
        let wrong = |reason: String| AuditError::HeadForm { reason };
        let form: Form = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
        let bytes = |name: &str, text: &str, out: &mut [u8]| {
            hex::decode_to_slice(text, out).map_err(|error| wrong(format!("{name}: {error}")))
        };
        let (mut log, mut link, mut tag) = ([0; 16], [0; 32], [0; 32]);
        bytes("log", &form.log, &mut log)?;
        bytes("link", &form.link, &mut link)?;
        bytes("tag", &form.tag, &mut tag)?;
        let chain = Chain { entries: form.entries, link };
        Ok(Self { log: Id(log), chain, tag: Tag(tag) })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    log: String,
    entries: u64,
    link: String,
    tag: String,
}

/// Other bytes than an entry's tag is over, so that neither passes for the other.
fn tagged(log: Id, chain: &Chain) -> Vec<u8> {
    let entries = chain.entries.to_le_bytes();
    [b"pairlane audit head v1".as_slice(), &log.0, &entries, &chain.link].concat()
}
