//! What a batch answers for each item.

use core::fmt;

use thiserror::Error;

use crate::error::PointError;

/// The verdict on one item.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The signature is the key's on the message, under the suite.
    Valid,
    /// It is not, or an input is no point that it could be; here is why.
    Invalid(Reason),
}

impl Verdict {
    /// Whether the item is valid.
    pub fn is_valid(self) -> bool {
        self == Self::Valid
    }

    /// Why it is not, if it is not.
    pub fn reason(self) -> Option<Reason> {
        match self {
            Self::Valid => None,
            Self::Invalid(reason) => Some(reason),
        }
    }

    /// The verdict as one byte, for arrays of them: 0 is valid. The numbers do not change; those of
    /// keys start at 16, those of signatures at 32.
    pub fn number(self) -> u8 {
        match self {
            Self::Valid => 0,
            Self::Invalid(reason) => reason.number_and_code().0,
        }
    }
}

impl Reason {
    /// The reason as a word, for programs. The words do not change.
    pub fn code(self) -> &'static str {
        self.number_and_code().1
    }

    fn number_and_code(self) -> (u8, &'static str) {
        match self {
            Self::WrongSignature => (1, "wrong_signature"),
            Self::UnknownKey => (2, "unknown_key"),
            Self::PublicKey(error) => match error {
                PointError::Length { .. } => (16, "public_key_length"),
                PointError::Encoding => (17, "public_key_encoding"),
                PointError::NotOnCurve => (18, "public_key_not_on_curve"),
                PointError::NotInSubgroup => (19, "public_key_not_in_subgroup"),
                PointError::Identity => (20, "public_key_identity"),
            },
            Self::Signature(error) => match error {
                PointError::Length { .. } => (32, "signature_length"),
                PointError::Encoding => (33, "signature_encoding"),
                PointError::NotOnCurve => (34, "signature_not_on_curve"),
                PointError::NotInSubgroup => (35, "signature_not_in_subgroup"),
                PointError::Identity => (36, "signature_identity"),
            },
        }
    }
}

/// Why an item is invalid. Where several reasons hold, the key's comes first, then the
/// signature's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum Reason {
    /// The handle names no key of the registry, or the verifier has none.
    #[error("unknown key: the handle names no registered key")]
    UnknownKey,
    /// The key's bytes are not a public key.
    #[error("public key: {0}")]
    PublicKey(PointError),
    /// The signature's bytes are not a signature, or it is the identity.
    #[error("signature: {0}")]
    Signature(PointError),
    /// Key, message and signature are well-formed, and the pairing equation does not hold.
    #[error("wrong signature for this key and message")]
    WrongSignature,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Valid => f.write_str("valid"),
            Self::Invalid(reason) => write!(f, "invalid: {reason}"),
        }
    }
}
