//! The models against arithmetic as one learns it at school, on integers. Names nothing of blst, so
//! that Miri, which runs no C, can run this and watch every access and every shift.

use super::{Values, rounds};
use crate::lanes::portable::Portable;
use crate::lanes::radix48::model::Model;
use crate::lanes::radix52::MODULUS;
use crate::lanes::{Lanes, Limbs, Mask};

/// a + b modulo 2^384.
fn add_limbs(a: Limbs, b: Limbs) -> Limbs {
    let mut carry = false;
    let mut sum = [0; 6];
    for i in 0..6 {
        (sum[i], carry) = a[i].carrying_add(b[i], carry);
    }
    sum
}

/// a - b modulo 2^384, and whether b is the greater.
fn sub_limbs(a: Limbs, b: Limbs) -> (Limbs, bool) {
    let mut borrow = false;
    let mut difference = [0; 6];
    for i in 0..6 {
        (difference[i], borrow) = a[i].borrowing_sub(b[i], borrow);
    }
    (difference, borrow)
}

fn add(a: Limbs, b: Limbs) -> Limbs {
    // Twice p is below 2^384.
    let sum = add_limbs(a, b);
    let (reduced, below) = sub_limbs(sum, MODULUS);
    if below { sum } else { reduced }
}

fn neg(a: Limbs) -> Limbs {
    if a == [0; 6] { a } else { sub_limbs(MODULUS, a).0 }
}

fn sub(a: Limbs, b: Limbs) -> Limbs {
    add(a, neg(b))
}

/// By doubling and adding, a bit at a time.
fn mul(a: Limbs, b: Limbs) -> Limbs {
    (0..384).rev().fold([0; 6], |sum, i| {
        let sum = add(sum, sum);
        if b[i / 64] >> (i % 64) & 1 == 1 { add(sum, a) } else { sum }
    })
}

fn times(count: usize, a: Limbs) -> Limbs {
    (0..count).fold([0; 6], |sum, _| add(sum, a))
}

fn agrees<B: Lanes>(backend: B) {
    let mut values = Values::new(5);
    for _ in 0..rounds(800).div_ceil(B::LANES) {
        let [x, y, z, w]: [Vec<Limbs>; 4] =
            core::array::from_fn(|_| (0..B::LANES).map(|_| values.limbs()).collect());
        let [a, b, c, d] = [&x, &y, &z, &w].map(|v| backend.load(|lane| v[lane]));
        let check = |what: &str, actual: &B::Fp, expected: &dyn Fn(usize) -> Limbs| {
            let actual = B::store(actual);
            for (lane, actual) in actual.iter().enumerate().take(B::LANES) {
                assert_eq!(*actual, expected(lane), "{what}, lane {lane}");
            }
        };
        check("load and store", &a, &|i| x[i]);
        check("mul", &B::mul(&a, &b), &|i| mul(x[i], y[i]));
        check("sqr", &B::sqr(&a), &|i| mul(x[i], x[i]));
        check("add", &B::add(&a, &b), &|i| add(x[i], y[i]));
        check("sub", &B::sub(&a, &b), &|i| sub(x[i], y[i]));
        check("neg", &B::neg(&a), &|i| neg(x[i]));
        check("triple", &B::triple(&a), &|i| times(3, x[i]));
        check("sub_eightfold", &B::sub_eightfold(&a, &b), &|i| sub(x[i], times(8, y[i])));
        let mask = Mask(0b1010_0101);
        check("select", &B::select(mask, &a, &b), &|i| if mask.has(i) { y[i] } else { x[i] });
        let rows = B::rows(&a);
        check("rows", &backend.load_rows(|lane| &rows[lane]), &|i| x[i]);

        let lanes = 0..B::LANES;
        let real: Vec<_> = lanes.clone().map(|i| sub(mul(x[i], z[i]), mul(y[i], w[i]))).collect();
        let imaginary: Vec<_> = lanes.map(|i| add(mul(x[i], w[i]), mul(y[i], z[i]))).collect();
        let product = B::mul2(&[a, b], &[c, d]);
        check("mul2, real", &product[0], &|i| real[i]);
        check("mul2, imaginary", &product[1], &|i| imaginary[i]);
        let square = B::sqr2(&product);
        check("sqr2, real", &square[0], &|i| {
            mul(add(real[i], imaginary[i]), sub(real[i], imaginary[i]))
        });
        check("sqr2, imaginary", &square[1], &|i| times(2, mul(real[i], imaginary[i])));

        let zero = B::is_zero(&B::sub(&B::mul(&a, &b), &B::mul(&b, &a)));
        assert_eq!(zero, Mask::from_fn(B::LANES, |_| true), "a b - b a is zero");
    }
}

#[test]
fn portable() {
    agrees(Portable);
}

#[test]
fn model() {
    agrees(Model);
}
