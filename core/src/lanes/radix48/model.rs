//! The scalar model of the AVX2 and FMA backend: one lane, no intrinsics. For tests, Miri's among
//! them.

use super::{Doubles, Element, Table};
use crate::lanes::{LANES_MAX, Lanes, Limbs, Mask};

/// One lane of plain doubles.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Model;

impl Doubles for f64 {
    fn table(self) -> &'static Table<Self> {
        static TABLE: Table<f64> = super::TABLE;
        &TABLE
    }

    fn add(self, other: Self) -> Self {
        self + other
    }

    fn sub(self, other: Self) -> Self {
        self - other
    }

    fn add_product(self, a: Self, b: Self) -> Self {
        a.mul_add(b, self)
    }

    fn sub_product(self, a: Self, b: Self) -> Self {
        (-a).mul_add(b, self)
    }

    fn known_multiple(self) -> Self {
        assert!((self % (1u64 << 48) as f64).abs() < 0.5);
        self
    }
}

/// Methods that are kernels.
macro_rules! kernels {
    ($($name:ident = $kernel:ident($($argument:ident: $type:ty),*) -> $result:ty;)*) => {
        $(fn $name($($argument: &$type),*) -> $result {
            super::$kernel($($argument),*)
        })*
    };
}

impl Lanes for Model {
    const LANES: usize = 1;
    type Fp = Element<f64>;
    type Row = [f64; 8];

    fn load(self, of: impl FnMut(usize) -> Limbs) -> Self::Fp {
        super::mul(&self.load_blst(of), &super::FROM_INTEGER)
    }

    fn load_blst(self, mut of: impl FnMut(usize) -> Limbs) -> Self::Fp {
        super::split(&of(0))
    }

    fn load_rows<'a>(self, mut of: impl FnMut(usize) -> &'a Self::Row) -> Self::Fp {
        *of(0)
    }

    fn store(a: &Self::Fp) -> [Limbs; LANES_MAX] {
        Self::store_blst(&super::mul(a, &super::TO_INTEGER))
    }

    fn store_blst(a: &Self::Fp) -> [Limbs; LANES_MAX] {
        [super::join(a); LANES_MAX]
    }

    fn rows(a: &Self::Fp) -> [Self::Row; LANES_MAX] {
        [*a; LANES_MAX]
    }

    fn dot2(a: [&[Self::Fp; 2]; 2], b: [&[Self::Fp; 2]; 2], c: &[Self::Fp; 2]) -> [Self::Fp; 2] {
        super::dot2(a[0], b[0], a[1], b[1], c)
    }

    kernels! {
        mul = mul(a: Self::Fp, b: Self::Fp) -> Self::Fp;
        sqr = sqr(a: Self::Fp) -> Self::Fp;
        add = add(a: Self::Fp, b: Self::Fp) -> Self::Fp;
        sub = sub(a: Self::Fp, b: Self::Fp) -> Self::Fp;
        neg = neg(a: Self::Fp) -> Self::Fp;
        double = double(a: Self::Fp) -> Self::Fp;
        triple = triple(a: Self::Fp) -> Self::Fp;
        sub_double = sub_double(a: Self::Fp, b: Self::Fp) -> Self::Fp;
        sub_both = sub_both(a: Self::Fp, b: Self::Fp, c: Self::Fp) -> Self::Fp;
        sub_eightfold = sub_eightfold(a: Self::Fp, b: Self::Fp) -> Self::Fp;
        mul2 = mul2(a: [Self::Fp; 2], b: [Self::Fp; 2]) -> [Self::Fp; 2];
        sqr2 = sqr2(a: [Self::Fp; 2]) -> [Self::Fp; 2];
        double_mul_sub_sqr =
            double_mul_sub_sqr(a: Self::Fp, b: Self::Fp, c: Self::Fp) -> Self::Fp;
        double_mul2_sub_sqr2 = double_mul2_sub_sqr2(
            a: [Self::Fp; 2], b: [Self::Fp; 2], c: [Self::Fp; 2]) -> [Self::Fp; 2];
        mul2_sub = mul2_sub(a: [Self::Fp; 2], b: [Self::Fp; 2], c: [Self::Fp; 2]) -> [Self::Fp; 2];
    }

    fn is_zero(a: &Self::Fp) -> Mask {
        Mask::from_fn(1, |_| super::size(a).abs() < 0.5)
    }

    fn select(mask: Mask, a: &Self::Fp, b: &Self::Fp) -> Self::Fp {
        if mask.has(0) { *b } else { *a }
    }
}
