//! Errors that name the C function, its return value, and what to do.

use core::fmt;
use std::path::PathBuf;

use cryptoki::error::{Error as CryptokiError, RvError};

use super::selector::TokenSelector;
use crate::arena::ArenaError;

/// A return value of the module, by its name in PKCS#11.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ReturnValue(RvError);

impl ReturnValue {
    pub(super) fn new(error: RvError) -> Self {
        Self(error)
    }

    /// The binding's name for it.
    pub fn code(self) -> RvError {
        self.0
    }

    /// What to do about it, where there is something.
    fn advice(self) -> Option<&'static str> {
        Some(match self.0 {
            RvError::PinIncorrect => {
                "the PIN is wrong; it was tried once and will not be tried again, because tokens \
                 lock after a few wrong ones"
            }
            RvError::PinLocked => {
                "the token has locked its PIN; its security officer must reset it"
            }
            RvError::PinExpired => "the PIN has expired; set a new one with the vendor's tool",
            RvError::PinLenRange | RvError::PinInvalid => {
                "the token takes no PIN of this length or form; is it the right PIN?"
            }
            RvError::UserPinNotInitialized => "the token has no user PIN yet: pairlane token init",
            RvError::SlotIdInvalid
            | RvError::TokenNotPresent
            | RvError::TokenNotRecognized
            | RvError::DeviceRemoved => "the token is gone; is it plugged in, is its service up?",
            RvError::MechanismInvalid => "the token does not have this mechanism",
            RvError::KeyFunctionNotPermitted => "the key's attributes do not allow this use",
            RvError::SessionCount => "the token has no session left; lower the session limit",
            RvError::UserAnotherAlreadyLoggedIn => {
                "the security officer is logged in within this process; log out first"
            }
            RvError::TokenWriteProtected => "the token is write-protected",
            RvError::DeviceMemory => "the token is full",
            RvError::ArgumentsBad => "the module does not take these arguments",
            _ => return None,
        })
    }
}

impl fmt::Display for ReturnValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            RvError::VendorDefined(value) => write!(f, "CKR_VENDOR_DEFINED ({value:#x})"),
            RvError::UnknownErrorCode(value) => write!(f, "return value {value:#x}"),
            named => {
                f.write_str("CKR")?;
                for c in format!("{named:?}").chars() {
                    if c.is_ascii_uppercase() {
                        f.write_str("_")?;
                    }
                    write!(f, "{}", c.to_ascii_uppercase())?;
                }
                Ok(())
            }
        }
    }
}

impl fmt::Debug for ReturnValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why a token did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// The module cannot be loaded: the caller's path, or what the module links to.
    #[error("cannot load the PKCS#11 module {path}: {cause}")]
    Load {
        /// The module's path.
        path: PathBuf,
        /// What the dynamic loader said.
        cause: String,
    },
    /// A function of the module returned an error.
    #[error("{function}: {value}{}", value.advice().map(|a| format!(": {a}")).unwrap_or_default())]
    Call {
        /// The C function.
        function: &'static str,
        /// Its return value.
        value: ReturnValue,
    },
    /// The module lacks a function.
    #[error("the module has no {function}")]
    NoFunction {
        /// The C function.
        function: &'static str,
    },
    /// The module returned something that the standard does not allow.
    #[error("{function}: {what}: the module is faulty")]
    Faulty {
        /// The C function.
        function: &'static str,
        /// What it returned.
        what: String,
    },
    /// No slot holds the token asked for.
    #[error("no token with {selector}; there {}", seen_words(.seen))]
    NotFound {
        /// What was asked for.
        selector: TokenSelector,
        /// The tokens there are, and the slots that could not be read.
        seen: Vec<String>,
    },
    /// More than one slot holds a token that fits.
    #[error("{} tokens have {selector}: name the serial number too; there {}", .seen.len(), seen_words(.seen))]
    Ambiguous {
        /// What was asked for.
        selector: TokenSelector,
        /// The tokens that fit.
        seen: Vec<String>,
    },
    /// An earlier login was refused. Nothing but a new PIN, given by a new start, tries again.
    #[error("an earlier C_Login was refused ({value}); not tried again with the same PIN")]
    PinRefused {
        /// What that login returned.
        value: ReturnValue,
    },
    /// All sessions stayed busy.
    #[error(
        "all {sessions} sessions of the token stayed busy for {waited_ms} ms: it hangs, or is overloaded"
    )]
    Busy {
        /// Size of the pool.
        sessions: usize,
        /// How long the caller waited.
        waited_ms: u128,
    },
    /// A call into the module does not return, and others cannot go on without it: the library's
    /// restart, a login, or an object that is being made.
    #[error(
        "waited {waited_ms} ms for another call into the token's module to return: it hangs; if it \
         stays so, see to the token and start this program anew"
    )]
    Hangs {
        /// How long the caller waited.
        waited_ms: u128,
    },
    /// The token is down; the next attempt to reach it comes later.
    #[error("the token is down ({last}); next attempt in {retry_in_ms} ms")]
    Down {
        /// The last error.
        last: String,
        /// When the next call will try again.
        retry_in_ms: u128,
    },
    /// An object that should be in the token is not.
    #[error("the token has no {object}; is it the right token?")]
    ObjectMissing {
        /// Its kind and label.
        object: String,
    },
    /// An object that the token had is gone: the token was removed, or somebody destroyed it.
    #[error("the token no longer has {object}: was it removed, or the object destroyed?")]
    ObjectLost {
        /// Its kind and label.
        object: String,
    },
    /// Several objects where there should be one.
    #[error(
        "the token has {count} of {object}, expected one: remove the wrong ones with the vendor's tool"
    )]
    ObjectAmbiguous {
        /// Its kind and label.
        object: String,
        /// How many there are.
        count: usize,
    },
    /// A key whose attributes would let it do harm.
    #[error("{object} is refused: {flaw}")]
    WeakKey {
        /// Its kind and label.
        object: String,
        /// Which attribute, and what it allows.
        flaw: String,
    },
    /// The token offers none of the ways to seal a key.
    #[error("the token can protect no key: {0}")]
    NoProtection(String),
    /// The operating system gives no randomness, which goes into an IV beside the token's.
    #[error("no randomness from the operating system: {0}")]
    Randomness(getrandom::Error),
    /// Locked memory for what comes from the token.
    #[error(transparent)]
    Arena(#[from] ArenaError),
}

