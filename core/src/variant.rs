//! The two variants: which of the two groups holds keys and which holds signatures.

use crate::arch::{G1, G2, SecretScalar};
use crate::curve::{Affine, Curve, Projective};

/// Public keys of 48 bytes in G1, signatures of 96 bytes in G2. Ethereum's choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MinPk;

/// Public keys of 96 bytes in G2, signatures of 48 bytes in G1. Cheaper to hash and to sign; the
/// choice of drand's quicknet and of votes by a stable set of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MinSig;

/// Where keys and signatures live. Sealed: [`MinPk`] and [`MinSig`] are all there are.
pub trait Variant: sealed::Groups {
    /// "min-pk" or "min-sig".
    const NAME: &'static str;
    /// Bytes of a compressed public key; an uncompressed one has twice as many.
    const PUBLIC_KEY_LENGTH: usize;
    /// Bytes of a compressed signature; an uncompressed one has twice as many.
    const SIGNATURE_LENGTH: usize;
    /// The hash-to-curve part of the draft's suite names.
    const HASH_SUITE: &'static str;
}

impl Variant for MinPk {
    const NAME: &'static str = "min-pk";
    const PUBLIC_KEY_LENGTH: usize = G1::COMPRESSED;
    const SIGNATURE_LENGTH: usize = G2::COMPRESSED;
    const HASH_SUITE: &'static str = "BLS12381G2_XMD:SHA-256_SSWU_RO_";
}

impl Variant for MinSig {
    const NAME: &'static str = "min-sig";
    const PUBLIC_KEY_LENGTH: usize = G2::COMPRESSED;
    const SIGNATURE_LENGTH: usize = G1::COMPRESSED;
    const HASH_SUITE: &'static str = "BLS12381G1_XMD:SHA-256_SSWU_RO_";
}

pub(crate) mod sealed {
    use super::{Affine, Curve, G1, G2, MinPk, MinSig, Projective, SecretScalar};

    /// The groups of a variant and what differs between the two.
    pub trait Groups:
        Copy + Eq + core::hash::Hash + core::fmt::Debug + Send + Sync + 'static
    {
        /// The curve of public keys.
        type KeyCurve: Curve;
        /// The curve of signatures and hashed messages.
        type SignatureCurve: Curve;

        /// The two arguments of a pairing in the order of the pairing.
        #[doc(hidden)]
        fn pair(
            key: Affine<Self::KeyCurve>,
            signature: Affine<Self::SignatureCurve>,
        ) -> (Affine<G1>, Affine<G2>);

        #[doc(hidden)]
        #[expect(private_interfaces, reason = "sealed: nobody else can call it")]
        fn public_key(secret: &SecretScalar) -> Projective<Self::KeyCurve>;

        #[doc(hidden)]
        #[expect(private_interfaces, reason = "sealed: nobody else can call it")]
        fn sign(
            secret: &SecretScalar,
            hash: &Projective<Self::SignatureCurve>,
        ) -> Projective<Self::SignatureCurve>;

        /// Whether weighting a key costs less than weighting a hashed message.
        #[doc(hidden)]
        const KEYS_ARE_CHEAPER: bool;
    }

    impl Groups for MinPk {
        type KeyCurve = G1;
        type SignatureCurve = G2;
        const KEYS_ARE_CHEAPER: bool = true;

        fn pair(key: Affine<G1>, signature: Affine<G2>) -> (Affine<G1>, Affine<G2>) {
            (key, signature)
        }

        #[expect(private_interfaces)]
        fn public_key(secret: &SecretScalar) -> Projective<G1> {
            secret.public_key_g1()
        }

        #[expect(private_interfaces)]
        fn sign(secret: &SecretScalar, hash: &Projective<G2>) -> Projective<G2> {
            secret.sign_g2(hash)
        }
    }

    impl Groups for MinSig {
        type KeyCurve = G2;
        type SignatureCurve = G1;
        const KEYS_ARE_CHEAPER: bool = false;

        fn pair(key: Affine<G2>, signature: Affine<G1>) -> (Affine<G1>, Affine<G2>) {
            (signature, key)
        }

        #[expect(private_interfaces)]
        fn public_key(secret: &SecretScalar) -> Projective<G2> {
            secret.public_key_g2()
        }

        #[expect(private_interfaces)]
        fn sign(secret: &SecretScalar, hash: &Projective<G1>) -> Projective<G1> {
            secret.sign_g1(hash)
        }
    }
}
