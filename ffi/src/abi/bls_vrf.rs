//! The VRF of unique BLS signatures: outputs of one signer, or of a threshold.

use core::ffi::c_char;

use pairlane::vrf::{BlsVrf, Vrf};
use pairlane::{Tag, Variant};

use super::pointer::{Output, apart, bytes, guard, handle};
use super::secret_key::PlSecretKey;
use super::suite::with_variant;
use crate::status::{Failure, PlStatus};

/// Bytes of an output of the BLS VRF.
pub const PL_BLS_VRF_OUTPUT_BYTES: usize = 32;

fn vrf<V: Variant>(tag: &[u8]) -> Result<BlsVrf<V>, Failure> {
    if tag.is_empty() { Ok(BlsVrf::standard()) } else { Ok(BlsVrf::new(Tag::new(tag)?)?) }
}

/// Proves the output for alpha; writes the proof, a compressed signature, 96 or 48 bytes. A
/// `tag_length` of 0 stands for the standard tag; one that begins as those of signatures is
/// refused. Proofs are verified in batches, and made by thresholds, as signatures under a basic
/// suite of that tag.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_bls_vrf_prove(
    key: *const PlSecretKey,
    variant: i32,
    tag: *const u8,
    tag_length: usize,
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
            let tag = bytes("tag", tag, tag_length)?;
            let alpha = bytes("alpha", alpha, alpha_length)?;
            with_variant!(variant, |V| {
                let out = Output::exact("out", out, out_length, V::SIGNATURE_LENGTH)?;
                apart(&[out.span()], &[tag, alpha])?;
                out.write(&vrf::<V>(tag)?.prove(&key.0, alpha).to_bytes());
                Ok(())
            })
        })
    }
}

/// Writes the output, 32 bytes, if the proof is the key's on alpha; PL_WRONG_PROOF, or what is wrong
/// with the bytes, if not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_bls_vrf_verify(
    variant: i32,
    tag: *const u8,
    tag_length: usize,
    key: *const u8,
    key_length: usize,
    alpha: *const u8,
    alpha_length: usize,
    proof: *const u8,
    proof_length: usize,
    output: *mut u8,
    output_length: usize,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let tag = bytes("tag", tag, tag_length)?;
            let key = bytes("key", key, key_length)?;
            let alpha = bytes("alpha", alpha, alpha_length)?;
            let proof = bytes("proof", proof, proof_length)?;
            let out = Output::exact("output", output, output_length, PL_BLS_VRF_OUTPUT_BYTES)?;
            apart(&[out.span()], &[tag, key, alpha, proof])?;
            with_variant!(variant, |V| {
                out.write(vrf::<V>(tag)?.verify_bytes(key, alpha, proof)?.as_bytes());
                Ok(())
            })
        })
    }
}

/// Writes the output, 32 bytes, that a proof is for, **if it is valid**: this does not verify it.
/// For proofs that a batch found valid, or that a threshold combined.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_bls_vrf_proof_to_hash(
    variant: i32,
    tag: *const u8,
    tag_length: usize,
    proof: *const u8,
    proof_length: usize,
    output: *mut u8,
    output_length: usize,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let tag = bytes("tag", tag, tag_length)?;
            let proof = bytes("proof", proof, proof_length)?;
            let out = Output::exact("output", output, output_length, PL_BLS_VRF_OUTPUT_BYTES)?;
            apart(&[out.span()], &[tag, proof])?;
            with_variant!(variant, |V| {
                let vrf = vrf::<V>(tag)?;
                out.write(vrf.proof_to_hash(&vrf.decode_proof(proof)?).as_bytes());
                Ok(())
            })
        })
    }
}
