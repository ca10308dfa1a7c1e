//! Messages to integers: `expand_message_xmd` of RFC 9380 section 5.3.1, one message after another. It
//! is a fiftieth of hashing to a curve.

use super::Message;
use crate::arch::expand_message_xmd;
use crate::lanes::Limbs;

/// Most integers to a message: two elements of Fp2, two halves to each of the coordinates.
pub(super) const INTEGERS_MAX: usize = 8;

/// Fills `out` with the expansion of a message to 32 bytes for each place, which are integers of
/// that length, most significant byte first.
pub(super) fn expand(message: &Message<'_>, out: &mut [Limbs]) {
    let mut bytes = [0; 32 * INTEGERS_MAX];
    let bytes = &mut bytes[..32 * out.len()];
    let tag = message.tag.as_bytes();
    if message.augmentation.is_empty() {
        expand_message_xmd(message.message, tag, bytes);
    } else {
        expand_message_xmd(&[message.augmentation, message.message].concat(), tag, bytes);
    }
    let (words, _) = bytes.as_chunks::<8>();
    for (out, words) in out.iter_mut().zip(words.chunks_exact(4)) {
        let word = |k: usize| u64::from_be_bytes(words[3 - k]);
        *out = [word(0), word(1), word(2), word(3), 0, 0];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tag::Tag;

    /// RFC 9380 appendix K.1: `expand_message_xmd` with SHA-256, to 32 bytes.
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
