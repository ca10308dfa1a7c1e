//! `pairlane token`, `keys`, `guard` and `audit`, on SoftHSM.

#[path = "../cli_support/mod.rs"]
mod cli_support;

mod audit;
mod histories;
#[allow(unreachable_pub, reason = "a module of one test binary")]
mod host;
mod keys;
mod moves;
mod token;
