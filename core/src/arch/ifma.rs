//! The AVX-512 IFMA backend: eight lanes of `lanes::radix52`.

#![allow(clippy::inline_always, reason = "one instruction each, to be inlined into kernels")]
#![allow(clippy::pointers_in_nomem_asm_block, reason = "the block has no instruction")]
#![allow(clippy::large_types_passed_by_value, reason = "vectors are registers")]

use core::arch::x86_64::{
    __m512i, _mm512_add_epi64, _mm512_and_si512, _mm512_castsi512_si128, _mm512_loadu_si512,
    _mm512_madd52hi_epu64, _mm512_madd52lo_epu64, _mm512_mask_blend_epi64, _mm512_or_si512,
    _mm512_set1_epi64, _mm512_setzero_si512, _mm512_shuffle_i64x2, _mm512_slli_epi64,
    _mm512_srai_epi64, _mm512_sub_epi64, _mm512_testn_epi64_mask, _mm512_unpackhi_epi64,
    _mm512_unpacklo_epi64,
};

use crate::lanes::radix52::{self, Element, Words};
use crate::lanes::{LANES_MAX, Lanes, Limbs, Mask, kernel_methods};

/// The AVX-512 IFMA backend. A value proves that the processor can run it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ifma(());

impl Ifma {
    /// The backend, where the processor and the operating system have it.
    pub(crate) fn detect() -> Option<Self> {
        let present =
            std::is_x86_feature_detected!("avx512f") && std::is_x86_feature_detected!("avx512ifma");
        present.then_some(Self(()))
    }
}

/// A vector of eight words. Made from rows by [`Ifma`]'s loads only, so it proves what that does.
#[derive(Clone, Copy, Debug)]
#[repr(transparent)]
pub(crate) struct Zmm(__m512i);

/// Implements one operation by one intrinsic.
macro_rules! word {
    ($($value:tt)*) => {
        // SAFETY: a `Zmm` exists, so the processor has AVX-512F and IFMA.
        unsafe { $($value)* }
    };
}

impl Words for Zmm {
    #[inline(always)]
    #[expect(clippy::cast_possible_wrap, reason = "the intrinsic takes bits as i64")]
    fn splat(self, x: u64) -> Self {
        Self(word!(_mm512_set1_epi64(x as i64)))
    }

    #[inline(always)]
    fn madd_lo(self, a: Self, b: Self) -> Self {
        Self(word!(_mm512_madd52lo_epu64(self.0, a.0, b.0)))
    }

    #[inline(always)]
    fn madd_hi(self, a: Self, b: Self) -> Self {
        Self(word!(_mm512_madd52hi_epu64(self.0, a.0, b.0)))
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(word!(_mm512_add_epi64(self.0, other.0)))
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(word!(_mm512_sub_epi64(self.0, other.0)))
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        Self(word!(_mm512_and_si512(self.0, other.0)))
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        Self(word!(_mm512_or_si512(self.0, other.0)))
    }

    #[inline(always)]
    fn carry(self) -> Self {
        Self(word!(_mm512_srai_epi64::<52>(self.0)))
    }

    #[inline(always)]
    fn shl<const N: u32>(self) -> Self {
        Self(word!(_mm512_slli_epi64::<N>(self.0)))
    }

    #[inline(always)]
    fn pin<T>(self, data: &T) -> &T {
        let mut pointer = core::ptr::from_ref(data);
        // SAFETY: no instruction at all; the pointer stays what it was.
        unsafe {
            core::arch::asm!(
                "/* {0} {1} */",
                inout(reg) pointer,
                in(xmm_reg) _mm512_castsi512_si128(self.0),
                options(pure, nomem, nostack, preserves_flags),
            );
            &*pointer
        }
    }
}

type Fp = Element<Zmm>;
type Fp2 = [Fp; 2];

