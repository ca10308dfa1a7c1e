//! Reading the log again, from a file, entry by entry.

use std::path::Path;

use super::chain::{Chain, Entry, Sealed};
use super::{AuditError, Authenticator, Head, PURPOSE};
use crate::journal::{self, Id, JournalError, Torn, scan};

/// What a proof found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The log.
    pub log: Id,
    /// Entries, every one of them authentic and in its place.
    pub entries: u64,
    /// Time of the first and the last entry, in milliseconds since 1970.
    pub times_unix_ms: Option<(u64, u64)>,
    /// The end of an entry that a crash, or a writer just now, left incomplete. It was never
    /// acknowledged.
    pub torn: Option<Torn>,
    /// How many entries were compared with the exported head; `None` without one, and then
    /// nobody can say whether the end of the log was cut off.
    pub covered: Option<u64>,
}

/// Proves a log whole: every entry follows from the one before it, was authenticated by the key,
/// and the first of them are the ones that the head covers. Reads the file once, one commit at a
/// time, beside a running writer if need be.
///
/// # Errors
///
/// The first thing that is not in order: damage, an entry that was changed, moved, removed, put
/// in or forged, an end that was cut off, a head of another log; or the key could not be used.
pub fn verify(
    path: &Path,
    authenticator: &dyn Authenticator,
    head: Option<&Head>,
) -> Result<Report, AuditError> {
    if let Some(head) = head {
        head.verify(authenticator)?;
    }
    let mut times = None;
    let mut at_head = None;
    let (log, chain, torn) = walk(path, |chain, sealed| {
        let entry = chain.entries - 1;
        if !authenticator.verify(&chain.tagged(), &sealed.tag)? {
            return Err(AuditError::Tag { entry });
        }
        let time = sealed.entry(entry)?.time_unix_ms;
        times = Some((times.map_or(time, |(first, _)| first), time));
        if head.is_some_and(|head| head.entries() == chain.entries) {
            at_head = Some(*chain);
        }
        Ok(())
    })?;
    if let Some(Head { log: expected, chain: wanted, .. }) = head {
        if *expected != log {
            return Err(AuditError::ForeignHead { expected: *expected, found: log });
        }
        let at_head = if wanted.entries == 0 { Some(Chain::origin(log)) } else { at_head };
        match at_head {
            None => {
                let (expected, found) = (wanted.entries, chain.entries);
                return Err(AuditError::Truncated { expected, found });
            }
            Some(found) if found != *wanted => {
                return Err(AuditError::HeadDiffers { entries: wanted.entries });
            }
            Some(_) => {}
        }
    }
    Ok(Report {
        log,
        entries: chain.entries,
        times_unix_ms: times,
        torn,
        covered: head.map(Head::entries),
    })
}

/// Shows every entry in order. Checks the chain and not the tags: no key is needed.
///
/// # Errors
///
/// Damage, or an entry that does not follow; what `visit` returned.
pub fn read(
    path: &Path,
    mut visit: impl FnMut(Entry) -> Result<(), AuditError>,
) -> Result<(), AuditError> {
    walk(path, |chain, sealed| visit(sealed.entry(chain.entries - 1)?)).map(|_| ())
}

/// Hands on every entry with the chain after it, once its link is as it should be.
fn walk(
    path: &Path,
    mut visit: impl FnMut(&Chain, &Sealed<'_>) -> Result<(), AuditError>,
) -> Result<(Id, Chain, Option<Torn>), AuditError> {
    let mut walk = Walk::default();
    let mut found = None;
    let scanned = scan(path, PURPOSE, |entry| {
        walk.step(entry, &mut visit).map_err(|error| {
            found = Some(error);
            String::new()
        })
    });
    match (found, scanned) {
        (Some(error), Err(JournalError::Entry { .. })) => Err(error),
        (_, Err(error)) => Err(error.into()),
        (_, Ok(scan)) => {
            let chain = walk.chain.unwrap_or_else(|| Chain::origin(scan.id()));
            Ok((scan.id(), chain, scan.torn))
        }
    }
}

/// The chain while it is read.
#[derive(Default)]
pub(super) struct Walk {
    pub(super) chain: Option<Chain>,
}

impl Walk {
    pub(super) fn step(
        &mut self,
        found: journal::Entry<'_>,
        mut visit: impl FnMut(&Chain, &Sealed<'_>) -> Result<(), AuditError>,
    ) -> Result<(), AuditError> {
        let before = self.chain.unwrap_or_else(|| Chain::origin(found.log));
        let entry = before.entries;
        let sealed = Sealed::parse(entry, found.bytes)?;
        let after = before.next(sealed.body);
        // The log is never rewritten, so the journal counts as the chain does.
        if after.link != sealed.link || found.sequence != entry {
            return Err(AuditError::Chain { entry });
        }
        visit(&after, &sealed)?;
        self.chain = Some(after);
        Ok(())
    }
}
