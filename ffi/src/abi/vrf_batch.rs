//! Batches of VRF proofs: flat arrays in, a verdict byte and an output for each item out.

use core::ffi::c_char;

use pairlane::vrf::edwards::{
    ANNOUNCED_PROOF_LENGTH, EdwardsSuite, Item, OUTPUT_LENGTH, PUBLIC_KEY_LENGTH, PublicKey,
    Verdict, verify_batch,
};
use pairlane::vrf::{EdwardsEll2, EdwardsTai, VrfError};
use pairlane::{Pooled, Sequential};

use super::aggregate::cut;
use super::executor::PlPool;
use super::pointer::{Numbers, Output, Place, apart, bytes, check_count, guard, optional};
use super::suite::unknown;
use crate::status::PlStatus;
use crate::verdict::vrf_verdict_code;
use crate::vrf::{PL_VRF_ELL2, PL_VRF_TAI};

/// Verifies `count` proofs of the announced form and writes a verdict byte for each to `verdicts`
/// (`count` bytes), the output of each to `outputs` (`count` times PL_VRF_OUTPUT_BYTES; zeros where
/// the verdict is not PL_VALID; may be NULL) and the number of invalid ones to `invalid` (may be
/// NULL). PL_OK says that the verdicts were written, not that they are good.
///
/// `keys` and `proofs` lie side by side, PL_VRF_KEY_BYTES and PL_VRF_ANNOUNCED_BYTES each. Alpha i
/// is the bytes `alpha_ends[i - 1] .. alpha_ends[i]` of `alphas`, the first starting at 0. With
/// `pool` NULL the calling thread does it all.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_vrf_verify_batch(
    vrf_suite: i32,
    pool: *const PlPool,
    count: usize,
    keys: *const u8,
    alphas: *const u8,
    alpha_ends: *const u64,
    proofs: *const u8,
    verdicts: *mut u8,
    outputs: *mut u8,
    invalid: *mut usize,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            check_count("proofs", count)?;
            let keys = bytes("keys", keys, count * PUBLIC_KEY_LENGTH)?;
            let proofs = bytes("proofs", proofs, count * ANNOUNCED_PROOF_LENGTH)?;
            let ends = Numbers::new("alpha_ends", alpha_ends, count)?;
            let length = usize::try_from(ends.iter().last().unwrap_or(0));
            let alphas = bytes("alphas", alphas, length.unwrap_or(usize::MAX))?;
            let verdicts = Output::exact("verdicts", verdicts, count, count)?;
            let length = if outputs.is_null() { 0 } else { count * OUTPUT_LENGTH };
            let outputs = Output::exact("outputs", outputs, length, length)?;
            let invalid = Place::optional(invalid);
            let written = [verdicts.span(), outputs.span(), invalid.span()];
            apart(&written, &[keys, proofs, alphas, ends.as_bytes()])?;
            let alphas = cut(alphas, ends)?;
            let pool = optional(pool);
            let judged = match vrf_suite {
                PL_VRF_TAI => judge::<EdwardsTai>(keys, &alphas, proofs, pool),
                PL_VRF_ELL2 => judge::<EdwardsEll2>(keys, &alphas, proofs, pool),
                other => return Err(unknown("VRF suite that has batches", other)),
            };
            let codes: Vec<u8> = judged.iter().map(vrf_verdict_code).collect();
            invalid.write(codes.iter().filter(|code| **code != 0).count());
            verdicts.write(&codes);
            if length > 0 {
                outputs.write(&outputs_of(&judged));
            }
            Ok(())
        })
    }
}

/// The verdict on each item; an item whose key is none is judged by that alone.
fn judge<S: EdwardsSuite>(
    keys: &[u8],
    alphas: &[&[u8]],
    proofs: &[u8],
    pool: Option<&PlPool>,
) -> Vec<Verdict> {
    let keys: Vec<_> =
        keys.chunks_exact(PUBLIC_KEY_LENGTH).map(PublicKey::<S>::from_bytes).collect();
    let items: Vec<_> = keys
        .iter()
        .zip(alphas)
        .zip(proofs.chunks_exact(ANNOUNCED_PROOF_LENGTH))
        .filter_map(|((key, alpha), proof)| Some(Item { key: key.as_ref().ok()?, alpha, proof }))
        .collect();
    let verdicts = match pool {
        Some(pool) => verify_batch(&items, &Pooled(&pool.0)),
        None => verify_batch(&items, &Sequential),
    };
    let mut verdicts = verdicts.into_iter();
    keys.iter()
        .map(|key| match key {
            Ok(_) => verdicts.next().expect("a verdict for each item"),
            Err(error) => Err(VrfError::PublicKey(*error)),
        })
        .collect()
}

fn outputs_of(verdicts: &[Verdict]) -> Vec<u8> {
    let zeros = [0; OUTPUT_LENGTH];
    verdicts
        .iter()
        .flat_map(|verdict| verdict.as_ref().map_or(zeros, |output| *output.as_bytes()))
        .collect()
}
