//! Every backend against blst's scalar arithmetic.

mod integers;

use super::*;
use crate::arch::{Fp, Fp2, G1, G2};
use crate::curve::{Curve, Field, Projective};

/// Values on the edges of reduction and carry, then pseudo-random ones.
pub(crate) struct Values(u64);

impl Values {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn word(&mut self) -> u64 {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// The limbs of a value below p, an edge case one time in four.
    pub(crate) fn limbs(&mut self) -> Limbs {
        let modulus = radix52::MODULUS;
        let mut limbs: Limbs = core::array::from_fn(|_| self.word());
        match self.word() % 16 {
            0 => limbs = [self.word() % 4, 0, 0, 0, 0, 0],
            1 => {
                limbs = modulus;
                limbs[0] -= 1 + self.word() % 4;
            }
            2 => limbs = limbs.map(|limb| if limb & 1 == 0 { 0 } else { u64::MAX }),
            3 => {
                limbs = modulus;
                limbs[(limbs[1] % 5) as usize] = 0;
            }
            _ => {}
        }
        // Below 2^380 < p, unless it is a small distance below p already.
        if limbs.iter().rev().cmp(modulus.iter().rev()).is_ge() {
            limbs[5] &= (1 << 60) - 1;
        }
        limbs
    }

    pub(crate) fn fp(&mut self) -> Fp {
        Fp::from_montgomery(self.limbs())
    }

    pub(crate) fn fp2(&mut self) -> Fp2 {
        Fp2::from_parts(self.fp(), self.fp())
    }
}

/// Says that a backend was not tested, where nothing swallows it.
pub(crate) fn skip(what: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "skipped: {what}, which this processor lacks");
}

fn load<B: Lanes>(backend: B, values: &[Fp]) -> B::Fp {
    backend.load_blst(|lane| values[lane].montgomery())
}

fn check<B: Lanes>(what: &str, actual: &B::Fp, expected: impl Fn(usize) -> Fp) {
    let actual = B::store_blst(actual);
    for (lane, actual) in actual.iter().enumerate().take(B::LANES) {
        assert_eq!(*actual, expected(lane).montgomery(), "{what}, lane {lane}");
    }
}

/// The environment variable that cuts the rounds of every test on lanes to so many. An emulator
/// makes some dozens in the time that a processor needs for all; see `tests/bochs`.
const ROUNDS_VARIABLE: &str = "PAIRLANE_TEST_ROUNDS";

/// The rounds of a test that wants so many, cut where they would take too long.
pub(crate) fn rounds(wanted: usize) -> usize {
    let most = match std::env::var(ROUNDS_VARIABLE) {
        Ok(most) => most.parse().unwrap_or_else(|_| panic!("{ROUNDS_VARIABLE}={most}: no number")),
        Err(_) if cfg!(miri) => 4,
        Err(_) => wanted,
    };
    wanted.min(most)
}

