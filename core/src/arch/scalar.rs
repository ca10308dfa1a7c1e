//! The one module over blst: curve and pairing arithmetic, the constant-time operations on secret
//! keys, and, in its child `fr`, the scalar field.
//!
//! Only blst's C functions are called, never its Rust `verify` family, so its hidden thread pool
//! is never started. Everything here is a thin wrapper: lengths are asserted on the safe side,
//! and each block says which fact about the C function it rests on. Two facts hold throughout and
//! are not repeated: blst's arithmetic functions have no preconditions on the values of their
//! operands, and they never keep a pointer after they return.

use blst::{BLST_ERROR, blst_fp12, blst_p1, blst_p1_affine, blst_p2, blst_p2_affine, blst_scalar};
use core::mem::{align_of, size_of};
use zeroize::Zeroize;

mod field;
mod fr;

pub(crate) use field::{Fp, Fp2};
pub(crate) use fr::{Fr, SecretFr};

use crate::curve::{Affine, Curve, Projective};
use crate::error::PointError;
use crate::secret_key::SecretKey;

/// The curve E(Fp): y^2 = x^3 + 4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct G1;

/// The twist E'(Fp2): y^2 = x^3 + 4(1 + i).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct G2;

// The casts between our points and blst's rest on these.
const _: () = {
    assert!(size_of::<Affine<G1>>() == size_of::<blst_p1_affine>());
    assert!(align_of::<Affine<G1>>() == align_of::<blst_p1_affine>());
    assert!(size_of::<Affine<G2>>() == size_of::<blst_p2_affine>());
    assert!(align_of::<Affine<G2>>() == align_of::<blst_p2_affine>());
    assert!(size_of::<Projective<G1>>() == size_of::<blst_p1>());
    assert!(align_of::<Projective<G1>>() == align_of::<blst_p1>());
    assert!(size_of::<Projective<G2>>() == size_of::<blst_p2>());
    assert!(align_of::<Projective<G2>>() == align_of::<blst_p2>());
};

