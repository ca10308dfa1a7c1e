//! The stages by themselves, lane by lane against scalar arithmetic.

use super::polynomials::*;
use super::*;
use crate::arch::Fp2;
use crate::lanes::Limbs;
use crate::lanes::endomorphism::{Psi, multiply_minus_z};
use crate::lanes::integer::integer;

/// A constant in scalar arithmetic.
fn scalar<F: LaneField>(backend: F::Backend, value: &F::Integers) -> F::Scalar {
    F::constant(backend, value).store()[0]
}

fn power<F: Field>(x: &F, exponent: &Limbs) -> F {
    (0..384).rev().fold(F::one(), |power, i| {
        let square = power.sqr();
        if exponent[i / 64] >> (i % 64) & 1 == 1 { square.mul(x) } else { square }
    })
}

/// What a test asks of a curve in scalar arithmetic, slowly.
trait Definitions: Curve {
    /// The RFC's `x_den`, `y_num` and `y_den`, without their leading ones.
    fn polynomials<B: Lanes>(backend: B) -> [Vec<Self::Field>; 3];
    /// `h_eff`, most significant first.
    const COFACTOR: &'static [u64];
    /// The field elements on which the map has its exceptions, and some others.
    fn exceptions() -> Vec<Self::Field>;
    fn random(values: &mut Values) -> Self::Field;
    fn is_square(x: &Self::Field) -> bool;
    /// K of `sswu`.
    fn non_square() -> Self::Field;
    /// Whether the square is one of those that `inverse_root` may give zero for.
    fn may_have_no_root(x: &Self::Field) -> bool;
    fn sgn0(x: &Self::Field) -> bool;
}

/// (p - 1) / 2
const HALF: Limbs = integer(
    "0d0088f51cbff34d258dd3db21a5d66bb23ba5c279c2895f\
     b39869507b587b120f55ffff58a9ffffdcff7fffffffd555",
);

impl Definitions for G1 {
    fn polynomials<B: Lanes>(backend: B) -> [Vec<Fp>; 3] {
        [G1_X_DENOMINATOR, G1_Y_NUMERATOR, G1_Y_DENOMINATOR]
            .map(|polynomial| polynomial.iter().map(|k| scalar::<Base<B>>(backend, k)).collect())
    }

    const COFACTOR: &'static [u64] = &[0xd201_0000_0001_0001];

    fn exceptions() -> Vec<Fp> {
        // Z u^2 = -1 for Z = 11.
        let eleven = Fp::from_limbs(&[11, 0, 0, 0, 0, 0]);
        let above = |k: usize| HALF.get(k + 1).map_or(0, |limb| limb << 63);
        // (p + 1) / 4 is half of (p - 1) / 2, rounded up.
        let mut quarter: Limbs = core::array::from_fn(|k| HALF[k] >> 1 | above(k));
        quarter[0] += 1;
        let root = power(&eleven.invert().neg(), &quarter);
        assert_eq!(root.sqr().mul(&eleven), Fp::one().neg());
        vec![Fp::ZERO, root, root.neg(), Fp::one(), Fp::one().neg()]
    }

    fn random(values: &mut Values) -> Fp {
        values.fp()
    }

    fn is_square(x: &Fp) -> bool {
        x.is_zero() || power(x, &HALF) == Fp::one()
    }

    fn non_square() -> Fp {
        Fp::one().neg()
    }

    fn may_have_no_root(x: &Fp) -> bool {
        x.is_zero()
    }

    fn sgn0(x: &Fp) -> bool {
        x.integer()[0] & 1 == 1
    }
}

impl Definitions for G2 {
    fn polynomials<B: Lanes>(backend: B) -> [Vec<Fp2>; 3] {
        [G2_X_DENOMINATOR, G2_Y_NUMERATOR, G2_Y_DENOMINATOR].map(|polynomial| {
            polynomial.iter().map(|k| scalar::<Quadratic<B>>(backend, k)).collect()
        })
    }

