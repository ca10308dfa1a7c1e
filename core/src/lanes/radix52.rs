//! Fp in eight limbs of 52 bits, Montgomery form with R = 2^416: the kernels of AVX-512 IFMA and of
//! its scalar model, written once over a vector of 64-bit words.
//!
//! An element has limbs 0 to 6 below 2^52 and a value in [0, 10p), p < 2^381. Products are sixteen
//! columns of signed words. The bounds behind every line are in core/docs/lanes.md.

#![allow(clippy::inline_always, reason = "kernels are inlined into wrappers with target features")]

use super::Limbs;

/// A vector of 64-bit words with the two multiply-adds of AVX-512 IFMA.
///
/// `splat` needs a vector at hand, so that vectors exist only where a backend's token made the
/// first one.
pub(crate) trait Words: Copy {
    /// `x` in every lane.
    fn splat(self, x: u64) -> Self;
    /// self + low 52 bits of a b, operands cut to 52 bits.
    fn madd_lo(self, a: Self, b: Self) -> Self;
    /// self + bits 52 to 103 of a b, operands cut to 52 bits.
    fn madd_hi(self, a: Self, b: Self) -> Self;
    /// Wrapping sum.
    fn add(self, other: Self) -> Self;
    /// Wrapping difference.
    fn sub(self, other: Self) -> Self;
    /// Bitwise and.
    fn and(self, other: Self) -> Self;
    /// Bitwise or.
    fn or(self, other: Self) -> Self;
    /// Arithmetic shift right by 52.
    fn carry(self) -> Self;
    /// Shift left by a constant.
    fn shl<const N: u32>(self) -> Self;
    /// `data`, whose loads the compiler may not move before `self` is known. Left alone it loads
    /// all operands of a kernel at its start, and spills what does not fit the registers.
    #[inline(always)]
    fn pin<T>(self, data: &T) -> &T {
        data
    }
}

/// An element: limbs from the least significant.
pub(crate) type Element<W> = [W; 8];
/// A product not yet reduced: column k has weight 2^(52 k).
pub(crate) type Columns<W> = [W; 16];

const MASK: u64 = (1 << 52) - 1;

/// p in 64-bit limbs.
pub(crate) const MODULUS: Limbs = [
    0xb9fe_ffff_ffff_aaab,
    0x1eab_fffe_b153_ffff,
    0x6730_d2a0_f6b0_f624,
    0x6477_4b84_f385_12bf,
    0x4b1b_a7b6_434b_acd7,
    0x1a01_11ea_397f_e69a,
];

/// p in limbs of 52 bits.
const P: [u64; 8] = split(&MODULUS);
/// 2^416 - p: adding a multiple of it subtracts one of p, what overflows 2^416 being dropped.
const MINUS_P: [u64; 8] = complement(&P);
/// -1/p modulo 2^52.
const MINUS_P_INVERSE: u64 = minus_inverse(MODULUS[0]) & MASK;
/// Row s: 2^(-52 (s + 1)) mod p.
const FOLD: [[u64; 8]; 7] = fold_table();
/// floor(2^52 / (P\[7\] + 1)): estimates a quotient by p from the top limb, never above it.
const QUOTIENT: u64 = (1 << 52) / (P[7] + 1);

/// R^2 mod p: takes an integer to Montgomery form.
pub(crate) const FROM_INTEGER: [u64; 8] = split(&power_of_two(2 * 416));
/// R^2 / 2^384 mod p: takes blst's Montgomery form to ours.
pub(crate) const FROM_BLST: [u64; 8] = split(&power_of_two(2 * 416 - 384));
/// Takes Montgomery form to the integer.
pub(crate) const TO_INTEGER: [u64; 8] = split(&power_of_two(0));
/// Takes our Montgomery form to blst's.
pub(crate) const TO_BLST: [u64; 8] = split(&power_of_two(384));

/// a b, columns below 2^56.
#[inline(always)]
pub(crate) fn mul_wide<W: Words>(a: &Element<W>, b: &Element<W>) -> Columns<W> {
    let mut t = [a[0].splat(0); 16];
    add_product(&mut t, a, b);
    t
}

