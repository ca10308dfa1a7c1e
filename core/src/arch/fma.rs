//! The AVX2 and FMA backend: four lanes of `lanes::radix48`.

#![allow(clippy::inline_always, reason = "kernels are made of these")]
#![allow(clippy::pointers_in_nomem_asm_block, reason = "the blocks have no instruction")]

use core::arch::x86_64::{
    __m256d, _CMP_EQ_OQ, _mm256_add_pd, _mm256_and_si256, _mm256_blendv_pd, _mm256_castsi256_pd,
    _mm256_cmp_pd, _mm256_cmpeq_epi64, _mm256_fmadd_pd, _mm256_fnmadd_pd, _mm256_loadu_pd,
    _mm256_movemask_pd, _mm256_permute2f128_pd, _mm256_set1_epi64x, _mm256_setr_epi64x,
    _mm256_setzero_pd, _mm256_sub_pd, _mm256_unpackhi_pd, _mm256_unpacklo_pd,
};

use super::float_env::with_nearest_rounding;
use crate::lanes::radix48::{self, Doubles, Element, Table};
use crate::lanes::{LANES_MAX, Lanes, Limbs, Mask, kernel_methods};

/// The AVX2 and FMA backend. A value proves that the processor can run it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fma(());

impl Fma {
    /// The backend, where the processor and the operating system have it.
    pub(crate) fn detect() -> Option<Self> {
        let present = std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("fma");
        present.then_some(Self(()))
    }
}

/// A vector of four doubles. Made from rows by [`Fma`]'s loads only, so it proves what that does;
/// the constants are reached by way of one.
#[derive(Clone, Copy, Debug)]
#[repr(transparent)]
pub(crate) struct Ymm(__m256d);

/// The constants at full width: broadcasting loads would compete with the arithmetic.
static TABLE: Table<Ymm> = {
    const COUNT: usize = size_of::<Table<f64>>() / 8;
    // SAFETY: a table is doubles and nothing else.
    let one: [f64; COUNT] = unsafe { core::mem::transmute(radix48::TABLE) };
    let mut four = [[0.0; 4]; COUNT];
    let mut i = 0;
    while i < COUNT {
        four[i] = [one[i]; 4];
        i += 1;
    }
    // SAFETY: a table of vectors is as many vectors as that of doubles is doubles, in the same
    // order, and any four doubles are a vector.
    unsafe { core::mem::transmute(four) }
};

/// Implements one operation by one intrinsic.
macro_rules! double {
    ($($value:tt)*) => {
        // SAFETY: a `Ymm` exists, so the processor has AVX2 and FMA.
        unsafe { $($value)* }
    };
}

/// Calls a kernel.
macro_rules! kernel {
    ($($call:tt)*) => {
        // SAFETY: the operands are made of `Ymm`, so the processor has AVX2 and FMA.
        unsafe { kernels::$($call)* }
    };
}

impl Doubles for Ymm {
    #[inline(always)]
    fn table(self) -> &'static Table<Self> {
        let mut table = &raw const TABLE;
        // The compiler would find the lanes alike and broadcast one instead.
        // SAFETY: no instruction; the pointer stays that of the table.
        unsafe {
            core::arch::asm!("/* {} */", inout(reg) table, options(pure, nomem, nostack, preserves_flags));
            &*table
        }
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(double!(_mm256_add_pd(self.0, other.0)))
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(double!(_mm256_sub_pd(self.0, other.0)))
    }

    #[inline(always)]
    fn add_product(self, a: Self, b: Self) -> Self {
        Self(double!(_mm256_fmadd_pd(a.0, b.0, self.0)))
    }

    #[inline(always)]
    fn sub_product(self, a: Self, b: Self) -> Self {
        Self(double!(_mm256_fnmadd_pd(a.0, b.0, self.0)))
    }

    #[inline(always)]
    fn pin<'a, T>(&mut self, operand: &'a T) -> &'a T {
        double!(pin(&mut self.0, operand))
    }

    #[inline(always)]
    fn mul_wide(a: &Fp, b: &Fp) -> Columns {
        kernel!(mul_wide(a, b))
    }

    #[inline(always)]
    fn reduce_pair(t: &Wide) -> Fp2 {
        kernel!(reduce_pair(t))
    }
}

