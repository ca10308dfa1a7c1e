//! The fence of the token code: calls that the binding lacks or gets wrong, made on the module's
//! own function list.
//!
//! Output goes into the caller's buffer, in one call without a length query: the query breaks
//! some modules, leaves plaintext in a buffer of the binding's, and its answer is too long on
//! others. Every buffer has room beyond what is expected, and the result is cut to that.

#![allow(unsafe_code)]

use core::ffi::CStr;
use std::ffi::CString;
use std::path::Path;

use cryptoki::error::Rv;
use cryptoki_sys::{
    CK_C_INITIALIZE_ARGS, CK_FUNCTION_LIST, CK_GCM_PARAMS, CK_MECHANISM, CK_OBJECT_HANDLE,
    CK_SESSION_HANDLE, CK_SLOT_ID, CK_TOKEN_INFO, CK_ULONG, CKF_LOGIN_REQUIRED, CKF_OS_LOCKING_OK,
    CKF_TOKEN_INITIALIZED, CKM_AES_CBC, CKM_AES_GCM, CKM_AES_KEY_WRAP, CKM_EDDSA, CKM_SHA256_HMAC,
    CKU_USER,
};

use super::error::TokenError;
use super::selector::TokenIdentity;

/// Room that an output buffer must have beyond what is expected.
pub(crate) const SLACK: usize = 32;

/// A mechanism with its parameters.
#[derive(Clone, Copy, Debug)]
pub enum Mechanism<'a> {
    /// AES-GCM with a tag of 128 bits.
    AesGcm {
        /// 96 bits, never twice under one key.
        iv: &'a [u8; 12],
        /// What is authenticated beside the plaintext.
        aad: &'a [u8],
    },
    /// AES-CBC without padding.
    AesCbc {
        /// The initialisation vector.
        iv: &'a [u8; 16],
    },
    /// AES key wrap, RFC 3394.
    AesKeyWrap,
    /// HMAC over SHA-256.
    HmacSha256,
    /// Ed25519 without context.
    EdDsa,
    /// A mechanism of the vendor's.
    Vendor {
        /// Its number.
        id: u64,
        /// Its parameter, byte for byte.
        parameter: &'a [u8],
    },
}

impl Mechanism<'_> {
    /// Runs a call with the C form of the mechanism, which lives no longer than the call.
    fn with<R>(&self, call: impl FnOnce(*mut CK_MECHANISM) -> R) -> R {
        let mut gcm = CK_GCM_PARAMS::default();
        let (id, parameter, length): (_, *const u8, usize) = match self {
            Self::AesGcm { iv, aad } => {
                gcm.pIv = iv.as_ptr().cast_mut();
                gcm.ulIvLen = 12;
                gcm.ulIvBits = 96;
                gcm.pAAD = aad.as_ptr().cast_mut();
                gcm.ulAADLen = ulong(aad.len());
                gcm.ulTagBits = 128;
                (CKM_AES_GCM, (&raw const gcm).cast(), size_of::<CK_GCM_PARAMS>())
            }
            Self::AesCbc { iv } => (CKM_AES_CBC, iv.as_ptr(), 16),
            Self::AesKeyWrap => (CKM_AES_KEY_WRAP, core::ptr::null(), 0),
            Self::HmacSha256 => (CKM_SHA256_HMAC, core::ptr::null(), 0),
            Self::EdDsa => (CKM_EDDSA, core::ptr::null(), 0),
            Self::Vendor { id, parameter: [] } => (ulong_id(*id), core::ptr::null(), 0),
            Self::Vendor { id, parameter } => (ulong_id(*id), parameter.as_ptr(), parameter.len()),
        };
        let mut mechanism = CK_MECHANISM {
            mechanism: id,
            pParameter: parameter.cast_mut().cast(),
            ulParameterLen: ulong(length),
        };
        call(&raw mut mechanism)
    }
}

/// Lengths and handles fit: every target we build for has a 64-bit `CK_ULONG`.
fn ulong(value: usize) -> CK_ULONG {
    CK_ULONG::try_from(value).expect("CK_ULONG has 64 bits")
}

fn ulong_id(value: u64) -> CK_ULONG {
    CK_ULONG::try_from(value).expect("CK_ULONG has 64 bits")
}

/// The module's function list.
pub(crate) struct Raw {
    list: CK_FUNCTION_LIST,
    // Keeps the functions mapped.
    _library: cryptoki_sys::Pkcs11,
}

/// A function of the list, or an error that names it.
macro_rules! function {
    ($raw:expr, $name:ident) => {
        $raw.list.$name.ok_or(TokenError::NoFunction { function: stringify!($name) })?
    };
}

fn check(function: &'static str, value: cryptoki_sys::CK_RV) -> Result<(), TokenError> {
    match Rv::from(value) {
        Rv::Ok => Ok(()),
        Rv::Error(error) => Err(TokenError::call(function, error)),
    }
}

