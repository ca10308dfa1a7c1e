//! Domain-separation tags and ciphersuites: always named by the caller, never a hidden default.

use core::fmt;
use core::marker::PhantomData;

use sha2::{Digest, Sha256};

use crate::error::TagError;
use crate::variant::Variant;

/// Longest tag that RFC 9380 uses as it is, in bytes.
const TAG_LENGTH_MAX: usize = 255;

/// A domain-separation tag (DST) for hashing to the curve.
///
/// Not empty. A tag of over 255 bytes is replaced at construction by
/// `SHA-256("H2C-OVERSIZE-DST-" || tag)`, as RFC 9380 section 5.3.3 says.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tag(Box<[u8]>);

impl Tag {
    /// A tag from its bytes.
    ///
    /// # Errors
    /// [`TagError::Empty`] for an empty one.
    pub fn new(bytes: impl AsRef<[u8]>) -> Result<Self, TagError> {
        let bytes = bytes.as_ref();
        match bytes.len() {
            0 => Err(TagError::Empty),
            1..=TAG_LENGTH_MAX => Ok(Self(bytes.into())),
            _ => {
                let digest = Sha256::new().chain_update(b"H2C-OVERSIZE-DST-").chain_update(bytes);
                Ok(Self(digest.finalize().as_slice().into()))
            }
        }
    }

    /// The tag's bytes, 1 to 255 of them.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tag(\"{}\")", self.0.escape_ascii())
    }
}

/// The three schemes of draft-irtf-cfrg-bls-signature, section 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scheme {
    /// Basic (NUL): aggregates need distinct messages.
    Basic,
    /// Message augmentation (AUG): the public key is hashed in front of the message.
    Augmented,
    /// Proof of possession (POP): keys are proved once, then may sign equal messages.
    ProofOfPossession,
}

/// A ciphersuite: a scheme and the tag that its messages are hashed under.
///
/// The variant is part of the type, so a suite of one cannot be used with keys of the other.
/// Cloning is cheap next to any use.
pub struct Suite<V: Variant> {
    scheme: Scheme,
    tag: Tag,
    variant: PhantomData<V>,
}

impl<V: Variant> Suite<V> {
    /// A scheme under a tag of the caller's own.
    pub fn new(scheme: Scheme, tag: Tag) -> Self {
        Self { scheme, tag, variant: PhantomData }
    }

    /// The draft's basic suite: `BLS_SIG_..._NUL_`.
    pub fn basic() -> Self {
        Self::standard(Scheme::Basic)
    }

    /// The draft's message-augmentation suite: `BLS_SIG_..._AUG_`.
    pub fn augmented() -> Self {
        Self::standard(Scheme::Augmented)
    }

    /// The draft's proof-of-possession suite: `BLS_SIG_..._POP_`. With [`crate::MinPk`] this is
    /// Ethereum's.
    pub fn proof_of_possession() -> Self {
        Self::standard(Scheme::ProofOfPossession)
    }

    /// The draft's suite of the given scheme (section 4.2).
    pub fn standard(scheme: Scheme) -> Self {
        let suffix = match scheme {
            Scheme::Basic => "NUL_",
            Scheme::Augmented => "AUG_",
            Scheme::ProofOfPossession => "POP_",
        };
        let tag = format!("BLS_SIG_{}{suffix}", V::HASH_SUITE);
        Self::new(scheme, Tag(tag.into_bytes().into()))
    }

    /// The scheme.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The tag that messages are hashed under.
    pub fn tag(&self) -> &Tag {
        &self.tag
    }
}

/// The draft's tag for proofs of possession, `BLS_POP_..._POP_` (section 4.2.3).
pub fn possession_tag<V: Variant>() -> Tag {
    Tag(format!("BLS_POP_{}POP_", V::HASH_SUITE).into_bytes().into())
}

impl<V: Variant> Clone for Suite<V> {
    fn clone(&self) -> Self {
        Self::new(self.scheme, self.tag.clone())
    }
}

impl<V: Variant> PartialEq for Suite<V> {
    fn eq(&self, other: &Self) -> bool {
        self.scheme == other.scheme && self.tag == other.tag
    }
}

impl<V: Variant> Eq for Suite<V> {}

impl<V: Variant> fmt::Debug for Suite<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Suite<{}>({:?}, {:?})", V::NAME, self.scheme, self.tag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::variant::{MinPk, MinSig};

    #[test]
    fn standard_tags_are_those_of_the_draft() {
        let tag = |suite: &[u8]| suite.escape_ascii().to_string();
        assert_eq!(
            tag(Suite::<MinPk>::proof_of_possession().tag().as_bytes()),
            "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_"
        );
        assert_eq!(
            tag(Suite::<MinSig>::basic().tag().as_bytes()),
            "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
        );
        assert_eq!(
            tag(Suite::<MinSig>::augmented().tag().as_bytes()),
            "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_AUG_"
        );
        assert_eq!(
            tag(possession_tag::<MinPk>().as_bytes()),
            "BLS_POP_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_"
        );
    }

    #[test]
    fn empty_is_refused_and_long_is_hashed() {
        assert_eq!(Tag::new(""), Err(TagError::Empty));
        assert_eq!(Tag::new([7; 255]).unwrap().as_bytes(), [7; 255]);
        assert_eq!(Tag::new([7; 256]).unwrap().as_bytes().len(), 32);
    }
}
