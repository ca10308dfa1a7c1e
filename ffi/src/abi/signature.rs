//! Checking of encodings, and verification of one signature.

use core::ffi::c_char;

use pairlane::{PublicKey, Signature};

use super::pointer::{bytes, guard, handle};
use super::suite::{PlSuite, with_suite, with_variant};
use crate::status::{Failure, PlStatus};

/// Answers PL_OK if the bytes, compressed or not, are a valid public key of the variant: on the
/// curve, in the subgroup, not the identity.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_public_key_validate(
    variant: i32,
    key: *const u8,
    key_length: usize,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let key = bytes("key", key, key_length)?;
            with_variant!(variant, |V| Ok(PublicKey::<V>::from_bytes(key).map(|_| ())?))
        })
    }
}

/// Answers PL_OK if the bytes, compressed or not, are a signature of the variant: on the curve and
/// in the subgroup. The identity is one, though it verifies under no key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_signature_validate(
    variant: i32,
    signature: *const u8,
    signature_length: usize,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let signature = bytes("signature", signature, signature_length)?;
            with_variant!(variant, |V| Ok(Signature::<V>::from_bytes(signature).map(|_| ())?))
        })
    }
}

/// Verifies one signature by one key on one message. PL_OK if it is valid; PL_WRONG_SIGNATURE, or
/// what is wrong with the key or the signature, if not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_verify(
    suite: *const PlSuite,
    key: *const u8,
    key_length: usize,
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
            let key = bytes("key", key, key_length)?;
            let message = bytes("message", message, message_length)?;
            let signature = bytes("signature", signature, signature_length)?;
            with_suite!(suite, |suite| verify(suite, key, message, signature))
        })
    }
}

fn verify<V: pairlane::Variant>(
    suite: &pairlane::Suite<V>,
    key: &[u8],
    message: &[u8],
    signature: &[u8],
) -> Result<(), Failure> {
    let key = PublicKey::from_bytes(key)?;
    let signature = Signature::from_bytes(signature)?;
    Ok(signature.verify(suite, &key, message)?)
}
