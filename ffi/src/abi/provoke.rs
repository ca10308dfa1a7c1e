//! A panic on demand, for tests of bindings: feature `test-panic`, not in the header.

use core::ffi::c_char;

use super::pointer::guard;
use crate::status::PlStatus;

/// Panics inside the library.
/// cbindgen:ignore
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_test_panic(error: *mut c_char, error_capacity: usize) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe { guard(error, error_capacity, || panic!("on demand")) }
}