    const COFACTOR: &'static [u64] = &[
        0x0bc6_9f08_f2ee_75b3,
        0x584c_6a0e_a91b_3528,
        0x88e2_a8e9_145a_d768,
        0x9986_ff03_1508_ffe1,
        0x329c_2f17_8731_db95,
        0x6d82_bf01_5d12_12b0,
        0x2ec0_ec69_d747_7c1a,
        0xe954_cbc0_6689_f6a3,
        0x5989_4c0a_debb_f6b4,
        0xe802_0005_aaa9_5551,
    ];

    fn exceptions() -> Vec<Fp2> {
        let (zero, one) = (Fp::ZERO, Fp::one());
        let pairs = [(zero, zero), (one, zero), (zero, one), (zero, one.neg()), (one.neg(), zero)];
        pairs.map(|(real, imaginary)| Fp2::from_parts(real, imaginary)).into()
    }

    fn random(values: &mut Values) -> Fp2 {
        values.fp2()
    }

    fn is_square(x: &Fp2) -> bool {
        let [real, imaginary] = x.parts();
        G1::is_square(&real.sqr().add(&imaginary.sqr()))
    }

    fn non_square() -> Fp2 {
        Fp2::from_parts(Fp::one(), Fp::one())
    }

    fn may_have_no_root(x: &Fp2) -> bool {
        x.parts()[1].is_zero()
    }

    fn sgn0(x: &Fp2) -> bool {
        let [real, imaginary] = x.parts();
        G1::sgn0(&real) || real.is_zero() && G1::sgn0(&imaginary)
    }
}

pub(super) fn agree_with_their_definitions<B: Lanes>(backend: B, rounds: usize) {
    stages_of_a_curve_agree::<G1, B>(backend, rounds);
    stages_of_a_curve_agree::<G2, B>(backend, rounds);
    psi_satisfies_its_equation(backend);
}

fn stages_of_a_curve_agree<C: Definitions, B: Lanes>(backend: B, rounds: usize) {
    let hasher = Hasher::<On<C, B>>::new(backend);
    let polynomials = C::polynomials(backend);
    let mut values = Values::new(5);
    for round in 0..rounds {
        let mut u: Vec<C::Field> = if round == 0 { C::exceptions() } else { Vec::new() };
        u.resize_with(u.len().next_multiple_of(B::LANES).max(B::LANES), || C::random(&mut values));
        for u in u.chunks_exact(B::LANES) {
            let loaded = On::<C, B>::load(backend, |lane| u[lane]);
            inverse_root_is_one::<C, B>(backend, &loaded);
            let mapped = hasher.map.point(&loaded);
            let points = mapped.store::<C>();
            let images = hasher.isogeny.image(&mapped).store::<C>();
            for lane in 0..B::LANES {
                let point = points[lane].to_affine();
                check_map::<C, B>(backend, &u[lane], &point);
                check_isogeny::<C, B>(backend, &polynomials, &point, &images[lane].to_affine());
            }
        }
        // Multiplications, on points that are in no subgroup.
        let start = hasher.isogeny.image(&hasher.map.point(&On::<C, B>::load(backend, |l| u[l])));
        let check = |actual: JacobianLanes<On<C, B>>, scalar: &[u64]| {
            for (start, actual) in start.store::<C>()[..B::LANES].iter().zip(actual.store::<C>()) {
                assert_eq!(actual.to_affine(), multiply(start, scalar).to_affine());
            }
        };
        if round % 10 == 0 {
            check(multiply_minus_z(&start), &[0xd201_0000_0001_0000]);
            check(On::<C, B>::clear(&hasher.clearing, &start), C::COFACTOR);
        }
    }
    // Where both points are equal, the lane is left to scalar arithmetic, and no other is.
    let u: Vec<C::Field> = (0..=B::LANES).map(|_| C::random(&mut values)).collect();
    let pair =
        [0, 1].map(|k| On::<C, B>::load(backend, |lane| u[if lane == 2 { 0 } else { lane + k }]));
    let left = hasher.map_to_group(&pair).z.is_zero();
    assert!((0..B::LANES).all(|lane| left.has(lane) == (lane == 2)));
}

fn inverse_root_is_one<C: Definitions, B: Lanes>(backend: B, w: &On<C, B>) {
    let (square, root) = On::<C, B>::inverse_root(&On::<C, B>::roots(backend), w);
    for (lane, (w, root)) in w.store()[..B::LANES].iter().zip(root.store()).enumerate() {
        let radicand = if square.has(lane) { *w } else { w.mul(&C::non_square()) };
        if root.is_zero() {
            assert!(C::may_have_no_root(&radicand), "{w:?}");
        } else {
            assert_eq!(square.has(lane), C::is_square(w));
            assert_eq!(root.sqr().mul(&radicand), C::Field::one());
        }
    }
}

