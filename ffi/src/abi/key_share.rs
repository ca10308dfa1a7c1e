//! Shares of a key.

use core::ffi::c_char;

use pairlane::threshold::{KeyShare, recover_secret};

use super::group::{PlGroup, with_group, with_group_and_suite};
use super::pointer::{Handles, Output, Place, apart, bytes, check_count, free, guard, handle};
use super::secret_key::PlSecretKey;
use super::suite::PlSuite;
use crate::status::{Failure, PlStatus};

/// Bytes of an exposed share: the index, 2 bytes big-endian, then the secret.
pub const PL_KEY_SHARE_BYTES: usize = 34;

/// One holder's share of a key. Zeroized when freed. Immutable: may be used by any number of
/// threads at once. Operations on it run in time independent of its value.
pub struct PlKeyShare(pub(super) KeyShare);

/// Takes a share from the 34 bytes of `pl_key_share_expose`. Free it with `pl_key_share_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_key_share_from_bytes(
    encoded: *const u8,
    encoded_length: usize,
    share: *mut *mut PlKeyShare,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let place = Place::new("share", share)?;
            let encoded = bytes("encoded", encoded, encoded_length)?;
            apart(&[place.span()], &[encoded])?;
            place.give(PlKeyShare(KeyShare::from_bytes(encoded)?));
            Ok(())
        })
    }
}

/// Writes the share, PL_KEY_SHARE_BYTES, to `out`. Whoever calls this holds the share, and has to
/// wipe it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_key_share_expose(
    share: *const PlKeyShare,
    out: *mut u8,
    out_length: usize,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let share = handle("share", share)?;
            let out = Output::exact("out", out, out_length, PL_KEY_SHARE_BYTES)?;
            out.write(&share.0.expose_bytes());
            Ok(())
        })
    }
}

/// Wipes and frees a share; NULL does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_key_share_free(share: *mut PlKeyShare) {
    // SAFETY: the header's rules.
    unsafe { free(share) };
}

/// The index of the share's holder, 1 to 1024; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_key_share_index(share: *const PlKeyShare) -> u16 {
    // SAFETY: the header's rules.
    unsafe { handle("share", share) }.map_or(0, |share| share.0.index().get())
}

/// Answers PL_OK if this is the group's share at its index.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_key_share_check(
    share: *const PlKeyShare,
    group: *const PlGroup,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let (share, group) = (handle("share", share)?, handle("group", group)?);
            with_group!(group, |group| Ok(share.0.check(group)?))
        })
    }
}

/// Signs a message as one holder of the group; writes the partial signature,
/// `pl_partial_signature_length` bytes, exactly `out_length`. The message may be empty.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_key_share_sign(
    share: *const PlKeyShare,
    group: *const PlGroup,
    suite: *const PlSuite,
    message: *const u8,
    message_length: usize,
    out: *mut u8,
    out_length: usize,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let share = handle("share", share)?;
            let (group, suite) = (handle("group", group)?, handle("suite", suite)?);
            let message = bytes("message", message, message_length)?;
            let signed = with_group_and_suite!(group, suite, |group, suite| {
                Ok::<_, Failure>(share.0.sign(&group.message_point(suite, message)).to_bytes())
            })?;
            let out = Output::exact("out", out, out_length, signed.len())?;
            apart(&[out.span()], &[message])?;
            out.write(&signed);
            Ok(())
        })
    }
}

/// Interpolates the key itself from `count` shares, of which the first `required` are used. It ends
/// the threshold: use it to restore a backup, not to sign. Shares are not checked against a group;
/// `pl_key_share_check` does that. Free the key with `pl_secret_key_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_recover_secret_key(
    required: u16,
    count: usize,
    shares: *const *const PlKeyShare,
    key: *mut *mut PlSecretKey,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            check_count("shares", count)?;
            let handles = Handles::new("shares", shares, count)?;
            let place = Place::new("key", key)?;
            apart(&[place.span()], &[handles.as_bytes()])?;
            let shares: Vec<KeyShare> =
                handles.iter().map(|share| Ok(share?.0.clone())).collect::<Result<_, Failure>>()?;
            place.give(PlSecretKey(recover_secret(usize::from(required), &shares)?));
            Ok(())
        })
    }
}
