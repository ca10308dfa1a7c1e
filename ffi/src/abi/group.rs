//! Threshold groups: the public side of a key that `t` of `n` holders use together.

use core::ffi::c_char;

use pairlane::Variant;
use pairlane::threshold::{
    Commitment, GroupKey, Index, PartialSignature, Threshold, deal, recover,
};

use super::batch::{PlVerifier, with_verifier};
use super::key_share::PlKeyShare;
use super::pointer::{Output, Place, apart, bytes, check_count, free, guard, handle, optional};
use super::secret_key::PlSecretKey;
use super::suite::{PlSuite, with_variant};
use crate::status::{Failure, PL_BAD_LENGTH, PL_VARIANT_MISMATCH, PlStatus};
use crate::verdict::verdict_code;

/// The public side of a threshold group: its key, the key of each holder of a share, and the
/// commitment that both follow from. Immutable: may be used by any number of threads at once.
pub struct PlGroup(pub(super) AnyGroup);

/// A group of either variant.
pub(crate) enum AnyGroup {
    MinPk(Box<GroupKey<pairlane::MinPk>>),
    MinSig(Box<GroupKey<pairlane::MinSig>>),
}

impl From<GroupKey<pairlane::MinPk>> for AnyGroup {
    fn from(group: GroupKey<pairlane::MinPk>) -> Self {
        Self::MinPk(Box::new(group))
    }
}

impl From<GroupKey<pairlane::MinSig>> for AnyGroup {
    fn from(group: GroupKey<pairlane::MinSig>) -> Self {
        Self::MinSig(Box::new(group))
    }
}

/// Runs an expression with the group of whichever variant.
macro_rules! with_group {
    ($group:expr, |$inner:ident| $body:expr) => {
        match &$group.0 {
            $crate::abi::group::AnyGroup::MinPk(group) => {
                let $inner: &pairlane::threshold::GroupKey<_> = group;
                $body
            }
            $crate::abi::group::AnyGroup::MinSig(group) => {
                let $inner: &pairlane::threshold::GroupKey<_> = group;
                $body
            }
        }
    };
}

/// Runs an expression with a group and a suite, which have to be of one variant.
macro_rules! with_group_and_suite {
    ($group:expr, $suite:expr, |$inner:ident, $under:ident| $body:expr) => {
        match (&$group.0, &$suite.0) {
            (
                $crate::abi::group::AnyGroup::MinPk(group),
                $crate::abi::suite::AnySuite::MinPk(suite),
            ) => {
                let ($inner, $under): (&pairlane::threshold::GroupKey<_>, &pairlane::Suite<_>) =
                    (group, suite);
                $body
            }
            (
                $crate::abi::group::AnyGroup::MinSig(group),
                $crate::abi::suite::AnySuite::MinSig(suite),
            ) => {
                let ($inner, $under): (&pairlane::threshold::GroupKey<_>, &pairlane::Suite<_>) =
                    (group, suite);
                $body
            }
            _ => Err($crate::abi::group::mismatch("the group and the suite")),
        }
    };
}

pub(super) use {with_group, with_group_and_suite};

/// Bytes of the index before a partial signature, and of the number before a commitment.
const NUMBER_BYTES: usize = 2;

pub(super) fn mismatch(what: &str) -> Failure {
    Failure::new(PL_VARIANT_MISMATCH, format_args!("{what} are of different variants"))
}

/// Bytes of a partial signature of a variant (98 or 50): the holder's index, 2 bytes big-endian,
/// then the compressed signature. 0 for an unknown variant.
#[unsafe(no_mangle)]
pub extern "C" fn pl_partial_signature_length(variant: i32) -> usize {
    with_variant!(variant, |V| Ok(NUMBER_BYTES + V::SIGNATURE_LENGTH)).unwrap_or(0)
}

/// Shares a key out: `required` of `participants` holders, 1 <= required <= participants <= 1024,
/// will be able to sign as the key does. Writes the group, and the share of holder i to
/// `shares[i - 1]`; `share_count` is `participants`. Free it with `pl_group_free`, and each share
/// with `pl_key_share_free`. Whoever calls this knows the whole key: see `pl_dkg_start` for one that
/// nobody knows.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_group_deal(
    key: *const PlSecretKey,
    variant: i32,
    required: u16,
    participants: u16,
    group: *mut *mut PlGroup,
    shares: *mut *mut PlKeyShare,
    share_count: usize,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let key = handle("key", key)?;
            let place = Place::new("group", group)?;
            let threshold = Threshold::new(required, participants)?;
            check_count("shares", share_count)?;
            let wanted = threshold.participants();
            let (given, needed) =
                (share_count * size_of::<*mut PlKeyShare>(), wanted * size_of::<*mut PlKeyShare>());
            let out = Output::exact("shares", shares.cast(), given, needed)?;
            apart(&[place.span(), out.span()], &[])?;
            with_variant!(variant, |V| {
                let (made, dealt) = deal::<V>(&key.0, threshold)?;
                place.give(PlGroup(made.into()));
                out.give(dealt.into_iter().map(PlKeyShare));
                Ok(())
            })
        })
    }
}

