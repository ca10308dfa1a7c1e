//! Errors: each names what was wrong with which input, and what would be right.

use thiserror::Error;

/// Why bytes are not a point that a key or a signature may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum PointError {
    /// The byte string has neither the compressed nor the uncompressed length.
    #[error("{actual} bytes given; compressed form has {expected}, uncompressed twice that")]
    Length {
        /// Bytes of the compressed form.
        expected: usize,
        /// Bytes given.
        actual: usize,
    },
    /// Flag bits contradict each other or the length, or a coordinate is not below the modulus.
    #[error("bad encoding: flag bits or a coordinate out of range")]
    Encoding,
    /// The coordinates do not satisfy the curve equation.
    #[error("the point is not on the curve")]
    NotOnCurve,
    /// The point lies on the curve, outside the subgroup of order r.
    #[error("the point is not in the prime-order subgroup")]
    NotInSubgroup,
    /// The identity where the standard refuses it (KeyValidate; any verification).
    #[error("the point is the identity")]
    Identity,
}

/// Why bytes or a seed are not a secret key. Says nothing about the secret's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SecretKeyError {
    /// A secret key has 32 bytes, big-endian.
    #[error("{actual} bytes given; a secret key has 32, big-endian")]
    Length {
        /// Bytes given.
        actual: usize,
    },
    /// Zero, or not below the group order r.
    #[error("the secret key is zero or not below the group order")]
    OutOfRange,
    /// Key material or a seed shorter than 32 bytes.
    #[error("{actual} bytes of seed given; at least 32 are needed")]
    SeedTooShort {
        /// Bytes given.
        actual: usize,
    },
    /// The operating system gave no randomness.
    #[error("the operating system gave no randomness: {0}")]
    Randomness(getrandom::Error),
}

/// Why a text is not an EIP-2334 path.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PathError {
    /// A path starts with `m`, the master node.
    #[error("a path starts with \"m/\", as in m/12381/3600/0/0/0")]
    Root,
    /// A component is not a decimal number below 2^32.
    #[error("component {position} of the path, {text:?}, is not a decimal number below 2^32")]
    Component {
        /// Position after `m`, counted from 1.
        position: usize,
        /// The component as given.
        text: String,
    },
}

/// Why a domain-separation tag was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum TagError {
    /// RFC 9380 section 3.1: tags must have nonzero length.
    #[error("a domain-separation tag must not be empty (RFC 9380, section 3.1)")]
    Empty,
}

/// Why one signature, proof or aggregate did not verify.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The pairing equation does not hold: another key, another message or a forged signature.
    #[error("the signature does not match the key and message")]
    WrongSignature,
    /// The signature is the identity, which no key and message have.
    #[error("the signature is the identity")]
    IdentitySignature,
    /// The keys sum to the identity (KeyValidate of the aggregate fails).
    #[error("the public keys sum to the identity")]
    IdentityAggregateKey,
    /// No keys were given; the draft requires at least one.
    #[error("no public keys given; at least one is needed")]
    Empty,
    /// As many messages as keys are needed.
    #[error("{keys} public keys but {messages} messages")]
    LengthMismatch {
        /// Number of public keys.
        keys: usize,
        /// Number of messages.
        messages: usize,
    },
    /// The basic scheme's AggregateVerify requires distinct messages.
    #[error("messages {first} and {second} are equal; the basic scheme needs distinct messages")]
    RepeatedMessage {
        /// Index of the earlier message.
        first: usize,
        /// Index of the later message.
        second: usize,
    },
    /// FastAggregateVerify exists in the proof-of-possession scheme alone.
    #[error("fast aggregate verification needs the proof-of-possession scheme")]
    SchemeNotPossession,
}
