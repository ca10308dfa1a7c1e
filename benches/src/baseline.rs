//! Plain blst, used the way its users do.

use pairlane::{MinPk, MinSig, Variant};

use crate::inputs::Batch;

/// A variant with its blst module.
pub trait Blst: Variant {
    /// The decoded key type of blst.
    type Key;
    /// Decodes the keys of a batch, as a node has done long before.
    fn keys(batch: &Batch<Self>) -> Vec<Self::Key>;
    /// `verify_multiple_aggregate_signatures` from compressed signatures.
    fn verify_multiple(batch: &Batch<Self>, keys: &[Self::Key]) -> bool;
    /// `verify` of one item, from its compressed signature.
    fn verify(batch: &Batch<Self>, keys: &[Self::Key], i: usize) -> bool;
}

macro_rules! blst_variant {
    ($variant:ident, $module:ident) => {
        impl Blst for $variant {
            type Key = blst::$module::PublicKey;

            fn keys(batch: &Batch<Self>) -> Vec<Self::Key> {
                let decode = |key: &pairlane::PublicKey<Self>| {
                    Self::Key::from_bytes(&key.to_bytes()).expect("a valid key")
                };
                batch.keys.iter().map(decode).collect()
            }

            fn verify_multiple(batch: &Batch<Self>, keys: &[Self::Key]) -> bool {
                let decoded: Result<Vec<_>, _> = batch
                    .signatures
                    .iter()
                    .map(|bytes| blst::$module::Signature::from_bytes(bytes))
                    .collect();
                let Ok(signatures) = decoded else { return false };
                let messages: Vec<&[u8]> = batch.messages.iter().map(|m| m.as_slice()).collect();
                let keys: Vec<&Self::Key> = keys.iter().collect();
                let signatures: Vec<_> = signatures.iter().collect();
                let weights = weights(messages.len());
                blst::$module::Signature::verify_multiple_aggregate_signatures(
                    &messages,
                    batch.suite.tag().as_bytes(),
                    &keys,
                    false,
                    &signatures,
                    true,
                    &weights,
                    64,
                ) == blst::BLST_ERROR::BLST_SUCCESS
            }

            fn verify(batch: &Batch<Self>, keys: &[Self::Key], i: usize) -> bool {
                blst::$module::Signature::from_bytes(&batch.signatures[i]).is_ok_and(|signature| {
                    signature.verify(
                        true,
                        &batch.messages[i],
                        batch.suite.tag().as_bytes(),
                        &[],
                        &keys[i],
                        false,
                    ) == blst::BLST_ERROR::BLST_SUCCESS
                })
            }
        }
    };
}

blst_variant!(MinPk, min_pk);
blst_variant!(MinSig, min_sig);

/// Nonzero random weights of 64 bits.
fn weights(n: usize) -> Vec<blst::blst_scalar> {
    let mut bytes = vec![0; 8 * n];
    getrandom::fill(&mut bytes).expect("the operating system gives randomness");
    bytes
        .chunks_exact(8)
        .map(|chunk| {
            let mut scalar = blst::blst_scalar::default();
            scalar.b[..8].copy_from_slice(chunk);
            scalar.b[0] |= 1;
            scalar
        })
        .collect()
}
