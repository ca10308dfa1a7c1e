//! The C ABI of pairlane: `include/pairlane.h`.
//!
//! The rules of the header hold for every function and are written once, at its top (see
//! `cbindgen.toml`). All `unsafe` of this crate lives below [`abi`]: those files turn pointers into
//! checked Rust values and nothing else; what is done with the values is safe code.

// These comments go to a C header, where names like PL_OK stand without backticks.
#![allow(clippy::doc_markdown)]

pub mod abi;
#[cfg(feature = "cxx")]
mod bridge;
mod limits;
mod status;
mod verdict;

pub use limits::*;
pub use status::*;
pub use verdict::*;
