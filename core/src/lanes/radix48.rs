//! Fp in eight balanced digits of 48 bits held as doubles, Montgomery form with R = 2^384: the
//! kernels of AVX2 with FMA and of its scalar model, written once over a vector of doubles.
//!
//! An element has digits 0 to 6 within 2^47 + 2^5 and a value within 9/8 p, both of either sign.
//! Every double is an integer and every operation exact, but for the roundings that split a product
//! in two and cut carries off: those need round to nearest, and no more. The bounds behind every
//! line are in core/docs/lanes.md; `bounds` computes them through these same functions.

#![allow(clippy::inline_always, reason = "kernels are inlined into wrappers with target features")]
#![allow(clippy::needless_range_loop, reason = "digits are counted as in formulas")]

mod product;
mod reduction;
mod table;

#[cfg(test)]
mod bounds;
#[cfg(test)]
pub(crate) mod model;
#[cfg(test)]
mod tests;

pub(crate) use product::{mul_wide, sqr_wide};
pub(crate) use reduction::reduce_pair;
pub(crate) use table::{FROM_INTEGER, TABLE, TO_INTEGER, Table, join, split};

use product::carried;
use reduction::reduce;

/// A vector of doubles.
///
/// Constants come by way of a vector at hand, so that vectors exist only where a backend's token
/// made the first one.
pub(crate) trait Doubles: Copy + 'static {
    /// The constants, in every lane.
    fn table(self) -> &'static Table<Self>;
    /// self + other
    fn add(self, other: Self) -> Self;
    /// self - other
    fn sub(self, other: Self) -> Self;
    /// self + a b, rounded once.
    fn add_product(self, a: Self, b: Self) -> Self;
    /// self - a b, rounded once.
    fn sub_product(self, a: Self, b: Self) -> Self;

    /// The same, which is known to be a multiple of 2^48.
    #[must_use]
    fn known_multiple(self) -> Self {
        self
    }

    /// `operand`, in a way that keeps the compiler from loading from it before `self` is known. It
    /// would load everything at once, run out of registers and store it elsewhere.
    fn pin<'a, T>(&mut self, operand: &'a T) -> &'a T {
        operand
    }

    /// [`mul_wide`], where a backend keeps it out of line.
    fn mul_wide(a: &Element<Self>, b: &Element<Self>) -> Columns<Self> {
        mul_wide(a, b)
    }

    /// [`reduce_pair`], where a backend keeps it out of line.
    fn reduce_pair(t: &[Columns<Self>; 2]) -> [Element<Self>; 2] {
        reduce_pair(t)
    }
}

/// An element: digits from the least significant.
pub(crate) type Element<V> = [V; 8];
/// A product not yet reduced: column k has weight 2^(48 k).
pub(crate) type Columns<V> = [V; 16];

/// Brings a value within 16 p to one within (1/2 + 2^-40) p, digits within 2^51 into shape.
#[inline(always)]
pub(crate) fn reduced<V: Doubles>(x: &Element<V>) -> Element<V> {
    let table = x[0].table();
    let quotient = table.one.add_product(x[7], table.per_p).sub(table.one);
    let mut out = *x;
    for i in 0..8 {
        out[i] = out[i].sub_product(quotient, table.p[i]);
    }
    carried(&out)
}

/// Product in Fp2 before reduction, by Karatsuba: columns within 1.14 * 2^52, values within
/// 2.6 p^2.
#[inline(always)]
fn product2<V: Doubles>(a: &[Element<V>; 2], b: &[Element<V>; 2]) -> [Columns<V>; 2] {
    let mut real = V::mul_wide(&a[0], &b[0]);
    let imaginary = V::mul_wide(&a[1], &b[1]);
    let mut cross = V::mul_wide(&carried(&sum(&a[0], &a[1])), &carried(&sum(&b[0], &b[1])));
    for k in 0..16 {
        cross[k] = cross[k].sub(real[k]).sub(imaginary[k]);
        real[k] = real[k].sub(imaginary[k]);
    }
    [real, cross]
}

/// Square in Fp2 before reduction, (a0 + a1)(a0 - a1) and 2 a0 a1, in the same bounds.
#[inline(always)]
fn square2<V: Doubles>(a: &[Element<V>; 2]) -> [Columns<V>; 2] {
    let real = V::mul_wide(&carried(&sum(&a[0], &a[1])), &carried(&difference(&a[0], &a[1])));
    [real, V::mul_wide(&carried(&sum(&a[0], &a[0])), &a[1])]
}

/// Product in Fp2: three products, two reductions.
#[inline(always)]
pub(crate) fn mul2<V: Doubles>(a: &[Element<V>; 2], b: &[Element<V>; 2]) -> [Element<V>; 2] {
    V::reduce_pair(&product2(a, b))
}

/// Square in Fp2: two products, two reductions.
#[inline(always)]
pub(crate) fn sqr2<V: Doubles>(a: &[Element<V>; 2]) -> [Element<V>; 2] {
    V::reduce_pair(&square2(a))
}

/// a b - c in Fp2
#[inline(always)]
pub(crate) fn mul2_sub<V: Doubles>(
    a: &[Element<V>; 2],
    b: &[Element<V>; 2],
    c: &[Element<V>; 2],
) -> [Element<V>; 2] {
    let [real, imaginary] = mul2(a, b);
    [sub(&real, &c[0]), sub(&imaginary, &c[1])]
}