/// t + a b, adding less than 2^56 to every column.
#[inline(always)]
fn add_product<W: Words>(t: &mut Columns<W>, a: &Element<W>, b: &Element<W>) {
    for i in 0..8 {
        for j in 0..8 {
            t[i + j] = t[i + j].madd_lo(a[i], b[j]);
        }
        for j in 0..8 {
            t[i + j + 1] = t[i + j + 1].madd_hi(a[i], b[j]);
        }
    }
}

/// a^2, columns below 2^56.
#[inline(always)]
pub(crate) fn sqr_wide<W: Words>(a: &Element<W>) -> Columns<W> {
    let mut t = [a[0].splat(0); 16];
    for i in 0..8 {
        for j in i + 1..8 {
            t[i + j] = t[i + j].madd_lo(a[i], a[j]);
            t[i + j + 1] = t[i + j + 1].madd_hi(a[i], a[j]);
        }
    }
    for column in &mut t {
        *column = column.add(*column);
    }
    for i in 0..8 {
        t[2 * i] = t[2 * i].madd_lo(a[i], a[i]);
        t[2 * i + 1] = t[2 * i + 1].madd_hi(a[i], a[i]);
    }
    t
}

/// Montgomery reduction of columns whose value T has |T| < 2^15 p^2 and that fit 59 bits and a
/// sign. `SIGNED` allows T below zero.
///
/// Limbs 0 to 6 are folded straight into the upper half by the constants 2^(-52 k) mod p, which do
/// not wait for one another; only limb 7 takes a step of Montgomery's. The value left is that of
/// T / R plus less than 4.51p, plus p where signed.
#[inline(always)]
pub(crate) fn reduce_wide<W: Words, const SIGNED: bool>(mut t: Columns<W>) -> Element<W> {
    let mask = t[0].splat(MASK);
    let mut low = [mask; 7];
    for j in 0..7 {
        low[j] = t[j].and(mask);
        t[j + 1] = t[j + 1].add(t[j].carry());
    }
    for j in 0..7 {
        for i in 0..8 {
            let constant = mask.splat(FOLD[6 - j][i]);
            t[7 + i] = t[7 + i].madd_lo(low[j], constant);
            t[8 + i] = t[8 + i].madd_hi(low[j], constant);
        }
    }
    let q = mask.splat(0).madd_lo(t[7], mask.splat(MINUS_P_INVERSE)).and(mask);
    for i in 0..8 {
        let constant = mask.splat(P[i]);
        t[7 + i] = t[7 + i].madd_lo(q, constant);
        t[8 + i] = t[8 + i].madd_hi(q, constant);
    }
    let mut out = [mask; 8];
    let mut carry = t[7].carry();
    for i in 0..8 {
        let mut limb = t[8 + i].add(carry);
        if SIGNED {
            limb = limb.add(mask.splat(P[i]));
        }
        carry = limb.carry();
        out[i] = if i < 7 { limb.and(mask) } else { limb };
    }
    out
}

/// Carries limbs into shape: for a value in [0, 2^15 p) that is only multiplied next.
#[inline(always)]
pub(crate) fn carried<W: Words>(x: Element<W>) -> Element<W> {
    let mask = x[0].splat(MASK);
    let mut out = x;
    for i in 0..7 {
        out[i + 1] = out[i + 1].add(out[i].carry());
        out[i] = out[i].and(mask);
    }
    out
}

/// Brings x + `multiple` p, which lies in [p, 2^9 p), to an element below 3p. Limbs of x are signed
/// words below 2^57.
#[inline(always)]
pub(crate) fn reduced<W: Words, const MULTIPLE: u64>(mut x: Element<W>) -> Element<W> {
    let mask = x[0].splat(MASK);
    for i in 0..8 {
        x[i] = x[i].add(mask.splat(MULTIPLE * P[i]));
    }
    // Carries still to come lower the top limb by less than 32: never overestimate the quotient.
    let top = x[7].sub(mask.splat(32));
    let q = mask.splat(0).madd_hi(top, mask.splat(QUOTIENT));
    for i in 0..8 {
        let constant = mask.splat(MINUS_P[i]);
        x[i] = x[i].madd_lo(q, constant);
        if i < 7 {
            x[i + 1] = x[i + 1].madd_hi(q, constant);
        }
    }
    let mut out = carried(x);
    out[7] = out[7].and(mask);
    out
}

