//! What blst's own safe API says of the same bytes: the oracle of every differential test.

use crate::group::{G1, G2, Group};
use blst::BLST_ERROR;
use pairlane::{MinPk, MinSig, PointError, Reason, Variant, Verdict};

/// A variant and blst's answers for it. Keys and signatures are encoded, compressed or not.
pub trait Oracle: Variant {
    /// The group of public keys.
    type Keys: Group;
    /// The group of signatures and hashed messages.
    type Signatures: Group;

    /// Why bytes are no public key, after blst's `key_validate`.
    ///
    /// # Errors
    /// The reason.
    fn check_key(bytes: &[u8]) -> Result<(), PointError>;

    /// Why bytes are no signature of one signer, after blst's `sig_validate` with its check for
    /// the identity.
    ///
    /// # Errors
    /// The reason.
    fn check_signature(bytes: &[u8]) -> Result<(), PointError>;

    /// blst's `verify` of `augmentation || message`, with both of its own validations. Bytes that
    /// do not decode do not verify.
    fn verify(
        tag: &[u8],
        augmentation: &[u8],
        key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> bool;

    /// blst's `aggregate_verify`, with both of its own validations.
    fn aggregate_verify(tag: &[u8], keys: &[&[u8]], messages: &[&[u8]], signature: &[u8]) -> bool;

    /// The verdict that a batch has to give: the key's fault first, then the signature's, then
    /// the equation's.
    fn verdict(
        tag: &[u8],
        augmentation: &[u8],
        key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Verdict {
        if let Err(error) = Self::check_key(key) {
            return Verdict::Invalid(Reason::PublicKey(error));
        }
        if let Err(error) = Self::check_signature(signature) {
            return Verdict::Invalid(Reason::Signature(error));
        }
        if Self::verify(tag, augmentation, key, message, signature) {
            Verdict::Valid
        } else {
            Verdict::Invalid(Reason::WrongSignature)
        }
    }
}

/// blst's status in our words. blst has one status for a wrong length and a bad encoding.
fn point_error(status: BLST_ERROR, length: usize, compressed: usize) -> PointError {
    match status {
        BLST_ERROR::BLST_BAD_ENCODING if length != compressed && length != 2 * compressed => {
            PointError::Length { expected: compressed, actual: length }
        }
        BLST_ERROR::BLST_BAD_ENCODING => PointError::Encoding,
        BLST_ERROR::BLST_POINT_NOT_ON_CURVE => PointError::NotOnCurve,
        BLST_ERROR::BLST_POINT_NOT_IN_GROUP => PointError::NotInSubgroup,
        BLST_ERROR::BLST_PK_IS_INFINITY => PointError::Identity,
        other => panic!("decoding and validation never answer {other:?}"),
    }
}

macro_rules! oracle {
    ($variant:ident, $blst:ident, $keys:ident, $signatures:ident) => {
        impl Oracle for $variant {
            type Keys = $keys;
            type Signatures = $signatures;

            fn check_key(bytes: &[u8]) -> Result<(), PointError> {
                blst::$blst::PublicKey::key_validate(bytes)
                    .map(drop)
                    .map_err(|status| point_error(status, bytes.len(), Self::PUBLIC_KEY_LENGTH))
            }

            fn check_signature(bytes: &[u8]) -> Result<(), PointError> {
                blst::$blst::Signature::sig_validate(bytes, true)
                    .map(drop)
                    .map_err(|status| point_error(status, bytes.len(), Self::SIGNATURE_LENGTH))
            }

            fn verify(
                tag: &[u8],
                augmentation: &[u8],
                key: &[u8],
                message: &[u8],
                signature: &[u8],
            ) -> bool {
                let (Ok(key), Ok(signature)) = (
                    blst::$blst::PublicKey::from_bytes(key),
                    blst::$blst::Signature::from_bytes(signature),
                ) else {
                    return false;
                };
                signature.verify(true, message, tag, augmentation, &key, true)
                    == BLST_ERROR::BLST_SUCCESS
            }

            fn aggregate_verify(
                tag: &[u8],
                keys: &[&[u8]],
                messages: &[&[u8]],
                signature: &[u8],
            ) -> bool {
                let decoded = keys.iter().map(|key| blst::$blst::PublicKey::from_bytes(key));
                let (Ok(keys), Ok(signature)) = (
                    decoded.collect::<Result<Vec<_>, _>>(),
                    blst::$blst::Signature::from_bytes(signature),
                ) else {
                    return false;
                };
                let keys: Vec<_> = keys.iter().collect();
                signature.aggregate_verify(true, messages, tag, &keys, true)
                    == BLST_ERROR::BLST_SUCCESS
            }
        }
    };
}

oracle!(MinPk, min_pk, G1, G2);
oracle!(MinSig, min_sig, G2, G1);
