//! The calls that may fail. All others are the real module's own functions.

use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, OnceLock, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use cryptoki_sys::{
    CK_ATTRIBUTE_PTR, CK_BYTE, CK_BYTE_PTR, CK_FUNCTION_LIST, CK_MECHANISM_PTR, CK_OBJECT_HANDLE,
    CK_OBJECT_HANDLE_PTR, CK_RV, CK_SESSION_HANDLE, CK_SESSION_INFO, CK_SESSION_INFO_PTR,
    CK_SLOT_ID, CK_TOKEN_INFO_PTR, CK_ULONG, CK_ULONG_PTR, CK_USER_TYPE, CK_UTF8CHAR_PTR,
    CKF_CLOCK_ON_TOKEN, CKR_DEVICE_ERROR, CKR_DEVICE_REMOVED, CKR_FUNCTION_NOT_SUPPORTED,
    CKR_GENERAL_ERROR, CKR_OK, CKR_PIN_INCORRECT, CKR_PIN_LOCKED, CKR_SESSION_HANDLE_INVALID,
};

use crate::bls;
use crate::faults::{Faults, hang, is_due};
use crate::real;

/// The list that this module shows: the real one with the functions below in it.
pub(crate) fn list() -> Option<&'static CK_FUNCTION_LIST> {
    static LIST: OnceLock<Option<CK_FUNCTION_LIST>> = OnceLock::new();
    let build = || {
        let mut list = *real::list()?;
        list.C_GetFunctionList = Some(crate::C_GetFunctionList);
        list.C_GetTokenInfo = Some(get_token_info);
        list.C_Login = Some(login);
        list.C_CreateObject = Some(create_object);
        list.C_GenerateKey = Some(generate_key);
        list.C_UnwrapKey = Some(unwrap_key);
        list.C_WrapKey = Some(wrap_key);
        list.C_Encrypt = Some(encrypt);
        list.C_Decrypt = Some(decrypt);
        list.C_Sign = Some(sign);
        list.C_OpenSession = Some(open_session);
        list.C_CloseSession = Some(close_session);
        list.C_GetSessionInfo = Some(get_session_info);
        list.C_FindObjectsInit = Some(find_objects_init);
        list.C_FindObjects = Some(find_objects);
        list.C_FindObjectsFinal = Some(find_objects_final);
        list.C_GetAttributeValue = Some(get_attribute_value);
        list.C_EncryptInit = Some(encrypt_init);
        list.C_DecryptInit = Some(decrypt_init);
        list.C_SignInit = Some(sign_init);
        list.C_GenerateKeyPair = Some(generate_key_pair);
        list.C_GenerateRandom = Some(generate_random);
        Some(list)
    };
    LIST.get_or_init(build).as_ref()
}

/// Held for reading through calls that use a session, for writing while all are closed: a token that
/// loses sessions does so between calls, and SoftHSM crashes when it happens within one.
static SESSIONS: RwLock<()> = RwLock::new(());

fn using_sessions() -> RwLockReadGuard<'static, ()> {
    SESSIONS.read().unwrap_or_else(PoisonError::into_inner)
}

/// Calls a function of the real module.
macro_rules! real {
    ($name:ident($($argument:expr),*)) => {
        match real::list().and_then(|list| list.$name) {
            // SAFETY: the arguments are the caller's own, who keeps the standard's contract.
            Some(function) => unsafe { function($($argument),*) },
            None => CKR_FUNCTION_NOT_SUPPORTED,
        }
    };
}

/// The faults that any cryptographic call may meet.
fn before(session: CK_SESSION_HANDLE, faults: &Faults) -> Option<CK_RV> {
    static VANISH: AtomicU64 = AtomicU64::new(0);
    static VANISH_ALL: AtomicU64 = AtomicU64::new(0);
    static HANG: AtomicU64 = AtomicU64::new(0);
    static DEVICE: AtomicU64 = AtomicU64::new(0);
    if faults.removed != 0 {
        return Some(CKR_DEVICE_REMOVED);
    }
    std::thread::sleep(Duration::from_millis(faults.slow_ms));
    if is_due(faults.hang, &HANG) {
        hang(|faults| faults.hang);
    }
    if is_due(faults.vanish, &VANISH) {
        real!(C_CloseSession(session));
        return Some(CKR_SESSION_HANDLE_INVALID);
    }
    if is_due(faults.vanish_all, &VANISH_ALL) {
        let _alone = SESSIONS.write().unwrap_or_else(PoisonError::into_inner);
        let mut info = CK_SESSION_INFO::default();
        real!(C_GetSessionInfo(session, &raw mut info));
        real!(C_CloseAllSessions(info.slotID));
        return Some(CKR_SESSION_HANDLE_INVALID);
    }
    is_due(faults.device_error, &DEVICE).then_some(CKR_DEVICE_ERROR)
}

