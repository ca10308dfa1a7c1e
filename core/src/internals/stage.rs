//! The stages of a batch one by one, on a backend's lanes or on blst.

use core::hint::black_box;

use crate::arch::{G1, G2, Gt};
use crate::backend::Backend;
use crate::batch::WeightBits;
use crate::batch::membership::weigh_fused;
use crate::batch::weights::Randomness;
use crate::curve::{
    self, Affine, Block, Curve, DigitRows, Message, to_affine_batch, weighted_sum, weighted_sums,
};
use crate::strategy::Sequential;
use crate::tag::Tag;

/// A stage of a batch of min-pk signatures, keys known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Signatures from compressed bytes.
    Decode,
    /// The fused pass: weighted sum and membership of all signatures.
    Weigh,
    /// Messages to G2.
    Hash,
    /// Keys times their weights.
    WeighKeys,
    /// All Miller loops.
    MillerLoops,
    /// The one final exponentiation, which is blst's always.
    FinalExponentiation,
}

impl Stage {
    /// In the order of the batch.
    pub const ALL: [Self; 6] = [
        Self::Decode,
        Self::Weigh,
        Self::Hash,
        Self::WeighKeys,
        Self::MillerLoops,
        Self::FinalExponentiation,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Decode => "decode",
            Self::Weigh => "weigh, check subgroup",
            Self::Hash => "hash",
            Self::WeighKeys => "weigh keys",
            Self::MillerLoops => "Miller loops",
            Self::FinalExponentiation => "final exponentiation",
        }
    }
}

/// What a batch of distinct messages, or of one, puts into each stage.
#[derive(Debug)]
pub struct Stages {
    encodings: Vec<[u8; 96]>,
    signatures: Vec<Affine<G2>>,
    keys: Vec<Affine<G1>>,
    messages: Vec<[u8; 32]>,
    tag: Tag,
    rows: DigitRows,
}

/// Items to a piece, as the batch cuts them.
const PIECE: usize = 16;

impl Stages {
    /// Of `n` items, with one message if `same_message`.
    ///
    /// # Panics
    /// When the operating system gives no randomness.
    pub fn new(n: usize, same_message: bool) -> Self {
        let signatures = points::<G2>(n);
        let encodings = signatures.iter().map(|point| {
            let mut bytes = [0; 96];
            G2::compress(point, &mut bytes);
            bytes
        });
        let message = |k: usize| {
            let mut message = [0; 32];
            message[..8].copy_from_slice(&k.to_le_bytes());
            message
        };
        Self {
            encodings: encodings.collect(),
            signatures,
            keys: points::<G1>(n),
            messages: (0..if same_message { 1 } else { n }).map(message).collect(),
            tag: Tag::new("BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_").expect("a short tag"),
            rows: Randomness::System
                .weights::<G2>(WeightBits::Bits64, n)
                .expect("the operating system gives randomness"),
        }
    }

    /// Does the whole stage once.
    pub fn run(&self, stage: Stage, backend: Backend) {
        match stage {
            Stage::Decode => self.decode(backend),
            Stage::Weigh => {
                black_box(weigh_fused(&self.signatures, &self.rows, backend, &Sequential).sum);
            }
            Stage::Hash => self.hash(backend),
            Stage::WeighKeys => self.weigh_keys(backend),
            Stage::MillerLoops => self.miller_loops(backend),
            Stage::FinalExponentiation => {
                black_box(Gt::one().final_exponentiation());
            }
        }
    }

    fn decode(&self, backend: Backend) {
        let encodings: Vec<&[u8]> = self.encodings.iter().map(<[u8; 96]>::as_slice).collect();
        for piece in encodings.chunks(PIECE) {
            black_box(curve::decode::<G2>(backend, piece));
        }
    }

    fn hash(&self, backend: Backend) {
        let message = |message| Message { augmentation: &[], message, tag: &self.tag };
        for piece in self.messages.chunks(PIECE) {
            let piece: Vec<_> = piece.iter().map(|text| message(text.as_slice())).collect();
            black_box(curve::hash::<G2>(backend, &piece));
        }
    }

    fn weigh_keys(&self, backend: Backend) {
        let rows: Vec<&[i8]> = (0..self.keys.len()).map(|i| self.rows.row(i)).collect();
        if self.messages.len() == 1 {
            black_box(weighted_sum(&self.keys, &rows, self.rows.base, backend, &Sequential));
            return;
        }
        for (keys, rows) in self.keys.chunks(PIECE).zip(rows.chunks(PIECE)) {
            let alone: Vec<_> = (0..keys.len()).map(|i| i..i + 1).collect();
            let base = self.rows.base;
            let weighed = weighted_sums(keys, rows, &alone, base, backend, &Sequential);
            black_box(to_affine_batch(&weighed));
        }
    }

    fn miller_loops(&self, backend: Backend) {
        let pairs: Vec<_> =
            self.keys.iter().copied().zip(self.signatures.iter().copied()).collect();
        let pairs = &pairs[..pairs.len().min(2.max(self.messages.len()))];
        let per_block = pairs.len().div_ceil(backend.lanes()).min(PIECE);
        let blocks: Vec<Block<'_>> =
            pairs.chunks(per_block).map(|pairs| Block { pairs, lines: &[] }).collect();
        for blocks in blocks.chunks(backend.lanes()) {
            black_box(curve::miller_loops(blocks, backend));
        }
    }
}

/// Some points of the subgroup.
fn points<C: Curve>(n: usize) -> Vec<Affine<C>> {
    let mut point = C::generator().to_projective();
    let points: Vec<_> = (0..n)
        .map(|_| {
            point = C::add_affine(&C::double(&point), &C::generator());
            point
        })
        .collect();
    to_affine_batch(&points)
}
