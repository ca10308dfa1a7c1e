//! Batches of announced proofs beside each proof verified singly.

use pairlane::vrf::edwards::{
    EdwardsEll2, EdwardsSuite, EdwardsTai, Item, PublicKey, verify_batch,
};
use pairlane::vrf::{EncodingError, VrfError};
use pairlane::{PointError, Pooled, Sequential};

use crate::inputs::{add_order, key};

#[derive(Clone)]
struct Batch<S: EdwardsSuite> {
    keys: Vec<PublicKey<S>>,
    alphas: Vec<Vec<u8>>,
    proofs: Vec<Vec<u8>>,
}

impl<S: EdwardsSuite> Batch<S> {
    fn new(n: usize) -> Self {
        let mut batch = Self { keys: Vec::new(), alphas: Vec::new(), proofs: Vec::new() };
        for i in 0..n as u64 {
            let secret = key::<S>(i);
            let alpha = format!("view {i}").into_bytes();
            batch.keys.push(*secret.public_key());
            batch.proofs.push(secret.prove_announced(&alpha).to_bytes().to_vec());
            batch.alphas.push(alpha);
        }
        batch
    }

    fn items(&self) -> Vec<Item<'_, S>> {
        let parts = self.keys.iter().zip(&self.alphas).zip(&self.proofs);
        parts.map(|((key, alpha), proof)| Item { key, alpha, proof }).collect()
    }

    /// Makes the proof at `i` one for another alpha.
    fn spoil(&mut self, i: usize) {
        self.proofs[i] = key::<S>(i as u64).prove_announced(b"another").to_bytes().to_vec();
    }

    /// The verdict of each item by itself.
    fn singly(&self) -> Vec<Result<pairlane::vrf::Output<64>, VrfError>> {
        let verify = |item: &Item<'_, S>| {
            let proof = pairlane::vrf::edwards::AnnouncedProof::from_bytes(item.proof);
            item.key.verify_announced(item.alpha, &proof.map_err(VrfError::Proof)?)
        };
        self.items().iter().map(verify).collect()
    }

    fn check(&self) {
        assert_eq!(verify_batch(&self.items(), &Sequential), self.singly());
    }
}

/// Sizes on both sides of the chunk of 64, of where the sum changes its algorithm (190 terms, 37
/// items) and of the smallest tree and sample.
const SIZES: [usize; 14] = [0, 1, 2, 3, 4, 7, 8, 9, 37, 38, 63, 64, 65, 300];

#[test]
fn valid_batches() {
    for n in SIZES {
        let batch = Batch::<EdwardsTai>::new(n);
        let verdicts = verify_batch(&batch.items(), &Sequential);
        assert!(verdicts.iter().all(Result::is_ok) && verdicts.len() == n);
        batch.check();
    }
    Batch::<EdwardsEll2>::new(65).check();
}

#[test]
fn each_place_can_be_bad() {
    let good = Batch::<EdwardsTai>::new(17);
    for place in 0..17 {
        let mut batch = good.clone();
        batch.spoil(place);
        let verdicts = verify_batch(&batch.items(), &Sequential);
        let bad: Vec<_> = (0..17).filter(|&i| verdicts[i] == Err(VrfError::WrongProof)).collect();
        assert_eq!(bad, [place]);
        batch.check();
    }
}

#[test]
fn some_bad_and_all_bad() {
    for (n, step) in [(2, 1), (3, 1), (64, 1), (100, 2), (100, 7), (130, 64)] {
        let mut batch = Batch::<EdwardsTai>::new(n);
        (0..n).step_by(step).for_each(|i| batch.spoil(i));
        let verdicts = verify_batch(&batch.items(), &Sequential);
        assert_eq!(verdicts.iter().filter(|v| v.is_err()).count(), n.div_ceil(step));
        batch.check();
    }
}

#[test]
fn a_malformed_item_spoils_no_other() {
    let mut batch = Batch::<EdwardsTai>::new(10);
    batch.proofs[2].pop();
    batch.proofs[4] = add_order(&batch.proofs[4]);
    batch.proofs[6][..32].copy_from_slice(&[0xff; 32]);
    batch.proofs[8].clear();
    let verdicts = verify_batch(&batch.items(), &Sequential);
    let expected = |i| match i {
        2 => Some(EncodingError::Length { expected: 128, actual: 127 }),
        4 => Some(EncodingError::ScalarOutOfRange),
        6 => Some(EncodingError::Point(PointError::Encoding)),
        8 => Some(EncodingError::Length { expected: 128, actual: 0 }),
        _ => None,
    };
    for (i, verdict) in verdicts.iter().enumerate() {
        assert_eq!(verdict.err(), expected(i).map(VrfError::Proof), "{i}");
    }
    batch.check();
}

/// Two errors that would cancel if both items had one coefficient.
#[test]
fn errors_do_not_cancel() {
    let mut batch = Batch::<EdwardsTai>::new(2);
    let (left, right) = (batch.proofs[0].clone(), batch.proofs[1].clone());
    batch.proofs[0][32..96].copy_from_slice(&right[32..96]);
    batch.proofs[1][32..96].copy_from_slice(&left[32..96]);
    assert!(verify_batch(&batch.items(), &Sequential).iter().all(Result::is_err));
}

#[test]
fn on_a_pool() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
    let mut batch = Batch::<EdwardsTai>::new(700);
    assert!(verify_batch(&batch.items(), &Pooled(&pool)).iter().all(Result::is_ok));
    for i in [0, 299, 699] {
        batch.spoil(i);
    }
    assert_eq!(verify_batch(&batch.items(), &Pooled(&pool)), batch.singly());
}
