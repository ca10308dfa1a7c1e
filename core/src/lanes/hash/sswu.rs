//! The simplified SWU map to E' (RFC 9380 section 6.6.2), without inversion.
//!
//! With x1 = n / d, g(x1) = v / d^3, where v = n^3 + A n d^2 + B d^3. Let f be an inverse root of
//! w = v d^3: then v f is a root of g(x1), for (v f)^2 = v^2 / (v d^3). Where w is no square,
//! K w is one, K a non-square; with f an inverse root of that,
//! (v f k u^3)^2 = g(x1) k^2 u^6 / K, and k^2 = K Z^3 makes it g(x2) = Z^3 u^6 g(x1). One root
//! thus serves both x1 and x2.

use crate::lanes::integer::integer;
use crate::lanes::power::power_p_minus_3_over_4;
use crate::lanes::{Base, JacobianLanes, LaneField, Lanes, Limbs, Mask, Quadratic};

/// A field with its suite's curve E': y^2 = x^3 + A x + B (RFC 9380 sections 8.8.1 and 8.8.2).
pub trait Swu: LaneField {
    const A: Self::Integers;
    const B: Self::Integers;
    const Z: Self::Integers;
    /// A root of K Z^3.
    const TWIST: Self::Integers;
    /// What [`Self::inverse_root`] takes beside its operand.
    type Roots: Copy + core::fmt::Debug + Send + Sync;

    fn roots(backend: Self::Backend) -> Self::Roots;
    /// The lanes that hold squares, and 1 / sqrt(w) there, 1 / sqrt(K w) in the others, both up to
    /// the sign. Zero gives zero, and so may elements that hash values hit with probability 2^-381.
    fn inverse_root(roots: &Self::Roots, w: &Self) -> (Mask, Self);
    /// The lanes whose `sgn0` is 1 (RFC 9380 section 4.1).
    fn sign(&self) -> Mask;
}

/// The map, its constants on lanes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Map<F: Swu> {
    a: F,
    b: F,
    z: F,
    twist: F,
    one: F,
    zero: F,
    roots: F::Roots,
}

impl<F: Swu> Map<F> {
    pub(super) fn new(backend: F::Backend) -> Self {
        let one = F::splat(backend, &crate::curve::Field::one());
        Self {
            a: F::constant(backend, &F::A),
            b: F::constant(backend, &F::B),
            z: F::constant(backend, &F::Z),
            twist: F::constant(backend, &F::TWIST),
            one,
            zero: one.sub(&one),
            roots: F::roots(backend),
        }
    }

    /// The point of E' that a field element maps to, or Z = 0 in lanes that are left to scalar
    /// arithmetic.
    pub(super) fn point(&self, u: &F) -> JacobianLanes<F> {
        let uu = u.sqr();
        let zuu = self.z.mul(&uu);
        let t = zuu.sqr().add(&zuu);
        let n = self.b.mul(&t.add(&self.one));
        // The exceptional case of the RFC's step 4: x1 = B / (Z A).
        let d = self.a.mul(&t.neg().select(t.is_zero(), &self.z));
        let dd = d.sqr();
        let ddd = dd.mul(&d);
        let v = n.sqr().add(&self.a.mul(&dd)).mul(&n).add(&self.b.mul(&ddd));

        let (square, f) = F::inverse_root(&self.roots, &v.mul(&ddd));
        let y = v.mul(&f);
        let y = y.mul(&uu.mul(u).mul(&self.twist)).select(square, &y);
        let y = y.negate_where(y.sign() ^ u.sign());
        let n = n.mul(&zuu).select(square, &n);
        let z = d.select(f.is_zero(), &self.zero);
        JacobianLanes { x: n.mul(&d), y: y.mul(&ddd), z }
    }
}

impl<B: Lanes> Swu for Base<B> {
    const A: Limbs = integer(
        "00144698a3b8e9433d693a02c96d4982b0ea985383ee66a8\
         d8e8981aefd881ac98936f8da0e0f97f5cf428082d584c1d",
    );
    const B: Limbs = integer(
        "12e2908d11688030018b12e8753eee3b2016c1f0f24f4070\
         a0b9c14fcef35ef55a23215a316ceaa5d1cc48e98e172be0",
    );
    const Z: Limbs = integer("b");
    /// K = -1.
    const TWIST: Limbs = integer(
        "03d689d1e0e762cef9f2bec6130316806b4c80eda6fc10ce\
         77ae83eab1ea8b8b8a407c9c6db195e06f2dbeabc2baeff5",
    );
    /// 1.
    type Roots = Self;

