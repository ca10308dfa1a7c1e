//! Secret keys and signing.

use core::ffi::c_char;

use pairlane::{KeyPath, SECRET_KEY_LENGTH, SecretKey, Suite, Variant};

use super::pointer::{Output, Place, apart, bytes, free, guard, handle};
use super::suite::{PlSuite, with_suite, with_variant};
use crate::status::{Failure, PL_BAD_TEXT, PlStatus};

/// A secret key. Zeroized when freed. Immutable: may be used by any number of threads at once.
/// Operations on it run in time independent of its value.
pub struct PlSecretKey(pub(super) SecretKey);

/// Makes a key from the operating system's randomness. Free it with `pl_secret_key_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_secret_key_generate(
    key: *mut *mut PlSecretKey,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let place = Place::new("key", key)?;
            place.give(PlSecretKey(SecretKey::generate()?));
            Ok(())
        })
    }
}

/// Makes a key from at least 32 bytes of seed and optional info: KeyGen of the draft, section 2.3.
/// Free it with `pl_secret_key_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_secret_key_from_seed(
    seed: *const u8,
    seed_length: usize,
    info: *const u8,
    info_length: usize,
    key: *mut *mut PlSecretKey,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let place = Place::new("key", key)?;
            let seed = bytes("seed", seed, seed_length)?;
            let info = bytes("info", info, info_length)?;
            apart(&[place.span()], &[seed, info])?;
            place.give(PlSecretKey(SecretKey::from_seed(seed, info)?));
            Ok(())
        })
    }
}

/// Derives the key at an EIP-2334 path such as "m/12381/3600/0/0/0", `path_length` bytes of text
/// that need no NUL, from at least 32 bytes of seed (EIP-2333). Free it with `pl_secret_key_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_secret_key_derive(
    seed: *const u8,
    seed_length: usize,
    path: *const u8,
    path_length: usize,
    key: *mut *mut PlSecretKey,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let place = Place::new("key", key)?;
            let seed = bytes("seed", seed, seed_length)?;
            let path = bytes("path", path, path_length)?;
            apart(&[place.span()], &[seed, path])?;
            let master = SecretKey::derive_master(seed)?;
            let path = core::str::from_utf8(path)
                .map_err(|e| Failure::new(PL_BAD_TEXT, e))?
                .parse::<KeyPath>()
                .map_err(|e| Failure::new(PL_BAD_TEXT, e))?;
            place.give(PlSecretKey(master.derive_path(&path)));
            Ok(())
        })
    }
}

/// Takes a key from its 32 big-endian bytes. Free it with `pl_secret_key_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_secret_key_from_bytes(
    encoded: *const u8,
    encoded_length: usize,
    key: *mut *mut PlSecretKey,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let place = Place::new("key", key)?;
            let encoded = bytes("encoded", encoded, encoded_length)?;
            apart(&[place.span()], &[encoded])?;
            place.give(PlSecretKey(SecretKey::from_bytes(encoded)?));
            Ok(())
        })
    }
}

/// Writes the key's 32 big-endian bytes to `out`. Whoever calls this holds the secret, and has to
/// wipe it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_secret_key_expose(
    key: *const PlSecretKey,
    out: *mut u8,
    out_length: usize,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let key = handle("key", key)?;
            let out = Output::exact("out", out, out_length, SECRET_KEY_LENGTH)?;
            out.write(&*key.0.expose_bytes());
            Ok(())
        })
    }
}

/// Wipes and frees a key; NULL does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_secret_key_free(key: *mut PlSecretKey) {
    // SAFETY: the header's rules.
    unsafe { free(key) };
}

/// Writes the compressed public key of a variant: 48 or 96 bytes, exactly `out_length`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_secret_key_public_key(
    key: *const PlSecretKey,
    variant: i32,
    out: *mut u8,
    out_length: usize,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let key = handle("key", key)?;
            with_variant!(variant, |V| {
                let out = Output::exact("out", out, out_length, V::PUBLIC_KEY_LENGTH)?;
                out.write(&key.0.public_key::<V>().to_bytes());
                Ok(())
            })
        })
    }
}

/// Signs a message under a suite; writes the compressed signature, 96 or 48 bytes, exactly
/// `out_length`. The message may be empty.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_sign(
    key: *const PlSecretKey,
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
            let (key, suite) = (handle("key", key)?, handle("suite", suite)?);
            let message = bytes("message", message, message_length)?;
            let needed = with_suite!(suite, |suite| length_of_signature(suite));
            let out = Output::exact("out", out, out_length, needed)?;
            apart(&[out.span()], &[message])?;
            out.write(&with_suite!(suite, |suite| key.0.sign(suite, message).to_bytes()));
            Ok(())
        })
    }
}

fn length_of_signature<V: Variant>(_: &Suite<V>) -> usize {
    V::SIGNATURE_LENGTH
}