/// Makes a reported length too long.
fn lengthen(value: CK_RV, length: CK_ULONG_PTR, faults: &Faults) {
    if value == CKR_OK && !length.is_null() {
        // SAFETY: the caller's own variable, which the real module has just written.
        unsafe { *length += faults.long };
    }
}

/// Flips a bit of what was written.
fn flip(value: CK_RV, out: CK_BYTE_PTR, due: bool) {
    if value == CKR_OK && !out.is_null() && due {
        // SAFETY: the real module has written at least one byte there.
        unsafe { *out ^= 1 };
    }
}

unsafe extern "C" fn get_token_info(slot: CK_SLOT_ID, info: CK_TOKEN_INFO_PTR) -> CK_RV {
    let faults = Faults::now();
    if faults.removed != 0 {
        return CKR_DEVICE_REMOVED;
    }
    let value = real!(C_GetTokenInfo(slot, info));
    if value == CKR_OK && faults.clock != 0 {
        // SAFETY: the caller's own structure, which the real module has just filled.
        let info = unsafe { &mut *info };
        info.utcTime = *b"half past eight ";
        info.flags |= CKF_CLOCK_ON_TOKEN;
    }
    value
}

unsafe extern "C" fn open_session(
    slot: CK_SLOT_ID,
    flags: cryptoki_sys::CK_FLAGS,
    application: *mut core::ffi::c_void,
    notify: cryptoki_sys::CK_NOTIFY,
    session: *mut CK_SESSION_HANDLE,
) -> CK_RV {
    if Faults::now().removed != 0 {
        return CKR_DEVICE_REMOVED;
    }
    let _sessions = using_sessions();
    real!(C_OpenSession(slot, flags, application, notify, session))
}

/// Fails where the token is gone, and only there: who asks whether a token lives asks for this, and
/// the faults of every n-th call are counted without it.
unsafe extern "C" fn generate_random(
    session: CK_SESSION_HANDLE,
    out: CK_BYTE_PTR,
    length: CK_ULONG,
) -> CK_RV {
    let faults = Faults::now();
    if faults.removed != 0 {
        return CKR_DEVICE_REMOVED;
    }
    if faults.same_random != 0 {
        // SAFETY: the caller's buffer has `length` bytes.
        unsafe { out.write_bytes(7, usize::try_from(length).unwrap_or(0)) };
        return CKR_OK;
    }
    let _sessions = using_sessions();
    real!(C_GenerateRandom(session, out, length))
}

unsafe extern "C" fn login(
    session: CK_SESSION_HANDLE,
    user: CK_USER_TYPE,
    pin: CK_UTF8CHAR_PTR,
    length: CK_ULONG,
) -> CK_RV {
    if Faults::now().hang_login != 0 {
        hang(|faults| faults.hang_login);
    }
    let mut counts = Counts::read();
    counts.logins += 1;
    counts.write();
    let lockout = Faults::now().lockout;
    if lockout != 0 && counts.wrong >= lockout {
        return CKR_PIN_LOCKED;
    }
    let _sessions = using_sessions();
    let value = real!(C_Login(session, user, pin, length));
    match value {
        CKR_PIN_INCORRECT => counts.wrong += 1,
        CKR_OK => counts.wrong = 0,
        _ => {}
    }
    counts.write();
    value
}

/// Logins, and wrong PINs among them since the last right one. In a file: a token's counters outlive
/// the library.
struct Counts {
    logins: u64,
    wrong: u64,
    _alone: std::sync::MutexGuard<'static, ()>,
}

