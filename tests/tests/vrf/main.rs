//! Verifiable random functions: vectors, other implementations, forgeries, garbage.

mod batch;
mod bls;
mod decoders;
mod differential;
mod inputs;
mod shared_seed;
mod torsion;
mod vectors;
