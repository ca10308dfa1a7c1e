//! ECVRF on edwards25519 (RFC 9381), written over curve25519-dalek.
//!
//! Proving is constant-time in the secret, verifying is variable-time.

mod announced;
mod batch;
mod point;
mod proof;
mod public_key;
mod secret_key;
mod suite;
mod transcript;
#[cfg(test)]
mod vectors;

pub use announced::AnnouncedProof;
pub use batch::{Item, Verdict, verify_batch};
pub use proof::Proof;
pub use public_key::PublicKey;
pub use secret_key::SecretKey;
pub use suite::{EdwardsEll2, EdwardsSuite, EdwardsTai};

/// Bytes of a seed.
pub const SEED_LENGTH: usize = 32;
/// Bytes of a public key.
pub const PUBLIC_KEY_LENGTH: usize = 32;
/// Bytes of a proof as RFC 9381 writes it.
pub const PROOF_LENGTH: usize = 80;
/// Bytes of a proof in the announced form, which batches take.
pub const ANNOUNCED_PROOF_LENGTH: usize = 128;
/// Bytes of an output.
pub const OUTPUT_LENGTH: usize = 64;
