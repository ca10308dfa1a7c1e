//! ECVRF of RFC 9381.

use core::ffi::c_char;

use super::pointer::{Output, Place, apart, bytes, free, guard, handle};
use crate::status::PlStatus;
use crate::vrf::{PL_VRF_ANNOUNCED_BYTES, VrfKey, VrfSuite};

/// The secret key of a VRF. Zeroized when freed. Immutable: may be used by any number of threads at
/// once. Proving runs in time independent of its value (with the TAI suites, not of alpha's).
pub struct PlVrfKey(VrfKey);

/// Bytes of a public key of a VRF suite, or 0 for an unknown suite.
#[unsafe(no_mangle)]
pub extern "C" fn pl_vrf_key_length(vrf_suite: i32) -> usize {
    VrfSuite::new(vrf_suite).map_or(0, VrfSuite::key_length)
}

/// Bytes of a proof of a VRF suite as RFC 9381 writes it, or 0 for an unknown suite.
#[unsafe(no_mangle)]
pub extern "C" fn pl_vrf_proof_length(vrf_suite: i32) -> usize {
    VrfSuite::new(vrf_suite).map_or(0, VrfSuite::proof_length)
}

/// Bytes of an output of a VRF suite, or 0 for an unknown suite.
#[unsafe(no_mangle)]
pub extern "C" fn pl_vrf_output_length(vrf_suite: i32) -> usize {
    VrfSuite::new(vrf_suite).map_or(0, VrfSuite::output_length)
}

/// Makes a VRF key from the operating system's randomness. Free it with `pl_vrf_key_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_vrf_key_generate(
    vrf_suite: i32,
    key: *mut *mut PlVrfKey,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let place = Place::new("key", key)?;
            place.give(PlVrfKey(VrfKey::generate(VrfSuite::new(vrf_suite)?)?));
            Ok(())
        })
    }
}

/// Derives a VRF key from a seed of 32 bytes, which may be that of a signing key too: it is hashed
/// with the suite's name first. Free it with `pl_vrf_key_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_vrf_key_from_seed(
    vrf_suite: i32,
    seed: *const u8,
    seed_length: usize,
    key: *mut *mut PlVrfKey,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let place = Place::new("key", key)?;
            let seed = bytes("seed", seed, seed_length)?;
            apart(&[place.span()], &[seed])?;
            place.give(PlVrfKey(VrfKey::from_seed(VrfSuite::new(vrf_suite)?, seed)?));
            Ok(())
        })
    }
}

/// Takes a VRF key whose `SK` in RFC 9381 is exactly these 32 bytes. They must not be the seed of an
/// Ed25519 key that signs. Free it with `pl_vrf_key_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_vrf_key_from_rfc9381(
    vrf_suite: i32,
    seed: *const u8,
    seed_length: usize,
    key: *mut *mut PlVrfKey,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let place = Place::new("key", key)?;
            let seed = bytes("seed", seed, seed_length)?;
            apart(&[place.span()], &[seed])?;
            place.give(PlVrfKey(VrfKey::from_rfc9381(VrfSuite::new(vrf_suite)?, seed)?));
            Ok(())
        })
    }
}

/// Wipes and frees a VRF key; NULL does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_vrf_key_free(key: *mut PlVrfKey) {
    // SAFETY: the header's rules.
    unsafe { free(key) };
}

/// Writes the public key, `pl_vrf_key_length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_vrf_key_public(
    key: *const PlVrfKey,
    out: *mut u8,
    out_length: usize,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let key = handle("key", key)?;
            let out = Output::exact("out", out, out_length, key.0.suite().key_length())?;
            out.write(&key.0.public_key());
            Ok(())
        })
    }
}

/// Proves the output for alpha. Writes RFC 9381's proof where `out_length` is
/// `pl_vrf_proof_length`, on edwards25519 the announced form where it is PL_VRF_ANNOUNCED_BYTES.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_vrf_prove(
    key: *const PlVrfKey,
    alpha: *const u8,
    alpha_length: usize,
    out: *mut u8,
    out_length: usize,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let key = handle("key", key)?;
            let alpha = bytes("alpha", alpha, alpha_length)?;
            let announced = out_length == PL_VRF_ANNOUNCED_BYTES;
            let needed = if announced { out_length } else { key.0.suite().proof_length() };
            let out = Output::exact("out", out, out_length, needed)?;
            apart(&[out.span()], &[alpha])?;
            let proof = if announced { key.0.prove_announced(alpha)? } else { key.0.prove(alpha) };
            out.write(&proof);
            Ok(())
        })
    }
}

/// Verifies a proof, on edwards25519 of either form, for a public key and alpha, and writes the
/// output, `pl_vrf_output_length` bytes. PL_WRONG_PROOF, or what is wrong with the key or the proof, if not valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_vrf_verify(
    vrf_suite: i32,
    key: *const u8,
    key_length: usize,
    alpha: *const u8,
    alpha_length: usize,
    proof: *const u8,
    proof_length: usize,
    out: *mut u8,
    out_length: usize,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let suite = VrfSuite::new(vrf_suite)?;
            let key = bytes("key", key, key_length)?;
            let alpha = bytes("alpha", alpha, alpha_length)?;
            let proof = bytes("proof", proof, proof_length)?;
            let out = Output::exact("out", out, out_length, suite.output_length())?;
            apart(&[out.span()], &[key, alpha, proof])?;
            out.write(&suite.verify(key, alpha, proof)?);
            Ok(())
        })
    }
}

/// Writes the output, `pl_vrf_output_length` bytes, that a proof of RFC 9381's form claims. It means
/// something only once the proof has been verified.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_vrf_proof_to_hash(
    vrf_suite: i32,
    proof: *const u8,
    proof_length: usize,
    out: *mut u8,
    out_length: usize,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let suite = VrfSuite::new(vrf_suite)?;
            let proof = bytes("proof", proof, proof_length)?;
            let out = Output::exact("out", out, out_length, suite.output_length())?;
            apart(&[out.span()], &[proof])?;
            out.write(&suite.proof_to_hash(proof)?);
            Ok(())
        })
    }
}
