//! Registries of keys that are checked once.

use core::ffi::c_char;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use pairlane::{KeyHandle, MinPk, MinSig, Possession, PublicKey, Registry, Variant};

use super::pointer::{Output, Place, apart, bytes, free, guard, handle};
use super::possession::tag_or_standard;
use super::suite::{PL_MIN_PK, PL_MIN_SIG, unknown};
use crate::status::{Failure, PL_UNKNOWN_KEY, PL_VARIANT_MISMATCH, PlStatus};

/// Public keys of one variant, decoded and checked once, then used by handle. May be used by any
/// number of threads at once; one that inserts or removes waits for batches that read.
pub struct PlRegistry(pub(super) AnyRegistry);

#[derive(Clone)]
pub(super) enum AnyRegistry {
    MinPk(Arc<RwLock<Registry<MinPk>>>),
    MinSig(Arc<RwLock<Registry<MinSig>>>),
}

/// Runs an expression with the lock of whichever variant.
macro_rules! with_registry {
    ($registry:expr, |$inner:ident| $body:expr) => {
        match &$registry {
            $crate::abi::registry::AnyRegistry::MinPk($inner) => $body,
            $crate::abi::registry::AnyRegistry::MinSig($inner) => $body,
        }
    };
}

/// A registry is changed by single calls that leave it whole, so a lock that a caught panic
/// poisoned is as good as any.
pub(super) fn read<V: Variant>(lock: &RwLock<Registry<V>>) -> RwLockReadGuard<'_, Registry<V>> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<V: Variant>(lock: &RwLock<Registry<V>>) -> RwLockWriteGuard<'_, Registry<V>> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

/// Makes an empty registry for at most `keys_max` keys of a variant; it grows as keys come. Free it
/// with `pl_registry_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_registry_new(
    variant: i32,
    keys_max: usize,
    registry: *mut *mut PlRegistry,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let place = Place::new("registry", registry)?;
            place.give(PlRegistry(match variant {
                PL_MIN_PK => AnyRegistry::MinPk(Arc::new(RwLock::new(Registry::new(keys_max)))),
                PL_MIN_SIG => AnyRegistry::MinSig(Arc::new(RwLock::new(Registry::new(keys_max)))),
                other => return Err(unknown("variant", other)),
            }));
            Ok(())
        })
    }
}

/// Frees a registry; NULL does nothing. A verifier made with it keeps what it needs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_registry_free(registry: *mut PlRegistry) {
    // SAFETY: the header's rules.
    unsafe { free(registry) };
}

/// Registers a key, compressed or not, and writes its handle number. A key that is there already
/// keeps its number. The number of a removed key names none, short of 2^31 more removals.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_registry_insert(
    registry: *mut PlRegistry,
    key: *const u8,
    key_length: usize,
    number: *mut u64,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let registry = handle("registry", registry)?;
            let key = bytes("key", key, key_length)?;
            let place = Place::new("number", number)?;
            apart(&[place.span()], &[key])?;
            let handle = with_registry!(registry.0, |lock| write(lock).insert(key))?;
            place.write(handle.to_u64());
            Ok(())
        })
    }
}

/// Registers a key whose proof of possession holds under a tag, as `pl_possession_verify` takes it,
/// so that the key may stand in aggregates; writes its handle number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_registry_insert_with_possession(
    registry: *mut PlRegistry,
    key: *const u8,
    key_length: usize,
    proof: *const u8,
    proof_length: usize,
    tag: *const u8,
    tag_length: usize,
    number: *mut u64,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let registry = handle("registry", registry)?;
            let key = bytes("key", key, key_length)?;
            let proof = bytes("proof", proof, proof_length)?;
            let tag = bytes("tag", tag, tag_length)?;
            let place = Place::new("number", number)?;
            apart(&[place.span()], &[key, proof, tag])?;
            let handle = with_registry!(registry.0, |lock| insert_proved(lock, key, proof, tag))?;
            place.write(handle.to_u64());
            Ok(())
        })
    }
}

fn insert_proved<V: Variant>(
    lock: &RwLock<Registry<V>>,
    key: &[u8],
    proof: &[u8],
    tag: &[u8],
) -> Result<KeyHandle, Failure> {
    let tag = tag_or_standard::<V>(tag)?;
    let proof = Possession::from_bytes(proof)?;
    Ok(write(lock).insert_with_possession(key, &proof, &tag)?)
}

fn names_none(number: u64) -> Failure {
    Failure::new(PL_UNKNOWN_KEY, format_args!("{number} names no registered key"))
}

/// Removes a key. PL_UNKNOWN_KEY if the number names none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_registry_remove(
    registry: *mut PlRegistry,
    number: u64,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let registry = handle("registry", registry)?;
            let handle = KeyHandle::from_u64(number);
            let removed = with_registry!(registry.0, |lock| write(lock).remove(handle).is_some());
            if removed {
                return Ok(());
            }
            Err(names_none(number))
        })
    }
}

/// Keeps the lines that pairings take through a key, for at most `keys_max` keys of a PL_MIN_SIG
/// registry, 17 KiB each: batches on vector lanes that name such keys by number then verify faster. They
/// are traced in the first batch that can use them; `pl_registry_usage` counts their memory. Lines kept
/// before are dropped, so 0 gives the memory back. PL_VARIANT_MISMATCH for PL_MIN_PK.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_registry_keep_lines(
    registry: *mut PlRegistry,
    keys_max: usize,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || match &handle("registry", registry)?.0 {
            AnyRegistry::MinSig(lock) => {
                write(lock).keep_lines(keys_max);
                Ok(())
            }
            AnyRegistry::MinPk(_) => Err(Failure::new(
                PL_VARIANT_MISMATCH,
                "lines are of keys in G2; the registry is of PL_MIN_PK, whose keys are in G1",
            )),
        })
    }
}

/// Writes the compressed key of a handle number to `out`: 48 or 96 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_registry_key(
    registry: *const PlRegistry,
    number: u64,
    out: *mut u8,
    out_length: usize,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let registry = handle("registry", registry)?;
            let handle = KeyHandle::from_u64(number);
            let key =
                with_registry!(registry.0, |lock| read(lock).get(handle).map(PublicKey::to_bytes));
            let key = key.ok_or_else(|| names_none(number))?;
            Output::exact("out", out, out_length, key.len())?.write(&key);
            Ok(())
        })
    }
}

/// Writes what the registry holds and how it has been used; any pointer may be NULL.
/// `memory_bytes` is an estimate.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_registry_usage(
    registry: *const PlRegistry,
    entries: *mut u64,
    hits: *mut u64,
    misses: *mut u64,
    memory_bytes: *mut u64,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let registry = handle("registry", registry)?;
            let usage = with_registry!(registry.0, |lock| read(lock).usage());
            let places = [entries, hits, misses, memory_bytes].map(|to| Place::optional(to));
            apart(&places.each_ref().map(Place::span), &[])?;
            let values =
                [usage.entries as u64, usage.hits, usage.misses, usage.memory_bytes as u64];
            for (place, value) in places.into_iter().zip(values) {
                place.write(value);
            }
            Ok(())
        })
    }
}
