//! Threshold BLS: a key that no one holds, used by any `t` of `n` holders of a share.
//!
//! A secret is shared by a polynomial of degree `t - 1` (Shamir 1979); everybody can check shares
//! against commitments to its coefficients (Feldman 1987). Each holder signs with its share, and
//! any `t` partial signatures interpolate to *the* signature of the group key: BLS signatures are
//! unique, so it does not matter which holders took part, and the hash of it is a verifiable
//! random output that fewer than `t` holders can neither predict nor change.
//!
//! ```
//! use pairlane::threshold::{self, PartialSignature, Threshold};
//! use pairlane::{MinPk, SecretKey, Suite};
//!
//! let suite = Suite::<MinPk>::proof_of_possession();
//! let threshold = Threshold::new(2, 3)?;
//! let (group, shares) = threshold::deal::<MinPk>(&SecretKey::generate()?, threshold)?;
//!
//! let point = group.message_point(&suite, b"block 7");
//! let partials = [shares[0].sign(&point), shares[2].sign(&point)];
//! assert!(group.verify_partial(&point, &partials[0]).is_ok());
//! let signature = threshold::recover(threshold.required(), &partials)?;
//! assert!(signature.verify(&suite, group.public_key(), b"block 7").is_ok());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`deal`] needs somebody who knows the whole key. [`dkg`] makes a key that nobody ever knows,
//! and [`reshare`] hands a key on to other holders under another threshold. Both are state machines
//! without I/O. What they guarantee, and what they do not, is written in
//! [`guarantees`].

mod ceremony;
mod combine;
mod commitment;
pub mod dkg;
mod encoding;
mod error;
mod group_key;
mod index;
mod lagrange;
mod message;
mod partial;
mod polynomial;
pub mod reshare;
mod share;

/// Model, guarantees, limits and byte formats.
#[doc = include_str!("../docs/threshold.md")]
pub mod guarantees {}

pub use ceremony::{
    Answering, Blame, CeremonyError, Complaining, Dispute, Fault, Outcome, ReceiveError, Sharing,
};
pub use combine::Combined;
pub use commitment::Commitment;
pub use error::{DecodeError, RecoverError, ThresholdError};
pub use group_key::GroupKey;
pub use index::{Index, PARTICIPANTS_MAX, Threshold};
pub use message::{Answers, CeremonyId, Complaints, Dealing, DealtShare, Pledge};
pub use partial::{PartialSignature, recover};
#[cfg(feature = "test-seed")]
pub use share::deal_with_test_seed;
pub use share::{KeyShare, deal, recover_secret};