/// a b + c d + e in Fp2: six products, two reductions. One of the two products is carried, so that
/// columns of the sum are within 1.15 * 2^52, and its values are within 5.2 p^2.
#[inline(always)]
pub(crate) fn dot2<V: Doubles>(
    a: &[Element<V>; 2],
    b: &[Element<V>; 2],
    c: &[Element<V>; 2],
    d: &[Element<V>; 2],
    e: &[Element<V>; 2],
) -> [Element<V>; 2] {
    let first = product2(a, b);
    let first = [carried(&first[0]), carried(&first[1])];
    let second = product2(c, d);
    let [real, imaginary] =
        V::reduce_pair(&[sum(&first[0], &second[0]), sum(&first[1], &second[1])]);
    [add(&real, &e[0]), add(&imaginary, &e[1])]
}

/// 2 a b - c^2 in Fp2, with one pair of reductions.
#[inline(always)]
pub(crate) fn double_mul2_sub_sqr2<V: Doubles>(
    a: &[Element<V>; 2],
    b: &[Element<V>; 2],
    c: &[Element<V>; 2],
) -> [Element<V>; 2] {
    let (product, square) = (product2(a, b), square2(c));
    let product = [carried(&product[0]), carried(&product[1])];
    let [real, imaginary] = V::reduce_pair(&[
        difference(&sum(&product[0], &product[0]), &square[0]),
        difference(&sum(&product[1], &product[1]), &square[1]),
    ]);
    [reduced(&real), reduced(&imaginary)]
}

/// 2 a b - c^2, with one reduction.
#[inline(always)]
pub(crate) fn double_mul_sub_sqr<V: Doubles>(
    a: &Element<V>,
    b: &Element<V>,
    c: &Element<V>,
) -> Element<V> {
    let product = V::mul_wide(a, b);
    let [out] = reduce([&difference(&sum(&product, &product), &V::mul_wide(c, c))]);
    reduced(&out)
}

/// a b
#[inline(always)]
pub(crate) fn mul<V: Doubles>(a: &Element<V>, b: &Element<V>) -> Element<V> {
    let [out] = reduce([&mul_wide(a, b)]);
    out
}

/// a^2
#[inline(always)]
pub(crate) fn sqr<V: Doubles>(a: &Element<V>) -> Element<V> {
    let [out] = reduce([&sqr_wide(a)]);
    out
}

/// a + b
#[inline(always)]
pub(crate) fn add<V: Doubles>(a: &Element<V>, b: &Element<V>) -> Element<V> {
    reduced(&sum(a, b))
}

/// a - b
#[inline(always)]
pub(crate) fn sub<V: Doubles>(a: &Element<V>, b: &Element<V>) -> Element<V> {
    reduced(&difference(a, b))
}

/// -a
#[inline(always)]
pub(crate) fn neg<V: Doubles>(a: &Element<V>) -> Element<V> {
    let zero = a[0].sub(a[0]);
    difference(&[zero; 8], a)
}

/// 2a
#[inline(always)]
pub(crate) fn double<V: Doubles>(a: &Element<V>) -> Element<V> {
    add(a, a)
}

/// 3a
#[inline(always)]
pub(crate) fn triple<V: Doubles>(a: &Element<V>) -> Element<V> {
    reduced(&sum(&sum(a, a), a))
}

/// a - 2b
#[inline(always)]
pub(crate) fn sub_double<V: Doubles>(a: &Element<V>, b: &Element<V>) -> Element<V> {
    reduced(&difference(a, &sum(b, b)))
}

/// a - b - c
#[inline(always)]
pub(crate) fn sub_both<V: Doubles>(a: &Element<V>, b: &Element<V>, c: &Element<V>) -> Element<V> {
    reduced(&difference(a, &sum(b, c)))
}

/// a - 8b
#[inline(always)]
pub(crate) fn sub_eightfold<V: Doubles>(a: &Element<V>, b: &Element<V>) -> Element<V> {
    let table = a[0].table();
    let mut x = *a;
    for i in 0..8 {
        x[i] = x[i].sub_product(b[i], table.eight);
    }
    reduced(&x)
}

/// A sum of squares that is zero in the lanes where the element is zero modulo p, and only there.
#[inline(always)]
pub(crate) fn size<V: Doubles>(a: &Element<V>) -> V {
    // Within p/2 and a bit: zero modulo p means zero, and digits below 2^48 are then all zero.
    let x = reduced(a);
    let zero = x[0].sub(x[0]);
    let mut size = zero;
    for digit in x {
        size = size.add_product(digit, digit);
    }
    size
}

/// a + b, digit by digit.
#[inline(always)]
fn sum<V: Doubles, const N: usize>(a: &[V; N], b: &[V; N]) -> [V; N] {
    let mut out = *a;
    for i in 0..N {
        out[i] = out[i].add(b[i]);
    }
    out
}

/// a - b, digit by digit.
#[inline(always)]
fn difference<V: Doubles, const N: usize>(a: &[V; N], b: &[V; N]) -> [V; N] {
    let mut out = *a;
    for i in 0..N {
        out[i] = out[i].sub(b[i]);
    }
    out
}