/// See [`Doubles::pin`].
#[target_feature(enable = "avx2,fma")]
#[inline]
fn pin<'a, T>(known: &mut __m256d, operand: &'a T) -> &'a T {
    let mut pointer = core::ptr::from_ref(operand);
    // SAFETY: no instruction; the pointer stays what it was.
    unsafe {
        core::arch::asm!(
            "/* {} {} */",
            inout(reg) pointer,
            inout(ymm_reg) *known,
            options(pure, nomem, nostack, preserves_flags)
        );
        &*pointer
    }
}

/// Has the caller's stack frame aligned to whole vectors, by a local that nothing is written to.
/// The compiler would not do it for vectors that it moves there itself, and half of those would
/// then lie across two cache lines.
#[inline(always)]
fn align_stack() {
    #[repr(align(32))]
    struct Vector;
    let vector = Vector;
    // SAFETY: no instruction.
    unsafe {
        core::arch::asm!("/* {} */", in(reg) &raw const vector, options(nomem, nostack, preserves_flags));
    }
}

type Fp = Element<Ymm>;
type Columns = radix48::Columns<Ymm>;
type Fp2 = [Fp; 2];
type Wide = [Columns; 2];

/// Kernels of `radix48`, compiled for AVX2 and FMA and never inlined: each exists once, so that
/// all of them together stay in the instruction caches.
macro_rules! kernels {
    ($(fn $name:ident($($argument:ident: &$type:ty),*) -> $result:ty;)*) => {
        mod kernels {
            use super::{Columns, Fp, Fp2, Wide, Ymm, align_stack, radix48};

            $(
                #[target_feature(enable = "avx2,fma")]
                #[inline(never)]
                pub(super) fn $name($($argument: &$type),*) -> $result {
                    align_stack();
                    radix48::$name($($argument),*)
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
    fn mul_wide(a: &Fp, b: &Fp) -> Columns;
    fn reduce_pair(t: &Wide) -> Fp2;
    fn size(a: &Fp) -> Ymm;
}

/// `Lanes::raise`. Out of line for every square, the power would be copied each time.
#[target_feature(enable = "avx2,fma")]
#[inline(never)]
fn raise(a: &mut Fp, n: usize, b: &Fp) {
    align_stack();
    let mut power = *a;
    for _ in 0..n {
        power = radix48::sqr(&power);
    }
    *a = radix48::mul(&power, b);
}

/// The transpose of four rows of four doubles.
#[target_feature(enable = "avx2,fma")]
fn transposed([a, b, c, d]: [__m256d; 4]) -> [__m256d; 4] {
    let (even, odd) = (_mm256_unpacklo_pd(a, b), _mm256_unpackhi_pd(a, b));
    let (even_below, odd_below) = (_mm256_unpacklo_pd(c, d), _mm256_unpackhi_pd(c, d));
    [
        _mm256_permute2f128_pd::<0x20>(even, even_below),
        _mm256_permute2f128_pd::<0x20>(odd, odd_below),
        _mm256_permute2f128_pd::<0x31>(even, even_below),
        _mm256_permute2f128_pd::<0x31>(odd, odd_below),
    ]
}

/// Rows to vectors: digit k of lane i is `rows[i][k]`.
#[target_feature(enable = "avx2,fma")]
fn from_rows(rows: [&[f64; 8]; 4]) -> Fp {
    let half = |first: usize| {
        // SAFETY: four doubles of the eight start there.
        transposed(rows.map(|row| unsafe { _mm256_loadu_pd(row.as_ptr().add(first)) }))
    };
    let ([a, b, c, d], [e, f, g, h]) = (half(0), half(4));
    [a, b, c, d, e, f, g, h].map(Ymm)
}

/// Vectors to rows.
#[target_feature(enable = "avx2,fma")]
fn to_rows([a, b, c, d, e, f, g, h]: &Fp) -> [[f64; 8]; 4] {
    let (low, high) = (transposed([a.0, b.0, c.0, d.0]), transposed([e.0, f.0, g.0, h.0]));
    core::array::from_fn(|lane| {
        // SAFETY: 64 bytes either way, and any vector is four doubles.
        unsafe { core::mem::transmute([low[lane], high[lane]]) }
    })
}

/// b in the lanes of the mask, a in the others.
#[target_feature(enable = "avx2,fma")]
fn blend(mask: Mask, a: &Fp, b: &Fp) -> Fp {
    let bits = _mm256_setr_epi64x(1, 2, 4, 8);
    let chosen = _mm256_and_si256(_mm256_set1_epi64x(mask.0.into()), bits);
    let chosen = _mm256_castsi256_pd(_mm256_cmpeq_epi64(chosen, bits));
    core::array::from_fn(|i| Ymm(_mm256_blendv_pd(a[i].0, b[i].0, chosen)))
}

fn transpose(_proof: Fma, rows: [&[f64; 8]; 4]) -> Fp {
    // SAFETY: the token says that the processor has AVX2 and FMA.
    unsafe { from_rows(rows) }
}

fn constant(proof: Fma, digits: &[f64; 8]) -> Fp {
    transpose(proof, [digits; 4])
}

impl Lanes for Fma {
    const LANES: usize = 4;
    type Fp = Fp;
    type Row = [f64; 8];

    fn within<R>(self, work: impl FnOnce() -> R) -> R {
        with_nearest_rounding(work)
    }

    fn load(self, of: impl FnMut(usize) -> Limbs) -> Fp {
        kernel!(mul(&self.load_blst(of), &constant(self, &radix48::FROM_INTEGER)))
    }

    fn load_blst(self, mut of: impl FnMut(usize) -> Limbs) -> Fp {
        let rows: [_; 4] = core::array::from_fn(|lane| radix48::split(&of(lane)));
        transpose(self, rows.each_ref())
    }

    fn load_rows<'a>(self, of: impl FnMut(usize) -> &'a Self::Row) -> Fp {
        transpose(self, core::array::from_fn(of))
    }

    fn store(a: &Fp) -> [Limbs; LANES_MAX] {
        Self::store_blst(&kernel!(mul(a, &constant(Self(()), &radix48::TO_INTEGER))))
    }

    fn store_blst(a: &Fp) -> [Limbs; LANES_MAX] {
        Self::rows(a).map(|row| radix48::join(&row))
    }

    fn rows(a: &Fp) -> [Self::Row; LANES_MAX] {
        let mut rows = [[0.0; 8]; LANES_MAX];
        // SAFETY: the element exists, so the processor has AVX2 and FMA.
        rows[..4].copy_from_slice(&unsafe { to_rows(a) });
        rows
    }

    kernel_methods!(kernel);

    fn raise(a: &mut Fp, n: usize, b: &Fp) {
        // SAFETY: the operands are made of `Ymm`, so the processor has AVX2 and FMA.
        unsafe { raise(a, n, b) }
    }

    fn is_zero(a: &Fp) -> Mask {
        let size = kernel!(size(a));
        let zero = double!(_mm256_cmp_pd::<_CMP_EQ_OQ>(size.0, _mm256_setzero_pd()));
        Mask(double!(_mm256_movemask_pd(zero)).try_into().expect("four bits"))
    }

    fn select(mask: Mask, a: &Fp, b: &Fp) -> Fp {
        // SAFETY: the operands are made of `Ymm`, so the processor has AVX2 and FMA.
        unsafe { blend(mask, a, b) }
    }
}
