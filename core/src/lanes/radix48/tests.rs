//! The backend and its model against blst, on operands that are hard for doubles.

use super::model::Model;
use crate::arch::Fp;
use crate::curve::Field;
use crate::lanes::Lanes;
use crate::lanes::tests::{Values, field_agrees_with_blst, rounds};

#[test]
fn model() {
    field_agrees_with_blst(Model, rounds(20_000));
}

/// What the trait's operations leave, digits at the ends of their range.
fn extremes<B: Lanes<Row = [f64; 8]>>(backend: B, rounds: usize) {
    /// The digits' bound, and that of the top one: 9/8 of p's.
    const DIGIT: f64 = ((1u64 << 47) + (1 << 5)) as f64;
    const TOP: f64 = 1.125 * super::TABLE.p[7];
    let mut values = Values::new(7);
    let mut draw = |_| -> [f64; 8] {
        let word = values.limbs()[0];
        core::array::from_fn(|i| {
            let bound = if i < 7 { DIGIT } else { TOP.floor() - 1.0 };
            // Mostly the extremes, and what rounds or carries next to them.
            let digit = match word >> (7 * i) & 7 {
                0 => 0.0,
                1 => 1.0,
                2 => bound - 1.0,
                3 => bound - 64.0,
                _ => bound,
            };
            if word >> (7 * i + 3) & 1 == 0 { digit } else { -digit }
        })
    };
    for _ in 0..rounds {
        let rows: [[[f64; 8]; 4]; 4] = core::array::from_fn(|_| core::array::from_fn(&mut draw));
        let [a, b, c, d] = rows.each_ref().map(|rows| backend.load_rows(|lane| &rows[lane]));
        let [x, y, z, w] =
            [a, b, c, d].map(|element| B::store_blst(&element).map(Fp::from_montgomery));
        let check = |what: &str, actual: &B::Fp, expected: &dyn Fn(usize) -> Fp| {
            let digits = B::rows(actual);
            let actual = B::store_blst(actual);
            for lane in 0..B::LANES {
                assert_eq!(actual[lane], expected(lane).montgomery(), "{what}, {rows:?}");
                let [low @ .., top] = &digits[lane];
                assert!(low.iter().all(|digit| digit.abs() <= DIGIT), "{what}: {digits:?}");
                assert!(top.abs() <= TOP, "{what}: {digits:?}");
            }
        };
        let twice = |v: &Fp| v.add(v);
        check("mul", &B::mul(&a, &b), &|i| x[i].mul(&y[i]));
        check("sqr", &B::sqr(&a), &|i| x[i].sqr());
        check("add", &B::add(&a, &b), &|i| x[i].add(&y[i]));
        check("neg", &B::neg(&a), &|i| x[i].neg());
        check("sub_eightfold", &B::sub_eightfold(&a, &b), &|i| {
            x[i].sub(&twice(&twice(&twice(&y[i]))))
        });
        let real = |i: usize| x[i].mul(&z[i]).sub(&y[i].mul(&w[i]));
        let imaginary = |i: usize| x[i].mul(&w[i]).add(&y[i].mul(&z[i]));
        let product = B::mul2(&[a, b], &[c, d]);
        check("mul2, real", &product[0], &real);
        check("mul2, imaginary", &product[1], &imaginary);
        let square = B::sqr2(&[a, b]);
        check("sqr2, real", &square[0], &|i| x[i].sqr().sub(&y[i].sqr()));
        check("sqr2, imaginary", &square[1], &|i| twice(&x[i].mul(&y[i])));
        check("double_mul_sub_sqr", &B::double_mul_sub_sqr(&a, &b, &c), &|i| {
            twice(&x[i].mul(&y[i])).sub(&z[i].sqr())
        });
        let fused = B::double_mul2_sub_sqr2(&[a, b], &[c, d], &[b, a]);
        check("double_mul2_sub_sqr2, real", &fused[0], &|i| {
            twice(&real(i)).sub(&y[i].sqr().sub(&x[i].sqr()))
        });
        check("double_mul2_sub_sqr2, imaginary", &fused[1], &|i| {
            twice(&imaginary(i)).sub(&twice(&x[i].mul(&y[i])))
        });
        let dot = B::dot2([&[a, b], &[a, b]], [&[c, d], &[c, d]], &[a, b]);
        check("dot2, real", &dot[0], &|i| twice(&real(i)).add(&x[i]));
        check("dot2, imaginary", &dot[1], &|i| twice(&imaginary(i)).add(&y[i]));
    }
}

/// Long chains, every operand as the operation before left it.
fn chains<B: Lanes>(backend: B, length: usize) {
    let mut values = Values::new(11);
    let (mut x, mut y) = (values.fp(), values.fp());
    let load = |x: &Fp| backend.load_blst(|_| x.montgomery());
    let (mut a, mut b) = (load(&x), load(&y));
    for step in 0..length {
        let twice = |v: &Fp| v.add(v);
        (a, x, b, y) = match step % 5 {
            0 => (B::mul(&a, &b), x.mul(&y), a, x),
            1 => (B::sub_eightfold(&a, &b), x.sub(&twice(&twice(&twice(&y)))), a, x),
            2 => (B::sqr(&a), x.sqr(), B::neg(&b), y.neg()),
            3 => (B::triple(&a), twice(&x).add(&x), B::sub(&b, &a), y.sub(&x)),
            _ => {
                let [c, d] = B::mul2(&[a, b], &[b, a]);
                (c, x.mul(&y).sub(&y.mul(&x)).add(&Fp::one()), d, x.sqr().add(&y.sqr()))
            }
        };
        if step % 5 == 4 {
            a = B::add(&a, &load(&Fp::one()));
        }
    }
    assert_eq!(B::store_blst(&a)[0], x.montgomery());
    assert_eq!(B::store_blst(&b)[B::LANES - 1], y.montgomery());
}

#[test]
fn extreme_digits_and_chains_in_the_model() {
    extremes(Model, rounds(10_000));
    chains(Model, rounds(10_000));
}

#[cfg(target_arch = "x86_64")]
#[test]
fn extreme_digits_and_chains() {
    match crate::arch::Fma::detect() {
        Some(backend) => {
            extremes(backend, rounds(50_000));
            chains(backend, rounds(100_000));
        }
        None => crate::lanes::tests::skip("AVX2 and FMA"),
    }
}
