//! Fp on several lanes at once: the trait that vector backends implement, and everything that is
//! written once above it.
//!
//! A batch is data-parallel from decoding to the Miller loop, so each lane of a vector carries its
//! own item and nothing ever crosses lanes. A backend supplies the arithmetic of Fp and Fp2 as
//! compact kernels from memory to memory; the algorithms (square roots, curves, hashing, Miller
//! loops) are generic over [`Lanes`], with a control flow that depends on no lane's data.
//!
//! Lanes carry public data only. Everything secret stays in `arch::scalar`.
//!
//! | backend | lanes | element |
//! |---|---|---|
//! | [`Portable`](portable::Portable) | 8 | eight limbs of 52 bits, a scalar model of the next |
//! | `arch::Ifma` | 8 | eight limbs of 52 bits in AVX-512 IFMA, R = 2^416 |
//! | `arch::Fma` | 4 | eight balanced digits of 48 bits as doubles, AVX2 and FMA, R = 2^384 |
//!
//! Where `#[target_feature]` goes: on the kernels in `arch`, and nowhere else. Code above them is
//! compiled for the base instruction set and only moves memory and calls kernels, so nothing has to
//! be inlined for it to be fast.

pub(crate) mod affine_sum;
pub(crate) mod decode;
pub(crate) mod endomorphism;
mod field;
pub(crate) mod hash;
mod integer;
pub(crate) mod inversion;
pub(crate) mod line;
pub(crate) mod lines;
pub(crate) mod miller;
pub(crate) mod multiply;
pub(crate) mod point;
pub(crate) mod portable;
pub(crate) mod power;
pub(crate) mod radix48;
pub(crate) mod radix52;
pub(crate) mod subgroup;
pub(crate) mod tower;
pub(crate) mod trace;

pub(crate) use decode::SquareRoot;
pub(crate) use field::{Base, LaneField, Quadratic};
pub(crate) use hash::HashField;
pub(crate) use point::{AffineLanes, JacobianLanes};

/// The widest backend's lanes; lane arrays have this many places, of which a backend uses the first
/// [`Lanes::LANES`].
pub(crate) const LANES_MAX: usize = 8;

/// A set of lanes: bit i stands for lane i.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mask(pub(crate) u8);

/// One value of Fp as six 64-bit limbs, least significant first, below p.
pub(crate) type Limbs = [u64; 6];

