//! Status codes and the text of errors.

use core::ffi::CStr;
use core::fmt;

use pairlane::election::ElectionError;
use pairlane::threshold::{CeremonyError, DecodeError, ReceiveError, RecoverError, ThresholdError};
use pairlane::vrf::{EncodingError, VrfError, VrfKeyError};
use pairlane::{PointError, RegistryError, SecretKeyError, TagError, VerifyError};

/// What a function answers: 0 is success, negative numbers are failures. Numbers are stable and
/// never reused; gaps are reserved.
pub type PlStatus = i32;

/// Success.
pub const PL_OK: PlStatus = 0;

/// A pointer that must not be NULL is.
pub const PL_NULL_POINTER: PlStatus = -1;
/// A length, stride, count or capacity is impossible: over the address space, or not what the
/// function says it needs.
pub const PL_BAD_LENGTH: PlStatus = -2;
/// An output overlaps an input or another output.
pub const PL_OVERLAP: PlStatus = -3;
/// A number that names one of a set names none (variant, scheme, weight bits, backend, VRF suite).
pub const PL_BAD_ENUM: PlStatus = -4;
/// Handles of different variants were given together.
pub const PL_VARIANT_MISMATCH: PlStatus = -5;
/// A text is not UTF-8, or not of the form it must have.
pub const PL_BAD_TEXT: PlStatus = -6;
/// The processor lacks the instructions that are asked for.
pub const PL_UNAVAILABLE: PlStatus = -7;

/// The bytes have neither the compressed nor the uncompressed length of a point.
pub const PL_POINT_LENGTH: PlStatus = -20;
/// Flag bits or a coordinate out of range.
pub const PL_POINT_ENCODING: PlStatus = -21;
/// The point is not on the curve.
pub const PL_POINT_NOT_ON_CURVE: PlStatus = -22;
/// The point is outside the subgroup of prime order.
pub const PL_POINT_NOT_IN_SUBGROUP: PlStatus = -23;
/// The point is the identity.
pub const PL_POINT_IDENTITY: PlStatus = -24;
/// The point is of small order: outputs under such a VRF key would not depend on a secret.
pub const PL_POINT_SMALL_ORDER: PlStatus = -25;

/// A secret key is zero, not below the group order, or of the wrong length; or a seed is too short.
pub const PL_BAD_SECRET_KEY: PlStatus = -30;
/// The operating system gave no randomness.
pub const PL_NO_RANDOMNESS: PlStatus = -31;
/// The domain-separation tag is empty, or another use of it has taken it.
pub const PL_BAD_TAG: PlStatus = -32;

/// The signature does not match. Answered by verification of one signature or aggregate; a batch
/// answers PL_OK and verdicts.
pub const PL_WRONG_SIGNATURE: PlStatus = -40;
/// The signature is the identity.
pub const PL_IDENTITY_SIGNATURE: PlStatus = -41;
/// The public keys sum to the identity.
pub const PL_IDENTITY_AGGREGATE_KEY: PlStatus = -42;
/// No keys or no signatures were given.
pub const PL_EMPTY: PlStatus = -43;
/// Messages that must differ are equal.
pub const PL_REPEATED_MESSAGE: PlStatus = -44;
/// The suite's scheme does not have this operation.
pub const PL_WRONG_SCHEME: PlStatus = -45;

/// The registry, batch or list is at its limit.
pub const PL_FULL: PlStatus = -50;
/// A handle number names no registered key.
pub const PL_UNKNOWN_KEY: PlStatus = -51;
/// A key has no verified proof of possession.
pub const PL_NO_POSSESSION: PlStatus = -52;
/// A proof of possession does not verify.
pub const PL_WRONG_POSSESSION: PlStatus = -53;
/// The system gave no threads.
pub const PL_NO_THREADS: PlStatus = -54;

/// A VRF proof is well-formed and is not the key's on this alpha.
pub const PL_WRONG_PROOF: PlStatus = -60;
/// The bytes are no VRF proof: their length, a point or a scalar is wrong.
pub const PL_BAD_PROOF: PlStatus = -61;

