//! Signatures per second, ours and blst's in turn in one process.
//!
//! Absolute rates depend on the machine and its neighbours; the ratio of two figures taken in turn
//! does not. So every case runs ours and its baseline alternately and reports the median of the
//! ratios beside the rates. `pairlane bench`, `make bench` and the criterion benchmarks all stand
//! on the inputs and baselines of this crate.

mod baseline;
mod cases;
mod election;
mod inputs;
mod measure;
mod report;
mod threshold;
pub mod vrf;

pub use baseline::Blst;
pub use cases::{Plan, run};
pub use inputs::{Batch, Shape};
pub use report::{Bar, Report, Row};
