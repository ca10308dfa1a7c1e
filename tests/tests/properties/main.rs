//! Properties: of decoders on any bytes, of signing and derivation against blst, of batches made at
//! random, and of what secrets do not show.

mod batches;
mod bits;
mod decoders;
mod secrets;
mod seeds;
mod serde_text;
mod signing;

use proptest::test_runner::Config;

/// So many cases, and no file of failures: a finding becomes a test of its own.
fn cases(count: u32) -> Config {
    Config { cases: count, failure_persistence: None, ..Config::default() }
}
