//! Lagrange coefficients at zero, and sums of points under them.
//!
//! All of it is public, so all of it is variable-time.

use crate::arch::Fr;
use crate::backend::Backend;
use crate::curve::{Affine, Curve, Field, Projective, digit_sums, multiply_row};
use crate::strategy::Sequential;
use crate::threshold::index::Index;

/// `lambda_i = prod_{j != i} x_j / (x_j - x_i)`, so that `f(0) = sum_i lambda_i f(x_i)` for every
/// polynomial of degree below the number of points. The indices must differ.
pub(crate) fn coefficients_at_zero(indices: &[Index]) -> Vec<Fr> {
    // lambda_i = (prod_j x_j) / (x_i prod_{j != i} (x_j - x_i)): one inversion serves all.
    let mut denominators: Vec<Fr> = indices.iter().map(|i| denominator(indices, *i)).collect();
    let numerator = product(indices.iter().map(|j| (u64::from(j.get()), false)));
    invert_all(&mut denominators);
    denominators.iter().map(|inverse| numerator.mul(inverse)).collect()
}

/// `x_i prod_{j != i} (x_j - x_i)`.
fn denominator(indices: &[Index], i: Index) -> Fr {
    let differences =
        indices.iter().filter(|j| **j != i).map(|j| (u64::from(j.get().abs_diff(i.get())), *j < i));
    product(differences.chain([(u64::from(i.get()), false)]))
}

/// The product of small numbers, each negated where its flag is set.
fn product(factors: impl Iterator<Item = (u64, bool)>) -> Fr {
    // Indices are below 2^11: five of them fit into a word before a field product is due.
    const WORD_MAX: u64 = u64::MAX >> 11;
    let (mut total, mut word, mut negative) = (Fr::one(), 1, false);
    for (factor, negated) in factors {
        word *= factor;
        negative ^= negated;
        if word > WORD_MAX {
            total = total.mul(&Fr::from_u64(word));
            word = 1;
        }
    }
    total = total.mul(&Fr::from_u64(word));
    if negative { Fr::ZERO.sub(&total) } else { total }
}

/// Inverts every value in place with one inversion (Montgomery's trick). No value may be zero.
fn invert_all(values: &mut [Fr]) {
    let mut products = Vec::with_capacity(values.len());
    let mut running = Fr::one();
    for value in values.iter() {
        products.push(running);
        running = running.mul(value);
    }
    let mut inverse = running.invert();
    for (value, before) in values.iter_mut().zip(&products).rev() {
        let this = inverse.mul(before);
        inverse = inverse.mul(value);
        *value = this;
    }
}

/// Scalars as rows of digits, for sums of points of the subgroup.
///
/// A scalar below r is written `a + b z^2` with halves of at most 127 bits, because `[z^2]` costs
/// one field product; each half becomes balanced digits in a base `2^k - 1`, which is odd, as
/// balanced digits want it, and close to a power of two, as doublings want it.
pub(crate) struct Weights {
    /// For each scalar the digits of `a`, then those of `b`, least significant first.
    digits: Vec<i8>,
    /// Digits of one half.
    width: usize,
    base: u8,
}

impl Weights {
    pub(crate) fn new(scalars: &[Fr]) -> Self {
        let (base, width) = base_and_width(scalars.len());
        let mut digits = Vec::with_capacity(scalars.len() * 2 * width);
        for scalar in scalars {
            for half in split(*scalar) {
                push_balanced_digits(half, base, width, &mut digits);
            }
        }
        Self { digits, width, base }
    }

    /// `sum_i s_i P_i`, the points being in the subgroup and as many as the scalars.
    pub(crate) fn sum<C: Curve>(&self, points: &[Affine<C>]) -> Projective<C> {
        if points.len() < BUCKETS_MIN {
            let rows = points.iter().zip(self.digits.chunks_exact(2 * self.width));
            return rows.fold(Projective::IDENTITY, |sum, (point, row)| {
                C::add(&sum, &multiply_row(point, row, self.base))
            });
        }
        let beta = C::beta();
        let images = points.iter().map(|p| Affine { x: p.x.mul_base(&beta), y: p.y.neg() });
        let all: Vec<Affine<C>> =
            points.iter().zip(images).flat_map(|(point, image)| [*point, image]).collect();
        let rows: Vec<&[i8]> = self.digits.chunks_exact(self.width).collect();
        let sums = digit_sums(&all, &rows, self.base, Backend::default(), &Sequential);
        sums.iter().rev().fold(Projective::IDENTITY, |acc, sum| {
            let power = (0..self.base.count_ones()).fold(acc, |acc, _| C::double(&acc));
            C::add(&C::add(&power, &acc.neg()), sum)
        })
    }
}

/// Below this many points, one chain for each is cheaper than buckets for all.
const BUCKETS_MIN: usize = 10;

/// The base for so many points, and how many of its digits hold every half: the least width with
/// `base^width > 2^127.5`. More points fill more buckets.
fn base_and_width(points: usize) -> (u8, usize) {
    match points {
        0..=20 => (7, 46),
        21..=50 => (15, 33),
        51..=140 => (31, 26),
        141..=350 => (63, 22),
        _ => (127, 19),
    }
}

