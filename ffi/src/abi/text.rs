//! Versions, and texts for numbers. All pointers answered here are valid for ever.

use core::ffi::{CStr, c_char};

use crate::status::{PlStatus, status_text};
use crate::verdict::verdict_text;

/// Number of the ABI: changes when a program built against an older header could misbehave.
pub const PL_ABI_VERSION: u32 = 1;

/// The ABI number of the library that is running; compare it with `PL_ABI_VERSION` of the header.
#[unsafe(no_mangle)]
pub extern "C" fn pl_abi_version() -> u32 {
    PL_ABI_VERSION
}

/// The version of the library, such as "0.1.0".
#[unsafe(no_mangle)]
pub extern "C" fn pl_version() -> *const c_char {
    const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
    CStr::from_bytes_with_nul(VERSION.as_bytes()).unwrap_or(c"").as_ptr()
}

/// The text of a status code, in English; an unknown code has a text too.
#[unsafe(no_mangle)]
pub extern "C" fn pl_status_text(status: PlStatus) -> *const c_char {
    status_text(status).as_ptr()
}

/// The text of a verdict byte, in English; an unknown byte has a text too.
#[unsafe(no_mangle)]
pub extern "C" fn pl_verdict_text(verdict: u8) -> *const c_char {
    verdict_text(verdict).as_ptr()
}