/// RFC 9380 section 6.6.2, step by step.
fn check_map<C: Definitions, B: Lanes>(backend: B, u: &C::Field, point: &Affine<C>) {
    let [a, b, z] = [On::<C, B>::A, On::<C, B>::B, On::<C, B>::Z]
        .map(|constant| scalar::<On<C, B>>(backend, &constant));
    let g = |x: &C::Field| x.sqr().add(&a).mul(x).add(&b);
    let zuu = z.mul(&u.sqr());
    let tv1 = zuu.sqr().add(&zuu).invert();
    let x1 = if tv1.is_zero() {
        b.mul(&z.mul(&a).invert())
    } else {
        b.neg().mul(&a.invert()).mul(&C::Field::one().add(&tv1))
    };
    let x = if C::is_square(&g(&x1)) { x1 } else { zuu.mul(&x1) };
    assert_eq!(point.x, x, "u = {u:?}");
    assert_eq!(point.y.sqr(), g(&x), "u = {u:?}");
    assert_eq!(C::sgn0(&point.y), C::sgn0(u), "u = {u:?}");
}

/// The rational functions of RFC 9380 appendix E.
fn check_isogeny<C: Definitions, B: Lanes>(
    backend: B,
    [x_denominator, y_numerator, y_denominator]: &[Vec<C::Field>; 3],
    point: &Affine<C>,
    image: &Affine<C>,
) {
    let evaluate = |polynomial: &[C::Field], leading: C::Field| {
        polynomial.iter().rev().fold(leading, |value, k| value.mul(&point.x).add(k))
    };
    let x_numerator: Vec<C::Field> =
        On::<C, B>::NUMERATOR.iter().map(|k| scalar::<On<C, B>>(backend, k)).collect();
    let x = evaluate(&x_numerator, C::Field::ZERO)
        .mul(&evaluate(x_denominator, C::Field::one()).invert());
    let y = evaluate(y_numerator, C::Field::ZERO)
        .mul(&evaluate(y_denominator, C::Field::one()).invert())
        .mul(&point.y);
    assert_eq!(*image, Affine { x, y });
    assert_eq!(y.sqr(), x.sqr().mul(&x).add(&C::b()));
}

/// Double-and-add on blst's complete formulas, the scalar's most significant word first.
fn multiply<C: Curve>(point: &Projective<C>, scalar: &[u64]) -> Projective<C> {
    let bits = scalar.iter().flat_map(|word| (0..64).rev().map(move |i| word >> i & 1 == 1));
    bits.fold(Projective::IDENTITY, |sum, bit| {
        let double = C::double(&sum);
        if bit { C::add(&double, point) } else { double }
    })
}

/// psi^2 - t psi + p vanishes on the whole twist, t = z + 1, and psi is z on the subgroup: of the
/// curve's endomorphisms only psi does both.
fn psi_satisfies_its_equation<B: Lanes>(backend: B) {
    let hasher = Hasher::<Quadratic<B>>::new(backend);
    let psi = Psi::new(backend);
    let mut values = Values::new(8);
    let u: Vec<Fp2> = (0..B::LANES).map(|_| values.fp2()).collect();
    let point = hasher.isogeny.image(&hasher.map.point(&Quadratic::load(backend, |l| u[l])));
    let (points, once, twice) = (
        point.store::<G2>(),
        psi.once(&point).store::<G2>(),
        psi.once(&psi.once(&point)).store::<G2>(),
    );
    let modulus: Vec<u64> = crate::lanes::radix52::MODULUS.into_iter().rev().collect();
    // -t = 0xd20100000000ffff
    for lane in 0..B::LANES {
        let sum = G2::add(&twice[lane], &multiply(&once[lane], &[0xd201_0000_0000_ffff]));
        assert!(G2::add(&sum, &multiply(&points[lane], &modulus)).is_identity());
    }
    let also_twice = psi.twice(&point).store::<G2>();
    assert!((0..B::LANES).all(|lane| also_twice[lane].to_affine() == twice[lane].to_affine()));

    let generator = JacobianLanes::load(backend, |_| G2::generator().to_projective());
    let expected = multiply_minus_z(&generator).neg().store::<G2>();
    assert_eq!(psi.once(&generator).store::<G2>()[0].to_affine(), expected[0].to_affine());
}
