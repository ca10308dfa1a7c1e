//! Many announced proofs at once, with the output or the reason for each.
//!
//! 1. **prepare** — decode, hash to the curve, recompute each challenge;
//! 2. **coefficients** — two of 128 bits for each item, nobody's choice;
//! 3. **equation** — one sum over all items, multiplied by the cofactor, is the identity;
//! 4. **search** — if it is not, halve until the culprits are named.
//!
//! The rule for validity is that of [`PublicKey::verify_announced`]; see [`crate::docs::vrf`].

mod coefficients;
mod equation;
mod prepare;

use core::ops::Range;

use curve25519_dalek::EdwardsPoint;

use super::OUTPUT_LENGTH;
use super::public_key::PublicKey;
use super::suite::EdwardsSuite;
use crate::strategy::Strategy;
use crate::vrf::error::VrfError;
use crate::vrf::output::Output;
use equation::Equation;
use prepare::prepare;

/// One proof of a batch, as it came over the wire.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a, S: EdwardsSuite> {
    /// Whose proof it is.
    pub key: &'a PublicKey<S>,
    /// What it is about.
    pub alpha: &'a [u8],
    /// The announced form, [`super::ANNOUNCED_PROOF_LENGTH`] bytes.
    pub proof: &'a [u8],
}

/// What a batch answers for one item: the output, or why there is none.
pub type Verdict = Result<Output<OUTPUT_LENGTH>, VrfError>;

/// Below this many items, looking at a sample costs more than it can save.
const SAMPLED_MIN: usize = 8;
/// Items looked at before the search: if all are bad, most of the batch is.
const SAMPLE: usize = 2;

/// The verdict on each item, in the order of the items.
///
/// Never fails as a whole: a malformed item is invalid by itself and spoils no other. If the
/// operating system gives no randomness, every item is verified by itself. An invalid item passes
/// with a chance below 2^-123. Variable-time, for public data; about 2 KiB of memory an item.
pub fn verify_batch<S: EdwardsSuite>(
    items: &[Item<'_, S>],
    strategy: &impl Strategy,
) -> Vec<Verdict> {
    let mut verdicts = vec![Err(VrfError::WrongProof); items.len()];
    let mut prepared = Vec::with_capacity(items.len());
    for (index, item) in prepare(items, strategy).into_iter().enumerate() {
        match item {
            Ok(item) => {
                verdicts[index] = Ok(item.output);
                prepared.push((index, item));
            }
            Err(error) => verdicts[index] = Err(VrfError::Proof(error)),
        }
    }
    let (indices, prepared): (Vec<_>, Vec<_>) = prepared.into_iter().unzip();
    let valid = match coefficients::draw(&prepared) {
        Ok(coefficients) if prepared.len() > 1 => {
            judge(&Equation::new(&prepared, &coefficients), strategy)
        }
        _ => strategy.map(prepared.len(), |place| prepared[place].is_valid()),
    };
    for (index, valid) in indices.into_iter().zip(valid) {
        if !valid {
            verdicts[index] = Err(VrfError::WrongProof);
        }
    }
    verdicts
}

/// For each item of the equation, whether it is valid.
fn judge<S: EdwardsSuite>(equation: &Equation<'_, S>, strategy: &impl Strategy) -> Vec<bool> {
    let count = equation.items.len();
    let value = equation.sum(0..count, strategy);
    if count >= SAMPLED_MIN && !value.is_small_order() {
        // Coefficients are nobody's choice, so nobody can place bad items where the sample falls.
        let mut sample = (0..SAMPLE).map(|k| equation.arbitrary(k));
        if sample.all(|place| !equation.items[place].is_valid()) {
            return strategy.map(count, |place| equation.items[place].is_valid());
        }
    }
    search(equation, 0..count, &value, strategy)
}

/// The verdicts on a range of items whose sum is `value`. The right half's sum is the whole's less
/// the left's, so each level of the tree costs half a batch.
fn search<S: EdwardsSuite>(
    equation: &Equation<'_, S>,
    range: Range<usize>,
    value: &EdwardsPoint,
    strategy: &impl Strategy,
) -> Vec<bool> {
    // Small order: the identity once multiplied by the cofactor.
    if range.len() <= 1 || value.is_small_order() {
        return vec![value.is_small_order(); range.len()];
    }
    let middle = range.start + range.len() / 2;
    let left = equation.sum(range.start..middle, strategy);
    let halves = [(range.start..middle, left), (middle..range.end, value - left)];
    strategy
        .map(2, |half| search(equation, halves[half].0.clone(), &halves[half].1, strategy))
        .concat()
}
