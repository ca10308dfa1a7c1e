//! Stage 1: from bytes to the points and the challenge of each item.

use curve25519_dalek::{EdwardsPoint, Scalar};

use super::Item;
use crate::strategy::Strategy;
use crate::vrf::edwards::OUTPUT_LENGTH;
use crate::vrf::edwards::announced::AnnouncedProof;
use crate::vrf::edwards::public_key::PublicKey;
use crate::vrf::edwards::suite::EdwardsSuite;
use crate::vrf::edwards::transcript::{challenge_scalar, output};
use crate::vrf::error::EncodingError;
use crate::vrf::output::Output;

/// Items prepared together: they share one inversion, and beyond this many the share is nothing.
const CHUNK: usize = 64;

/// An item whose proof is well formed.
pub(super) struct Prepared<'a, S: EdwardsSuite> {
    pub(super) key: &'a PublicKey<S>,
    pub(super) proof: AnnouncedProof<S>,
    pub(super) h: EdwardsPoint,
    pub(super) h_string: [u8; 32],
    pub(super) challenge: Scalar,
    /// The output, if the proof is valid.
    pub(super) output: Output<OUTPUT_LENGTH>,
}

impl<S: EdwardsSuite> Prepared<'_, S> {
    /// The rule, on this item alone.
    pub(super) fn is_valid(&self) -> bool {
        self.proof.equations_hold(self.key, &self.h, &self.challenge)
    }
}

/// Each item prepared, or what is wrong with its proof.
pub(super) fn prepare<'a, S: EdwardsSuite>(
    items: &[Item<'a, S>],
    strategy: &impl Strategy,
) -> Vec<Result<Prepared<'a, S>, EncodingError>> {
    let chunks: Vec<_> = items.chunks(CHUNK).collect();
    strategy.map(chunks.len(), |i| prepare_chunk(chunks[i])).into_iter().flatten().collect()
}

fn prepare_chunk<'a, S: EdwardsSuite>(
    items: &[Item<'a, S>],
) -> Vec<Result<Prepared<'a, S>, EncodingError>> {
    let decoded: Vec<_> = items.iter().map(|item| AnnouncedProof::from_bytes(item.proof)).collect();
    // H and 8 * Gamma of each item that can still be valid.
    let mut points = Vec::with_capacity(2 * items.len());
    for (item, proof) in items.iter().zip(&decoded) {
        if let Ok(proof) = proof {
            points.push(item.key.encode_to_curve(item.alpha));
            points.push(proof.gamma().point.mul_by_cofactor());
        }
    }
    let strings = EdwardsPoint::compress_batch_alloc(&points);
    let mut pairs = points.chunks(2).zip(strings.chunks(2));
    let finish = |(item, proof): (&Item<'a, S>, Result<AnnouncedProof<S>, _>)| {
        let proof = proof?;
        let (points, strings) = pairs.next().expect("a pair for each proof that decodes");
        let h_string = strings[0].to_bytes();
        Ok(Prepared {
            key: item.key,
            proof,
            h: points[0],
            h_string,
            challenge: challenge_scalar(&proof.challenge(item.key, &h_string)),
            output: output::<S>(strings[1].as_bytes()),
        })
    };
    items.iter().zip(decoded).map(finish).collect()
}