    fn roots(backend: B) -> Self {
        Self::splat(backend, &crate::curve::Field::one())
    }

    fn inverse_root(one: &Self, w: &Self) -> (Mask, Self) {
        let power = power_p_minus_3_over_4(w);
        (w.mul(&power.sqr()).equals(one), power)
    }

    fn sign(&self) -> Mask {
        B::is_odd(&self.0)
    }
}

impl<B: Lanes> Swu for Quadratic<B> {
    /// 240 i
    const A: [Limbs; 2] = [integer("0"), integer("f0")];
    /// 1012 (1 + i)
    const B: [Limbs; 2] = [integer("3f4"), integer("3f4")];
    /// -2 - i
    const Z: [Limbs; 2] = [
        integer(
            "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf\
             6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaa9",
        ),
        integer(
            "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf\
             6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaaa",
        ),
    ];
    /// K = 1 + i.
    const TWIST: [Limbs; 2] = [
        integer(
            "113794cbca17fae791e86539abcfee9ff973f2197726244a\
             db0ed14f5f909fe26ad1259901ea9e595d07acbc1a92430a",
        ),
        integer(
            "14f7a19c44f3bb979c0dae89b74d448b330e7d8673586f4c\
             617a58f8893a30b3b5c08e1e6d2d5371e43379659a5a4e80",
        ),
    ];
    type Roots = RootsOfTwo<B>;

    fn roots(backend: B) -> RootsOfTwo<B> {
        RootsOfTwo {
            one: Base::splat(backend, &crate::curve::Field::one()),
            root: Base::constant(backend, &ROOT_OF_MINUS_2),
            inverse: Base::constant(backend, &INVERSE_OF_ROOT),
        }
    }

    /// The complex method (Adj and Rodriguez-Henriquez, eprint 2012/685), made to give inverses and
    /// to take its first root before it is known of which element.
    ///
    /// Let n be the norm of w and r = n^((p-3)/4), so that n r^2 is 1 where w is a square and
    /// -1 where it is not. There n r is a root of -n, and c n r one of 2n, the norm of K w, as
    /// c^2 = -2. Either way s is a root of the norm of the square a + b i at hand, and 1 / s
    /// is r or, up to the sign, r / c.
    ///
    /// With d = a + s and t = d^((p-3)/4), so that d t^2 = 1 or -1, the square of d t + b t i is
    /// 2 d t^2 (a + b i). Divided by c, and by i where d t^2 = 1, it is the root e, of norm s or
    /// -s, and 1 / e is the conjugate of e over that norm.
    fn inverse_root(roots: &RootsOfTwo<B>, w: &Self) -> (Mask, Self) {
        let [a, b] = w.parts();
        let norm = a.sqr().add(&b.sqr());
        let r = power_p_minus_3_over_4(&norm);
        let nr = norm.mul(&r);
        let square = nr.mul(&r).equals(&roots.one);
        let [a, b] = w.mul_xi().select(square, w).parts();
        let s = nr.mul(&roots.root).select(square, &nr);
        // 1 / (c s), up to the sign.
        let scale = r.mul(&roots.inverse);
        let scale = scale.mul(&roots.inverse).select(square, &scale);

        let d = a.add(&s);
        let t = power_p_minus_3_over_4(&d);
        let (dt, bt) = (d.mul(&t), b.mul(&t));
        let divided = dt.mul(&t).equals(&roots.one);
        // The conjugates of bt - dt i and of dt + bt i.
        let real = dt.select(divided, &bt);
        let imaginary = bt.neg().select(divided, &dt);
        (square, Self::from_parts(real, imaginary).mul_base(&scale))
    }

    fn sign(&self) -> Mask {
        let [real, imaginary] = &self.0;
        B::is_odd(real) | (B::is_zero(real) & B::is_odd(imaginary))
    }
}

/// c, a root of -2.
const ROOT_OF_MINUS_2: Limbs = integer(
    "0d5e1c086ffe8016d063c6dad7a2fffc9072bb5785a686bc\
     efeedc2e0124838bdccf325ee5d80be9902109f7dbc79812",
);
/// 1 / c
const INVERSE_OF_ROOT: Limbs = integer(
    "135203e60180a68ee2e9c448d77a2cd91c3dedd930b1cf60\
     ef396489f61eb45e304466cf3e67fa0af1ee7b04121bdea2",
);

/// 1, c and 1 / c.
#[derive(Clone, Copy, Debug)]
pub struct RootsOfTwo<B: Lanes> {
    one: Base<B>,
    root: Base<B>,
    inverse: Base<B>,
}
