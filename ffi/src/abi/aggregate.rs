//! Aggregates of signatures and keys.

use core::ffi::c_char;

use pairlane::{PublicKey, Signature, Suite, Variant};

use super::pointer::{Numbers, Output, apart, bytes, check_count, guard, handle};
use super::suite::{PlSuite, with_suite, with_variant};
use crate::status::{Failure, PL_BAD_LENGTH, PL_EMPTY, PlStatus};

/// Cuts a flat array into `count` pieces of `length` bytes.
pub(super) fn pieces<'a>(
    name: &str,
    array: &'a [u8],
    count: usize,
    length: usize,
) -> Result<Vec<&'a [u8]>, Failure> {
    if count == 0 {
        return Err(Failure::new(PL_EMPTY, format_args!("no {name} given")));
    }
    check_count(name, count)?;
    if count.checked_mul(length) != Some(array.len()) {
        let detail =
            format_args!("{name}: {} bytes given, {count} of {length} are needed", array.len());
        return Err(Failure::new(PL_BAD_LENGTH, detail));
    }
    Ok(array.chunks_exact(length).collect())
}

fn at<T, E: Into<Failure>>(name: &str, index: usize, value: Result<T, E>) -> Result<T, Failure> {
    value.map_err(|error| {
        let failure = error.into();
        Failure::new(failure.status, format_args!("{name} {index}: {}", failure.detail))
    })
}

fn keys<V: Variant>(array: &[u8], count: usize) -> Result<Vec<PublicKey<V>>, Failure> {
    pieces("keys", array, count, V::PUBLIC_KEY_LENGTH)?
        .into_iter()
        .enumerate()
        .map(|(index, bytes)| at("key", index, PublicKey::from_bytes(bytes)))
        .collect()
}

/// Sums `count` compressed signatures, side by side in one array, into one compressed signature.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_aggregate_signatures(
    variant: i32,
    count: usize,
    signatures: *const u8,
    signatures_length: usize,
    out: *mut u8,
    out_length: usize,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let array = bytes("signatures", signatures, signatures_length)?;
            with_variant!(variant, |V| {
                let out = Output::exact("out", out, out_length, V::SIGNATURE_LENGTH)?;
                apart(&[out.span()], &[array])?;
                let decoded = pieces("signatures", array, count, V::SIGNATURE_LENGTH)?
                    .into_iter()
                    .enumerate()
                    .map(|(i, bytes)| at("signature", i, Signature::<V>::from_bytes(bytes)))
                    .collect::<Result<Vec<_>, _>>()?;
                out.write(&Signature::aggregate(&decoded)?.to_bytes());
                Ok(())
            })
        })
    }
}

/// Sums `count` compressed public keys, side by side in one array, into one compressed key. Means
/// something for keys with verified proofs of possession only.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_aggregate_public_keys(
    variant: i32,
    count: usize,
    public_keys: *const u8,
    public_keys_length: usize,
    out: *mut u8,
    out_length: usize,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let array = bytes("public_keys", public_keys, public_keys_length)?;
            with_variant!(variant, |V| {
                let out = Output::exact("out", out, out_length, V::PUBLIC_KEY_LENGTH)?;
                apart(&[out.span()], &[array])?;
                out.write(&PublicKey::aggregate(&keys::<V>(array, count)?)?.to_bytes());
                Ok(())
            })
        })
    }
}

/// Verifies an aggregate of one signature for each of `count` keys and messages. Keys are
/// compressed, side by side. Message i is the bytes `message_ends[i - 1] .. message_ends[i]` of
/// `messages`, the first starting at 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_aggregate_verify(
    suite: *const PlSuite,
    count: usize,
    public_keys: *const u8,
    public_keys_length: usize,
    messages: *const u8,
    messages_length: usize,
    message_ends: *const u64,
    signature: *const u8,
    signature_length: usize,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let suite = handle("suite", suite)?;
            let array = bytes("public_keys", public_keys, public_keys_length)?;
            let messages = bytes("messages", messages, messages_length)?;
            check_count("messages", count)?;
            let ends = Numbers::new("message_ends", message_ends, count)?;
            let signature = bytes("signature", signature, signature_length)?;
            let messages = cut(messages, ends)?;
            with_suite!(suite, |suite| aggregate_verify(suite, array, &messages, signature))
        })
    }
}

fn aggregate_verify<V: Variant>(
    suite: &Suite<V>,
    array: &[u8],
    messages: &[&[u8]],
    signature: &[u8],
) -> Result<(), Failure> {
    let keys = keys::<V>(array, messages.len())?;
    Ok(Signature::from_bytes(signature)?.aggregate_verify(suite, &keys, messages)?)
}

/// Verifies an aggregate of signatures by `count` compressed keys on one message
/// (`FastAggregateVerify`, draft section 3.3.4). The keys' proofs of possession must have been
/// verified: a registry sees to that.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_fast_aggregate_verify(
    suite: *const PlSuite,
    count: usize,
    public_keys: *const u8,
    public_keys_length: usize,
    message: *const u8,
    message_length: usize,
    signature: *const u8,
    signature_length: usize,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let suite = handle("suite", suite)?;
            let array = bytes("public_keys", public_keys, public_keys_length)?;
            let message = bytes("message", message, message_length)?;
            let signature = bytes("signature", signature, signature_length)?;
            with_suite!(suite, |suite| fast_aggregate(suite, array, count, message, signature))
        })
    }
}

fn fast_aggregate<V: Variant>(
    suite: &Suite<V>,
    array: &[u8],
    count: usize,
    message: &[u8],
    signature: &[u8],
) -> Result<(), Failure> {
    let keys = keys::<V>(array, count)?;
    Ok(Signature::from_bytes(signature)?.fast_aggregate_verify(suite, &keys, message)?)
}

/// Cuts messages of any length out of one array at their ends.
pub(super) fn cut<'a>(array: &'a [u8], ends: Numbers<'_>) -> Result<Vec<&'a [u8]>, Failure> {
    let mut start = 0;
    ends.iter()
        .enumerate()
        .map(|(index, end)| {
            let end = usize::try_from(end).unwrap_or(usize::MAX);
            let message = array.get(start..end).ok_or_else(|| {
                let detail = format_args!(
                    "message {index} ends at {end}, which is before its start {start} or after \
                     the {} bytes given",
                    array.len()
                );
                Failure::new(PL_BAD_LENGTH, detail)
            })?;
            start = end;
            Ok(message)
        })
        .collect()
}
