//! Codes of reasons for programs. Once given out, a code stays as it is.
//!
//! The engine's reasons may grow: one that is new here falls under an `other` until it has a code.

use pairlane::{PointError, Reason};

/// The code of a reason.
pub(crate) fn code(reason: Reason) -> &'static str {
    match reason {
        Reason::WrongSignature => "wrong_signature",
        Reason::UnknownKey => "unknown_key",
        Reason::PublicKey(error) => match error {
            PointError::Length { .. } => "public_key_length",
            PointError::Encoding => "public_key_encoding",
            PointError::NotOnCurve => "public_key_not_on_curve",
            PointError::NotInSubgroup => "public_key_not_in_subgroup",
            PointError::Identity => "public_key_identity",
            _ => "public_key_other",
        },
        Reason::Signature(error) => match error {
            PointError::Length { .. } => "signature_length",
            PointError::Encoding => "signature_encoding",
            PointError::NotOnCurve => "signature_not_on_curve",
            PointError::NotInSubgroup => "signature_not_in_subgroup",
            PointError::Identity => "signature_identity",
            _ => "signature_other",
        },
        _ => "other",
    }
}
