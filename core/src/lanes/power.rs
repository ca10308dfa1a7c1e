//! The power behind square roots in Fp, where p = 3 modulo 4.

use super::{Base, LaneField, Lanes};

/// x^((p-3)/4): the inverse of a square root of x, times 1 or a root of -1, as x is a square or not.
/// Zero gives zero.
///
/// 447 products, where a sliding window of five bits takes 457: an exponent that is known may
/// choose its windows. A search found them.
pub(crate) fn power_p_minus_3_over_4<B: Lanes>(x: &Base<B>) -> Base<B> {
    let mut table = [*x; 1 + SUMS.len()];
    for (k, [i, j]) in SUMS.iter().enumerate() {
        table[k + 1] = if i == j { table[*i].sqr() } else { table[*i].mul(&table[*j]) };
    }
    let mut power = table[FIRST];
    for (squarings, entry) in WINDOWS {
        B::raise(&mut power.0, squarings, &table[entry].0);
    }
    power.sqr()
}

/// The table's exponents after the first, 1, as sums of two before them: 2, 4, 8, 9, 11, 13, 17, 19,
/// 21, 40, 61, 14, 75, 89, 115, 119, 123, 133, 122 and 255.
const SUMS: [[usize; 2]; 20] = [
    [0, 0],
    [1, 1],
    [2, 2],
    [3, 0],
    [1, 4],
    [1, 5],
    [2, 6],
    [1, 7],
    [1, 8],
    [8, 9],
    [9, 10],
    [0, 6],
    [11, 12],
    [12, 13],
    [10, 13],
    [2, 15],
    [2, 16],
    [12, 16],
    [11, 11],
    [18, 19],
];

/// (p - 3) / 4 from the top, but for its last bit, 0: the entry to start from, then how often to
/// square before the product with which entry.
const FIRST: usize = 6;
const WINDOWS: [(usize, usize); 52] = [
    (13, 7),
    (9, 11),
    (6, 7),
    (1, 0),
    (7, 13),
    (8, 20),
    (6, 6),
    (6, 6),
    (9, 13),
    (7, 6),
    (4, 6),
    (8, 11),
    (7, 14),
    (8, 6),
    (6, 5),
    (5, 9),
    (5, 8),
    (5, 5),
    (7, 14),
    (10, 16),
    (8, 13),
    (1, 0),
    (8, 4),
    (7, 15),
    (8, 18),
    (7, 4),
    (5, 5),
    (7, 17),
    (9, 15),
    (8, 6),
    (7, 9),
    (12, 17),
    (5, 5),
    (11, 17),
    (7, 4),
    (11, 11),
    (6, 9),
    (8, 20),
    (8, 20),
    (5, 5),
    (8, 9),
    (10, 20),
    (8, 20),
    (7, 16),
    (10, 20),
    (2, 0),
    (8, 20),
    (8, 20),
    (8, 20),
    (8, 20),
    (6, 9),
    (6, 9),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::Fp;
    use crate::curve::Field;
    use crate::lanes::Limbs;
    use crate::lanes::portable::Portable;
    use crate::lanes::radix52::MODULUS;
    use crate::lanes::tests::{Values, rounds};

    fn square_and_multiply(x: &Fp) -> Fp {
        let above = |k: usize| MODULUS.get(k + 1).map_or(0, |limb| limb << 62);
        let exponent: Limbs = core::array::from_fn(|k| MODULUS[k] >> 2 | above(k));
        (0..384).rev().fold(Fp::one(), |power, i| {
            let square = power.sqr();
            if exponent[i / 64] >> (i % 64) & 1 == 1 { square.mul(x) } else { square }
        })
    }

    fn agrees_with_square_and_multiply<B: Lanes>(backend: B, rounds: usize) {
        let mut values = Values::new(4);
        for round in 0..rounds {
            let mut x: Vec<Fp> = (0..B::LANES).map(|_| values.fp()).collect();
            if round == 0 {
                x[0] = Fp::ZERO;
            }
            let powers = power_p_minus_3_over_4(&Base::load(backend, |lane| x[lane])).store();
            for (x, power) in x.iter().zip(powers) {
                assert_eq!(power, square_and_multiply(x));
            }
        }
    }

    #[test]
    fn portable() {
        agrees_with_square_and_multiply(Portable, rounds(20));
    }

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn ifma() {
        match crate::arch::Ifma::detect() {
            Some(backend) => agrees_with_square_and_multiply(backend, rounds(1_000)),
            None => crate::lanes::tests::skip("AVX-512 IFMA"),
        }
    }

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn fma() {
        match crate::arch::Fma::detect() {
            Some(backend) => agrees_with_square_and_multiply(backend, rounds(1_000)),
            None => crate::lanes::tests::skip("AVX2 and FMA"),
        }
    }
}
