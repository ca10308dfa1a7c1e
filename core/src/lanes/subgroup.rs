//! Membership in the subgroup of order r, one point a lane.

use super::endomorphism::{Psi, multiply_minus_z};
use super::{Base, JacobianLanes, LaneField, Lanes, Mask, Quadratic};
use crate::arch::G1;
use crate::curve::Curve;

/// The field of a curve whose subgroup is told by an endomorphism.
pub trait Subgroup: LaneField {
    /// Lanes whose point, not the identity, is surely in the subgroup. A point inside is missed
    /// only where Z = 0 or became so on the way, which no point of order r makes happen.
    fn inside(backend: Self::Backend, point: &JacobianLanes<Self>) -> Mask;
}

impl<B: Lanes> Subgroup for Base<B> {
    /// Where phi(x, y) = (beta x, y) is multiplication by -z^2: phi^2 + phi + 1 vanishes on the
    /// whole curve, and at -z^2 it is r (Scott, eprint 2021/1130).
    fn inside(backend: B, point: &JacobianLanes<Self>) -> Mask {
        let beta = Self::splat(backend, &G1::beta());
        let image = JacobianLanes { x: point.x.mul(&beta), y: point.y.neg(), z: point.z };
        multiply_minus_z(&multiply_minus_z(point)).equals(&image)
    }
}

impl<B: Lanes> Subgroup for Quadratic<B> {
    /// Where psi is multiplication by z (Scott, eprint 2021/1130, with the proof mended in
    /// 2022/352).
    fn inside(backend: B, point: &JacobianLanes<Self>) -> Mask {
        multiply_minus_z(point).neg().equals(&Psi::new(backend).once(point))
    }
}