/// The canonical limbs of an element.
#[inline(always)]
pub(crate) fn canonical<W: Words>(a: &Element<W>) -> Element<W> {
    // Below 3p after this, and twice "less p unless that is negative".
    let mut x = reduced::<W, 1>(*a);
    for _ in 0..2 {
        let mut less = x;
        for i in 0..8 {
            less[i] = less[i].sub(x[0].splat(P[i]));
        }
        let mask = x[0].splat(MASK);
        for i in 0..7 {
            less[i + 1] = less[i + 1].add(less[i].carry());
            less[i] = less[i].and(mask);
        }
        // All ones where the difference is negative.
        let negative = less[7].carry();
        for i in 0..8 {
            x[i] = less[i].add(x[i].sub(less[i]).and(negative));
        }
    }
    x
}

/// Sum of products in Fp2, by Karatsuba on columns: three products each. N is 4 at most. The real
/// part may be negative.
#[inline(always)]
fn dot_wide<W: Words, const N: usize>(
    a: [&[Element<W>; 2]; N],
    b: [&[Element<W>; 2]; N],
) -> [Columns<W>; 2] {
    let zero = a[0][0][0].splat(0);
    let mut real = [zero; 16];
    for k in 0..N {
        let (a, b) = (real[15].pin(a[k]), real[15].pin(b[k]));
        add_product(&mut real, &a[0], &b[0]);
    }
    let mut imaginary = [zero; 16];
    for k in 0..N {
        let (a, b) = (real[15].pin(a[k]), real[15].pin(b[k]));
        let (a, b) = (imaginary[15].pin(a), imaginary[15].pin(b));
        add_product(&mut imaginary, &a[1], &b[1]);
    }
    let mut difference = real;
    let mut cross = imaginary;
    for k in 0..16 {
        difference[k] = real[k].sub(imaginary[k]);
        cross[k] = zero.sub(real[k]).sub(imaginary[k]);
    }
    for k in 0..N {
        let (a, b) = (cross[15].pin(a[k]), cross[15].pin(b[k]));
        add_product(&mut cross, &carried(sum(&a[0], &a[1])), &carried(sum(&b[0], &b[1])));
    }
    [difference, cross]
}

/// The same, reduced.
#[inline(always)]
fn dot<W: Words, const N: usize>(
    a: [&[Element<W>; 2]; N],
    b: [&[Element<W>; 2]; N],
) -> [Element<W>; 2] {
    let [real, imaginary] = dot_wide(a, b);
    let imaginary = reduce_wide::<W, false>(imaginary);
    [reduce_wide::<W, true>(*imaginary[7].pin(&real)), imaginary]
}

/// Product in Fp2.
#[inline(always)]
pub(crate) fn mul2<W: Words>(a: &[Element<W>; 2], b: &[Element<W>; 2]) -> [Element<W>; 2] {
    dot([a], [b])
}

/// a b - c in Fp2
#[inline(always)]
pub(crate) fn mul2_sub<W: Words>(
    a: &[Element<W>; 2],
    b: &[Element<W>; 2],
    c: &[Element<W>; 2],
) -> [Element<W>; 2] {
    let [real, imaginary] = dot([a], [b]);
    [sub(&real, &c[0]), sub(&imaginary, &c[1])]
}

/// a b + c d + e in Fp2
#[inline(always)]
pub(crate) fn dot2<W: Words>(
    a: &[Element<W>; 2],
    b: &[Element<W>; 2],
    c: &[Element<W>; 2],
    d: &[Element<W>; 2],
    e: &[Element<W>; 2],
) -> [Element<W>; 2] {
    let [real, imaginary] = dot([a, c], [b, d]);
    [add(&real, &e[0]), add(&imaginary, &e[1])]
}

/// Square in Fp2: (a0 + a1)(a0 - a1) and 2 a0 a1.
#[inline(always)]
fn sqr2_wide<W: Words>(a: &[Element<W>; 2]) -> [Columns<W>; 2] {
    let mut less = a[0];
    for i in 0..8 {
        less[i] = a[0][i].sub(a[1][i]).add(a[0][0].splat(16 * P[i]));
    }
    let real = mul_wide(&carried(sum(&a[0], &a[1])), &carried(less));
    let mut twice = mul_wide(&a[0], &a[1]);
    for column in &mut twice {
        *column = column.add(*column);
    }
    [real, twice]
}

