//! Unbiased numbers below a bound, from a random output and a counter.

use core::num::NonZeroU128;

use sha2::{Digest, Sha512};

use crate::tag::Tag;

/// The numbers that follow from one random output under one tag.
///
/// Word `c` is the first 16 bytes, big-endian, of
/// `SHA-512(len(tag) as one byte | tag | output | c as 8 bytes big-endian)`, for c = 0, 1, 2, ...
/// Variable-time: everything here is public.
#[derive(Clone, Debug)]
pub struct Draws {
    /// Has absorbed all but the counter.
    prefix: Sha512,
    counter: u64,
}

impl Draws {
    /// The numbers of an output, of any length, under a tag that no other use of it has.
    ///
    /// # Panics
    /// Never: a tag has at most 255 bytes.
    pub fn new(tag: &Tag, output: &[u8]) -> Self {
        let tag = tag.as_bytes();
        let length = u8::try_from(tag.len()).expect("a tag has at most 255 bytes");
        // The counter has a fixed length, so no two inputs run into the same bytes.
        let prefix = Sha512::new().chain_update([length]).chain_update(tag).chain_update(output);
        Self { prefix, counter: 0 }
    }

    /// How many words have been used, refused ones included.
    pub fn count(&self) -> u64 {
        self.counter
    }

    /// A number below `bound`, each exactly as likely if words are uniform.
    ///
    /// The high half of `word * bound` (Lemire 2019). A word is refused, and the next one taken,
    /// where the low half is below `2^128 mod bound`: what is left maps `floor(2^128 / bound)`
    /// words to each number. Below 2^64 a refusal happens less than once in 2^64 draws; it is
    /// likely only for bounds near 2^128, and never more than half of the time.
    pub fn below(&mut self, bound: NonZeroU128) -> u128 {
        let bound = bound.get();
        loop {
            let (high, low) = multiply(self.word(), bound);
            // The remainder is below the bound: most words pass without the division.
            if low >= bound || low >= bound.wrapping_neg() % bound {
                return high;
            }
        }
    }

    fn word(&mut self) -> u128 {
        let digest = self.prefix.clone().chain_update(self.counter.to_be_bytes()).finalize();
        self.counter += 1;
        let word = digest.first_chunk().expect("a digest has 64 bytes");
        u128::from_be_bytes(*word)
    }
}

/// High and low half of the product, by the school method on 64-bit digits.
fn multiply(a: u128, b: u128) -> (u128, u128) {
    const LOW: u128 = u64::MAX as u128;
    let (a1, a0, b1, b0) = (a >> 64, a & LOW, b >> 64, b & LOW);
    let low = a0 * b0;
    // Each of the two sums is at most (2^64 - 1)^2 + 2 (2^64 - 1) = 2^128 - 1.
    let middle = a1 * b0 + (low >> 64);
    let carry = a0 * b1 + (middle & LOW);
    (a1 * b1 + (middle >> 64) + (carry >> 64), carry << 64 | low & LOW)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_at_the_edges() {
        let max = u128::MAX;
        assert_eq!(multiply(max, max), (max - 1, 1));
        assert_eq!(multiply(max, 1), (0, max));
        assert_eq!(multiply(1 << 127, 2), (1, 0));
        assert_eq!(multiply(1 << 64, 1 << 64), (1, 0));
        assert_eq!(multiply(max, 1 << 64), ((1 << 64) - 1, max << 64));
        for (a, b) in [(3u128, 5u128), (u128::from(u64::MAX), u128::from(u64::MAX)), (1 << 70, 9)] {
            assert_eq!(multiply(a, b), (0, a * b));
        }
    }

    /// With 2^127 + 1 nearly half of the words are refused, and the rule says which.
    #[test]
    fn refuses_by_the_rule() {
        let bound = NonZeroU128::new((1 << 127) + 1).unwrap();
        let refused = 0u128.wrapping_sub(bound.get()) % bound.get();
        let mut refusals = 0;
        for k in 0..200u32 {
            let tag = Tag::new("T").unwrap();
            let mut draws = Draws::new(&tag, &k.to_be_bytes());
            let value = draws.below(bound);
            assert!(value < bound.get());
            let mut words = Draws::new(&tag, &k.to_be_bytes());
            for place in 1..=draws.count() {
                let (high, low) = multiply(words.word(), bound.get());
                assert_eq!(low >= refused, place == draws.count());
                assert!(place < draws.count() || high == value);
            }
            refusals += draws.count() - 1;
        }
        // 200 expected, with a standard deviation of 20.
        assert!((120..=280).contains(&refusals), "{refusals} refusals");
    }

    #[test]
    fn one_is_the_only_number_below_one() {
        let mut draws = Draws::new(&Tag::new("T").unwrap(), b"");
        assert_eq!(draws.below(NonZeroU128::MIN), 0);
        assert_eq!(draws.count(), 1);
        draws.below(NonZeroU128::MAX);
        assert!(draws.count() >= 2);
    }
}
