//! Clearing the cofactor (RFC 9380 sections 8.8.1 and 8.8.2).

use crate::lanes::endomorphism::{Psi, multiply_minus_z};
use crate::lanes::{Base, JacobianLanes, LaneField, Lanes, Quadratic};

/// The field of a curve whose cofactor is cleared so.
pub trait Cofactor: LaneField {
    /// What clearing takes beside the point.
    type Clearing: Copy + core::fmt::Debug + Send + Sync;

    fn clearing(backend: Self::Backend) -> Self::Clearing;
    /// `[h_eff]` P. Z = 0 stays so.
    fn clear(clearing: &Self::Clearing, point: &JacobianLanes<Self>) -> JacobianLanes<Self>;
}

impl<B: Lanes> Cofactor for Base<B> {
    type Clearing = ();

    fn clearing(_: B) {}

    /// `h_eff` = 1 - z.
    fn clear((): &(), point: &JacobianLanes<Self>) -> JacobianLanes<Self> {
        multiply_minus_z(point).add(point)
    }
}

impl<B: Lanes> Cofactor for Quadratic<B> {
    type Clearing = Psi<B>;

    fn clearing(backend: B) -> Psi<B> {
        Psi::new(backend)
    }

    /// [z^2 - z - 1] P + [z - 1] psi(P) + psi^2(2P) (Budroni and Pintore, eprint 2017/419;
    /// RFC 9380 appendix G.3).
    fn clear(psi: &Psi<B>, point: &JacobianLanes<Self>) -> JacobianLanes<Self> {
        let image = psi.once(point);
        // [1 - z] P - psi(P), whose -z-fold is [z^2 - z] P + [z] psi(P).
        let inner = multiply_minus_z(point).add(point).add(&image.neg());
        psi.twice(&point.double()).add(&multiply_minus_z(&inner)).add(&point.add(&image).neg())
    }
}
