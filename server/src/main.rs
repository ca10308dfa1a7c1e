//! The pairlane command line.
fn main() {}