/// Cuts a reported length to what the operation gives. A shorter one is the module's fault.
fn cut(function: &'static str, reported: CK_ULONG, expected: usize) -> Result<(), TokenError> {
    if usize::try_from(reported).unwrap_or(usize::MAX) < expected {
        let what = format!("{reported} bytes where there must be {expected}");
        return Err(TokenError::Faulty { function, what });
    }
    Ok(())
}

/// NSS reads a string where the standard has a reserved pointer, and a null pointer after it.
#[repr(C)]
struct InitializeArguments {
    standard: CK_C_INITIALIZE_ARGS,
    after: *mut core::ffi::c_void,
}

impl Raw {
    pub(crate) fn load(path: &Path) -> Result<Self, TokenError> {
        let load = |cause: String| TokenError::Load { path: path.to_owned(), cause };
        // SAFETY: loading a library runs its initialisers. Whoever names the module trusts it.
        let library =
            unsafe { cryptoki_sys::Pkcs11::new(path) }.map_err(|e| load(e.to_string()))?;
        let Ok(get) = library.C_GetFunctionList.as_ref() else {
            return Err(load("it has no C_GetFunctionList, so it is no PKCS#11 module".to_owned()));
        };
        let mut list: *mut CK_FUNCTION_LIST = core::ptr::null_mut();
        // SAFETY: the standard's function, which writes one pointer and may be called first.
        check("C_GetFunctionList", unsafe { get(&raw mut list) })?;
        if list.is_null() {
            return Err(load("C_GetFunctionList gave no list".to_owned()));
        }
        // SAFETY: a list of the standard's layout, valid as long as the library is loaded; read
        // without regard to alignment, because some platforms pack it.
        let list = unsafe { list.read_unaligned() };
        Ok(Self { list, _library: library })
    }

    /// `C_Initialize`, with the module's own parameter string where it wants one.
    pub(crate) fn initialize(&self, parameters: Option<&CStr>) -> Result<(), TokenError> {
        let owned = parameters.map(CString::from);
        let mut arguments = InitializeArguments {
            standard: CK_C_INITIALIZE_ARGS { flags: CKF_OS_LOCKING_OK, ..Default::default() },
            after: core::ptr::null_mut(),
        };
        if let Some(text) = &owned {
            arguments.standard.pReserved = text.as_ptr().cast_mut().cast();
        }
        let initialize = function!(self, C_Initialize);
        // SAFETY: the arguments live through the call, and no module keeps them.
        check("C_Initialize", unsafe { initialize((&raw mut arguments).cast()) })
    }

    /// `C_Finalize`. No other call may be under way.
    pub(crate) fn finalize(&self) -> Result<(), TokenError> {
        let finalize = function!(self, C_Finalize);
        // SAFETY: the argument must be null.
        check("C_Finalize", unsafe { finalize(core::ptr::null_mut()) })
    }

    /// `C_GetTokenInfo`, without the clock, which some modules fill with anything.
    pub(crate) fn token_info(&self, slot: u64) -> Result<TokenIdentity, TokenError> {
        let mut info = CK_TOKEN_INFO::default();
        let get = function!(self, C_GetTokenInfo);
        // SAFETY: writes one CK_TOKEN_INFO.
        check("C_GetTokenInfo", unsafe { get(slot as CK_SLOT_ID, &raw mut info) })?;
        let text =
            |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end_matches([' ', '\0']).to_owned();
        Ok(TokenIdentity {
            label: text(&info.label),
            serial: text(&info.serialNumber),
            manufacturer: text(&info.manufacturerID),
            model: text(&info.model),
            initialized: info.flags & CKF_TOKEN_INITIALIZED != 0,
            login_required: info.flags & CKF_LOGIN_REQUIRED != 0,
        })
    }

    /// `C_Login` as the user, with a PIN that stays where it is.
    pub(crate) fn login(&self, session: CK_SESSION_HANDLE, pin: &[u8]) -> Result<(), TokenError> {
        let login = function!(self, C_Login);
        // SAFETY: the PIN is passed with its own length and only read.
        let value = unsafe { login(session, CKU_USER, pin.as_ptr().cast_mut(), ulong(pin.len())) };
        check("C_Login", value)
    }