/// Makes a group from its threshold and the commitment that `pl_group_commitment` writes; computes
/// the keys of all holders. Free it with `pl_group_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_group_new(
    variant: i32,
    required: u16,
    participants: u16,
    commitment: *const u8,
    commitment_length: usize,
    group: *mut *mut PlGroup,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let place = Place::new("group", group)?;
            let commitment = bytes("commitment", commitment, commitment_length)?;
            apart(&[place.span()], &[commitment])?;
            let threshold = Threshold::new(required, participants)?;
            with_variant!(variant, |V| {
                let commitment = Commitment::<V>::from_bytes(commitment)?;
                place.give(PlGroup(GroupKey::new(threshold, commitment)?.into()));
                Ok(())
            })
        })
    }
}

/// Frees a group; NULL does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_group_free(group: *mut PlGroup) {
    // SAFETY: the header's rules.
    unsafe { free(group) };
}

/// Writes how many holders are needed, and how many there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_group_threshold(
    group: *const PlGroup,
    required: *mut u16,
    participants: *mut u16,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let group = handle("group", group)?;
            let (t, n) =
                (Place::new("required", required)?, Place::new("participants", participants)?);
            apart(&[t.span(), n.span()], &[])?;
            let threshold = with_group!(group, |group| group.threshold());
            // A threshold is made of two numbers of 16 bits.
            t.write(u16::try_from(threshold.required()).unwrap_or(u16::MAX));
            n.write(u16::try_from(threshold.participants()).unwrap_or(u16::MAX));
            Ok(())
        })
    }
}

/// Bytes of the group's commitment: 2 and a compressed public key for each holder required. 0 for
/// NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_group_commitment_length(group: *const PlGroup) -> usize {
    // SAFETY: the header's rules.
    let group = unsafe { optional(group) };
    group.map_or(0, |group| with_group!(group, |group| commitment_length(group)))
}

fn commitment_length<V: Variant>(group: &GroupKey<V>) -> usize {
    NUMBER_BYTES + group.threshold().required() * V::PUBLIC_KEY_LENGTH
}

/// Writes the commitment, `pl_group_commitment_length` bytes: with the threshold, all that anybody
/// needs to make this group.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_group_commitment(
    group: *const PlGroup,
    out: *mut u8,
    out_length: usize,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let group = handle("group", group)?;
            with_group!(group, |group| {
                let out = Output::exact("out", out, out_length, commitment_length(group))?;
                out.write(&group.commitment().to_bytes());
                Ok(())
            })
        })
    }
}

/// Writes the compressed public key of the group, which recovered signatures verify under.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_group_public_key(
    group: *const PlGroup,
    out: *mut u8,
    out_length: usize,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let group = handle("group", group)?;
            with_group!(group, |group| {
                let key = group.public_key().to_bytes();
                Output::exact("out", out, out_length, key.len())?.write(&key);
                Ok(())
            })
        })
    }
}

/// Writes the compressed public key of the holder with this index, which its partial signatures
/// verify under.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_group_holder_key(
    group: *const PlGroup,
    index: u16,
    out: *mut u8,
    out_length: usize,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let group = handle("group", group)?;
            let index = Index::new(index)?;
            with_group!(group, |group| {
                let participants = group.threshold().participants();
                let outside =
                    pairlane::threshold::ThresholdError::NotOfGroup { index, participants };
                let key = group.holder(index).ok_or(outside)?.to_bytes();
                Output::exact("out", out, out_length, key.len())?.write(&key);
                Ok(())
            })
        })
    }
}

/// Verifies one partial signature. PL_OK if it is valid; PL_WRONG_SIGNATURE, or what is wrong with
/// its bytes, if not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_group_verify_partial(
    group: *const PlGroup,
    suite: *const PlSuite,
    message: *const u8,
    message_length: usize,
    partial: *const u8,
    partial_length: usize,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let (group, suite) = (handle("group", group)?, handle("suite", suite)?);
            let message = bytes("message", message, message_length)?;
            let partial = bytes("partial", partial, partial_length)?;
            with_group_and_suite!(group, suite, |group, suite| {
                let partial = PartialSignature::from_bytes(partial)?;
                let point = group.message_point(suite, message);
                Ok(group.verify_partial(&point, &partial)?)
            })
        })
    }
}

