//! The power behind square roots in Fp, where p = 3 modulo 4.

use super::radix52::MODULUS;
use super::{Base, LaneField, Lanes, Limbs};

/// Bits of a window: 16 odd powers in the table, and 457 products in all. Four bits take 461.
const WIDTH: usize = 5;

/// x^((p-3)/4): the inverse of a square root of x, times 1 or a root of -1, as x is a square or not.
/// Zero gives zero.
pub(crate) fn power_p_minus_3_over_4<B: Lanes>(x: &Base<B>) -> Base<B> {
    let [power] = powers_p_minus_3_over_4(&[*x]);
    power
}

/// The same of several elements at once. Each product of one chain waits for the one before it, so
/// processors that look far ahead gain from a second chain beside it.
pub(crate) fn powers_p_minus_3_over_4<B: Lanes, const N: usize>(x: &[Base<B>; N]) -> [Base<B>; N] {
    powers(x, &EXPONENT)
}

/// (p - 3) / 4.
const EXPONENT: Limbs = {
    let mut out = [0; 6];
    let mut i = 0;
    while i < 6 {
        let above = if i < 5 { MODULUS[i + 1] } else { 0 };
        out[i] = MODULUS[i] >> 2 | above << 62;
        i += 1;
    }
    out
};

/// Powers to a constant exponent other than zero, by a sliding window from the top.
fn powers<B: Lanes, const N: usize>(x: &[Base<B>; N], exponent: &Limbs) -> [Base<B>; N] {
    let odd = odd_powers(x);
    let mut windows = Windows { exponent, position: 384 };
    let first = windows.find(|window| window.odd != 0).expect("an exponent other than zero");
    let mut out = odd[first.odd / 2];
    for window in windows {
        for _ in 0..window.bits {
            out = each(|k| out[k].sqr());
        }
        if window.odd != 0 {
            out = each(|k| out[k].mul(&odd[window.odd / 2][k]));
        }
    }
    out
}

/// x, x^3, x^5, ...
fn odd_powers<B: Lanes, const N: usize>(x: &[Base<B>; N]) -> [[Base<B>; N]; 1 << (WIDTH - 1)] {
    let square: [_; N] = each(|k| x[k].sqr());
    let mut odd = [*x; 1 << (WIDTH - 1)];
    for i in 1..odd.len() {
        odd[i] = each(|k| odd[i - 1][k].mul(&square[k]));
    }
    odd
}

fn each<T, const N: usize>(of: impl FnMut(usize) -> T) -> [T; N] {
    core::array::from_fn(of)
}

/// A piece of an exponent: a zero bit, or up to [`WIDTH`] bits that begin and end with a one.
struct Window {
    bits: usize,
    odd: usize,
}

/// The pieces from the most significant bit down.
struct Windows<'a> {
    exponent: &'a Limbs,
    /// Bits not yet taken.
    position: usize,
}

impl Windows<'_> {
    fn bit(&self, i: usize) -> usize {
        usize::from(self.exponent[i / 64] >> (i % 64) & 1 == 1)
    }
}

impl Iterator for Windows<'_> {
    type Item = Window;

    fn next(&mut self) -> Option<Window> {
        let end = self.position;
        let top = end.checked_sub(1)?;
        let low = (end.saturating_sub(WIDTH)..end).find(|i| self.bit(*i) == 1).unwrap_or(top);
        let window = if self.bit(top) == 0 {
            Window { bits: 1, odd: 0 }
        } else {
            Window {
                bits: end - low,
                odd: (low..end).rev().fold(0, |value, i| 2 * value + self.bit(i)),
            }
        };
        self.position -= window.bits;
        Some(window)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::Fp;
    use crate::curve::Field;
    use crate::lanes::portable::Portable;
    use crate::lanes::tests::Values;

    fn agrees_with_square_and_multiply<B: Lanes>(backend: B, rounds: usize) {
        let mut values = Values::new(4);
        for round in 0..rounds {
            let mut x: Vec<Fp> = (0..2 * B::LANES).map(|_| values.fp()).collect();
            if round == 0 {
                x[0] = Fp::ZERO;
            }
            let loaded = [0, 1].map(|k| Base::load(backend, |lane| x[2 * lane + k]));
            let [even, odd] = powers_p_minus_3_over_4(&loaded).map(|power| power.store());
            let single = power_p_minus_3_over_4(&loaded[0]).store();
            for lane in 0..B::LANES {
                let expected = [0, 1].map(|k| {
                    let x = &x[2 * lane + k];
                    (0..379).rev().fold(Fp::one(), |power, i| {
                        let square = power.sqr();
                        if EXPONENT[i / 64] >> (i % 64) & 1 == 1 { square.mul(x) } else { square }
                    })
                });
                assert_eq!([even[lane], odd[lane]], expected, "lane {lane}");
                assert_eq!(single[lane], expected[0], "lane {lane}");
            }
        }
    }

    #[test]
    fn portable() {
        agrees_with_square_and_multiply(Portable, if cfg!(miri) { 1 } else { 20 });
    }

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn ifma() {
        match crate::arch::Ifma::detect() {
            Some(backend) => agrees_with_square_and_multiply(backend, 1_000),
            None => println!("skipped: AVX-512 IFMA, which this processor lacks"),
        }
    }
}
