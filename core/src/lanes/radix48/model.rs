//! The scalar model of the AVX2 and FMA backend: one lane, no intrinsics. For tests, Miri's among
//! them.

use super::{Doubles, Element, Table};
use crate::lanes::{LANES_MAX, Lanes, Limbs, Mask, kernel_methods};

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

macro_rules! kernel {
    ($($call:tt)*) => { super::$($call)* };
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

    kernel_methods!(kernel);

    fn is_zero(a: &Self::Fp) -> Mask {
        Mask::from_fn(1, |_| super::size(a).abs() < 0.5)
    }

    fn select(mask: Mask, a: &Self::Fp, b: &Self::Fp) -> Self::Fp {
        if mask.has(0) { *b } else { *a }
    }
}
