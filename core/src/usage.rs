//! What a bounded store reports of itself.

/// Hits, misses and size of a [`crate::Registry`] or [`crate::MessageCache`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Look-ups that found an entry, since construction.
    pub hits: u64,
    /// Look-ups that found none, since construction.
    pub misses: u64,
    /// Entries held now.
    pub entries: usize,
    /// Most entries it may hold.
    pub entries_max: usize,
    /// Bytes held now, estimated from capacities and entry sizes.
    pub memory_bytes: usize,
}