    /// `C_Encrypt`, all at once. `out` holds `expected` bytes and [`SLACK`] at least.
    pub(crate) fn encrypt(
        &self,
        session: CK_SESSION_HANDLE,
        mechanism: &Mechanism<'_>,
        key: CK_OBJECT_HANDLE,
        input: &[u8],
        out: &mut [u8],
        expected: usize,
    ) -> Result<(), TokenError> {
        assert!(out.len() >= expected + SLACK, "room for a module that writes too much");
        let (init, run) = (function!(self, C_EncryptInit), function!(self, C_Encrypt));
        // SAFETY: the mechanism and its parameter live through the call.
        check("C_EncryptInit", mechanism.with(|m| unsafe { init(session, m, key) }))?;
        let mut length = ulong(out.len());
        let (data, data_length) = (input.as_ptr().cast_mut(), ulong(input.len()));
        // SAFETY: both buffers are passed with their own lengths.
        let value = unsafe { run(session, data, data_length, out.as_mut_ptr(), &raw mut length) };
        check("C_Encrypt", value)?;
        cut("C_Encrypt", length, expected)
    }

    /// `C_Decrypt`, all at once. `out` holds `expected` bytes and [`SLACK`] at least.
    pub(crate) fn decrypt(
        &self,
        session: CK_SESSION_HANDLE,
        mechanism: &Mechanism<'_>,
        key: CK_OBJECT_HANDLE,
        input: &[u8],
        out: &mut [u8],
        expected: usize,
    ) -> Result<(), TokenError> {
        assert!(out.len() >= expected + SLACK, "room for a module that writes too much");
        let (init, run) = (function!(self, C_DecryptInit), function!(self, C_Decrypt));
        // SAFETY: the mechanism and its parameter live through the call.
        check("C_DecryptInit", mechanism.with(|m| unsafe { init(session, m, key) }))?;
        let mut length = ulong(out.len());
        let (data, data_length) = (input.as_ptr().cast_mut(), ulong(input.len()));
        // SAFETY: both buffers are passed with their own lengths.
        let value = unsafe { run(session, data, data_length, out.as_mut_ptr(), &raw mut length) };
        check("C_Decrypt", value)?;
        cut("C_Decrypt", length, expected)
    }

    /// `C_Sign`, all at once. `out` holds `expected` bytes and [`SLACK`] at least.
    pub(crate) fn sign(
        &self,
        session: CK_SESSION_HANDLE,
        mechanism: &Mechanism<'_>,
        key: CK_OBJECT_HANDLE,
        message: &[u8],
        out: &mut [u8],
        expected: usize,
    ) -> Result<(), TokenError> {
        assert!(out.len() >= expected + SLACK, "room for a module that writes too much");
        let (init, run) = (function!(self, C_SignInit), function!(self, C_Sign));
        // SAFETY: the mechanism and its parameter live through the call.
        check("C_SignInit", mechanism.with(|m| unsafe { init(session, m, key) }))?;
        let mut length = ulong(out.len());
        let (data, data_length) = (message.as_ptr().cast_mut(), ulong(message.len()));
        // SAFETY: both buffers are passed with their own lengths.
        let value = unsafe { run(session, data, data_length, out.as_mut_ptr(), &raw mut length) };
        check("C_Sign", value)?;
        cut("C_Sign", length, expected)
    }

    /// `C_WrapKey`. `out` holds `expected` bytes and [`SLACK`] at least.
    pub(crate) fn wrap(
        &self,
        session: CK_SESSION_HANDLE,
        mechanism: &Mechanism<'_>,
        wrapping: CK_OBJECT_HANDLE,
        key: CK_OBJECT_HANDLE,
        out: &mut [u8],
        expected: usize,
    ) -> Result<(), TokenError> {
        assert!(out.len() >= expected + SLACK, "room for a module that writes too much");
        let wrap = function!(self, C_WrapKey);
        let mut length = ulong(out.len());
        let out = out.as_mut_ptr();
        // SAFETY: the mechanism lives through the call; the buffer is passed with its length.
        let value =
            mechanism.with(|m| unsafe { wrap(session, m, wrapping, key, out, &raw mut length) });
        check("C_WrapKey", value)?;
        cut("C_WrapKey", length, expected)
    }

    /// Reads `CKA_VALUE` of a readable object into the start of `out`; its length.
    pub(crate) fn value(
        &self,
        session: CK_SESSION_HANDLE,
        object: CK_OBJECT_HANDLE,
        out: &mut [u8],
    ) -> Result<usize, TokenError> {
        let get = function!(self, C_GetAttributeValue);
        let mut attribute = cryptoki_sys::CK_ATTRIBUTE {
            type_: cryptoki_sys::CKA_VALUE,
            pValue: out.as_mut_ptr().cast(),
            ulValueLen: ulong(out.len()),
        };
        // SAFETY: one attribute, whose buffer is passed with its own length.
        check("C_GetAttributeValue", unsafe { get(session, object, &raw mut attribute, 1) })?;
        let length = usize::try_from(attribute.ulValueLen).unwrap_or(usize::MAX);
        if length > out.len() {
            let what = format!("{length} bytes in a buffer of {}", out.len());
            return Err(TokenError::Faulty { function: "C_GetAttributeValue", what });
        }
        Ok(length)
    }
}
