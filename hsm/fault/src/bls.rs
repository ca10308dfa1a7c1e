//! A BLS mechanism as a vendor may have it.
//!
//! The objects are Ed25519 pairs of the real module; the BLS secret is a hash of their `CKA_ID`, which
//! makes it worthless and the same on both sides.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use cryptoki_sys::{
    CK_ATTRIBUTE, CK_ATTRIBUTE_PTR, CK_BYTE_PTR, CK_MECHANISM, CK_MECHANISM_PTR, CK_OBJECT_HANDLE,
    CK_RV, CK_SESSION_HANDLE, CK_ULONG, CK_ULONG_PTR, CKA_EC_PARAMS, CKA_EC_POINT, CKA_ID,
    CKA_LABEL, CKM_EC_EDWARDS_KEY_PAIR_GEN, CKR_BUFFER_TOO_SMALL, CKR_GENERAL_ERROR,
    CKR_MECHANISM_PARAM_INVALID, CKR_OK,
};
use pairlane::{MinPk, SecretKey, Suite, Tag};

use crate::faults::Faults;
use crate::real;

/// IBM's curve, and the one that stands in for it.
const CURVE: &[u8] = b"\x06\x0c\x2b\x06\x01\x04\x01\x02\x82\x0b\x87\x67\x03\x02";
const STAND_IN: &[u8] = b"\x13\x0cedwards25519";
/// `CKM_IBM_ECDSA_OTHER`, and its parameter `CKM_IBM_BLS`.
const MECHANISM: u64 = 0x8001_0031;
const SUB_MECHANISM: u64 = 6;
/// Label of the objects whose point is a BLS key.
const LABEL: &[u8] = b"pairlane-bls";

/// Keys that a session is about to sign with.
static SIGNING: Mutex<Option<HashMap<CK_SESSION_HANDLE, CK_OBJECT_HANDLE>>> = Mutex::new(None);

static mut EDWARDS: CK_MECHANISM = CK_MECHANISM {
    mechanism: CKM_EC_EDWARDS_KEY_PAIR_GEN,
    pParameter: core::ptr::null_mut(),
    ulParameterLen: 0,
};

/// Puts the stand-in's curve and mechanism in the place of IBM's.
pub(crate) fn pair_mechanism(
    mechanism: CK_MECHANISM_PTR,
    template: CK_ATTRIBUTE_PTR,
    count: CK_ULONG,
) -> CK_MECHANISM_PTR {
    for index in 0..usize::try_from(count).unwrap_or(0) {
        // SAFETY: the caller's template has `count` attributes, each with its own length.
        let attribute = unsafe { &mut *template.add(index) };
        let length = usize::try_from(attribute.ulValueLen).unwrap_or(0);
        if attribute.type_ != CKA_EC_PARAMS || length != CURVE.len() {
            continue;
        }
        // SAFETY: as above.
        let curve = unsafe { core::slice::from_raw_parts(attribute.pValue.cast::<u8>(), length) };
        if curve == CURVE {
            attribute.pValue = STAND_IN.as_ptr().cast_mut().cast();
            attribute.ulValueLen = STAND_IN.len() as CK_ULONG;
            return &raw mut EDWARDS;
        }
    }
    mechanism
}

/// An attribute of an object of the real module.
fn attribute(
    session: CK_SESSION_HANDLE,
    object: CK_OBJECT_HANDLE,
    type_: CK_ULONG,
) -> Option<Vec<u8>> {
    let get = real::list()?.C_GetAttributeValue?;
    let mut value = [0_u8; 64];
    let mut wanted = CK_ATTRIBUTE {
        type_,
        pValue: value.as_mut_ptr().cast(),
        ulValueLen: value.len() as CK_ULONG,
    };
    // SAFETY: one attribute, whose buffer is passed with its own length.
    let status = unsafe { get(session, object, &raw mut wanted, 1) };
    let length = usize::try_from(wanted.ulValueLen).ok()?;
    (status == CKR_OK).then(|| value.get(..length).map(<[u8]>::to_vec)).flatten()
}

