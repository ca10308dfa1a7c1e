//! The C ABI of pairlane: `include/pairlane.h`.
//!
//! The rules of the header hold for every function and are written once, at its top (see
//! `cbindgen.toml`). All `unsafe` of this crate lives below [`abi`]: those files turn pointers into
//! checked Rust values and nothing else; what is done with the values is safe code.

// These comments go to a C header, where names like PL_OK stand without backticks.
#![allow(clippy::doc_markdown)]

pub mod abi;
#[cfg(feature = "cxx")]
mod bridge;
mod limits;
mod machine;
mod status;
mod verdict;
mod vrf;

pub use limits::*;
pub use machine::{
    PL_FAULT_BROKEN_PLEDGE, PL_FAULT_CONFLICTING_DEALINGS, PL_FAULT_CONFLICTING_PLEDGES,
    PL_FAULT_NO_DEALING, PL_FAULT_NO_PLEDGE, PL_FAULT_NONE, PL_FAULT_OTHER, PL_FAULT_POSSESSION,
    PL_FAULT_TOO_MANY_COMPLAINTS, PL_FAULT_UNANSWERED, PL_FAULT_WRONG_ANSWER,
    PL_FAULT_WRONG_CONSTANT, PL_FAULT_WRONG_LENGTH, PL_PHASE_ANSWER, PL_PHASE_COMPLAIN,
    PL_PHASE_DEAL, PL_PHASE_FINISHED, PL_PHASE_PLEDGE,
};
pub use status::*;
pub use verdict::*;
pub use vrf::{
    PL_VRF_ANNOUNCED_BYTES, PL_VRF_ELL2, PL_VRF_KEY_BYTES, PL_VRF_OUTPUT_BYTES,
    PL_VRF_P256_KEY_BYTES, PL_VRF_P256_OUTPUT_BYTES, PL_VRF_P256_PROOF_BYTES, PL_VRF_P256_SSWU,
    PL_VRF_P256_TAI, PL_VRF_PROOF_BYTES, PL_VRF_TAI,
};