/// An identifier is given twice.
pub const PL_DUPLICATE_ID: PlStatus = -70;
/// No validator has this identifier.
pub const PL_UNKNOWN_ID: PlStatus = -71;
/// The total of all stakes is not below 2^128.
pub const PL_STAKE_OVERFLOW: PlStatus = -72;
/// No validator has stake, or fewer have than there are seats.
pub const PL_NO_STAKE: PlStatus = -73;

/// An index or a threshold of a group is out of range.
pub const PL_BAD_THRESHOLD: PlStatus = -80;
/// The group has no holder, or the ceremony no dealer, with this index.
pub const PL_NOT_OF_GROUP: PlStatus = -81;
/// A share is not the group's, or a commitment does not fit the threshold.
pub const PL_WRONG_SHARE: PlStatus = -82;
/// Fewer good shares or partial signatures than are required.
pub const PL_TOO_FEW_SHARES: PlStatus = -83;
/// Two shares or partial signatures of one index.
pub const PL_DUPLICATE_INDEX: PlStatus = -84;
/// The bytes are no share, commitment, partial signature or message of a ceremony.
pub const PL_BAD_MESSAGE: PlStatus = -85;
/// The ceremony is not in the phase that this belongs to.
pub const PL_WRONG_PHASE: PlStatus = -86;
/// A message of another ceremony, of one who has no part in it, or for another receiver.
pub const PL_NOT_OURS: PlStatus = -87;
/// Too many dealers were at fault: the ceremony has no result.
pub const PL_TOO_FEW_DEALERS: PlStatus = -88;
/// A qualified dealer's share is missing: this party's own complaint was not broadcast.
pub const PL_MISSING_SHARE: PlStatus = -89;

/// A defect of the library: a panic was caught. The objects of the call may be freed and nothing
/// else; please report it.
pub const PL_PANIC: PlStatus = -100;

/// A failure on its way out: the status, and the detail for the caller's buffer.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) status: PlStatus,
    pub(crate) detail: String,
}

