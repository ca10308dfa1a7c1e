//! Stake-weighted selection from a verifiable random output.
//!
//! Follow the satoshi: line up the stakes, draw a number below their sum, see in whose stake it
//! falls. Whoever has the random output (say of a VRF) and the list of stakes computes the same
//! answer, on every platform: there are integers and SHA-512, and nothing else.
//!
//! ```
//! use pairlane::Tag;
//! use pairlane::election::{Stakes, committee, select};
//!
//! let tag = Tag::new("EXAMPLE-CHAIN-PROPOSER")?;
//! let mut stakes = Stakes::new([("alice", 70), ("bob", 0), ("carol", 30)])?;
//! let output = [7; 64];
//!
//! let proposer = select(&tag, &output, &stakes)?;
//! assert_ne!(stakes.id(proposer.position), Some(&"bob"));
//! stakes.set(&"bob", 1_000_000)?;
//! let voters = committee(&tag, &output, &mut stakes, 2)?;
//! assert_eq!(voters.positions.len(), 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The output decides everything, so nobody may choose it: it must come from inputs fixed before
//! the stakes' owners could try alternatives. The exact rules, for other implementations, with
//! test vectors: [`specification`].

mod draw;
mod error;
mod fenwick;
#[cfg(test)]
mod reference;
mod selection;
mod stakes;

/// The rules to the byte, and test vectors.
#[doc = include_str!("../docs/election.md")]
pub mod specification {}

pub use draw::Draws;
pub use error::ElectionError;
pub use selection::{Committee, Selection, committee, select};
pub use stakes::{Stakes, VALIDATORS_MAX};
