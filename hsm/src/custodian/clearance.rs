//! The right to make one signature.

use crate::guard::{GuardKey, Permit};

/// The guard's word that a duty is on record, and that nothing forbids it. One signature each: it
/// can be neither copied nor kept.
#[derive(Debug)]
#[must_use = "a clearance that is dropped stands for a signature nobody made"]
pub struct Clearance(());

impl Clearance {
    /// The clearance that a permit gives, for its own key and message alone.
    #[allow(clippy::needless_pass_by_value, reason = "by value: one permit, one signature")]
    pub(crate) fn of(permit: Permit, key: &GuardKey, message: &[u8]) -> Option<Self> {
        permit.covers(key, message).then_some(Self(()))
    }

    /// A clearance that no guard gave. **Whoever signs blocks or votes with it can be slashed.** For
    /// messages that no duty covers, such as a proof of possession's, and for tests.
    pub fn danger_unguarded() -> Self {
        Self(())
    }
}