/// Kernels of `radix52`, compiled for AVX-512 IFMA and never inlined: each exists once, so that
/// all of them together stay in the instruction caches.
macro_rules! kernels {
    ($(fn $name:ident($($argument:ident: &$type:ty),*) -> $result:ty;)*) => {
        mod kernels {
            use super::{Fp, Fp2, Zmm, radix52};

            $(
                #[target_feature(enable = "avx512f,avx512ifma")]
                #[inline(never)]
                pub(super) fn $name($($argument: &$type),*) -> $result {
                    radix52::$name($($argument),*)
                }
            )*
        }
    };
}

kernels! {
    fn mul(a: &Fp, b: &Fp) -> Fp;
    fn sqr(a: &Fp) -> Fp;
    fn add(a: &Fp, b: &Fp) -> Fp;
    fn sub(a: &Fp, b: &Fp) -> Fp;
    fn neg(a: &Fp) -> Fp;
    fn double(a: &Fp) -> Fp;
    fn triple(a: &Fp) -> Fp;
    fn sub_double(a: &Fp, b: &Fp) -> Fp;
    fn sub_both(a: &Fp, b: &Fp, c: &Fp) -> Fp;
    fn sub_eightfold(a: &Fp, b: &Fp) -> Fp;
    fn mul2(a: &Fp2, b: &Fp2) -> Fp2;
    fn sqr2(a: &Fp2) -> Fp2;
    fn double_mul_sub_sqr(a: &Fp, b: &Fp, c: &Fp) -> Fp;
    fn double_mul2_sub_sqr2(a: &Fp2, b: &Fp2, c: &Fp2) -> Fp2;
    fn mul2_sub(a: &Fp2, b: &Fp2, c: &Fp2) -> Fp2;
    fn dot2(a: &Fp2, b: &Fp2, c: &Fp2, d: &Fp2, e: &Fp2) -> Fp2;
    fn canonical(a: &Fp) -> Fp;
    fn last_bit(a: &Fp) -> Zmm;
    fn any_bit(a: &Fp) -> Zmm;
}

/// `Lanes::raise`, with the power in registers from the first square to the product.
#[target_feature(enable = "avx512f,avx512ifma")]
#[inline(never)]
fn raise(a: &mut Fp, n: usize, b: &Fp) {
    let mut power = *a;
    for _ in 0..n {
        power = radix52::sqr(&power);
    }
    *a = radix52::mul(&power, b);
}

/// Calls a kernel.
macro_rules! kernel {
    ($($call:tt)*) => {
        // SAFETY: the operands are made of `Zmm`, so the processor has AVX-512F and IFMA.
        unsafe { kernels::$($call)* }
    };
}

/// Rows to vectors: limb k of lane i is `rows[i][k]`.
fn transpose(_proof: Ifma, rows: [&[u64; 8]; 8]) -> Fp {
    // SAFETY: the token says that the processor has AVX-512F.
    unsafe { from_rows(rows) }
}

#[target_feature(enable = "avx512f")]
fn from_rows(rows: [&[u64; 8]; 8]) -> Fp {
    // SAFETY: each row is eight words, a vector's 64 bytes.
    transposed(&rows.map(|row| Zmm(unsafe { _mm512_loadu_si512(row.as_ptr().cast()) })))
}

/// b in the lanes of the mask, a in the others.
#[target_feature(enable = "avx512f")]
fn blend(mask: Mask, a: &Fp, b: &Fp) -> Fp {
    core::array::from_fn(|i| Zmm(_mm512_mask_blend_epi64(mask.0, a[i].0, b[i].0)))
}

