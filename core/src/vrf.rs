//! Verifiable random functions: an output that only the secret key gives, and that everybody can
//! check.
//!
//! | | key | proof | output | |
//! |---|---|---|---|---|
//! | [`EdwardsTai`] | 32 | 80, or 128 for batches | 64 | RFC 9381, the one to use |
//! | [`EdwardsEll2`] | 32 | 80, or 128 for batches | 64 | RFC 9381, where alpha is secret |
//! | [`P256Tai`], [`P256Sswu`] | 33 | 81 | 32 | RFC 9381, where P-256 is what there is |
//! | [`BlsVrf`] | 48 or 96 | 96 or 48 | 32 | unique signature; can be made by a threshold |
//!
//! Which inputs may go into alpha, what is constant-time, and what makes a proof valid is in
//! [`crate::docs::vrf`]. **Read its first section before choosing alpha.**
//!
//! ```
//! use pairlane::vrf::edwards::SecretKey;
//! use pairlane::vrf::EdwardsTai;
//!
//! let secret = SecretKey::<EdwardsTai>::from_seed(&[7; 32]);
//! let proof = secret.prove(b"chain 1, epoch 7, view 3");
//!
//! let key = secret.public_key();
//! let output = key.verify(b"chain 1, epoch 7, view 3", &proof)?;
//! assert_eq!(output.as_bytes().len(), 64);
//! assert!(key.verify(b"chain 1, epoch 7, view 4", &proof).is_err());
//! # Ok::<(), pairlane::vrf::VrfError>(())
//! ```

pub mod bls;
pub mod edwards;
mod error;
#[cfg(feature = "legacy-draft05")]
pub mod legacy_draft05;
mod output;
#[cfg(feature = "p256")]
pub mod p256;
mod scheme;

pub use bls::{BlsVrf, vrf_tag};
pub use edwards::{EdwardsEll2, EdwardsTai};
pub use error::{EncodingError, VrfError, VrfKeyError};
pub use output::Output;
#[cfg(feature = "p256")]
pub use p256::{P256Sswu, P256Tai};
pub use scheme::Vrf;
