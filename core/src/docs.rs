//! What the engine rests on, as prose.

/// Weights, membership and error bounds.
#[doc = include_str!("../docs/batch-equation.md")]
pub mod batch_equation {}

/// Fields on lanes of vectors: representations, and why no operand breaks them.
#[doc = include_str!("../docs/lanes.md")]
pub mod lanes {}

/// Identity points, empty sets, repeated messages.
#[doc = include_str!("../docs/rules.md")]
pub mod rules {}

/// Inputs, keys, validity and timing of verifiable random functions.
#[doc = include_str!("../docs/vrf.md")]
pub mod vrf {}
