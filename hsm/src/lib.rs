//! Validator keys behind a PKCS#11 token: sealed at rest, unsealed into locked memory, every
//! signature on record before it leaves.

pub mod arena;
pub mod custodian;
pub mod envelope;
pub mod keystore;
pub mod token;

#[doc = include_str!("../docs/custody.md")]
pub mod protection {}
