//! Batches against plain blst: the same bytes, one by one.

mod aggregates;
mod cancelling;
mod faults;
mod large;
mod positions;
mod queue;
mod shapes;
mod stores;
mod subgroup;
