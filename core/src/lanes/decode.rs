//! Compressed points to coordinates: one square root a lane.
//!
//! Decides for points alone. Whatever is not plainly a point of the curve (a wrong flag, the
//! identity, x not below p, no root, a coordinate of zero) is left to blst, whose word on errors is
//! the only one.

use super::power::power_p_minus_3_over_4;
use super::{Base, LANES_MAX, LaneField, Lanes, Limbs, Quadratic};
use crate::arch::Fp;
use crate::curve::{Affine, Curve, Field};

/// The points that `encodings` are, up to `LANES` of them; `None` where blst is to decide.
pub(crate) fn decompress<C: Curve, B: Lanes>(
    backend: B,
    encodings: &[&[u8]],
) -> [Option<Affine<C>>; LANES_MAX] {
    let parsed: [Option<(C::Field, bool)>; LANES_MAX] =
        core::array::from_fn(|lane| encodings.get(lane).and_then(|bytes| parse::<C>(bytes)));
    // A lane without a point of its own computes the generator again.
    let x = core::array::from_fn::<_, LANES_MAX, _>(|lane| {
        parsed[lane].map_or_else(|| C::generator().x, |(x, _)| x)
    });
    let lanes = <C::Field as Field>::Lanes::<B>::load(backend, |lane| x[lane]);
    let square = lanes.sqr().mul(&lanes).add(&LaneField::splat(backend, &C::b()));
    let root = square.square_root(backend);
    let found = root.sqr().equals(&square) & !root.is_zero();
    let y = root.store();
    core::array::from_fn(|lane| {
        let (x, largest) = parsed[lane].filter(|_| found.has(lane))?;
        let y = if y[lane].is_largest() == largest { y[lane] } else { y[lane].neg() };
        (!x.is_zero()).then_some(Affine { x, y })
    })
}

/// x and whether y is the larger of the two roots, of a well-formed encoding of a point that is
/// not the identity.
fn parse<C: Curve>(bytes: &[u8]) -> Option<(C::Field, bool)> {
    const COMPRESSED: u8 = 0x80;
    const INFINITY: u8 = 0x40;
    const LARGEST: u8 = 0x20;
    let flags = *bytes.first()?;
    if bytes.len() != C::COMPRESSED || flags & COMPRESSED == 0 || flags & INFINITY != 0 {
        return None;
    }
    let mut x = [0; 96];
    let x = &mut x[..C::COMPRESSED];
    x.copy_from_slice(bytes);
    x[0] &= !(COMPRESSED | INFINITY | LARGEST);
    C::Field::from_bytes(x).map(|x| (x, flags & LARGEST != 0))
}

/// (p + 1) / 2, which is 1 / 2.
const HALF: Limbs = [
    0xdcff_7fff_ffff_d556,
    0x0f55_ffff_58a9_ffff,
    0xb398_6950_7b58_7b12,
    0xb23b_a5c2_79c2_895f,
    0x258d_d3db_21a5_d66b,
    0x0d00_88f5_1cbf_f34d,
];

/// Square roots on lanes.
pub trait SquareRoot: LaneField {
    /// A square root in the lanes that hold a square other than zero; any element in the others.
    #[must_use]
    fn square_root(&self, backend: Self::Backend) -> Self;
}

impl<B: Lanes> SquareRoot for Base<B> {
    fn square_root(&self, _: B) -> Self {
        // p = 3 mod 4, so a^((p+1)/4) it is.
        self.mul(&power_p_minus_3_over_4(self))
    }
}

impl<B: Lanes> SquareRoot for Quadratic<B> {
    /// The complex method with two powers in Fp (Adj and Rodriguez-Henriquez, eprint 2012/685).
    ///
    /// With n a root of the norm and d = (a0 + n) / 2, either d or d - n is the square of the
    /// root's real part, their product being -a1^2 / 4. One power t = d^((p-3)/4) serves both:
    /// where d is a square, d t is its root and 1 / (d t) = t; where it is not, -d is, and
    /// a1 t / 2 is a root of d - n and d t, up to a sign, the imaginary part.
    fn square_root(&self, backend: B) -> Self {
        let half = Base::splat(backend, &Fp::from_limbs(&HALF));
        let [a0, a1] = self.parts();
        let norm = a0.sqr().add(&a1.sqr());
        let n = norm.mul(&power_p_minus_3_over_4(&norm));
        let d = a0.add(&n).mul(&half);
        let t = power_p_minus_3_over_4(&d);
        let dt = d.mul(&t);
        let other = a1.mul(&half).mul(&t);
        let square = dt.sqr().equals(&d);
        let real = other.select(square, &dt);
        let imaginary = dt.neg().select(square, &other);
        Self::from_parts(real, imaginary)
    }
}
