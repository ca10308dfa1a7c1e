//! The fence: every `unsafe` block of the crate lives below this module.
//!
//! What leaves it is safe to call with any value: curve points as plain coordinates, field
//! operations, Miller loops and the constant-time secret-key operations. `scalar`, its
//! child included, is the only module of the workspace's library code that names blst.

#![allow(unsafe_code)]
// A reference coerced to a pointer in a C call reads better than `&raw mut` sixty times over.
#![allow(clippy::borrow_as_ptr)]

mod brand;
#[cfg(target_arch = "x86_64")]
mod float_env;
#[cfg(target_arch = "x86_64")]
mod fma;
#[cfg(target_arch = "x86_64")]
mod ifma;
mod scalar;
#[cfg(test)]
pub(crate) mod vectors;

pub(crate) use brand::cpu_brand;
#[cfg(target_arch = "x86_64")]
pub(crate) use fma::Fma;
#[cfg(target_arch = "x86_64")]
pub(crate) use ifma::Ifma;

pub(crate) use scalar::{Fp, Fp2, Fr, G1, G2, Gt, SecretFr};
#[cfg(test)]
pub(crate) use scalar::{MultiplyPublic, multiply_public};
pub(crate) use scalar::{SecretScalar, expand_message_xmd, miller_loop};
