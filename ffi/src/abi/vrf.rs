//! ECVRF on edwards25519, RFC 9381.

use core::ffi::c_char;

use pairlane::vrf::edwards::{
    ANNOUNCED_PROOF_LENGTH, AnnouncedProof, EdwardsSuite, OUTPUT_LENGTH, PROOF_LENGTH,
    PUBLIC_KEY_LENGTH, Proof, PublicKey, SEED_LENGTH, SecretKey,
};
use pairlane::vrf::{EdwardsEll2, EdwardsTai, Output as VrfOutput, VrfError};

use super::pointer::{Output, Place, apart, bytes, free, guard, handle};
use super::suite::unknown;
use crate::status::{Failure, PL_BAD_SECRET_KEY, PlStatus};

/// VRF suite: ECVRF-EDWARDS25519-SHA512-TAI, the one to use where alpha is public.
pub const PL_VRF_TAI: i32 = 1;
/// VRF suite: ECVRF-EDWARDS25519-SHA512-ELL2, for an alpha that is secret.
pub const PL_VRF_ELL2: i32 = 2;

/// Bytes of a VRF public key.
pub const PL_VRF_KEY_BYTES: usize = 32;
/// Bytes of a proof as RFC 9381 writes it.
pub const PL_VRF_PROOF_BYTES: usize = 80;
/// Bytes of a proof in the announced form, which batches take.
pub const PL_VRF_ANNOUNCED_BYTES: usize = 128;
/// Bytes of a VRF output.
pub const PL_VRF_OUTPUT_BYTES: usize = 64;

/// The secret key of a VRF. Zeroized when freed. Immutable: may be used by any number of threads at
/// once. Proving runs in time independent of its value (with PL_VRF_TAI, not of alpha's).
pub struct PlVrfKey(AnyKey);

enum AnyKey {
    Tai(SecretKey<EdwardsTai>),
    Ell2(SecretKey<EdwardsEll2>),
}

/// Runs an expression with the suite's type as `$suite`.
macro_rules! with_vrf {
    ($number:expr, |$suite:ident| $body:expr) => {
        match $number {
            $crate::abi::vrf::PL_VRF_TAI => {
                type $suite = pairlane::vrf::EdwardsTai;
                $body
            }
            $crate::abi::vrf::PL_VRF_ELL2 => {
                type $suite = pairlane::vrf::EdwardsEll2;
                $body
            }
            other => Err($crate::abi::suite::unknown("VRF suite", other)),
        }
    };
}

/// Runs an expression with the key of whichever suite.
macro_rules! with_key {
    ($key:expr, |$inner:ident| $body:expr) => {
        match &$key.0 {
            AnyKey::Tai($inner) => $body,
            AnyKey::Ell2($inner) => $body,
        }
    };
}

pub(super) use with_vrf;

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
            place.give(PlVrfKey(match vrf_suite {
                PL_VRF_TAI => AnyKey::Tai(SecretKey::generate()?),
                PL_VRF_ELL2 => AnyKey::Ell2(SecretKey::generate()?),
                other => return Err(unknown("VRF suite", other)),
            }));
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
            let seed = fixed_seed(seed)?;
            place.give(PlVrfKey(match vrf_suite {
                PL_VRF_TAI => AnyKey::Tai(SecretKey::from_seed(seed)),
                PL_VRF_ELL2 => AnyKey::Ell2(SecretKey::from_seed(seed)),
                other => return Err(unknown("VRF suite", other)),
            }));
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
            let seed = fixed_seed(seed)?;
            place.give(PlVrfKey(match vrf_suite {
                PL_VRF_TAI => AnyKey::Tai(SecretKey::from_rfc9381_seed(seed)),
                PL_VRF_ELL2 => AnyKey::Ell2(SecretKey::from_rfc9381_seed(seed)),
                other => return Err(unknown("VRF suite", other)),
            }));
            Ok(())
        })
    }
}

