//! ECVRF on P-256 (RFC 9381), for chains and tokens that have this curve and no other.
//!
//! The arithmetic is that of the `vrf-rfc9381` and `p256` crates, constant-time in the secret. In
//! front of it stand checks that make proofs and keys have one encoding only. At a multiple of the
//! cost of [`super::edwards`].

mod proof;
mod public_key;
mod secret_key;
mod suite;

pub use proof::Proof;
pub use public_key::PublicKey;
pub use secret_key::SecretKey;
pub use suite::{P256Sswu, P256Suite, P256Tai};

/// Bytes of a secret, and of the seed that one is derived from.
pub const SECRET_KEY_LENGTH: usize = 32;
/// Bytes of a public key: a compressed point.
pub const PUBLIC_KEY_LENGTH: usize = 33;
/// Bytes of a proof: Gamma 33, c 16, s 32.
pub const PROOF_LENGTH: usize = 81;
/// Bytes of an output.
pub const OUTPUT_LENGTH: usize = 32;

use super::error::EncodingError;
use crate::error::PointError;

/// Whether a compressed point begins as SEC 1 says, with 2 or 3. The decoder below also takes
/// "compact" points, a second encoding for half of them.
fn check_first_byte(point: &[u8]) -> Result<(), EncodingError> {
    match point.first() {
        Some(2 | 3) => Ok(()),
        _ => Err(PointError::Encoding.into()),
    }
}
