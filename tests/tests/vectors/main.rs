//! Vectors that others made, every file of them.

mod eip2537;
mod ethereum;
mod inventory;
mod networks;
mod rfc9380;
mod serialization;
mod signatures;
mod wycheproof;