macro_rules! curve {
    ($curve:ident, $field:ident, $affine:ident, $jacobian:ident, $bytes:literal, $base:literal,
     $uncompress:ident, $deserialize:ident, $compress:ident, $serialize:ident, $in_group:ident,
     $generator:ident, $hash:ident, $double:ident, $add:ident, $add_affine:ident, $mult:ident,
     $beta:expr, $b:expr) => {
        impl $curve {
            /// blst's view of a point. Both are `repr(C)` of the same coordinates in order.
            fn raw_affine(point: &Affine<Self>) -> *const $affine {
                core::ptr::from_ref(point).cast()
            }

            fn raw(point: &Projective<Self>) -> *const $jacobian {
                core::ptr::from_ref(point).cast()
            }

            fn from_raw_affine(point: &$affine) -> Affine<Self> {
                Affine { x: $field(point.x), y: $field(point.y) }
            }

            fn from_raw(point: &$jacobian) -> Projective<Self> {
                Projective { x: $field(point.x), y: $field(point.y), z: $field(point.z) }
            }
        }

        impl Curve for $curve {
            type Field = $field;
            const COMPRESSED: usize = $bytes;
            const UNCOMPRESSED: usize = 2 * $bytes;
            const DIGIT_BASE: u8 = $base;

            fn decode(bytes: &[u8]) -> Result<Affine<Self>, PointError> {
                let compressed_flag = bytes.first().is_some_and(|b| b & 0x80 != 0);
                let mut out = $affine::default();
                let status = match (bytes.len(), compressed_flag) {
                    // SAFETY: reads exactly COMPRESSED bytes, the length just matched.
                    ($bytes, true) => unsafe { blst::$uncompress(&mut out, bytes.as_ptr()) },
                    // SAFETY: with the compression flag clear it reads exactly UNCOMPRESSED
                    // bytes, the length just matched.
                    (n, false) if n == 2 * $bytes => unsafe {
                        blst::$deserialize(&mut out, bytes.as_ptr())
                    },
                    // The flag contradicts the length.
                    (n, _) if n == $bytes || n == 2 * $bytes => BLST_ERROR::BLST_BAD_ENCODING,
                    (actual, _) => {
                        return Err(PointError::Length { expected: $bytes, actual });
                    }
                };
                match status {
                    BLST_ERROR::BLST_SUCCESS => Ok(Self::from_raw_affine(&out)),
                    BLST_ERROR::BLST_POINT_NOT_ON_CURVE => Err(PointError::NotOnCurve),
                    // On G1 blst knows two points of order 3 by their x = 0 while it decodes.
                    BLST_ERROR::BLST_POINT_NOT_IN_GROUP => Err(PointError::NotInSubgroup),
                    _ => Err(PointError::Encoding),
                }
            }

            fn compress(point: &Affine<Self>, out: &mut [u8]) {
                assert_eq!(out.len(), $bytes);
                // SAFETY: writes exactly COMPRESSED bytes, asserted above.
                unsafe { blst::$compress(out.as_mut_ptr(), Self::raw_affine(point)) };
            }

            fn serialize(point: &Affine<Self>, out: &mut [u8]) {
                assert_eq!(out.len(), 2 * $bytes);
                // SAFETY: writes exactly UNCOMPRESSED bytes, asserted above.
                unsafe { blst::$serialize(out.as_mut_ptr(), Self::raw_affine(point)) };
            }

            fn in_subgroup(point: &Projective<Self>) -> bool {
                // SAFETY: reads one Jacobian point.
                unsafe { blst::$in_group(Self::raw(point)) }
            }

            fn generator() -> Affine<Self> {
                // SAFETY: returns a pointer to a static point that is never written.
                Self::from_raw_affine(unsafe { &*blst::$generator() })
            }

            fn hash(message: &[u8], tag: &[u8], augmentation: &[u8]) -> Projective<Self> {
                let mut out = $jacobian::default();
                // SAFETY: each pointer is passed with its slice's own length; an empty slice is
                // never read.
                unsafe {
                    blst::$hash(
                        &mut out,
                        message.as_ptr(),
                        message.len(),
                        tag.as_ptr(),
                        tag.len(),
                        augmentation.as_ptr(),
                        augmentation.len(),
                    );
                }
                Self::from_raw(&out)
            }

            fn double(point: &Projective<Self>) -> Projective<Self> {
                let mut out = $jacobian::default();
                // SAFETY: reads one Jacobian point and writes one.
                unsafe { blst::$double(&mut out, Self::raw(point)) };
                Self::from_raw(&out)
            }

            fn add(a: &Projective<Self>, b: &Projective<Self>) -> Projective<Self> {
                let mut out = $jacobian::default();
                // SAFETY: reads two Jacobian points and writes one.
                unsafe { blst::$add(&mut out, Self::raw(a), Self::raw(b)) };
                Self::from_raw(&out)
            }

            fn add_affine(a: &Projective<Self>, b: &Affine<Self>) -> Projective<Self> {
                let mut out = $jacobian::default();
                // SAFETY: reads one Jacobian and one affine point and writes a Jacobian one.
                unsafe { blst::$add_affine(&mut out, Self::raw(a), Self::raw_affine(b)) };
                Self::from_raw(&out)
            }

            fn b() -> $field {
                $b
            }

            fn beta() -> Fp {
                Fp::from_limbs($beta)
            }
        }

        #[cfg(test)]
        impl MultiplyPublic for $curve {
            fn multiply(point: &Projective<Self>, scalar: &[u8; 32]) -> Projective<Self> {
                let mut out = $jacobian::default();
                // SAFETY: reads one Jacobian point and 255 bits, that is 32 bytes, of the scalar.
                unsafe { blst::$mult(&mut out, Self::raw(point), scalar.as_ptr(), 255) };
                Self::from_raw(&out)
            }
        }
    };
}

/// Full-width multiplication: the oracle of the unit tests.
#[cfg(test)]
pub(crate) trait MultiplyPublic: Curve {
    fn multiply(point: &Projective<Self>, scalar: &[u8; 32]) -> Projective<Self>;
}

/// `[scalar] P` for a little-endian scalar below r and a point of the subgroup.
#[cfg(test)]
pub(crate) fn multiply_public<C: MultiplyPublic>(
    point: &Projective<C>,
    scalar: &[u8; 32],
) -> Projective<C> {
    C::multiply(point, scalar)
}

fn four() -> Fp {
    Fp::from_limbs(&[4, 0, 0, 0, 0, 0])
}

/// The primitive cube root of unity in Fp with the larger residue.
const CUBE_ROOT_HIGH: &[u64; 6] = &[
    0x8bfd_0000_0000_aaac,
    0x4094_27eb_4f49_fffd,
    0x897d_2965_0fb8_5f9b,
    0xaa0d_857d_8975_9ad4,
    0xec02_4086_63d4_de85,
    0x1a01_11ea_397f_e699,
];

/// Its square, the other primitive cube root of unity.
const CUBE_ROOT_LOW: &[u64; 6] = &[
    0x2e01_ffff_fffe_fffe,
    0xde17_d813_620a_0002,
    0xddb3_a93b_e6f8_9688,
    0xba69_c607_6a0f_77ea,
    0x5f19_672f_df76_ce51,
    0,
];

