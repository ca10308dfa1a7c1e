//! Proofs of possession.

use core::ffi::c_char;

use pairlane::{Possession, PublicKey, Tag, Variant, possession_tag};

use super::pointer::{Output, apart, bytes, guard, handle};
use super::secret_key::PlSecretKey;
use super::suite::with_variant;
use crate::status::{Failure, PL_WRONG_POSSESSION, PlStatus};

/// The tag given, or with no bytes the draft's own for proofs of possession.
pub(super) fn tag_or_standard<V: Variant>(tag: &[u8]) -> Result<Tag, Failure> {
    if tag.is_empty() { Ok(possession_tag::<V>()) } else { Ok(Tag::new(tag)?) }
}

/// Proves possession of a key (`PopProve`, draft section 3.3.2) under a tag; a tag of no bytes
/// stands for the draft's `BLS_POP_..._POP_`. Writes the compressed proof, 96 or 48 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_possession_prove(
    key: *const PlSecretKey,
    variant: i32,
    tag: *const u8,
    tag_length: usize,
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
            with_variant!(variant, |V| {
                let out = Output::exact("out", out, out_length, V::SIGNATURE_LENGTH)?;
                apart(&[out.span()], &[tag])?;
                let tag = tag_or_standard::<V>(tag)?;
                out.write(&key.0.prove_possession::<V>(&tag).to_bytes());
                Ok(())
            })
        })
    }
}

/// Verifies a proof of possession for a public key under a tag, as `pl_possession_prove` takes it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_possession_verify(
    variant: i32,
    tag: *const u8,
    tag_length: usize,
    key: *const u8,
    key_length: usize,
    proof: *const u8,
    proof_length: usize,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let tag = bytes("tag", tag, tag_length)?;
            let key = bytes("key", key, key_length)?;
            let proof = bytes("proof", proof, proof_length)?;
            with_variant!(variant, |V| {
                let tag = tag_or_standard::<V>(tag)?;
                let key = PublicKey::<V>::from_bytes(key)?;
                Possession::<V>::from_bytes(proof)?
                    .verify(&tag, &key)
                    .map_err(|error| Failure::new(PL_WRONG_POSSESSION, error))
            })
        })
    }
}
