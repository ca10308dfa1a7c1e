//! The module behind this one.

use std::sync::OnceLock;

use cryptoki_sys::{CK_FUNCTION_LIST, CKR_OK, Pkcs11};

/// Its function list, loaded on first use and never unloaded.
pub(crate) fn list() -> Option<&'static CK_FUNCTION_LIST> {
    static LIST: OnceLock<Option<(Pkcs11, CK_FUNCTION_LIST)>> = OnceLock::new();
    LIST.get_or_init(load).as_ref().map(|(_, list)| list)
}

fn load() -> Option<(Pkcs11, CK_FUNCTION_LIST)> {
    let path = std::env::var_os(crate::MODULE)?;
    // SAFETY: a test names a PKCS#11 module that it trusts.
    let module = unsafe { Pkcs11::new(path) }.ok()?;
    let get = module.C_GetFunctionList.as_ref().ok()?;
    let mut list = core::ptr::null_mut();
    // SAFETY: the standard's function; writes one pointer.
    if unsafe { get(&raw mut list) } != CKR_OK || list.is_null() {
        return None;
    }
    // SAFETY: a list of the standard's layout, valid while the module is loaded.
    let list = unsafe { list.read_unaligned() };
    Some((module, list))
}