fn fixed_seed(seed: &[u8]) -> Result<&[u8; SEED_LENGTH], Failure> {
    seed.try_into().map_err(|_| {
        let detail = format_args!("{} bytes given; a VRF secret has {SEED_LENGTH}", seed.len());
        Failure::new(PL_BAD_SECRET_KEY, detail)
    })
}

/// Wipes and frees a VRF key; NULL does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_vrf_key_free(key: *mut PlVrfKey) {
    // SAFETY: the header's rules.
    unsafe { free(key) };
}

/// Writes the public key, PL_VRF_KEY_BYTES.
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
            let out = Output::exact("out", out, out_length, PUBLIC_KEY_LENGTH)?;
            out.write(with_key!(key, |key| key.public_key().as_bytes()));
            Ok(())
        })
    }
}

/// Proves the output for alpha. Writes RFC 9381's proof where `out_length` is PL_VRF_PROOF_BYTES,
/// the announced form where it is PL_VRF_ANNOUNCED_BYTES.
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
            let announced = out_length == ANNOUNCED_PROOF_LENGTH;
            let needed = if announced { ANNOUNCED_PROOF_LENGTH } else { PROOF_LENGTH };
            let out = Output::exact("out", out, out_length, needed)?;
            apart(&[out.span()], &[alpha])?;
            if announced {
                out.write(&with_key!(key, |key| key.prove_announced(alpha).to_bytes()));
            } else {
                out.write(&with_key!(key, |key| key.prove(alpha).to_bytes()));
            }
            Ok(())
        })
    }
}

/// Verifies a proof, of either form, for a public key and alpha, and writes the output,
/// PL_VRF_OUTPUT_BYTES. PL_WRONG_PROOF, or what is wrong with the key or the proof, if not valid.
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
            let key = bytes("key", key, key_length)?;
            let alpha = bytes("alpha", alpha, alpha_length)?;
            let proof = bytes("proof", proof, proof_length)?;
            let out = Output::exact("out", out, out_length, OUTPUT_LENGTH)?;
            apart(&[out.span()], &[key, alpha, proof])?;
            let output = with_vrf!(vrf_suite, |S| Ok(verify::<S>(key, alpha, proof)?))?;
            out.write(output.as_bytes());
            Ok(())
        })
    }
}

fn verify<S: EdwardsSuite>(
    key: &[u8],
    alpha: &[u8],
    proof: &[u8],
) -> Result<VrfOutput<OUTPUT_LENGTH>, VrfError> {
    let key = PublicKey::<S>::from_bytes(key).map_err(VrfError::PublicKey)?;
    if proof.len() == ANNOUNCED_PROOF_LENGTH {
        let proof = AnnouncedProof::from_bytes(proof).map_err(VrfError::Proof)?;
        return key.verify_announced(alpha, &proof);
    }
    key.verify(alpha, &Proof::from_bytes(proof).map_err(VrfError::Proof)?)
}

/// Writes the output that a proof of PL_VRF_PROOF_BYTES claims, PL_VRF_OUTPUT_BYTES. It means
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
            let proof = bytes("proof", proof, proof_length)?;
            let out = Output::exact("out", out, out_length, OUTPUT_LENGTH)?;
            apart(&[out.span()], &[proof])?;
            let output = with_vrf!(vrf_suite, |S| {
                let proof = Proof::<S>::from_bytes(proof).map_err(VrfError::Proof)?;
                Ok(proof.proof_to_hash())
            })?;
            out.write(output.as_bytes());
            Ok(())
        })
    }
}

/// The lengths of the header are those of the library.
const _: () = assert!(
    PL_VRF_KEY_BYTES == PUBLIC_KEY_LENGTH
        && PL_VRF_PROOF_BYTES == PROOF_LENGTH
        && PL_VRF_ANNOUNCED_BYTES == ANNOUNCED_PROOF_LENGTH
        && PL_VRF_OUTPUT_BYTES == OUTPUT_LENGTH
);
