//! `expand_message_xmd` with SHA-256 (RFC 9380 section 5.3.1).

use sha2::block_api::compress256;
use sha2::{Digest, Sha256};

use super::Message;
use crate::lanes::Limbs;

/// A block of SHA-256.
type Block = [u8; 64];
/// A digest as eight words, most significant first.
type Words = [u32; 8];

/// The initial state of SHA-256 (FIPS 180-4 section 5.3.3).
const INITIAL: Words = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// Fills `out` with the expansion of a message to 32 bytes for each place, which are integers of
/// that length, most significant byte first.
pub(super) fn expand(message: &Message<'_>, out: &mut [Limbs]) {
    let tag = message.tag.as_bytes();
    let tag_length = u8::try_from(tag.len()).expect("a tag has at most 255 bytes");
    let length = u16::try_from(32 * out.len()).expect("a short expansion");
    let first = Sha256::new()
        .chain_update([0; 64])
        .chain_update(message.augmentation)
        .chain_update(message.message)
        .chain_update(length.to_be_bytes())
        .chain_update([0])
        .chain_update(tag)
        .chain_update([tag_length])
        .finalize();
    let first: [u8; 32] = first.into();

    let mut tail = Tail::new(tag, tag_length);
    let mut previous = [0; 8];
    for (index, out) in (1..).zip(out) {
        previous = tail.digest(&first, &previous, index);
        *out = to_integer(&previous);
    }
}

/// The input of every hash after the first, padding included: 32 bytes, an index, the tag and its
/// length. All have one length, so only the first 33 bytes ever change.
struct Tail {
    blocks: [Block; Self::BLOCKS_MAX],
    count: usize,
}

impl Tail {
    /// Of a tag of 255 bytes: 289 bytes of input, and 9 or more of padding.
    const BLOCKS_MAX: usize = 5;

    fn new(tag: &[u8], tag_length: u8) -> Self {
        let mut blocks = [[0; 64]; Self::BLOCKS_MAX];
        let bytes = blocks.as_flattened_mut();
        let end = 33 + tag.len() + 1;
        bytes[33..end - 1].copy_from_slice(tag);
        bytes[end - 1] = tag_length;
        // FIPS 180-4 section 5.1.1: a one bit, zeros, the length in bits.
        bytes[end] = 0x80;
        let count = (end + 9).div_ceil(64);
        let bits = 8 * end as u64;
        bytes[64 * count - 8..64 * count].copy_from_slice(&bits.to_be_bytes());
        Self { blocks, count }
    }

    /// H((first xor previous) || index || tag || length of the tag).
    fn digest(&mut self, first: &[u8; 32], previous: &Words, index: u8) -> Words {
        let head = &mut self.blocks[0];
        let previous = previous.iter().flat_map(|word| word.to_be_bytes());
        for ((byte, first), previous) in head.iter_mut().zip(first).zip(previous) {
            *byte = first ^ previous;
        }
        head[32] = index;
        let mut state = INITIAL;
        compress256(&mut state, &self.blocks[..self.count]);
        state
    }
}

fn to_integer(words: &Words) -> Limbs {
    let limb = |k: usize| u64::from(words[7 - 2 * k]) | u64::from(words[6 - 2 * k]) << 32;
    [limb(0), limb(1), limb(2), limb(3), 0, 0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tag::Tag;

    /// RFC 9380 appendix K.1: `expand_message_xmd` with SHA-256, to 32 and to 128 bytes.
    #[test]
    fn vectors() {
        let tag = Tag::new("QUUX-V01-CS02-with-expander-SHA256-128").unwrap();
        let expand = |message: &str, places: usize| {
            let mut out = vec![[0; 6]; places];
            let message = Message { augmentation: &[], message: message.as_bytes(), tag: &tag };
            super::expand(&message, &mut out);
            let words = out.iter().flat_map(|limbs| limbs[..4].iter().rev());
            hex::encode(words.flat_map(|limb| limb.to_be_bytes()).collect::<Vec<_>>())
        };
        assert_eq!(
            expand("", 1),
            "68a985b87eb6b46952128911f2a4412bbc302a9d759667f87f7a21d803f07235"
        );
        assert_eq!(
            expand("abc", 1),
            "d8ccab23b5985ccea865c6c97b6e5b8350e794e603b4b97902f53a8a0d605615"
        );
    }
}