#[expect(clippy::too_many_lines, reason = "one line an operation")]
pub(crate) fn field_agrees_with_blst<B: Lanes>(backend: B, rounds: usize) {
    let mut values = Values::new(1);
    for _ in 0..rounds.div_ceil(B::LANES) {
        let mut draw = || -> Vec<Fp> { (0..B::LANES).map(|_| values.fp()).collect() };
        let (x, y, z) = (draw(), draw(), draw());
        let (a, b, c) = (load(backend, &x), load(backend, &y), load(backend, &z));
        let twice = |v: &Fp| v.add(v);
        check::<B>("load and store", &a, |i| x[i]);
        check::<B>("mul", &B::mul(&a, &b), |i| x[i].mul(&y[i]));
        check::<B>("sqr", &B::sqr(&a), |i| x[i].sqr());
        check::<B>("add", &B::add(&a, &b), |i| x[i].add(&y[i]));
        check::<B>("sub", &B::sub(&a, &b), |i| x[i].sub(&y[i]));
        check::<B>("neg", &B::neg(&a), |i| x[i].neg());
        check::<B>("double", &B::double(&a), |i| twice(&x[i]));
        check::<B>("triple", &B::triple(&a), |i| twice(&x[i]).add(&x[i]));
        check::<B>("sub_double", &B::sub_double(&a, &b), |i| x[i].sub(&twice(&y[i])));
        check::<B>("sub_both", &B::sub_both(&a, &b, &c), |i| x[i].sub(&y[i]).sub(&z[i]));
        check::<B>("sub_eightfold", &B::sub_eightfold(&a, &b), |i| {
            x[i].sub(&twice(&twice(&twice(&y[i]))))
        });
        check::<B>("double_mul_sub_sqr", &B::double_mul_sub_sqr(&a, &b, &c), |i| {
            twice(&x[i].mul(&y[i])).sub(&z[i].sqr())
        });
        // Operands as other operations leave them, far from canonical.
        let (far, near) = (B::mul(&a, &b), B::sub(&c, &B::sqr(&a)));
        let (far_x, near_x) = (|i: usize| x[i].mul(&y[i]), |i: usize| z[i].sub(&x[i].sqr()));
        check::<B>("mul of far", &B::mul(&far, &near), |i| far_x(i).mul(&near_x(i)));
        check::<B>("sub of far", &B::sub(&near, &far), |i| near_x(i).sub(&far_x(i)));
        check::<B>("sub_eightfold of far", &B::sub_eightfold(&near, &far), |i| {
            near_x(i).sub(&twice(&twice(&twice(&far_x(i)))))
        });
        let rows = B::rows(&far);
        check::<B>("rows", &backend.load_rows(|lane| &rows[lane]), far_x);
        assert_eq!(B::store(&backend.load(|i| x[i].integer()))[..B::LANES], {
            let integers: Vec<Limbs> = x.iter().map(Fp::integer).collect();
            integers
        });

        let zero = B::is_zero(&B::sub(&far, &B::mul(&b, &a)));
        let all = Mask::from_fn(B::LANES, |_| true);
        assert_eq!(zero, all, "a b - b a is zero");
        let (is_zero, is_odd) = (B::is_zero(&a), B::is_odd(&a));
        let mask = Mask(0b1010_0110);
        check::<B>("select", &B::select(mask, &a, &b), |i| if mask.has(i) { y[i] } else { x[i] });
        for (lane, x) in x.iter().enumerate() {
            assert_eq!(is_zero.has(lane), x.is_zero(), "is_zero");
            assert_eq!(is_odd.has(lane), x.integer()[0] & 1 == 1, "is_odd");
        }

        let pair = |i: usize| Fp2::from_parts(x[i], y[i]);
        let other = |i: usize| Fp2::from_parts(z[i], near_x(i));
        let (p, q) = ([a, b], [c, near]);
        let product = B::mul2(&p, &q);
        check::<B>("mul2, real", &product[0], |i| pair(i).mul(&other(i)).parts()[0]);
        check::<B>("mul2, imaginary", &product[1], |i| pair(i).mul(&other(i)).parts()[1]);
        let less = B::mul2_sub(&p, &q, &product);
        assert_eq!(B::is_zero(&less[0]) & B::is_zero(&less[1]), all, "mul2_sub to zero");
        let less = B::mul2_sub(&p, &q, &[far, a]);
        let subtrahend = |i: usize| Fp2::from_parts(far_x(i), x[i]);
        let expected = |i: usize| pair(i).mul(&other(i)).sub(&subtrahend(i));
        check::<B>("mul2_sub, real", &less[0], |i| expected(i).parts()[0]);
        check::<B>("mul2_sub, imaginary", &less[1], |i| expected(i).parts()[1]);
        let dot = B::dot2([&p, &product], [&q, &p], &[far, a]);
        let expected = |i: usize| {
            let product = pair(i).mul(&other(i));
            product.add(&product.mul(&pair(i))).add(&subtrahend(i))
        };
        check::<B>("dot2, real", &dot[0], |i| expected(i).parts()[0]);
        check::<B>("dot2, imaginary", &dot[1], |i| expected(i).parts()[1]);
        let fused = B::double_mul2_sub_sqr2(&q, &p, &product);
        let square = B::sqr2(&product);
        for k in [0, 1] {
            check::<B>("double_mul2_sub_sqr2", &fused[k], |i| {
                let product = pair(i).mul(&other(i));
                product.add(&product).sub(&product.sqr()).parts()[k]
            });
        }
        let product = |i: usize| pair(i).mul(&other(i)).sqr();
        check::<B>("sqr2, real", &square[0], |i| product(i).parts()[0]);
        check::<B>("sqr2, imaginary", &square[1], |i| product(i).parts()[1]);
    }
}