curve!(
    G1,
    Fp,
    blst_p1_affine,
    blst_p1,
    48,
    3,
    blst_p1_uncompress,
    blst_p1_deserialize,
    blst_p1_affine_compress,
    blst_p1_affine_serialize,
    blst_p1_in_g1,
    blst_p1_affine_generator,
    blst_hash_to_g1,
    blst_p1_double,
    blst_p1_add_or_double,
    blst_p1_add_or_double_affine,
    blst_p1_mult,
    CUBE_ROOT_LOW,
    four()
);

curve!(
    G2,
    Fp2,
    blst_p2_affine,
    blst_p2,
    96,
    13,
    blst_p2_uncompress,
    blst_p2_deserialize,
    blst_p2_affine_compress,
    blst_p2_affine_serialize,
    blst_p2_in_g2,
    blst_p2_affine_generator,
    blst_hash_to_g2,
    blst_p2_double,
    blst_p2_add_or_double,
    blst_p2_add_or_double_affine,
    blst_p2_mult,
    CUBE_ROOT_HIGH,
    Fp2::from_parts(four(), four())
);

/// `expand_message_xmd` with SHA-256 (RFC 9380 section 5.3.1), filling `out`, of a message under a tag
/// of at most 255 bytes.
pub(crate) fn expand_message_xmd(message: &[u8], tag: &[u8], out: &mut [u8]) {
    assert!(out.len() <= 255 * 32, "the RFC expands to at most 255 digests");
    // SAFETY: each pointer is passed with its slice's own length; an empty slice is never read.
    unsafe {
        blst::blst_expand_message_xmd(
            out.as_mut_ptr(),
            out.len(),
            message.as_ptr(),
            message.len(),
            tag.as_ptr(),
            tag.len(),
        );
    }
}

/// An element of Fp12: a Miller loop's value, or, after [`Gt::final_exponentiation`], of GT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gt(blst_fp12);

impl Gt {
    pub(crate) fn one() -> Self {
        Self(blst_fp12::default())
    }

    /// The element a + b w, w^2 = v, from the coefficients of 1, v and v^2 in a and in b.
    pub(crate) fn from_coefficients(coefficients: &[[Fp2; 3]; 2]) -> Self {
        let fp6 = coefficients.map(|half| blst::blst_fp6 { fp2: half.map(|c| c.0) });
        Self(blst_fp12 { fp6 })
    }

    pub(crate) fn is_one(&self) -> bool {
        // SAFETY: reads one fp12.
        unsafe { blst::blst_fp12_is_one(&self.0) }
    }

    pub(crate) fn mul(&self, other: &Self) -> Self {
        let mut out = blst_fp12::default();
        // SAFETY: reads two fp12 and writes one.
        unsafe { blst::blst_fp12_mul(&mut out, &self.0, &other.0) };
        Self(out)
    }

    /// The inverse of an element of GT, where it is the conjugate.
    pub(crate) fn conjugate(mut self) -> Self {
        // SAFETY: negates half of the coordinates of one fp12 in place.
        unsafe { blst::blst_fp12_conjugate(&mut self.0) };
        self
    }

    /// Maps a Miller loop's value into GT: raises to a multiple of (p^12 - 1) / r.
    pub(crate) fn final_exponentiation(&self) -> Self {
        let mut out = blst_fp12::default();
        // SAFETY: reads one fp12 and writes one.
        unsafe { blst::blst_final_exp(&mut out, &self.0) };
        Self(out)
    }
}

/// The product of the Miller loops of `(g1[i], g2[i])`, squarings shared. Pairs with an identity
/// contribute one.
pub(crate) fn miller_loop(pairs: &[(Affine<G1>, Affine<G2>)]) -> Gt {
    let (mut ps, mut qs) = (Vec::with_capacity(pairs.len()), Vec::with_capacity(pairs.len()));
    for (p, q) in pairs {
        if !p.is_identity() && !q.is_identity() {
            ps.push(G1::raw_affine(p));
            qs.push(G2::raw_affine(q));
        }
    }
    if ps.is_empty() {
        return Gt::one();
    }
    let mut out = blst_fp12::default();
    // SAFETY: both arrays hold `ps.len()` pointers, each to a live affine point that is not the
    // identity; blst reads the arrays and the points and writes one fp12.
    unsafe { blst::blst_miller_loop_n(&mut out, qs.as_ptr(), ps.as_ptr(), ps.len()) };
    Gt(out)
}

/// A secret scalar in 1..r, zeroized on drop. Every operation on it is blst's constant-time one.
#[derive(Clone, zeroize::ZeroizeOnDrop)]
#[repr(transparent)]
pub(crate) struct SecretScalar(blst_scalar);

// A reference to a scalar's bytes may be read as one to the scalar.
const _: () = {
    assert!(size_of::<SecretScalar>() == 32);
    assert!(align_of::<SecretScalar>() == align_of::<[u8; 32]>());
};