/// The transpose of eight rows of eight words.
#[target_feature(enable = "avx512f")]
#[inline]
fn transposed(rows: &Fp) -> Fp {
    // Neighbouring rows are woven together word by word, then the pairs by 128 bits, twice.
    let woven = |i: usize| {
        let (a, b) = (rows[2 * i].0, rows[2 * i + 1].0);
        [_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b)]
    };
    let woven = [woven(0), woven(1), woven(2), woven(3)];
    let mut columns = *rows;
    for parity in 0..2 {
        let [a, b, c, d] = woven.map(|pair| pair[parity]);
        let (even, even_below) =
            (_mm512_shuffle_i64x2::<0x88>(a, b), _mm512_shuffle_i64x2::<0x88>(c, d));
        let (odd, odd_below) =
            (_mm512_shuffle_i64x2::<0xdd>(a, b), _mm512_shuffle_i64x2::<0xdd>(c, d));
        columns[parity] = Zmm(_mm512_shuffle_i64x2::<0x88>(even, even_below));
        columns[parity + 2] = Zmm(_mm512_shuffle_i64x2::<0x88>(odd, odd_below));
        columns[parity + 4] = Zmm(_mm512_shuffle_i64x2::<0xdd>(even, even_below));
        columns[parity + 6] = Zmm(_mm512_shuffle_i64x2::<0xdd>(odd, odd_below));
    }
    columns
}

fn constant(_proof: Ifma, limbs: &[u64; 8]) -> Fp {
    // SAFETY: the token says that the processor has AVX-512F.
    let zero = Zmm(unsafe { _mm512_setzero_si512() });
    limbs.map(|limb| zero.splat(limb))
}

fn canonical_rows(a: &Fp) -> [Limbs; LANES_MAX] {
    Ifma::rows(&kernel!(canonical(a))).map(|row| radix52::join(&row))
}

impl Lanes for Ifma {
    const LANES: usize = 8;
    type Fp = Fp;
    type Row = [u64; 8];

    fn load(self, mut of: impl FnMut(usize) -> Limbs) -> Fp {
        let rows: [_; 8] = core::array::from_fn(|lane| radix52::split(&of(lane)));
        let raw = transpose(self, rows.each_ref());
        kernel!(mul(&raw, &constant(self, &radix52::FROM_INTEGER)))
    }

    fn load_blst(self, mut of: impl FnMut(usize) -> Limbs) -> Fp {
        let rows: [_; 8] = core::array::from_fn(|lane| radix52::split(&of(lane)));
        let raw = transpose(self, rows.each_ref());
        kernel!(mul(&raw, &constant(self, &radix52::FROM_BLST)))
    }

    fn load_rows<'a>(self, of: impl FnMut(usize) -> &'a Self::Row) -> Fp {
        transpose(self, core::array::from_fn(of))
    }

    fn store(a: &Fp) -> [Limbs; LANES_MAX] {
        canonical_rows(&kernel!(mul(a, &constant(Self(()), &radix52::TO_INTEGER))))
    }

    fn store_blst(a: &Fp) -> [Limbs; LANES_MAX] {
        canonical_rows(&kernel!(mul(a, &constant(Self(()), &radix52::TO_BLST))))
    }

    fn rows(a: &Fp) -> [Self::Row; LANES_MAX] {
        // SAFETY: the element exists, so the processor has AVX-512F; a vector and a row are 64
        // bytes either way, and any bits are words.
        unsafe { core::mem::transmute(transposed(a)) }
    }

    kernel_methods!(kernel);

    fn raise(a: &mut Fp, n: usize, b: &Fp) {
        // SAFETY: the operands are made of `Zmm`, so the processor has AVX-512F and IFMA.
        unsafe { raise(a, n, b) }
    }

    fn is_odd(a: &Fp) -> Mask {
        let word = kernel!(last_bit(a));
        !Mask(word!(_mm512_testn_epi64_mask(word.0, word.0)))
    }

    fn is_zero(a: &Fp) -> Mask {
        let word = kernel!(any_bit(a));
        Mask(word!(_mm512_testn_epi64_mask(word.0, word.0)))
    }

    fn select(mask: Mask, a: &Fp, b: &Fp) -> Fp {
        // SAFETY: the operands are made of `Zmm`, so the processor has AVX-512F.
        unsafe { blend(mask, a, b) }
    }
}