/// The formulas of points against blst's complete ones, exceptional lanes being found as such.
pub(crate) fn points_agree_with_blst<C: Curve, B: Lanes>(backend: B, rounds: usize) {
    type On<C, B> = <<C as Curve>::Field as Field>::Lanes<B>;
    let mut point = C::generator().to_projective();
    let mut next = || {
        point = C::add_affine(&C::double(&point), &C::generator());
        point
    };
    for round in 0..rounds {
        let a: Vec<_> = (0..B::LANES).map(|_| next()).collect();
        let mut b: Vec<_> = (0..B::LANES).map(|_| next()).collect();
        // Two exceptional lanes a round.
        b[round % B::LANES] = a[round % B::LANES];
        b[(round + 1) % B::LANES] = a[(round + 1) % B::LANES].neg();
        let affine = crate::curve::to_affine_batch(&b);
        let p = JacobianLanes::<On<C, B>>::load(backend, |lane| a[lane]);
        let q = JacobianLanes::<On<C, B>>::load(backend, |lane| b[lane]);
        let q_affine = AffineLanes::<On<C, B>>::load(backend, |lane| affine[lane]);
        let exceptional =
            Mask::from_fn(B::LANES, |lane| [0, 1].map(|k| (round + k) % B::LANES).contains(&lane));
        let check = |what: &str,
                     actual: JacobianLanes<On<C, B>>,
                     expected: &dyn Fn(usize) -> Projective<C>,
                     zero: Mask| {
            assert_eq!(actual.z.is_zero(), zero, "{what}");
            let actual = actual.store::<C>();
            for lane in (0..B::LANES).filter(|lane| !zero.has(*lane)) {
                assert_eq!(actual[lane].to_affine(), expected(lane).to_affine(), "{what}");
            }
        };
        check("double", p.double(), &|i| C::double(&a[i]), Mask::NONE);
        check("add", p.add(&q), &|i| C::add(&a[i], &b[i]), exceptional);
        check("add_affine", p.add_affine(&q_affine), &|i| C::add(&a[i], &b[i]), exceptional);
        check(
            "dead lanes stay dead",
            p.add(&q).double().add(&p),
            &|i| C::add(&C::double(&C::add(&a[i], &b[i])), &a[i]),
            exceptional,
        );
        let same = Mask::from_fn(B::LANES, |lane| lane == round % B::LANES);
        assert_eq!(p.double().equals(&q.double()), same, "equals");
    }
}

fn everything_agrees_with_blst<B: Lanes>(backend: B, rounds: usize) {
    field_agrees_with_blst(backend, rounds);
    points_agree_with_blst::<G1, B>(backend, rounds / 50 + 1);
    points_agree_with_blst::<G2, B>(backend, rounds / 50 + 1);
    decoding_agrees_with_blst::<G1, B>(backend, rounds / 50 + 1);
    decoding_agrees_with_blst::<G2, B>(backend, rounds / 50 + 1);
}

#[test]
fn portable() {
    everything_agrees_with_blst(portable::Portable, rounds(20_000));
}

#[cfg(target_arch = "x86_64")]
#[test]
fn ifma() {
    match crate::arch::Ifma::detect() {
        Some(backend) => everything_agrees_with_blst(backend, rounds(100_000)),
        None => skip("AVX-512 IFMA"),
    }
}

#[cfg(target_arch = "x86_64")]
#[test]
fn fma() {
    match crate::arch::Fma::detect() {
        Some(backend) => backend.within(|| everything_agrees_with_blst(backend, rounds(100_000))),
        None => skip("AVX2 and FMA"),
    }
}

/// Decoding against blst: what lanes decode, blst decodes to the same; what they leave, they leave
/// for a reason.
pub(crate) fn decoding_agrees_with_blst<C: Curve, B: Lanes>(backend: B, rounds: usize) {
    let mut point = C::generator().to_projective();
    for round in 0..rounds {
        let encodings: Vec<Vec<u8>> = (0..B::LANES)
            .map(|lane| {
                point = C::add_affine(&C::double(&point), &C::generator());
                let mut bytes = vec![0; C::COMPRESSED];
                C::compress(&point.to_affine(), &mut bytes);
                // About half of the flips leave x without a y.
                if (lane + round).is_multiple_of(4) {
                    bytes[C::COMPRESSED - 1] ^= 1 << (round % 7);
                }
                bytes
            })
            .collect();
        let slices: Vec<&[u8]> = encodings.iter().map(Vec::as_slice).collect();
        let decoded = decode::decompress::<C, B>(backend, &slices);
        for lane in 0..B::LANES {
            assert_eq!(decoded[lane], C::decode(slices[lane]).ok(), "lane {lane}");
        }
    }
}