impl SecretScalar {
    /// The scalar whose bytes, least significant first, lie somewhere already; unless it is zero
    /// or not below r.
    pub(crate) fn from_ref(bytes: &[u8; 32]) -> Option<&Self> {
        // SAFETY: a scalar is transparently a `repr(C)` struct of exactly these 32 bytes, with
        // their size and alignment as asserted above, and any bytes are valid in it.
        let scalar = unsafe { &*core::ptr::from_ref(bytes).cast::<Self>() };
        // SAFETY: reads one scalar.
        unsafe { blst::blst_sk_check(&scalar.0) }.then_some(scalar)
    }

    /// The key that the scalar is.
    pub(crate) fn as_key(&self) -> &SecretKey {
        // SAFETY: a key is transparently a scalar.
        unsafe { &*core::ptr::from_ref(self).cast::<SecretKey>() }
    }

    /// The scalar from 32 big-endian bytes, unless it is zero or not below r.
    pub(crate) fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let mut out = Self(blst_scalar::default());
        // SAFETY: reads 32 bytes and writes one scalar; the check reads that scalar.
        let valid = unsafe {
            blst::blst_scalar_from_bendian(&mut out.0, bytes.as_ptr());
            blst::blst_sk_check(&out.0)
        };
        valid.then_some(out)
    }

    pub(crate) fn to_bytes(&self) -> zeroize::Zeroizing<[u8; 32]> {
        let mut out = zeroize::Zeroizing::new([0; 32]);
        // SAFETY: reads one scalar and writes exactly 32 bytes.
        unsafe { blst::blst_bendian_from_scalar(out.as_mut_ptr(), &self.0) };
        out
    }

    /// KeyGen of draft-irtf-cfrg-bls-signature; `ikm` must hold at least 32 bytes.
    pub(crate) fn generate(ikm: &[u8], info: &[u8]) -> Self {
        assert!(ikm.len() >= 32, "KeyGen needs at least 32 bytes of key material");
        let mut out = Self(blst_scalar::default());
        // SAFETY: both slices are passed with their own lengths; writes one scalar.
        unsafe {
            blst::blst_keygen(&mut out.0, ikm.as_ptr(), ikm.len(), info.as_ptr(), info.len());
        }
        out
    }

    /// `derive_master_SK` of EIP-2333; `seed` must hold at least 32 bytes.
    pub(crate) fn derive_master(seed: &[u8]) -> Self {
        assert!(seed.len() >= 32, "EIP-2333 needs a seed of at least 32 bytes");
        let mut out = Self(blst_scalar::default());
        // SAFETY: the seed is passed with its own length; writes one scalar.
        unsafe { blst::blst_derive_master_eip2333(&mut out.0, seed.as_ptr(), seed.len()) };
        out
    }

    /// `derive_child_SK` of EIP-2333.
    pub(crate) fn derive_child(&self, index: u32) -> Self {
        let mut out = Self(blst_scalar::default());
        // SAFETY: reads one scalar and writes one.
        unsafe { blst::blst_derive_child_eip2333(&mut out.0, &self.0, index) };
        out
    }

    pub(crate) fn public_key_g1(&self) -> Projective<G1> {
        let mut out = blst_p1::default();
        // SAFETY: reads one scalar and writes one Jacobian point.
        unsafe { blst::blst_sk_to_pk_in_g1(&mut out, &self.0) };
        G1::from_raw(&out)
    }

    pub(crate) fn public_key_g2(&self) -> Projective<G2> {
        let mut out = blst_p2::default();
        // SAFETY: reads one scalar and writes one Jacobian point.
        unsafe { blst::blst_sk_to_pk_in_g2(&mut out, &self.0) };
        G2::from_raw(&out)
    }

    pub(crate) fn sign_g1(&self, hash: &Projective<G1>) -> Projective<G1> {
        let mut out = blst_p1::default();
        // SAFETY: reads one Jacobian point and one scalar and writes one Jacobian point.
        unsafe { blst::blst_sign_pk_in_g2(&mut out, G1::raw(hash), &self.0) };
        G1::from_raw(&out)
    }

    pub(crate) fn sign_g2(&self, hash: &Projective<G2>) -> Projective<G2> {
        let mut out = blst_p2::default();
        // SAFETY: reads one Jacobian point and one scalar and writes one Jacobian point.
        unsafe { blst::blst_sign_pk_in_g1(&mut out, G2::raw(hash), &self.0) };
        G2::from_raw(&out)
    }

    /// Constant-time equality.
    pub(crate) fn equals(&self, other: &Self) -> bool {
        let difference = self.0.b.iter().zip(&other.0.b).fold(0u8, |acc, (a, b)| acc | (a ^ b));
        core::hint::black_box(difference) == 0
    }
}

impl Zeroize for SecretScalar {
    fn zeroize(&mut self) {
        self.0.b.zeroize();
    }
}
