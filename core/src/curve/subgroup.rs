//! Membership in the subgroup for many points, on lanes where there are any.

use super::{Curve, Field, Projective};
use crate::backend::{Backend, Work};
use crate::lanes::subgroup::Subgroup;
use crate::lanes::{JacobianLanes, Lanes};

/// Fewest points that are worth a vector.
const LANES_MIN: usize = 3;

/// Whether each point of the curve lies in the subgroup of order r.
pub(crate) fn in_subgroup<C: Curve>(points: &[Projective<C>], backend: Backend) -> Vec<bool> {
    let inside = backend.enter(InSubgroup(points)).unwrap_or_else(|| vec![false; points.len()]);
    // What lanes are not sure of, scalar arithmetic decides.
    inside.into_iter().zip(points).map(|(inside, point)| inside || C::in_subgroup(point)).collect()
}

struct InSubgroup<'a, C: Curve>(&'a [Projective<C>]);

impl<C: Curve> Work for InSubgroup<'_, C> {
    type Output = Vec<bool>;

    fn run<B: Lanes>(self, lanes: B) -> Vec<bool> {
        let mut inside = Vec::with_capacity(self.0.len());
        for chunk in self.0.chunks(B::LANES) {
            if chunk.len() < LANES_MIN {
                inside.extend(chunk.iter().map(|_| false));
                continue;
            }
            let points = JacobianLanes::<<C::Field as Field>::Lanes<B>>::load::<C>(lanes, |lane| {
                chunk[lane.min(chunk.len() - 1)]
            });
            let mask = Subgroup::inside(lanes, &points);
            inside.extend((0..chunk.len()).map(|lane| mask.has(lane)));
        }
        inside
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::{G1, G2, MultiplyPublic, multiply_public};

    /// r, least significant byte first.
    const ORDER: [u8; 32] = {
        let mut bytes = [0; 32];
        let words: [u64; 4] = [
            0xffff_ffff_0000_0001,
            0x53bd_a402_fffe_5bfe,
            0x3339_d808_09a1_d805,
            0x73ed_a753_299d_7d48,
        ];
        let mut i = 0;
        while i < 32 {
            bytes[i] = words[i / 8].to_le_bytes()[i % 8];
            i += 1;
        }
        bytes
    };

    /// A point of the curve, from the least x at or above `x` that has one; its order is a multiple
    /// of the cofactor's primes with all but negligible exceptions.
    fn outside<C: Curve>(mut x: u8) -> Projective<C> {
        loop {
            let mut bytes = vec![0; C::COMPRESSED];
            bytes[0] = 0x80;
            bytes[C::COMPRESSED - 1] = x;
            match C::decode(&bytes) {
                Ok(point) if !C::in_subgroup(&point.to_projective()) => {
                    return point.to_projective();
                }
                _ => x += 1,
            }
        }
    }

    fn agrees_with_blst<C: MultiplyPublic>() {
        let stray = outside::<C>(3);
        let mut point = C::generator().to_projective();
        let mut points = vec![Projective::IDENTITY];
        for k in 0..75 {
            point = C::add_affine(&C::double(&point), &C::generator());
            points.push(if k % 3 == 1 { C::add(&point, &stray) } else { point });
        }
        // A point whose order divides the cofactor, by itself and beside one of order r.
        let small = multiply_public(&stray, &ORDER);
        points.push(small);
        points.push(C::add(&small, &point));
        let expected: Vec<bool> = points.iter().map(C::in_subgroup).collect();
        assert!(expected.contains(&false));
        for backend in Backend::available() {
            assert_eq!(in_subgroup(&points, backend), expected, "{backend}");
        }
    }

    #[test]
    fn g1() {
        agrees_with_blst::<G1>();
    }

    #[test]
    fn g2() {
        agrees_with_blst::<G2>();
    }
}
