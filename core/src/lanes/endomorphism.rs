//! psi on E'(Fp2), and multiplication by the parameter z of the curve family, on lanes.

use super::integer::integer;
use super::{Base, JacobianLanes, LaneField, Lanes, Limbs, Quadratic};

/// 1 / (1 + i)^((p - 1) / 3) and 1 / (1 + i)^((p - 1) / 2): RFC 9380 appendix G.3.
const PSI_X: [Limbs; 2] = [
    [0; 6],
    integer(
        "1a0111ea397fe699ec02408663d4de85aa0d857d89759ad4\
         897d29650fb85f9b409427eb4f49fffd8bfd00000000aaad",
    ),
];
const PSI_Y: [Limbs; 2] = [
    integer(
        "135203e60180a68ee2e9c448d77a2cd91c3dedd930b1cf60\
         ef396489f61eb45e304466cf3e67fa0af1ee7b04121bdea2",
    ),
    integer(
        "06af0e0437ff400b6831e36d6bd17ffe48395dabc2d3435e\
         77f76e17009241c5ee67992f72ec05f4c81084fbede3cc09",
    ),
];
/// 1 / 2^((p - 1) / 3): appendix G.3.
const PSI_TWICE_X: Limbs = integer(
    "1a0111ea397fe699ec02408663d4de85aa0d857d89759ad4\
     897d29650fb85f9b409427eb4f49fffd8bfd00000000aaac",
);

/// psi, with its constants on lanes.
#[derive(Clone, Copy, Debug)]
pub struct Psi<B: Lanes> {
    x: Quadratic<B>,
    y: Quadratic<B>,
    twice_x: Base<B>,
}

impl<B: Lanes> Psi<B> {
    pub(crate) fn new(backend: B) -> Self {
        Self {
            x: Quadratic::constant(backend, &PSI_X),
            y: Quadratic::constant(backend, &PSI_Y),
            twice_x: Base::constant(backend, &PSI_TWICE_X),
        }
    }

    /// psi(P): untwist, Frobenius, twist. On the subgroup it is multiplication by z.
    pub(crate) fn once(&self, point: &JacobianLanes<Quadratic<B>>) -> JacobianLanes<Quadratic<B>> {
        JacobianLanes {
            x: point.x.conjugate().mul(&self.x),
            y: point.y.conjugate().mul(&self.y),
            z: point.z.conjugate(),
        }
    }

    /// psi(psi(P)).
    pub(crate) fn twice(&self, point: &JacobianLanes<Quadratic<B>>) -> JacobianLanes<Quadratic<B>> {
        JacobianLanes { x: point.x.mul_base(&self.twice_x), y: point.y.neg(), z: point.z }
    }
}

/// [-z] P = [0xd201000000010000] P, by double-and-add over the bits of -z, of which six are set.
pub(crate) fn multiply_minus_z<F: LaneField>(point: &JacobianLanes<F>) -> JacobianLanes<F> {
    const DISTANCES: [usize; 5] = [1, 2, 3, 9, 32];
    const LAST_ZEROS: usize = 16;
    DISTANCES
        .iter()
        .fold(*point, |sum, distance| sum.double_times(*distance).add(point))
        .double_times(LAST_ZEROS)
}
