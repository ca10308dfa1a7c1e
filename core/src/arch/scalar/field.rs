//! Fp and Fp2 on blst's scalar arithmetic.

use blst::{blst_fp, blst_fp2};

use crate::curve::Field;
use crate::lanes;
use crate::lanes::radix52::MODULUS;

/// An element of Fp, in Montgomery form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub struct Fp(pub(super) blst_fp);

/// An element of Fp2 = Fp\[i\]/(i^2 + 1), in Montgomery form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub struct Fp2(pub(super) blst_fp2);

impl core::hash::Hash for Fp {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.0.l.hash(state);
    }
}

impl core::hash::Hash for Fp2 {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.0.fp[0].l.hash(state);
        self.0.fp[1].l.hash(state);
    }
}

impl Fp {
    /// From an integer below p.
    pub(crate) fn from_limbs(limbs: &[u64; 6]) -> Self {
        let mut out = blst_fp::default();
        // SAFETY: reads exactly six 64-bit limbs, the length of the array, and writes one fp.
        unsafe { blst::blst_fp_from_uint64(&mut out, limbs.as_ptr()) };
        Self(out)
    }

    /// From Montgomery form, x * 2^384 mod p, canonical.
    pub(crate) fn from_montgomery(limbs: [u64; 6]) -> Self {
        Self(blst_fp { l: limbs })
    }

    /// The Montgomery form, x * 2^384 mod p, canonical.
    pub(crate) fn montgomery(&self) -> [u64; 6] {
        self.0.l
    }

    /// The integer below p.
    pub(crate) fn integer(&self) -> [u64; 6] {
        let mut out = [0; 6];
        // SAFETY: reads one fp and writes exactly six 64-bit limbs, the length of the array.
        unsafe { blst::blst_uint64_from_fp(out.as_mut_ptr(), &self.0) };
        out
    }
}

impl Fp {
    /// From 48 bytes, most significant first; `None` for other lengths and unless below p.
    fn from_be_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; 48] = bytes.try_into().ok()?;
        let (words, _) = bytes.as_chunks::<8>();
        let limbs: [u64; 6] = core::array::from_fn(|i| u64::from_be_bytes(words[5 - i]));
        limbs.iter().rev().lt(MODULUS.iter().rev()).then(|| Self::from_limbs(&limbs))
    }
}

impl Fp2 {
    /// From the real part and the imaginary one.
    pub(crate) fn from_parts(real: Fp, imaginary: Fp) -> Self {
        Self(blst_fp2 { fp: [real.0, imaginary.0] })
    }

    /// The real part and the imaginary one.
    pub(crate) fn parts(&self) -> [Fp; 2] {
        self.0.fp.map(Fp)
    }
}

macro_rules! field {
    ($name:ident, $lanes:ident, $inner:ident, $add:ident, $sub:ident, $mul:ident, $sqr:ident, $cneg:ident,
     $invert:ident, $zero:expr, $one:expr, $is_zero:expr, $mul_base:expr, $from_bytes:expr,
     $is_largest:expr) => {
        impl Field for $name {
            type Lanes<B: lanes::Lanes> = lanes::$lanes<B>;
            const ZERO: Self = Self($zero);

            fn one() -> Self {
                $one
            }

            #[inline]
            fn is_zero(&self) -> bool {
                $is_zero(&self.0)
            }

            #[inline]
            fn add(&self, other: &Self) -> Self {
                let mut out = $zero;
                // SAFETY: three valid references of the function's own type.
                unsafe { blst::$add(&mut out, &self.0, &other.0) };
                Self(out)
            }

            #[inline]
            fn sub(&self, other: &Self) -> Self {
                let mut out = $zero;
                // SAFETY: three valid references of the function's own type.
                unsafe { blst::$sub(&mut out, &self.0, &other.0) };
                Self(out)
            }

            #[inline]
            fn mul(&self, other: &Self) -> Self {
                let mut out = $zero;
                // SAFETY: three valid references of the function's own type.
                unsafe { blst::$mul(&mut out, &self.0, &other.0) };
                Self(out)
            }

            #[inline]
            fn sqr(&self) -> Self {
                let mut out = $zero;
                // SAFETY: two valid references of the function's own type.
                unsafe { blst::$sqr(&mut out, &self.0) };
                Self(out)
            }

            #[inline]
            fn neg(&self) -> Self {
                let mut out = $zero;
                // SAFETY: two valid references of the function's own type.
                unsafe { blst::$cneg(&mut out, &self.0, true) };
                Self(out)
            }

            fn invert(&self) -> Self {
                let mut out = $zero;
                // SAFETY: two valid references of the function's own type. The Euclidean inverse
                // is variable-time, which public data allows; zero gives zero.
                unsafe { blst::$invert(&mut out, &self.0) };
                Self(out)
            }

            #[inline]
            fn mul_base(&self, by: &Fp) -> Self {
                $mul_base(self, by)
            }

            fn from_bytes(bytes: &[u8]) -> Option<Self> {
                $from_bytes(bytes)
            }

            fn is_largest(&self) -> bool {
                $is_largest(self)
            }
        }
    };
}

const FP_ZERO: blst_fp = blst_fp { l: [0; 6] };

field!(
    Fp,
    Base,
    blst_fp,
    blst_fp_add,
    blst_fp_sub,
    blst_fp_mul,
    blst_fp_sqr,
    blst_fp_cneg,
    blst_fp_eucl_inverse,
    FP_ZERO,
    Fp::from_limbs(&[1, 0, 0, 0, 0, 0]),
    |a: &blst_fp| a.l == [0; 6],
    |a: &Fp, by: &Fp| a.mul(by),
    Fp::from_be_bytes,
    |a: &Fp| a.integer().iter().rev().gt(HALF_FLOOR.iter().rev())
);

field!(
    Fp2,
    Quadratic,
    blst_fp2,
    blst_fp2_add,
    blst_fp2_sub,
    blst_fp2_mul,
    blst_fp2_sqr,
    blst_fp2_cneg,
    blst_fp2_eucl_inverse,
    blst_fp2 { fp: [FP_ZERO; 2] },
    Fp2(blst_fp2 { fp: [Fp::one().0, FP_ZERO] }),
    |a: &blst_fp2| a.fp[0].l == [0; 6] && a.fp[1].l == [0; 6],
    |a: &Fp2, by: &Fp| Fp2(blst_fp2 { fp: [Fp(a.0.fp[0]).mul(by).0, Fp(a.0.fp[1]).mul(by).0] }),
    |bytes: &[u8]| {
        let (imaginary, real) = bytes.split_at_checked(48)?;
        Some(Fp2::from_parts(Fp::from_be_bytes(real)?, Fp::from_be_bytes(imaginary)?))
    },
    |a: &Fp2| {
        let [real, imaginary] = a.parts();
        if imaginary.is_zero() { real.is_largest() } else { imaginary.is_largest() }
    }
);

/// (p - 1) / 2: the largest element that is not larger than its negative.
const HALF_FLOOR: [u64; 6] = [
    0xdcff_7fff_ffff_d555,
    0x0f55_ffff_58a9_ffff,
    0xb398_6950_7b58_7b12,
    0xb23b_a5c2_79c2_895f,
    0x258d_d3db_21a5_d66b,
    0x0d00_88f5_1cbf_f34d,
];