/// Verifies `count` partial signatures on one message, side by side in one array, in one batch:
/// writes a verdict byte for each to `verdicts`, which has `count` bytes, and the number of invalid
/// ones to `invalid` (may be NULL). A holder that the group does not have is
/// PL_INVALID_UNKNOWN_KEY. Bytes that are no partial signature fail the call, which names them.
/// `verifier` may be NULL: then weights have 64 bits and the calling thread does it all.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_group_verify_partials(
    group: *const PlGroup,
    suite: *const PlSuite,
    verifier: *const PlVerifier,
    message: *const u8,
    message_length: usize,
    count: usize,
    partials: *const u8,
    partials_length: usize,
    verdicts: *mut u8,
    invalid: *mut usize,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let (group, suite) = (handle("group", group)?, handle("suite", suite)?);
            let verifier = optional(verifier);
            let message = bytes("message", message, message_length)?;
            check_count("partial signatures", count)?;
            let partials = bytes("partials", partials, partials_length)?;
            let out = Output::exact("verdicts", verdicts, count, count)?;
            let invalid = Place::optional(invalid);
            apart(&[out.span(), invalid.span()], &[message, partials])?;
            with_group_and_suite!(group, suite, |group, suite| {
                let partials = cut_partials(partials, count)?;
                let point = group.message_point(suite, message);
                let codes: Vec<u8> = with_verifier(verifier, |verifier, executor| {
                    group.verify_partials(suite, &point, &partials, verifier, executor)
                })?
                .into_iter()
                .map(verdict_code)
                .collect();
                invalid.write(codes.iter().filter(|code| **code != 0).count());
                out.write(&codes);
                Ok(())
            })
        })
    }
}

/// Makes the group's signature on a message from `count` partial signatures, side by side in one
/// array, of which some may be wrong; writes it compressed to `out`, verified under the group's key.
/// `wrong`, `count` bytes (may be NULL), gets a 1 for each that was found wrong, 0 for the others;
/// they are looked at only when the first that are required do not do. With too few good ones the
/// error text names the wrong ones' indices, as many as it holds: `pl_group_verify_partials` tells all.
/// `verifier` may be NULL, as above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_group_combine(
    group: *const PlGroup,
    suite: *const PlSuite,
    verifier: *const PlVerifier,
    message: *const u8,
    message_length: usize,
    count: usize,
    partials: *const u8,
    partials_length: usize,
    out: *mut u8,
    out_length: usize,
    wrong: *mut u8,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let (group, suite) = (handle("group", group)?, handle("suite", suite)?);
            let verifier = optional(verifier);
            let message = bytes("message", message, message_length)?;
            check_count("partial signatures", count)?;
            let partials = bytes("partials", partials, partials_length)?;
            let wanted = if wrong.is_null() { 0 } else { count };
            let marks = Output::exact("wrong", wrong, wanted, wanted)?;
            with_group_and_suite!(group, suite, |group, suite| {
                let out = Output::exact("out", out, out_length, signature_length(group))?;
                apart(&[out.span(), marks.span()], &[message, partials])?;
                let partials = cut_partials(partials, count)?;
                let combined = with_verifier(verifier, |verifier, executor| {
                    group.combine(suite, message, &partials, verifier, executor)
                })??;
                let found: Vec<u8> = partials[..wanted]
                    .iter()
                    .map(|partial| u8::from(combined.wrong.contains(&partial.index())))
                    .collect();
                out.write(&combined.signature.to_bytes());
                marks.write(&found);
                Ok(())
            })
        })
    }
}

/// Interpolates a signature from `count` partial signatures, side by side in one array, of which
/// the first `required` are used. **They are not verified**: one wrong among them gives a wrong
/// signature. `pl_group_combine` sees to that.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_recover_signature(
    variant: i32,
    required: u16,
    count: usize,
    partials: *const u8,
    partials_length: usize,
    out: *mut u8,
    out_length: usize,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            check_count("partial signatures", count)?;
            let partials = bytes("partials", partials, partials_length)?;
            with_variant!(variant, |V| {
                let out = Output::exact("out", out, out_length, V::SIGNATURE_LENGTH)?;
                apart(&[out.span()], &[partials])?;
                let partials = cut_partials::<V>(partials, count)?;
                out.write(&recover(usize::from(required), &partials)?.to_bytes());
                Ok(())
            })
        })
    }
}

fn signature_length<V: Variant>(_: &GroupKey<V>) -> usize {
    V::SIGNATURE_LENGTH
}

fn cut_partials<V: Variant>(
    array: &[u8],
    count: usize,
) -> Result<Vec<PartialSignature<V>>, Failure> {
    let length = NUMBER_BYTES + V::SIGNATURE_LENGTH;
    if array.len() != count.saturating_mul(length) {
        let actual = array.len();
        let detail = format_args!("partials: {actual} bytes are not {count} times {length}");
        return Err(Failure::new(PL_BAD_LENGTH, detail));
    }
    let decoded = array.chunks_exact(length).enumerate().map(|(place, bytes)| {
        PartialSignature::from_bytes(bytes).map_err(|error| {
            let failure = Failure::from(error);
            Failure::new(failure.status, format_args!("partial {place}: {}", failure.detail))
        })
    });
    decoded.collect()
}
