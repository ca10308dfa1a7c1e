//! Verdicts as bytes.

use core::ffi::CStr;

use pairlane::vrf::{EncodingError, VrfError};
use pairlane::{PointError, Verdict};

/// Verdict: the signature is the key's on the message.
pub const PL_VALID: u8 = 0;
/// Verdict: key, message and signature are well-formed and do not belong together.
pub const PL_INVALID_SIGNATURE: u8 = 1;
/// Verdict: the handle names no registered key.
pub const PL_INVALID_UNKNOWN_KEY: u8 = 2;
/// Verdict: the VRF proof is well-formed and is not the key's on this alpha.
pub const PL_INVALID_PROOF: u8 = 3;

/// Verdict: the key has neither length of a point.
pub const PL_INVALID_KEY_LENGTH: u8 = 16;
/// Verdict: the key's flag bits or a coordinate are out of range.
pub const PL_INVALID_KEY_ENCODING: u8 = 17;
/// Verdict: the key is not on the curve.
pub const PL_INVALID_KEY_NOT_ON_CURVE: u8 = 18;
/// Verdict: the key is outside the subgroup.
pub const PL_INVALID_KEY_NOT_IN_SUBGROUP: u8 = 19;
/// Verdict: the key is the identity.
pub const PL_INVALID_KEY_IDENTITY: u8 = 20;
/// Verdict: the VRF key is of small order.
pub const PL_INVALID_KEY_SMALL_ORDER: u8 = 21;

/// Verdict: the signature has neither length of a point.
pub const PL_INVALID_SIGNATURE_LENGTH: u8 = 32;
/// Verdict: the signature's flag bits or a coordinate are out of range.
pub const PL_INVALID_SIGNATURE_ENCODING: u8 = 33;
/// Verdict: the signature is not on the curve.
pub const PL_INVALID_SIGNATURE_NOT_ON_CURVE: u8 = 34;
/// Verdict: the signature is outside the subgroup.
pub const PL_INVALID_SIGNATURE_NOT_IN_SUBGROUP: u8 = 35;
/// Verdict: the signature is the identity.
pub const PL_INVALID_SIGNATURE_IDENTITY: u8 = 36;

/// Verdict: the VRF proof has another length.
pub const PL_INVALID_PROOF_LENGTH: u8 = 48;
/// Verdict: a point of the VRF proof is not encoded as it has to be, or is none.
pub const PL_INVALID_PROOF_POINT: u8 = 49;
/// Verdict: the scalar of the VRF proof is not below the group order.
pub const PL_INVALID_PROOF_SCALAR: u8 = 50;

/// The byte of a verdict: the engine's own number.
pub(crate) fn verdict_code(verdict: Verdict) -> u8 {
    verdict.number()
}

/// How far a point's error is from the verdict on its length.
fn point_offset(error: PointError) -> u8 {
    match error {
        PointError::Length { .. } => 0,
        PointError::NotOnCurve => 2,
        PointError::NotInSubgroup => 3,
        PointError::Identity => 4,
        _ => 1,
    }
}

/// The byte of a verdict on a VRF proof.
pub(crate) fn vrf_verdict_code<T>(verdict: &Result<T, VrfError>) -> u8 {
    match verdict {
        Ok(_) => PL_VALID,
        Err(VrfError::PublicKey(EncodingError::Length { .. })) => PL_INVALID_KEY_LENGTH,
        Err(VrfError::PublicKey(EncodingError::Point(error))) => {
            PL_INVALID_KEY_LENGTH + point_offset(*error)
        }
        Err(VrfError::PublicKey(EncodingError::SmallOrder)) => PL_INVALID_KEY_SMALL_ORDER,
        Err(VrfError::PublicKey(_)) => PL_INVALID_KEY_ENCODING,
        Err(VrfError::Proof(EncodingError::Length { .. })) => PL_INVALID_PROOF_LENGTH,
        Err(VrfError::Proof(EncodingError::ScalarOutOfRange)) => PL_INVALID_PROOF_SCALAR,
        Err(VrfError::Proof(_)) => PL_INVALID_PROOF_POINT,
        Err(_) => PL_INVALID_PROOF,
    }
}

const TEXTS: &[(u8, &CStr)] = &[
    (PL_VALID, c"valid"),
    (PL_INVALID_SIGNATURE, c"wrong signature for this key and message"),
    (PL_INVALID_UNKNOWN_KEY, c"unknown key: the handle names no registered key"),
    (PL_INVALID_PROOF, c"wrong proof for this key and alpha"),
    (PL_INVALID_KEY_LENGTH, c"public key: wrong length"),
    (PL_INVALID_KEY_ENCODING, c"public key: bad encoding"),
    (PL_INVALID_KEY_NOT_ON_CURVE, c"public key: not on the curve"),
    (PL_INVALID_KEY_NOT_IN_SUBGROUP, c"public key: not in the prime-order subgroup"),
    (PL_INVALID_KEY_IDENTITY, c"public key: the identity"),
    (PL_INVALID_KEY_SMALL_ORDER, c"public key: of small order"),
    (PL_INVALID_SIGNATURE_LENGTH, c"signature: wrong length"),
    (PL_INVALID_SIGNATURE_ENCODING, c"signature: bad encoding"),
    (PL_INVALID_SIGNATURE_NOT_ON_CURVE, c"signature: not on the curve"),
    (PL_INVALID_SIGNATURE_NOT_IN_SUBGROUP, c"signature: not in the prime-order subgroup"),
    (PL_INVALID_SIGNATURE_IDENTITY, c"signature: the identity"),
    (PL_INVALID_PROOF_LENGTH, c"proof: wrong length"),
    (PL_INVALID_PROOF_POINT, c"proof: bad point"),
    (PL_INVALID_PROOF_SCALAR, c"proof: scalar not below the group order"),
];

/// The text of a verdict byte.
pub(crate) fn verdict_text(verdict: u8) -> &'static CStr {
    TEXTS.iter().find(|(code, _)| *code == verdict).map_or(c"unknown verdict", |(_, text)| text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pairlane::Reason;

    /// The header's constants are the engine's numbers.
    #[test]
    fn numbers_are_those_of_the_header() {
        let length = PointError::Length { expected: 48, actual: 1 };
        let points = [
            (length, 0),
            (PointError::Encoding, 1),
            (PointError::NotOnCurve, 2),
            (PointError::NotInSubgroup, 3),
            (PointError::Identity, 4),
        ];
        for (error, offset) in points {
            let number = |reason| verdict_code(Verdict::Invalid(reason));
            assert_eq!(number(Reason::PublicKey(error)), PL_INVALID_KEY_LENGTH + offset);
            assert_eq!(number(Reason::Signature(error)), PL_INVALID_SIGNATURE_LENGTH + offset);
            assert_eq!(point_offset(error), offset);
        }
        assert_eq!(verdict_code(Verdict::Valid), PL_VALID);
        assert_eq!(verdict_code(Verdict::Invalid(Reason::WrongSignature)), PL_INVALID_SIGNATURE);
        assert_eq!(verdict_code(Verdict::Invalid(Reason::UnknownKey)), PL_INVALID_UNKNOWN_KEY);
    }
}