/// Arithmetic of Fp on [`Self::LANES`] elements at once.
///
/// The value of the implementing type is a token: it exists only where the processor can run the
/// backend. Only functions that take the token make elements, so an element proves it too.
///
/// Every operation is closed: it takes elements as any operation leaves them, and leaves one that
/// any operation takes. How far an element's internal value may be from the canonical one is the
/// backend's own business, stated and proved there. No operation's time depends on data.
pub trait Lanes: Copy + core::fmt::Debug + Send + Sync + 'static {
    /// Elements to a vector: a power of two up to [`LANES_MAX`].
    const LANES: usize;
    /// One element of Fp a lane.
    type Fp: Copy + core::fmt::Debug + Send + Sync;
    /// The digits of one lane's element, as tables in memory keep them.
    type Row: Copy + core::fmt::Debug + Send + Sync;

    /// Runs a piece of work in the environment that the backend's arithmetic needs on the current
    /// thread. Everything that makes or takes elements is called inside.
    fn within<R>(self, work: impl FnOnce() -> R) -> R {
        work()
    }

    /// Loads integers below p, lane i holding `of(i)`.
    fn load(self, of: impl FnMut(usize) -> Limbs) -> Self::Fp;
    /// Loads elements in blst's Montgomery form, x * 2^384 mod p.
    fn load_blst(self, of: impl FnMut(usize) -> Limbs) -> Self::Fp;
    /// Loads rows that [`Self::rows`] gave.
    fn load_rows<'a>(self, of: impl FnMut(usize) -> &'a Self::Row) -> Self::Fp;
    /// The canonical integers below p.
    fn store(a: &Self::Fp) -> [Limbs; LANES_MAX];
    /// The elements in blst's Montgomery form, canonical.
    fn store_blst(a: &Self::Fp) -> [Limbs; LANES_MAX];
    /// The digits, lane by lane.
    fn rows(a: &Self::Fp) -> [Self::Row; LANES_MAX];

    /// a b
    fn mul(a: &Self::Fp, b: &Self::Fp) -> Self::Fp;
    /// a^2
    fn sqr(a: &Self::Fp) -> Self::Fp;
    /// Puts a^(2^n) b in the place of a.
    fn raise(a: &mut Self::Fp, n: usize, b: &Self::Fp) {
        for _ in 0..n {
            *a = Self::sqr(a);
        }
        *a = Self::mul(a, b);
    }
    /// a + b
    fn add(a: &Self::Fp, b: &Self::Fp) -> Self::Fp;
    /// a - b
    fn sub(a: &Self::Fp, b: &Self::Fp) -> Self::Fp;
    /// -a
    fn neg(a: &Self::Fp) -> Self::Fp;
    /// 2a
    fn double(a: &Self::Fp) -> Self::Fp;
    /// 3a
    fn triple(a: &Self::Fp) -> Self::Fp;
    /// a - 2b
    fn sub_double(a: &Self::Fp, b: &Self::Fp) -> Self::Fp;
    /// a - b - c
    fn sub_both(a: &Self::Fp, b: &Self::Fp, c: &Self::Fp) -> Self::Fp;
    /// a - 8b
    fn sub_eightfold(a: &Self::Fp, b: &Self::Fp) -> Self::Fp;

    /// Product in Fp2 = Fp\[i\]/(i^2 + 1), real part first.
    fn mul2(a: &[Self::Fp; 2], b: &[Self::Fp; 2]) -> [Self::Fp; 2];
    /// Square in Fp2.
    fn sqr2(a: &[Self::Fp; 2]) -> [Self::Fp; 2];

    /// 2 a b - c^2
    fn double_mul_sub_sqr(a: &Self::Fp, b: &Self::Fp, c: &Self::Fp) -> Self::Fp;
    /// 2 a b - c^2 in Fp2.
    fn double_mul2_sub_sqr2(
        a: &[Self::Fp; 2],
        b: &[Self::Fp; 2],
        c: &[Self::Fp; 2],
    ) -> [Self::Fp; 2];
    /// a b - c in Fp2.
    fn mul2_sub(a: &[Self::Fp; 2], b: &[Self::Fp; 2], c: &[Self::Fp; 2]) -> [Self::Fp; 2];
    /// a\[0\] b\[0\] + a\[1\] b\[1\] + c in Fp2, the products reduced at once.
    fn dot2(a: [&[Self::Fp; 2]; 2], b: [&[Self::Fp; 2]; 2], c: &[Self::Fp; 2]) -> [Self::Fp; 2];

    /// The lanes where the canonical integer is odd.
    fn is_odd(a: &Self::Fp) -> Mask {
        let integers = Self::store(a);
        Mask::from_fn(Self::LANES, |lane| integers[lane][0] & 1 == 1)
    }
    /// The lanes where a is zero.
    fn is_zero(a: &Self::Fp) -> Mask;
    /// b in the lanes of the mask, a in the others.
    fn select(mask: Mask, a: &Self::Fp, b: &Self::Fp) -> Self::Fp;
}

/// The operations of [`Lanes`] that are one kernel each, by the same name, for a backend that calls
/// its kernels with the macro `$call`.
macro_rules! kernel_methods {
    ($call:ident) => {
        $crate::lanes::kernel_methods! { $call, Self::Fp:
            mul(a, b); sqr(a); add(a, b); sub(a, b); neg(a); double(a); triple(a);
            sub_double(a, b); sub_both(a, b, c); sub_eightfold(a, b); double_mul_sub_sqr(a, b, c);
        }
        $crate::lanes::kernel_methods! { $call, [Self::Fp; 2]:
            mul2(a, b); sqr2(a); double_mul2_sub_sqr2(a, b, c); mul2_sub(a, b, c);
        }
        fn dot2(
            a: [&[Self::Fp; 2]; 2],
            b: [&[Self::Fp; 2]; 2],
            c: &[Self::Fp; 2],
        ) -> [Self::Fp; 2] {
            $call!(dot2(a[0], b[0], a[1], b[1], c))
        }
    };
    ($call:ident, $element:ty: $($name:ident($($operand:ident),*);)*) => {
        $(fn $name($($operand: &$element),*) -> $element {
            $call!($name($($operand),*))
        })*
    };
}
pub(crate) use kernel_methods;

impl Mask {
    /// No lane.
    pub(crate) const NONE: Self = Self(0);

    /// The lanes for which `of` holds, of the first `lanes`.
    pub(crate) fn from_fn(lanes: usize, of: impl Fn(usize) -> bool) -> Self {
        Self((0..lanes).fold(0, |mask, lane| mask | u8::from(of(lane)) << lane))
    }

    /// Whether a lane is in the set.
    pub(crate) fn has(self, lane: usize) -> bool {
        self.0 >> lane & 1 == 1
    }
}

impl core::ops::BitAnd for Mask {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl core::ops::BitOr for Mask {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl core::ops::BitXor for Mask {
    type Output = Self;

    fn bitxor(self, other: Self) -> Self {
        Self(self.0 ^ other.0)
    }
}

impl core::ops::Not for Mask {
    type Output = Self;

    fn not(self) -> Self {
        Self(!self.0)
    }
}

#[cfg(test)]
pub(crate) mod tests;