fn secret(session: CK_SESSION_HANDLE, object: CK_OBJECT_HANDLE) -> Option<SecretKey> {
    let mut seed = attribute(session, object, CKA_ID)?;
    seed.resize(32, 0);
    SecretKey::from_seed(&seed, b"no secret").ok()
}

/// Answers for `CKA_EC_POINT` of a BLS key, uncompressed in an octet string; nothing else.
pub(crate) fn point(
    session: CK_SESSION_HANDLE,
    object: CK_OBJECT_HANDLE,
    template: CK_ATTRIBUTE_PTR,
    count: CK_ULONG,
) -> Option<CK_RV> {
    // SAFETY: the caller's template has `count` attributes.
    let wanted = (count == 1).then(|| unsafe { &mut *template })?;
    if wanted.type_ != CKA_EC_POINT || attribute(session, object, CKA_LABEL)? != LABEL {
        return None;
    }
    let key = secret(session, object)?.public_key::<MinPk>();
    let mut value = vec![0x04, 96];
    value.extend_from_slice(&key.to_uncompressed());
    Some(put(&value, wanted.pValue.cast(), &mut wanted.ulValueLen))
}

/// Remembers the key, for this mechanism alone.
pub(crate) fn sign_init(
    session: CK_SESSION_HANDLE,
    mechanism: CK_MECHANISM_PTR,
    key: CK_OBJECT_HANDLE,
) -> Option<CK_RV> {
    // SAFETY: the caller's own mechanism.
    let mechanism = unsafe { &*mechanism };
    let mut signing = SIGNING.lock().unwrap_or_else(PoisonError::into_inner);
    let signing = signing.get_or_insert_default();
    if mechanism.mechanism != MECHANISM {
        signing.remove(&session);
        return None;
    }
    // SAFETY: the parameter has the length that comes with it.
    let right = mechanism.ulParameterLen == 8
        && unsafe { mechanism.pParameter.cast::<u64>().read_unaligned() } == SUB_MECHANISM;
    if !right {
        return Some(CKR_MECHANISM_PARAM_INVALID);
    }
    signing.insert(session, key);
    Some(CKR_OK)
}

/// Signs, uncompressed, when the session is about to sign with this mechanism.
pub(crate) fn sign(
    session: CK_SESSION_HANDLE,
    data: CK_BYTE_PTR,
    data_length: CK_ULONG,
    out: CK_BYTE_PTR,
    length: CK_ULONG_PTR,
    faults: &Faults,
) -> Option<CK_RV> {
    let mut signing = SIGNING.lock().unwrap_or_else(PoisonError::into_inner);
    let key = signing.as_mut()?.remove(&session)?;
    drop(signing);
    let Some(secret) = secret(session, key) else { return Some(CKR_GENERAL_ERROR) };
    let suite = match faults.bls_suite {
        0 => Suite::<MinPk>::proof_of_possession(),
        1 => Suite::basic(),
        _ => Suite::new(pairlane::Scheme::Basic, Tag::new("of no standard").ok()?),
    };
    // SAFETY: the caller's message and variable.
    let (message, length) = unsafe {
        let data_length = usize::try_from(data_length).unwrap_or(0);
        (core::slice::from_raw_parts(data, data_length), &mut *length)
    };
    Some(put(&secret.sign(&suite, message).to_uncompressed(), out, length))
}

/// Writes a value where the caller has room for it, or says how much it needs.
fn put(value: &[u8], out: *mut u8, length: &mut CK_ULONG) -> CK_RV {
    let room = core::mem::replace(length, value.len() as CK_ULONG);
    if out.is_null() {
        return CKR_OK;
    }
    if room < value.len() as CK_ULONG {
        return CKR_BUFFER_TOO_SMALL;
    }
    // SAFETY: the caller's buffer has `room` bytes, enough as just compared.
    unsafe { out.copy_from_nonoverlapping(value.as_ptr(), value.len()) };
    CKR_OK
}