/// `a` and `b` with `a + b z^2 = scalar` modulo r, both at most about `z^2 / 2` in absolute value.
fn split(scalar: Fr) -> [i128; 2] {
    let [low, high] = scalar.to_halves();
    let (mut b, mut a) = divide_by_z_squared(high, low);
    // r = z^2 (z^2 - 1) + 1, so taking r away takes z^2 - 1 from b and one from a.
    let b_is_large = b > Z_SQUARED / 2;
    if b_is_large {
        b = (Z_SQUARED - 1).wrapping_sub(b);
    }
    let a_is_large = a > Z_SQUARED / 2;
    if a_is_large {
        a = Z_SQUARED - a;
    }
    // Both magnitudes are at most z^2 / 2 < 2^126.5, and carries add one at most.
    let mut b = i128::try_from(b).expect("at most z^2 / 2");
    let mut a = i128::try_from(a).expect("at most z^2 / 2");
    if b_is_large {
        b = -b;
    }
    if a_is_large {
        (a, b) = (-a, b + 1);
    }
    [a - i128::from(b_is_large), b]
}

/// Quotient and remainder of `high * 2^128 + low`, a number below r, by `z^2`: long division.
fn divide_by_z_squared(high: u128, low: u128) -> (u128, u128) {
    let (mut quotient, mut remainder) = (0, high);
    for bit in (0..128).rev() {
        let carry = remainder >> 127;
        remainder = remainder << 1 | (low >> bit & 1);
        quotient <<= 1;
        if carry == 1 || remainder >= Z_SQUARED {
            remainder = remainder.wrapping_sub(Z_SQUARED);
            quotient |= 1;
        }
    }
    (quotient, remainder)
}

/// Appends the balanced digits of `value`, least significant first.
fn push_balanced_digits(value: i128, base: u8, count: usize, out: &mut Vec<i8>) {
    // The digits of a word cost word divisions; those of the whole number would cost long ones.
    let per_word = 9;
    let word_base = u64::from(base).pow(9);
    let (mut rest, mut word) = (value.unsigned_abs(), 0u64);
    let signed_base = i8::try_from(base).expect("small");
    let mut carry = 0;
    for k in 0..count {
        if k % per_word == 0 {
            word = u64::try_from(rest % u128::from(word_base)).expect("below the word's base");
            rest /= u128::from(word_base);
        }
        let digit = i8::try_from(word % u64::from(base)).expect("below the base") + carry;
        word /= u64::from(base);
        carry = i8::from(digit > signed_base / 2);
        let digit = digit - carry * signed_base;
        out.push(if value < 0 { -digit } else { digit });
    }
    debug_assert!(rest == 0 && carry == 0, "the width holds every half");
}

/// `z^2` for the curve family's parameter z = -0xd201000000010000.
const Z_SQUARED: u128 = 0xd201_0000_0001_0000 * 0xd201_0000_0001_0000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::{G1, G2, MultiplyPublic, multiply_public};
    use crate::curve::to_affine_batch;

    fn index(k: u16) -> Index {
        Index::new(k).unwrap()
    }

    fn power(base: &Fr, exponent: usize) -> Fr {
        (0..exponent).fold(Fr::one(), |acc, _| acc.mul(base))
    }

    fn sum(values: impl Iterator<Item = Fr>) -> Fr {
        // a + b = a - (0 - b): the engine itself needs no addition of public elements.
        values.fold(Fr::ZERO, |acc, v| acc.sub(&Fr::ZERO.sub(&v)))
    }

    #[test]
    fn coefficients_interpolate_every_power() {
        for set in [vec![1], vec![2, 1], vec![1024, 1, 1023, 512], (1..=67).rev().collect()] {
            let indices: Vec<Index> = set.into_iter().map(index).collect();
            let lambdas = coefficients_at_zero(&indices);
            for exponent in 0..indices.len() {
                let value = sum(indices
                    .iter()
                    .zip(&lambdas)
                    .map(|(i, l)| l.mul(&power(&i.to_fr(), exponent))));
                assert_eq!(value, if exponent == 0 { Fr::one() } else { Fr::ZERO });
            }
        }
    }

    /// Scalars at the edges of the split and some in between.
    fn scalars() -> Vec<Fr> {
        let z_squared = power(&Fr::from_u64(0xd201_0000_0001_0000), 2);
        let half = z_squared.mul(&Fr::from_u64(2).invert());
        let mut all = vec![Fr::ZERO, Fr::one(), z_squared, half, half.mul(&z_squared)];
        for k in 0..all.len() {
            all.push(all[k].sub(&Fr::one()));
            all.push(Fr::ZERO.sub(&all[k]));
        }
        for k in 1..30 {
            all.push(Fr::from_u64(k * k + 3).invert());
        }
        all
    }

    #[test]
    fn halves_stay_small() {
        for scalar in scalars() {
            for half in split(scalar) {
                assert!(half.unsigned_abs() <= Z_SQUARED / 2 + 2);
            }
        }
    }

    fn sums_agree_with_one_by_one<C: MultiplyPublic>() {
        // Enough of them for every base.
        let scalars = scalars().repeat(9);
        let mut points = vec![C::generator().to_projective()];
        for k in 1..scalars.len() {
            points.push(C::add_affine(&C::double(&points[k - 1]), &C::generator()));
        }
        let affine = to_affine_batch(&points);
        for n in [1, 2, 9, 10, 20, 21, 50, 51, 140, 141, 350, 351] {
            let expected = (0..n).fold(Projective::IDENTITY, |acc, k| {
                let [low, high] = scalars[k].to_halves();
                let mut bytes = [0; 32];
                bytes[..16].copy_from_slice(&low.to_le_bytes());
                bytes[16..].copy_from_slice(&high.to_le_bytes());
                C::add(&acc, &multiply_public(&points[k], &bytes))
            });
            let actual = Weights::new(&scalars[..n]).sum(&affine[..n]);
            assert_eq!(actual.to_affine(), expected.to_affine(), "n = {n}");
        }
    }

    #[test]
    fn g1() {
        sums_agree_with_one_by_one::<G1>();
    }

    #[test]
    fn g2() {
        sums_agree_with_one_by_one::<G2>();
    }
}
