//! Stage 2: what each equation is multiplied by before all are added up.
//!
//! A hash over the whole batch, so that they cannot be known before the proofs are; and over fresh
//! randomness, so that they cannot be known after, either: a prover who could compute them would
//! search for proofs whose errors cancel.

use sha2::{Digest, Sha512};

use super::prepare::Prepared;
use crate::vrf::edwards::suite::EdwardsSuite;

/// What the batch is hashed under.
const TAG: &[u8] = b"PAIRLANE-ECVRF-BATCH-V1:";

/// The coefficients of a batch.
pub(super) struct Coefficients {
    /// For the equations of U and of V, in the order of the items.
    pub(super) pairs: Vec<[u128; 2]>,
    /// As unpredictable, and used for nothing else.
    pub(super) spare: [u64; 2],
}

/// Draws two coefficients of 128 bits for each item.
pub(super) fn draw<S: EdwardsSuite>(
    items: &[Prepared<'_, S>],
) -> Result<Coefficients, getrandom::Error> {
    let mut fresh = [0; 32];
    getrandom::fill(&mut fresh)?;
    let mut batch = Sha512::new().chain_update(TAG).chain_update([S::SUITE_STRING]);
    batch.update(fresh);
    for item in items {
        // H stands for alpha: it is a hash of it. The challenge is a hash of all that is here.
        batch.update(item.key.as_bytes());
        batch.update(item.h_string);
        batch.update(item.proof.to_bytes());
    }
    let seed = batch.chain_update((items.len() as u64).to_le_bytes()).finalize();
    let block = |number: u64| -> [u8; 64] {
        Sha512::new().chain_update(seed).chain_update(number.to_le_bytes()).finalize().into()
    };
    let pairs = (0..items.len() as u64)
        .map(|i| {
            let block = block(i);
            [&block[..16], &block[16..32]]
                .map(|half| u128::from_le_bytes(half.try_into().expect("16 bytes")))
        })
        .collect();
    let last = block(u64::MAX);
    let spare = [&last[..8], &last[8..16]]
        .map(|part| u64::from_le_bytes(part.try_into().expect("8 bytes")));
    Ok(Coefficients { pairs, spare })
}