fn seen_words(seen: &[String]) -> String {
    if seen.is_empty() {
        "is no token at all".to_owned()
    } else {
        format!("is: {}", seen.join("; "))
    }
}

/// How far an error reaches: what recovery it calls for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// The request itself. Trying again gives the same.
    Request,
    /// The session or the login: a new link cures it.
    Session,
    /// The token or the library: if the token proves dead, only a new start of the library does.
    Library,
}

impl TokenError {
    pub(super) fn call(function: &'static str, error: RvError) -> Self {
        Self::Call { function, value: ReturnValue(error) }
    }

    /// Names the function that the binding reports by its own name.
    pub(super) fn from_binding(function: &'static str, error: CryptokiError) -> Self {
        match error {
            CryptokiError::Pkcs11(error, _) => Self::call(function, error),
            CryptokiError::NullFunctionPointer => Self::NoFunction { function },
            other => Self::Faulty { function, what: other.to_string() },
        }
    }

    /// The return value, where a call was answered with one.
    pub fn return_value(&self) -> Option<RvError> {
        match self {
            Self::Call { value, .. } | Self::PinRefused { value } => Some(value.0),
            _ => None,
        }
    }

    /// Whether the token would not take the PIN: each try counts, so nothing should try again by itself.
    pub fn is_of_the_pin(&self) -> bool {
        matches!(
            self.return_value(),
            Some(
                RvError::PinIncorrect
                    | RvError::PinInvalid
                    | RvError::PinLenRange
                    | RvError::PinExpired
                    | RvError::PinLocked
            )
        )
    }

    pub(super) fn reach(&self) -> Reach {
        match self {
            Self::Call { value, .. } => match value.0 {
                RvError::SessionHandleInvalid
                | RvError::SessionClosed
                | RvError::UserNotLoggedIn
                | RvError::KeyHandleInvalid
                | RvError::ObjectHandleInvalid
                | RvError::OperationActive
                | RvError::OperationNotInitialized => Reach::Session,
                RvError::CryptokiNotInitialized
                | RvError::DeviceError
                | RvError::DeviceRemoved
                | RvError::TokenNotPresent
                | RvError::TokenNotRecognized
                | RvError::SlotIdInvalid
                | RvError::GeneralError
                | RvError::FunctionFailed
                | RvError::HostMemory
                | RvError::FunctionCanceled => Reach::Library,
                _ => Reach::Request,
            },
            Self::ObjectLost { .. } | Self::NotFound { .. } => Reach::Library,
            _ => Reach::Request,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_the_function_the_value_and_the_cure() {
        let error = TokenError::call("C_Login", RvError::PinIncorrect).to_string();
        assert!(error.starts_with("C_Login: CKR_PIN_INCORRECT: the PIN is wrong"), "{error}");
        let error = TokenError::call("C_Sign", RvError::VendorDefined(0x8000_0001)).to_string();
        assert_eq!(error, "C_Sign: CKR_VENDOR_DEFINED (0x80000001)");
    }
}
