//! Random weights, drawn digit by digit from the operating system's CSPRNG.

#[cfg(feature = "test-seed")]
use sha2::{Digest, Sha256};

use crate::curve::{Curve, DigitRows};

/// How hard it is to get a bad item past a batch by luck (core/docs/batch-equation.md has the
/// exact bounds).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum WeightBits {
    /// About 2^-64 a batch: 18 base-13 digits (2^-66.6) or 41 base-3 digits (2^-64.9).
    #[default]
    Bits64,
    /// About 2^-128 a batch: 35 base-13 digits (2^-129.5) or 81 base-3 digits (2^-128.3).
    Bits128,
}

impl WeightBits {
    /// Digits of one weight in the given base.
    fn digits(self, base: u8) -> usize {
        match (self, base) {
            (Self::Bits64, 3) => 41,
            (Self::Bits64, _) => 18,
            (Self::Bits128, 3) => 81,
            (Self::Bits128, _) => 35,
        }
    }
}

/// Where weights come from.
#[derive(Clone, Debug)]
pub(crate) enum Randomness {
    System,
    #[cfg(feature = "test-seed")]
    Seed([u8; 32]),
}

impl Randomness {
    /// Random bytes: the block numbered `block`, fresh where the source is the system's.
    fn fill(&self, bytes: &mut [u8], block: u64) -> Result<(), getrandom::Error> {
        let _ = block; // only a seed has a block to number
        match self {
            Self::System => getrandom::fill(bytes),
            #[cfg(feature = "test-seed")]
            Self::Seed(seed) => {
                for (counter, chunk) in (0u64..).zip(bytes.chunks_mut(32)) {
                    let digest = Sha256::new()
                        .chain_update(seed)
                        .chain_update(block.to_le_bytes())
                        .chain_update(counter.to_le_bytes());
                    chunk.copy_from_slice(&digest.finalize()[..chunk.len()]);
                }
                Ok(())
            }
        }
    }

    /// Independent weights for `count` points of the curve, every digit uniform.
    pub(crate) fn weights<C: Curve>(
        &self,
        bits: WeightBits,
        count: usize,
    ) -> Result<DigitRows, getrandom::Error> {
        let (base, width) = (C::DIGIT_BASE, bits.digits(C::DIGIT_BASE));
        // As many digits at a draw as keep base^digits below 2^34.
        let at_once = if base == 3 { 21 } else { 9 };
        let mut words = Words::new(self, count * width.div_ceil(at_once));
        let mut digits = Vec::with_capacity(count * width);
        for _ in 0..count {
            for first in (0..width).step_by(at_once) {
                let taken = at_once.min(width - first);
                let range = (0..taken).fold(1, |range, _| range * u64::from(base));
                let mut value = words.below(range)?;
                for _ in 0..taken {
                    let digit = i8::try_from(value % u64::from(base)).expect("below the base");
                    digits.push(digit - i8::try_from(base / 2).expect("a small base"));
                    value /= u64::from(base);
                }
            }
        }
        Ok(DigitRows { base, width, digits })
    }

    /// `count` uniform indices below `n`, for sampling.
    pub(super) fn indices(&self, count: usize, n: usize) -> Result<Vec<usize>, getrandom::Error> {
        let mut words = Words::new(self, count);
        (0..count)
            .map(|_| words.below(n as u64).map(|index| usize::try_from(index).expect("below n")))
            .collect()
    }
}

/// Random 64-bit words, many to a system call.
struct Words<'a> {
    source: &'a Randomness,
    buffer: Vec<u8>,
    at: usize,
    blocks: u64,
}

/// Most words drawn by one call: 32 KiB.
const WORDS_PER_BLOCK_MAX: usize = 4096;

impl<'a> Words<'a> {
    /// A stream that will be asked for about `expected` words.
    fn new(source: &'a Randomness, expected: usize) -> Self {
        let length = 8 * expected.clamp(1, WORDS_PER_BLOCK_MAX);
        Self { source, buffer: vec![0; length], at: length, blocks: 0 }
    }

    fn word(&mut self) -> Result<u64, getrandom::Error> {
        if self.at == self.buffer.len() {
            self.source.fill(&mut self.buffer, self.blocks)?;
            self.blocks += 1;
            self.at = 0;
        }
        let word = &self.buffer[self.at..self.at + 8];
        self.at += 8;
        Ok(u64::from_le_bytes(word.try_into().expect("eight bytes")))
    }

    /// Exactly uniform below `range`, by Lemire's multiplication with rejection.
    fn below(&mut self, range: u64) -> Result<u64, getrandom::Error> {
        let threshold = range.wrapping_neg() % range;
        loop {
            let product = u128::from(self.word()?) * u128::from(range);
            let low = u64::try_from(product & u128::from(u64::MAX)).expect("64 bits");
            if low >= threshold {
                return Ok(u64::try_from(product >> 64).expect("64 bits"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::{G1, G2};

    #[test]
    fn widths_reach_their_bounds() {
        for (bits, strength) in [(WeightBits::Bits64, 64.0), (WeightBits::Bits128, 128.0)] {
            for base in [3u8, 13] {
                let width = u32::try_from(bits.digits(base)).unwrap();
                assert!(f64::from(width) * f64::from(base).log2() >= strength);
            }
        }
    }

    fn digits_are_balanced_and_uniform<C: Curve>() {
        let rows = Randomness::System.weights::<C>(WeightBits::Bits64, 20_000).unwrap();
        let base = usize::from(C::DIGIT_BASE);
        let mut counts = vec![0u32; base];
        for digit in &rows.digits {
            counts[usize::try_from(i32::from(*digit) + i32::from(C::DIGIT_BASE / 2)).unwrap()] += 1;
        }
        // A chi-square statistic that a uniform source exceeds less than once in 10^9 runs.
        let expected = rows.digits.len() as f64 / base as f64;
        let chi_square: f64 =
            counts.iter().map(|&c| (f64::from(c) - expected).powi(2) / expected).sum();
        assert!(chi_square < if base == 3 { 42.0 } else { 70.0 }, "{chi_square} {counts:?}");
    }

    #[test]
    fn uniform() {
        digits_are_balanced_and_uniform::<G1>();
        digits_are_balanced_and_uniform::<G2>();
    }

    #[test]
    fn indices_stay_below() {
        let indices = Randomness::System.indices(1000, 7).unwrap();
        assert!((0..7).all(|k| indices.contains(&k)) && indices.iter().all(|&k| k < 7));
    }
}
