//! Validator keys behind a PKCS#11 token: sealed at rest, unsealed into locked memory, every
//! signature on record before it leaves.

pub mod arena;
pub mod audit;
pub mod custodian;
pub mod envelope;
mod failpoint;
pub mod guard;
pub mod journal;
pub mod keystore;
pub mod token;
pub mod vault;

#[doc = include_str!("../docs/custody.md")]
pub mod protection {}