/// Square in Fp2, reduced.
#[inline(always)]
pub(crate) fn sqr2<W: Words>(a: &[Element<W>; 2]) -> [Element<W>; 2] {
    sqr2_wide(a).map(reduce_wide::<W, false>)
}

/// 2 a b - c^2, reduced once.
#[inline(always)]
pub(crate) fn double_mul_sub_sqr<W: Words>(
    a: &Element<W>,
    b: &Element<W>,
    c: &Element<W>,
) -> Element<W> {
    reduce_wide::<W, true>(double_sub(&mul_wide(a, b), &sqr_wide(c)))
}

/// 2 a b - c^2 in Fp2, reduced once.
#[inline(always)]
pub(crate) fn double_mul2_sub_sqr2<W: Words>(
    a: &[Element<W>; 2],
    b: &[Element<W>; 2],
    c: &[Element<W>; 2],
) -> [Element<W>; 2] {
    let (product, square) = (dot_wide([a], [b]), sqr2_wide(c));
    [
        reduce_wide::<W, true>(double_sub(&product[0], &square[0])),
        reduce_wide::<W, true>(double_sub(&product[1], &square[1])),
    ]
}

/// 2 a - b, of weight 3 for products.
#[inline(always)]
fn double_sub<W: Words>(a: &Columns<W>, b: &Columns<W>) -> Columns<W> {
    let mut out = *a;
    for k in 0..16 {
        out[k] = a[k].add(a[k]).sub(b[k]);
    }
    out
}

/// a b
#[inline(always)]
pub(crate) fn mul<W: Words>(a: &Element<W>, b: &Element<W>) -> Element<W> {
    reduce_wide::<W, false>(mul_wide(a, b))
}

/// a^2
#[inline(always)]
pub(crate) fn sqr<W: Words>(a: &Element<W>) -> Element<W> {
    reduce_wide::<W, false>(sqr_wide(a))
}

/// a + b
#[inline(always)]
pub(crate) fn add<W: Words>(a: &Element<W>, b: &Element<W>) -> Element<W> {
    reduced::<W, 1>(sum(a, b))
}

/// a - b
#[inline(always)]
pub(crate) fn sub<W: Words>(a: &Element<W>, b: &Element<W>) -> Element<W> {
    reduced::<W, 11>(difference(a, b))
}

/// -a
#[inline(always)]
pub(crate) fn neg<W: Words>(a: &Element<W>) -> Element<W> {
    reduced::<W, 11>(a.map(|limb| limb.splat(0).sub(limb)))
}

/// 2a
#[inline(always)]
pub(crate) fn double<W: Words>(a: &Element<W>) -> Element<W> {
    add(a, a)
}

/// 3a
#[inline(always)]
pub(crate) fn triple<W: Words>(a: &Element<W>) -> Element<W> {
    reduced::<W, 1>(sum(&sum(a, a), a))
}

/// a - 2b
#[inline(always)]
pub(crate) fn sub_double<W: Words>(a: &Element<W>, b: &Element<W>) -> Element<W> {
    reduced::<W, 21>(difference(a, &sum(b, b)))
}

/// a - b - c
#[inline(always)]
pub(crate) fn sub_both<W: Words>(a: &Element<W>, b: &Element<W>, c: &Element<W>) -> Element<W> {
    reduced::<W, 21>(difference(a, &sum(b, c)))
}

/// a - 8b
#[inline(always)]
pub(crate) fn sub_eightfold<W: Words>(a: &Element<W>, b: &Element<W>) -> Element<W> {
    reduced::<W, 81>(difference(a, &b.map(W::shl::<3>)))
}

/// The last bit of the canonical integer.
#[inline(always)]
pub(crate) fn last_bit<W: Words>(a: &Element<W>) -> W {
    let integer = mul(a, &TO_INTEGER.map(|limb| a[0].splat(limb)));
    canonical(&integer)[0].and(a[0].splat(1))
}

/// A word that is zero in the lanes where the element is zero modulo p, and only there.
#[inline(always)]
pub(crate) fn any_bit<W: Words>(a: &Element<W>) -> W {
    let x = canonical(a);
    x[1..].iter().fold(x[0], |all, limb| all.or(*limb))
}

