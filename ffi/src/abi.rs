//! The fence: pointers of the caller become checked values here, and only here.
//!
//! Every block below rests on the rules at the top of `include/pairlane.h`: a handle comes from the
//! library and has not been freed; a pointer with a length names that many readable (for outputs,
//! writable) bytes; nobody changes them during the call. What can be checked, is: NULL, lengths
//! over the address space, alignment of number arrays, overlap of outputs.

#![allow(unsafe_code)]
// C has no references: functions of this ABI dereference what the caller vouches for.
#![allow(clippy::missing_safety_doc, reason = "the header's rules are the safety section")]
// A panic never leaves an exported function: the guard makes a status of it.
#![allow(clippy::missing_panics_doc)]
// Flat arguments are what C and cgo pass cheapest.
#![allow(clippy::too_many_arguments)]

pub mod aggregate;
pub mod backend;
pub mod batch;
pub mod bls_vrf;
pub mod builder;
pub mod ceremony;
pub mod cpu;
pub mod election;
pub mod executor;
pub mod group;
pub mod key_share;
mod pointer;
pub mod possession;
#[cfg(feature = "test-panic")]
pub mod provoke;
pub mod registry;
pub mod secret_key;
pub mod signature;
pub mod suite;
pub mod text;
pub mod vrf;
pub mod vrf_batch;
