//! Stages of the engine by themselves, for benchmarks of this repository.

mod primitive;
mod stage;

pub use primitive::Primitive;
pub use stage::{Stage, Stages};

use crate::backend::Backend;
use crate::batch::WeightBits;
use crate::batch::membership::{weigh_fused, weigh_singly};
use crate::batch::weights::Randomness;
use crate::curve::{Affine, DigitRows};
use crate::signature::Signature;
use crate::strategy::Sequential;
use crate::variant::Variant;

/// Signatures with weights, to be weighed and checked for membership either way.
pub struct Weighing<V: Variant> {
    points: Vec<Affine<V::SignatureCurve>>,
    rows: DigitRows,
}

impl<V: Variant> Weighing<V> {
    /// Draws 64-bit weights for the signatures.
    ///
    /// # Panics
    /// When the operating system gives no randomness.
    pub fn new(signatures: &[Signature<V>]) -> Self {
        let points: Vec<_> = signatures.iter().map(|signature| *signature.point()).collect();
        let rows = Randomness::System
            .weights::<V::SignatureCurve>(WeightBits::Bits64, points.len())
            .expect("the operating system gives randomness");
        Self { points, rows }
    }

    /// Weighs with the fused pass; whether all points are in the subgroup.
    pub fn fused(&self) -> bool {
        !weigh_fused(&self.points, &self.rows, Backend::default(), &Sequential)
            .outside
            .contains(&true)
    }

    /// Weighs and checks each point by itself; whether all are in the subgroup.
    pub fn singly(&self) -> bool {
        let unchecked = vec![false; self.points.len()];
        let weighed =
            weigh_singly(&self.points, &self.rows, &unchecked, Backend::default(), &Sequential);
        !weighed.outside.contains(&true)
    }
}