/// a + b, limb by limb.
#[inline(always)]
fn sum<W: Words>(a: &Element<W>, b: &Element<W>) -> Element<W> {
    let mut out = *a;
    for i in 0..8 {
        out[i] = a[i].add(b[i]);
    }
    out
}

/// a - b, limb by limb.
#[inline(always)]
fn difference<W: Words>(a: &Element<W>, b: &Element<W>) -> Element<W> {
    let mut out = *a;
    for i in 0..8 {
        out[i] = a[i].sub(b[i]);
    }
    out
}

/// An integer below 2^416 in limbs of 52 bits.
pub(crate) const fn split(x: &Limbs) -> [u64; 8] {
    let mut out = [0; 8];
    let mut i = 0;
    while i < 8 {
        let (word, shift) = (i * 52 / 64, i * 52 % 64);
        let mut limb = x[word] >> shift;
        if shift > 12 && word + 1 < 6 {
            limb |= x[word + 1] << (64 - shift);
        }
        out[i] = limb & MASK;
        i += 1;
    }
    out
}

/// The other way round, for canonical limbs.
pub(crate) const fn join(x: &[u64; 8]) -> Limbs {
    let mut out = [0; 6];
    let mut i = 0;
    while i < 8 {
        let (word, shift) = (i * 52 / 64, i * 52 % 64);
        out[word] |= x[i] << shift;
        if shift > 12 && word + 1 < 6 {
            out[word + 1] |= x[i] >> (64 - shift);
        }
        i += 1;
    }
    out
}

/// 2^416 - x.
const fn complement(x: &[u64; 8]) -> [u64; 8] {
    let mut out = [0; 8];
    let (mut i, mut carry) = (0, 1);
    while i < 8 {
        let limb = (MASK - x[i]) + carry;
        out[i] = limb & MASK;
        carry = limb >> 52;
        i += 1;
    }
    out
}

/// -1/x modulo 2^64 for odd x, by Newton's iteration.
pub(super) const fn minus_inverse(x: u64) -> u64 {
    let mut inverse = 1u64;
    let mut i = 0;
    while i < 6 {
        inverse = inverse.wrapping_mul(2u64.wrapping_sub(x.wrapping_mul(inverse)));
        i += 1;
    }
    inverse.wrapping_neg()
}

const fn fold_table() -> [[u64; 8]; 7] {
    let mut out = [[0; 8]; 7];
    let mut x = [1, 0, 0, 0, 0, 0];
    let mut s = 0;
    while s < 7 {
        let mut bit = 0;
        while bit < 52 {
            x = halved(&x);
            bit += 1;
        }
        out[s] = split(&x);
        s += 1;
    }
    out
}

/// x / 2 mod p.
#[expect(clippy::cast_possible_truncation, reason = "limbs of wider sums")]
pub(super) const fn halved(x: &Limbs) -> Limbs {
    let odd = x[0] & 1;
    let mut out = [0; 6];
    let (mut i, mut carry) = (0, 0u128);
    while i < 6 {
        let limb = x[i] as u128 + (odd * MODULUS[i]) as u128 + carry;
        out[i] = limb as u64;
        carry = limb >> 64;
        i += 1;
    }
    i = 0;
    while i < 6 {
        let above = if i < 5 { out[i + 1] } else { carry as u64 };
        out[i] = out[i] >> 1 | above << 63;
        i += 1;
    }
    out
}

/// 2^n mod p.
pub(super) const fn power_of_two(n: usize) -> Limbs {
    let mut x = [1, 0, 0, 0, 0, 0];
    let mut k = 0;
    while k < n {
        let mut doubled = [0u64; 6];
        let mut i = 0;
        while i < 6 {
            doubled[i] = x[i] << 1 | if i > 0 { x[i - 1] >> 63 } else { 0 };
            i += 1;
        }
        // Less p, unless that is negative. 2p < 2^382 fits six limbs.
        let mut less = [0; 6];
        let mut borrow = false;
        i = 0;
        while i < 6 {
            let (limb, under) = doubled[i].overflowing_sub(MODULUS[i]);
            let (limb, under_again) = limb.overflowing_sub(borrow as u64);
            less[i] = limb;
            borrow = under || under_again;
            i += 1;
        }
        x = if borrow { doubled } else { less };
        k += 1;
    }
    x
}
