//! Limits of every call.

/// Most items, keys or signatures of a call, and most entries of a cache. Memory for that many is
/// taken before their bytes are read, so a count that is a mistake has to be refused first.
pub const PL_COUNT_MAX: usize = 1 << 24;

/// Most bytes of an error text, NUL included.
pub const PL_ERROR_BYTES: usize = 256;