impl Counts {
    fn read() -> Self {
        static ALONE: Mutex<()> = Mutex::new(());
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let path = std::env::var_os(crate::COUNTS).unwrap_or_default();
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let mut numbers = text.split(' ').map(|number| number.parse().unwrap_or(0));
        let (logins, wrong) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
        Self { logins, wrong, _alone: alone }
    }

    fn write(&self) {
        if let Some(path) = std::env::var_os(crate::COUNTS) {
            let _ = std::fs::write(path, format!("{} {}", self.logins, self.wrong));
        }
    }
}

/// Functions that are passed on as they are, but never while all sessions are closed.
macro_rules! pass {
    ($name:ident = $real:ident($($argument:ident: $type:ty),*)) => {
        unsafe extern "C" fn $name($($argument: $type),*) -> CK_RV {
            let _sessions = using_sessions();
            real!($real($($argument),*))
        }
    };
}

pass!(close_session = C_CloseSession(session: CK_SESSION_HANDLE));
pass!(get_session_info = C_GetSessionInfo(session: CK_SESSION_HANDLE, info: CK_SESSION_INFO_PTR));
pass!(find_objects_init = C_FindObjectsInit(
    session: CK_SESSION_HANDLE, template: CK_ATTRIBUTE_PTR, count: CK_ULONG
));
pass!(find_objects_final = C_FindObjectsFinal(session: CK_SESSION_HANDLE));
pass!(encrypt_init = C_EncryptInit(
    session: CK_SESSION_HANDLE, mechanism: CK_MECHANISM_PTR, key: CK_OBJECT_HANDLE
));
pass!(decrypt_init = C_DecryptInit(
    session: CK_SESSION_HANDLE, mechanism: CK_MECHANISM_PTR, key: CK_OBJECT_HANDLE
));

unsafe extern "C" fn find_objects(
    session: CK_SESSION_HANDLE,
    found: CK_OBJECT_HANDLE_PTR,
    most: CK_ULONG,
    count: CK_ULONG_PTR,
) -> CK_RV {
    let faults = Faults::now();
    let _sessions = using_sessions();
    let value = real!(C_FindObjects(session, found, most, count));
    if value == CKR_OK && faults.found_more != 0 {
        // SAFETY: the caller's own variable, which the real module has just written.
        unsafe { *count = most + faults.found_more };
    }
    value
}

/// Whether this creation of an object fails, once it returns at all.
fn creation_fails() -> bool {
    static CREATIONS: AtomicU64 = AtomicU64::new(0);
    let faults = Faults::now();
    if faults.hang_create != 0 {
        hang(|faults| faults.hang_create);
    }
    is_due(faults.fail_create, &CREATIONS)
}

unsafe extern "C" fn create_object(
    session: CK_SESSION_HANDLE,
    template: CK_ATTRIBUTE_PTR,
    count: CK_ULONG,
    object: CK_OBJECT_HANDLE_PTR,
) -> CK_RV {
    if creation_fails() {
        return CKR_GENERAL_ERROR;
    }
    let _sessions = using_sessions();
    real!(C_CreateObject(session, template, count, object))
}

unsafe extern "C" fn generate_key(
    session: CK_SESSION_HANDLE,
    mechanism: CK_MECHANISM_PTR,
    template: CK_ATTRIBUTE_PTR,
    count: CK_ULONG,
    key: CK_OBJECT_HANDLE_PTR,
) -> CK_RV {
    if creation_fails() {
        return CKR_GENERAL_ERROR;
    }
    let _sessions = using_sessions();
    real!(C_GenerateKey(session, mechanism, template, count, key))
}

unsafe extern "C" fn unwrap_key(
    session: CK_SESSION_HANDLE,
    mechanism: CK_MECHANISM_PTR,
    unwrapping: CK_OBJECT_HANDLE,
    wrapped: CK_BYTE_PTR,
    length: CK_ULONG,
    template: CK_ATTRIBUTE_PTR,
    count: CK_ULONG,
    key: CK_OBJECT_HANDLE_PTR,
) -> CK_RV {
    if creation_fails() {
        return CKR_GENERAL_ERROR;
    }
    let _sessions = using_sessions();
    real!(C_UnwrapKey(session, mechanism, unwrapping, wrapped, length, template, count, key))
}