impl Failure {
    pub(crate) fn new(status: PlStatus, detail: impl fmt::Display) -> Self {
        Self { status, detail: detail.to_string() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl From<PointError> for Failure {
    fn from(error: PointError) -> Self {
        Self::new(point_status(error), error)
    }
}

/// The status of a point error.
pub(crate) fn point_status(error: PointError) -> PlStatus {
    match error {
        PointError::Length { .. } => PL_POINT_LENGTH,
        PointError::NotOnCurve => PL_POINT_NOT_ON_CURVE,
        PointError::NotInSubgroup => PL_POINT_NOT_IN_SUBGROUP,
        PointError::Identity => PL_POINT_IDENTITY,
        _ => PL_POINT_ENCODING,
    }
}

impl From<VerifyError> for Failure {
    fn from(error: VerifyError) -> Self {
        let status = match error {
            VerifyError::IdentitySignature => PL_IDENTITY_SIGNATURE,
            VerifyError::IdentityAggregateKey => PL_IDENTITY_AGGREGATE_KEY,
            VerifyError::Empty => PL_EMPTY,
            VerifyError::LengthMismatch { .. } => PL_BAD_LENGTH,
            VerifyError::RepeatedMessage { .. } => PL_REPEATED_MESSAGE,
            VerifyError::SchemeNotPossession => PL_WRONG_SCHEME,
            _ => PL_WRONG_SIGNATURE,
        };
        Self::new(status, error)
    }
}

impl From<SecretKeyError> for Failure {
    fn from(error: SecretKeyError) -> Self {
        let status = match error {
            SecretKeyError::Randomness(_) => PL_NO_RANDOMNESS,
            _ => PL_BAD_SECRET_KEY,
        };
        Self::new(status, error)
    }
}

impl From<TagError> for Failure {
    fn from(error: TagError) -> Self {
        Self::new(PL_BAD_TAG, error)
    }
}

impl From<RegistryError> for Failure {
    fn from(error: RegistryError) -> Self {
        let status = match error {
            RegistryError::Key(point) => point_status(point),
            RegistryError::Possession(_) => PL_WRONG_POSSESSION,
            RegistryError::Full { .. } => PL_FULL,
            RegistryError::UnknownKey { .. } => PL_UNKNOWN_KEY,
            RegistryError::NoPossession { .. } => PL_NO_POSSESSION,
            RegistryError::Verify(verify) => return verify.into(),
            _ => PL_WRONG_SIGNATURE,
        };
        Self::new(status, error)
    }
}

impl From<VrfError> for Failure {
    fn from(error: VrfError) -> Self {
        let status = match error {
            VrfError::PublicKey(EncodingError::Length { .. }) => PL_POINT_LENGTH,
            VrfError::PublicKey(EncodingError::Point(point)) => point_status(point),
            VrfError::PublicKey(EncodingError::SmallOrder) => PL_POINT_SMALL_ORDER,
            VrfError::PublicKey(_) => PL_POINT_ENCODING,
            VrfError::Proof(_) => PL_BAD_PROOF,
            VrfError::SignatureTag => PL_BAD_TAG,
            _ => PL_WRONG_PROOF,
        };
        Self::new(status, error)
    }
}

impl From<VrfKeyError> for Failure {
    fn from(error: VrfKeyError) -> Self {
        let status = match error {
            VrfKeyError::Randomness(_) => PL_NO_RANDOMNESS,
            _ => PL_BAD_SECRET_KEY,
        };
        Self::new(status, error)
    }
}

impl From<ElectionError> for Failure {
    fn from(error: ElectionError) -> Self {
        let status = match error {
            ElectionError::DuplicateId { .. } => PL_DUPLICATE_ID,
            ElectionError::UnknownId | ElectionError::UnknownPosition { .. } => PL_UNKNOWN_ID,
            ElectionError::TotalOverflow { .. } => PL_STAKE_OVERFLOW,
            ElectionError::TooManyValidators => PL_FULL,
            _ => PL_NO_STAKE,
        };
        Self::new(status, error)
    }
}

impl From<ThresholdError> for Failure {
    fn from(error: ThresholdError) -> Self {
        let status = match error {
            ThresholdError::NotOfGroup { .. } => PL_NOT_OF_GROUP,
            ThresholdError::IdentityKey { .. } => PL_POINT_IDENTITY,
            ThresholdError::CommitmentLength { .. } | ThresholdError::WrongShare { .. } => {
                PL_WRONG_SHARE
            }
            ThresholdError::Randomness(_) => PL_NO_RANDOMNESS,
            _ => PL_BAD_THRESHOLD,
        };
        Self::new(status, error)
    }
}

impl From<RecoverError> for Failure {
    fn from(error: RecoverError) -> Self {
        let status = match error {
            RecoverError::Duplicate { .. } => PL_DUPLICATE_INDEX,
            RecoverError::NotOfGroup { .. } => PL_NOT_OF_GROUP,
            RecoverError::ZeroSecret => PL_WRONG_SHARE,
            _ => PL_TOO_FEW_SHARES,
        };
        Self::new(status, error)
    }
}

impl From<DecodeError> for Failure {
    fn from(error: DecodeError) -> Self {
        let status = match error {
            DecodeError::Point { error, .. } => point_status(error),
            _ => PL_BAD_MESSAGE,
        };
        Self::new(status, error)
    }
}

impl From<ReceiveError> for Failure {
    fn from(error: ReceiveError) -> Self {
        Self::new(PL_NOT_OURS, error)
    }
}

impl From<CeremonyError> for Failure {
    fn from(error: CeremonyError) -> Self {
        let status = match error {
            CeremonyError::TooFewDealers { .. } => PL_TOO_FEW_DEALERS,
            CeremonyError::MissingShare { .. } => PL_MISSING_SHARE,
            CeremonyError::Key(inner) | CeremonyError::Setup(inner) => return inner.into(),
            _ => PL_WRONG_PHASE,
        };
        Self::new(status, error)
    }
}

/// The text of every status, without its detail.
const TEXTS: &[(PlStatus, &CStr)] = &[
    (PL_OK, c"success"),
    (PL_NULL_POINTER, c"a pointer that must not be NULL is"),
    (PL_BAD_LENGTH, c"a length, stride, count or capacity is impossible"),
    (PL_OVERLAP, c"an output overlaps an input or another output"),
    (PL_BAD_ENUM, c"a number names no variant, scheme, weight length or backend"),
    (PL_VARIANT_MISMATCH, c"handles of different variants were given together"),
    (PL_BAD_TEXT, c"a text is not UTF-8 or not of the form it must have"),
    (PL_UNAVAILABLE, c"the processor lacks the instructions asked for"),
    (PL_POINT_LENGTH, c"the bytes have neither length of a point"),
    (PL_POINT_ENCODING, c"flag bits or a coordinate out of range"),
    (PL_POINT_NOT_ON_CURVE, c"the point is not on the curve"),
    (PL_POINT_NOT_IN_SUBGROUP, c"the point is not in the prime-order subgroup"),
    (PL_POINT_IDENTITY, c"the point is the identity"),
    (PL_POINT_SMALL_ORDER, c"the point is of small order"),
    (PL_BAD_SECRET_KEY, c"not a secret key, or too short a seed"),
    (PL_NO_RANDOMNESS, c"the operating system gave no randomness"),
    (PL_BAD_TAG, c"the domain-separation tag is empty or taken"),
    (PL_WRONG_SIGNATURE, c"the signature does not match the key and message"),
    (PL_IDENTITY_SIGNATURE, c"the signature is the identity"),
    (PL_IDENTITY_AGGREGATE_KEY, c"the public keys sum to the identity"),
    (PL_EMPTY, c"no keys or no signatures were given"),
    (PL_REPEATED_MESSAGE, c"messages that must differ are equal"),
    (PL_WRONG_SCHEME, c"the suite's scheme does not have this operation"),
    (PL_FULL, c"the registry, batch or list is at its limit"),
    (PL_UNKNOWN_KEY, c"a handle number names no registered key"),
    (PL_NO_POSSESSION, c"a key has no verified proof of possession"),
    (PL_WRONG_POSSESSION, c"the proof of possession does not hold"),
    (PL_NO_THREADS, c"the system gave no threads"),
    (PL_WRONG_PROOF, c"the proof does not match the key and alpha"),
    (PL_BAD_PROOF, c"the bytes are no VRF proof"),
    (PL_DUPLICATE_ID, c"an identifier is given twice"),
    (PL_UNKNOWN_ID, c"no validator has this identifier"),
    (PL_STAKE_OVERFLOW, c"the total of all stakes is not below 2^128"),
    (PL_NO_STAKE, c"no validator has stake, or fewer than there are seats"),
    (PL_BAD_THRESHOLD, c"an index or a threshold is out of range"),
    (PL_NOT_OF_GROUP, c"the group or the ceremony has nobody with this index"),
    (PL_WRONG_SHARE, c"a share or a commitment does not fit the group"),
    (PL_TOO_FEW_SHARES, c"fewer good shares or partial signatures than are required"),
    (PL_DUPLICATE_INDEX, c"two shares or partial signatures of one index"),
    (PL_BAD_MESSAGE, c"the bytes are no share, commitment, partial signature or ceremony message"),
    (PL_WRONG_PHASE, c"the ceremony is not in the phase that this belongs to"),
    (PL_NOT_OURS, c"a message of another ceremony, sender or receiver"),
    (PL_TOO_FEW_DEALERS, c"too many dealers were at fault"),
    (PL_MISSING_SHARE, c"the share of a qualified dealer is missing"),
    (PL_PANIC, c"a defect of the library was caught; please report it"),
];

/// The text of a status code.
pub(crate) fn status_text(status: PlStatus) -> &'static CStr {
    TEXTS.iter().find(|(code, _)| *code == status).map_or(c"unknown status", |(_, text)| text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_and_have_texts() {
        for (k, (code, text)) in TEXTS.iter().enumerate() {
            assert!(TEXTS[..k].iter().all(|(other, _)| other != code), "{code} twice");
            assert_eq!(status_text(*code), *text);
        }
        assert_eq!(status_text(7), c"unknown status");
    }
}
