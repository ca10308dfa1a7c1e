//! A PKCS#11 module for tests. It passes calls on to another module, named by the environment
//! variable [`MODULE`], and fails as the file named by [`FAULTS`] says.
//!
//! The file is read anew at each call, so a test switches faults on and off while a token is in use.
//! Beyond the other module's mechanisms it has one for BLS, in the form that IBM documents for its
//! EP11 token, so that code for such tokens can be tested. Its keys are no secrets.
//!
//! Each line is a name and a number, see [`faults::Faults`]. What the module has counted stands in
//! [`COUNTS`], for a test to read.

#![allow(unsafe_code)]
#![allow(non_snake_case, reason = "PKCS#11 names its functions so")]

mod bls;
mod calls;
pub mod faults;
mod real;

use cryptoki_sys::{CK_FUNCTION_LIST_PTR_PTR, CK_RV, CKR_ARGUMENTS_BAD, CKR_GENERAL_ERROR, CKR_OK};

/// Names the module behind this one.
pub const MODULE: &str = "PAIRLANE_FAULT_MODULE";
/// Names the file of faults.
pub const FAULTS: &str = "PAIRLANE_FAULT_FILE";
/// Names the file that logins are counted in.
pub const COUNTS: &str = "PAIRLANE_FAULT_COUNTS";

/// The entry point of the module.
///
/// # Safety
/// `list` must be null or writable, as PKCS#11 says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn C_GetFunctionList(list: CK_FUNCTION_LIST_PTR_PTR) -> CK_RV {
    if list.is_null() {
        return CKR_ARGUMENTS_BAD;
    }
    match calls::list() {
        Some(functions) => {
            // SAFETY: not null, and writable by the caller's word.
            unsafe { *list = core::ptr::from_ref(functions).cast_mut() };
            CKR_OK
        }
        None => CKR_GENERAL_ERROR,
    }
}