unsafe extern "C" fn wrap_key(
    session: CK_SESSION_HANDLE,
    mechanism: CK_MECHANISM_PTR,
    wrapping: CK_OBJECT_HANDLE,
    key: CK_OBJECT_HANDLE,
    out: *mut CK_BYTE,
    length: CK_ULONG_PTR,
) -> CK_RV {
    let faults = Faults::now();
    let _sessions = using_sessions();
    let value = real!(C_WrapKey(session, mechanism, wrapping, key, out, length));
    lengthen(value, length, &faults);
    value
}

unsafe extern "C" fn encrypt(
    session: CK_SESSION_HANDLE,
    data: CK_BYTE_PTR,
    data_length: CK_ULONG,
    out: CK_BYTE_PTR,
    length: CK_ULONG_PTR,
) -> CK_RV {
    let faults = Faults::now();
    if let Some(fault) = before(session, &faults) {
        return fault;
    }
    let _sessions = using_sessions();
    let value = real!(C_Encrypt(session, data, data_length, out, length));
    lengthen(value, length, &faults);
    value
}

unsafe extern "C" fn decrypt(
    session: CK_SESSION_HANDLE,
    data: CK_BYTE_PTR,
    data_length: CK_ULONG,
    out: CK_BYTE_PTR,
    length: CK_ULONG_PTR,
) -> CK_RV {
    static DECRYPTIONS: AtomicU64 = AtomicU64::new(0);
    let faults = Faults::now();
    if let Some(fault) = before(session, &faults) {
        return fault;
    }
    let _sessions = using_sessions();
    let value = real!(C_Decrypt(session, data, data_length, out, length));
    lengthen(value, length, &faults);
    flip(value, out, is_due(faults.wrong_plaintext, &DECRYPTIONS));
    value
}

unsafe extern "C" fn sign_init(
    session: CK_SESSION_HANDLE,
    mechanism: CK_MECHANISM_PTR,
    key: CK_OBJECT_HANDLE,
) -> CK_RV {
    let _sessions = using_sessions();
    bls::sign_init(session, mechanism, key)
        .unwrap_or_else(|| real!(C_SignInit(session, mechanism, key)))
}

unsafe extern "C" fn get_attribute_value(
    session: CK_SESSION_HANDLE,
    object: CK_OBJECT_HANDLE,
    template: CK_ATTRIBUTE_PTR,
    count: CK_ULONG,
) -> CK_RV {
    let _sessions = using_sessions();
    bls::point(session, object, template, count)
        .unwrap_or_else(|| real!(C_GetAttributeValue(session, object, template, count)))
}

unsafe extern "C" fn generate_key_pair(
    session: CK_SESSION_HANDLE,
    mechanism: CK_MECHANISM_PTR,
    public_template: CK_ATTRIBUTE_PTR,
    public_count: CK_ULONG,
    private_template: CK_ATTRIBUTE_PTR,
    private_count: CK_ULONG,
    public: CK_OBJECT_HANDLE_PTR,
    private: CK_OBJECT_HANDLE_PTR,
) -> CK_RV {
    if creation_fails() {
        return CKR_GENERAL_ERROR;
    }
    let _sessions = using_sessions();
    let mechanism = bls::pair_mechanism(mechanism, public_template, public_count);
    real!(C_GenerateKeyPair(
        session,
        mechanism,
        public_template,
        public_count,
        private_template,
        private_count,
        public,
        private
    ))
}

unsafe extern "C" fn sign(
    session: CK_SESSION_HANDLE,
    data: CK_BYTE_PTR,
    data_length: CK_ULONG,
    out: CK_BYTE_PTR,
    length: CK_ULONG_PTR,
) -> CK_RV {
    static SIGNATURES: AtomicU64 = AtomicU64::new(0);
    let faults = Faults::now();
    if let Some(fault) = before(session, &faults) {
        return fault;
    }
    let _sessions = using_sessions();
    let value = match bls::sign(session, data, data_length, out, length, &faults) {
        Some(value) => value,
        None => real!(C_Sign(session, data, data_length, out, length)),
    };
    lengthen(value, length, &faults);
    flip(value, out, is_due(faults.wrong_signature, &SIGNATURES));
    value
}
