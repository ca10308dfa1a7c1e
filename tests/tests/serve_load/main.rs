//! Whether verdicts over HTTP are the engine's, and stay so under load and abuse.

#[path = "../cli_support/mod.rs"]
mod cli_support;
mod hostile;
mod mixed;
#[path = "../serve_support/mod.rs"]
mod serve_support;
mod vectors;

/// How long load lasts: `PAIRLANE_SOAK_SECONDS`, as `make soak-http` sets it, or a moment.
fn seconds() -> u64 {
    std::env::var("PAIRLANE_SOAK_SECONDS").map_or(3, |text| text.parse().expect("seconds"))
}
