//! The scalar model of the AVX-512 IFMA backend: the same limbs, the same steps, no intrinsics.
//!
//! Runs on every processor and under Miri. Not a fast backend; nothing chooses it but a person.

use super::radix52::{self, Element, Words};
use super::{LANES_MAX, Lanes, Limbs, Mask, kernel_methods};

/// The portable backend.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Portable;

/// Eight words, as a vector register would hold them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(align(64))]
pub(crate) struct Octet([u64; 8]);

const MASK: u64 = (1 << 52) - 1;

impl Octet {
    fn zip(self, other: Self, of: impl Fn(u64, u64) -> u64) -> Self {
        Self(core::array::from_fn(|lane| of(self.0[lane], other.0[lane])))
    }

    /// Adds a part of the 104-bit product of each lane.
    fn madd(self, a: Self, b: Self, part: impl Fn(u128) -> u64) -> Self {
        Self(core::array::from_fn(|lane| {
            let product = u128::from(a.0[lane] & MASK) * u128::from(b.0[lane] & MASK);
            self.0[lane].wrapping_add(part(product))
        }))
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss)]
impl Words for Octet {
    fn splat(self, x: u64) -> Self {
        Self([x; 8])
    }

    fn madd_lo(self, a: Self, b: Self) -> Self {
        self.madd(a, b, |product| product as u64 & MASK)
    }

    fn madd_hi(self, a: Self, b: Self) -> Self {
        self.madd(a, b, |product| (product >> 52) as u64)
    }

    fn add(self, other: Self) -> Self {
        self.zip(other, u64::wrapping_add)
    }

    fn sub(self, other: Self) -> Self {
        self.zip(other, u64::wrapping_sub)
    }

    fn and(self, other: Self) -> Self {
        self.zip(other, |x, y| x & y)
    }

    fn or(self, other: Self) -> Self {
        self.zip(other, |x, y| x | y)
    }

    fn carry(self) -> Self {
        Self(self.0.map(|x| (x as i64 >> 52) as u64))
    }

    fn shl<const N: u32>(self) -> Self {
        Self(self.0.map(|x| x << N))
    }
}

/// Rows to vectors: limb k of lane i is `row(i)[k]`.
fn transpose(row: impl FnMut(usize) -> [u64; 8]) -> Element<Octet> {
    let mut rows = row;
    let rows: [[u64; 8]; 8] = core::array::from_fn(&mut rows);
    core::array::from_fn(|limb| Octet(core::array::from_fn(|lane| rows[lane][limb])))
}

fn constant(limbs: &[u64; 8]) -> Element<Octet> {
    limbs.map(|limb| Octet([limb; 8]))
}

fn canonical_rows(a: &Element<Octet>) -> [Limbs; LANES_MAX] {
    Portable::rows(&radix52::canonical(a)).map(|row| radix52::join(&row))
}

macro_rules! kernel {
    ($($call:tt)*) => { radix52::$($call)* };
}

impl Lanes for Portable {
    const LANES: usize = 8;
    type Fp = Element<Octet>;
    type Row = [u64; 8];

    fn load(self, mut of: impl FnMut(usize) -> Limbs) -> Self::Fp {
        let raw = transpose(|lane| radix52::split(&of(lane)));
        radix52::mul(&raw, &constant(&radix52::FROM_INTEGER))
    }

    fn load_blst(self, mut of: impl FnMut(usize) -> Limbs) -> Self::Fp {
        let raw = transpose(|lane| radix52::split(&of(lane)));
        radix52::mul(&raw, &constant(&radix52::FROM_BLST))
    }

    fn load_rows<'a>(self, mut of: impl FnMut(usize) -> &'a Self::Row) -> Self::Fp {
        transpose(|lane| *of(lane))
    }

    fn store(a: &Self::Fp) -> [Limbs; LANES_MAX] {
        canonical_rows(&radix52::mul(a, &constant(&radix52::TO_INTEGER)))
    }

    fn store_blst(a: &Self::Fp) -> [Limbs; LANES_MAX] {
        canonical_rows(&radix52::mul(a, &constant(&radix52::TO_BLST)))
    }

    fn rows(a: &Self::Fp) -> [Self::Row; LANES_MAX] {
        core::array::from_fn(|lane| core::array::from_fn(|limb| a[limb].0[lane]))
    }

    kernel_methods!(kernel);

    fn is_odd(a: &Self::Fp) -> Mask {
        let word = radix52::last_bit(a);
        Mask::from_fn(8, |lane| word.0[lane] != 0)
    }

    fn is_zero(a: &Self::Fp) -> Mask {
        let word = radix52::any_bit(a);
        Mask::from_fn(8, |lane| word.0[lane] == 0)
    }

    fn select(mask: Mask, a: &Self::Fp, b: &Self::Fp) -> Self::Fp {
        let chosen =
            |lane, limb: usize| if mask.has(lane) { b[limb].0[lane] } else { a[limb].0[lane] };
        core::array::from_fn(|limb| Octet(core::array::from_fn(|lane| chosen(lane, limb))))
    }
}
