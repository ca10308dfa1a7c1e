//! Why a key or proof was refused: malformed input, a key nobody should trust, or a wrong proof.

use thiserror::Error;

use crate::error::PointError;

/// Why bytes are not what a VRF key or proof has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum EncodingError {
    /// The byte string has another length.
    #[error("{actual} bytes given, {expected} expected")]
    Length {
        /// Bytes that it should have.
        expected: usize,
        /// Bytes given.
        actual: usize,
    },
    /// A point is not encoded in the one way it can be, or is none.
    #[error("{0}")]
    Point(#[from] PointError),
    /// A public key of order 1, 2, 4 or 8: outputs under it would not depend on a secret.
    #[error("the point is of small order")]
    SmallOrder,
    /// The proof's s is not below the group order: another spelling of a proof that exists.
    #[error("the scalar s is not below the group order")]
    ScalarOutOfRange,
}

/// Why a VRF proof was refused. Three kinds, by whose fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum VrfError {
    /// The public key's bytes are no key (RFC 9381, section 5.4.5).
    #[error("public key: {0}")]
    PublicKey(EncodingError),
    /// The proof's bytes are no proof (RFC 9381, section 5.4.4).
    #[error("proof: {0}")]
    Proof(EncodingError),
    /// The proof is well formed and belongs to another key or another alpha, or is forged.
    #[error("the proof does not match the key and alpha")]
    WrongProof,
    /// A tag that signatures or proofs of possession use: whoever can ask for a signature under it
    /// would learn outputs.
    #[error("the tag belongs to signatures; a VRF needs one of its own")]
    SignatureTag,
}

/// Why bytes are not a secret key of a VRF. Says nothing about the secret's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum VrfKeyError {
    /// Seeds and secret keys have 32 bytes.
    #[error("{actual} bytes given; a VRF secret has 32")]
    Length {
        /// Bytes given.
        actual: usize,
    },
    /// A P-256 secret is a number from 1 to the group order less one.
    #[error("the secret is zero or not below the group order")]
    OutOfRange,
    /// The operating system gave no randomness.
    #[error("the operating system gave no randomness: {0}")]
    Randomness(getrandom::Error),
}
