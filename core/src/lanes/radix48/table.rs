//! The constants of the kernels, and the way between digits and limbs.

use crate::lanes::Limbs;
use crate::lanes::radix52::{MODULUS, halved, minus_inverse, power_of_two};

/// What the kernels multiply and add. As many vectors as fields say, in their order.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Table<V> {
    /// 1.5 * 2^100, whose binade has units of 2^48: what is added to it is rounded to those.
    pub(super) unit: V,
    /// 2^-48
    pub(super) shift: V,
    /// -1.5 * 2^52: takes `unit` off again after the shift.
    pub(super) unshift: V,
    /// -1/p modulo 2^48, balanced.
    pub(super) minus_p_inverse: V,
    /// 1.5 * 2^52, whose binade has units of 1.
    pub(super) one: V,
    /// 1 / the top digit of p.
    pub(super) per_p: V,
    /// 8
    pub(super) eight: V,
    /// p
    pub(super) p: [V; 8],
    /// Digit i of 2^(-48 (7 - j)) mod p, balanced, at `[i][j]` for j < 7, and of p for j = 7.
    pub(super) fold: [[V; 8]; 8],
}

#[cfg(test)]
impl Table<f64> {
    /// The constants as another type has them.
    pub(super) fn map<V>(&self, of: impl Fn(f64) -> V) -> Table<V> {
        Table {
            unit: of(self.unit),
            shift: of(self.shift),
            unshift: of(self.unshift),
            minus_p_inverse: of(self.minus_p_inverse),
            one: of(self.one),
            per_p: of(self.per_p),
            eight: of(self.eight),
            p: self.p.map(&of),
            fold: self.fold.map(|row| row.map(&of)),
        }
    }
}

/// The constants in one lane.
pub(crate) const TABLE: Table<f64> = Table {
    unit: 1.5 * power(100),
    shift: 1.0 / power(48),
    unshift: -1.5 * power(52),
    minus_p_inverse: doubles(&balanced(&words(&[minus_inverse(MODULUS[0]), 0, 0, 0, 0, 0])))[0],
    one: 1.5 * power(52),
    per_p: 1.0 / P[7],
    eight: 8.0,
    p: P,
    fold: fold_table(),
};

const MASK: u64 = (1 << 48) - 1;

/// p
const P: [f64; 8] = split(&MODULUS);
/// R^2 mod p: takes an integer to Montgomery form.
pub(crate) const FROM_INTEGER: [f64; 8] = split(&power_of_two(2 * 384));
/// Takes Montgomery form to the integer.
pub(crate) const TO_INTEGER: [f64; 8] = split(&power_of_two(0));

/// An integer below p in balanced digits.
pub(crate) const fn split(x: &Limbs) -> [f64; 8] {
    doubles(&balanced(&words(x)))
}

/// The integer below p that a lane's element is congruent to.
#[expect(clippy::cast_possible_truncation, reason = "digits are integers below 2^48")]
pub(crate) fn join(row: &[f64; 8]) -> Limbs {
    // With 2p more it is positive and below 4p.
    let twice_p = words(&MODULUS).map(|digit| 2 * digit);
    let (mut x, mut carry) = ([0; 6], 0);
    for i in 0..8 {
        let (word, shift) = (i * 48 / 64, i * 48 % 64);
        carry += row[i] as i64 + twice_p[i];
        let digit = carry.cast_unsigned() & MASK;
        carry >>= 48;
        x[word] |= digit << shift;
        if shift > 16 {
            x[word + 1] |= digit >> (64 - shift);
        }
    }
    for _ in 0..3 {
        let (mut less, mut borrow) = ([0; 6], 0);
        for i in 0..6 {
            let (limb, under) = x[i].overflowing_sub(MODULUS[i]);
            let (limb, under_again) = limb.overflowing_sub(borrow);
            less[i] = limb;
            borrow = u64::from(under | under_again);
        }
        // All ones where the difference is negative.
        let negative = borrow.wrapping_neg();
        for i in 0..6 {
            x[i] = less[i] ^ ((x[i] ^ less[i]) & negative);
        }
    }
    x
}

/// x in digits of 48 bits.
const fn words(x: &Limbs) -> [i64; 8] {
    let mut out = [0; 8];
    let mut i = 0;
    while i < 8 {
        let (word, shift) = (i * 48 / 64, i * 48 % 64);
        let mut digit = x[word] >> shift;
        if shift > 16 {
            digit |= x[word + 1] << (64 - shift);
        }
        out[i] = (digit & MASK).cast_signed();
        i += 1;
    }
    out
}

/// Carries digits but the top one into -2^47 ..= 2^47 - 1.
const fn balanced(x: &[i64; 8]) -> [i64; 8] {
    let mut out = *x;
    let mut i = 0;
    while i < 7 {
        let carry = (out[i] + (1 << 47)) >> 48;
        out[i] -= carry << 48;
        out[i + 1] += carry;
        i += 1;
    }
    out
}

/// Words as the doubles of the same value, exact below 2^53.
const fn doubles(x: &[i64; 8]) -> [f64; 8] {
    let mut out = [0.0; 8];
    let mut i = 0;
    while i < 8 {
        out[i] = x[i] as f64;
        i += 1;
    }
    out
}

/// 2^n
const fn power(n: u32) -> f64 {
    (1u128 << n) as f64
}

/// See [`Table::fold`].
const fn fold_table() -> [[f64; 8]; 8] {
    let p = words(&MODULUS);
    let mut out = [[0.0; 8]; 8];
    let mut x = [1, 0, 0, 0, 0, 0];
    let mut j = 7;
    while j > 0 {
        j -= 1;
        let mut bit = 0;
        while bit < 48 {
            x = halved(&x);
            bit += 1;
        }
        // The residue next to zero.
        let mut digits = words(&x);
        let mut i = 0;
        while i < 8 && 2 * x[5] > MODULUS[5] {
            digits[i] -= p[i];
            i += 1;
        }
        let digits = doubles(&balanced(&digits));
        i = 0;
        while i < 8 {
            out[i][j] = digits[i];
            i += 1;
        }
    }
    let mut i = 0;
    while i < 8 {
        out[i][7] = P[i];
        i += 1;
    }
    out
}
