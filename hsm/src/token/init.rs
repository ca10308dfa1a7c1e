//! A blank token made ready: label, security officer's PIN, user's PIN.

use std::path::Path;

use cryptoki::session::UserType;
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;

use super::discovery::{find_slot, list};
use super::error::TokenError;
use super::link::open_session;
use super::module::Module;
use super::pin::Pin;
use super::selector::TokenIdentity;
use super::{TokenConfig, TokenSelector};
use crate::arena::after_secret;

/// Longest label of a token, in bytes.
const LABEL_LENGTH_MAX: usize = 32;

/// Why a token was not initialised.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InitError {
    /// Empty, or too long.
    #[error("a token's label has 1 to {LABEL_LENGTH_MAX} bytes, this one {actual}")]
    Label {
        /// Its bytes.
        actual: usize,
    },
    /// Another token has the label; two of one label could not be told apart.
    #[error("a token with this label exists ({0}): choose another label")]
    LabelTaken(TokenIdentity),
    /// No blank token is there, or the slot asked for is not blank.
    #[error("{0}; initialising wipes a token, so only a blank one is taken")]
    NotBlank(String),
    /// A PIN that is not text, which the binding demands.
    #[error("a PIN for a new token must be UTF-8 text")]
    PinNotText,
    /// The token.
    #[error(transparent)]
    Token(#[from] TokenError),
}

/// Initialises the blank token in a slot, or in the first slot that holds one. What it says of
/// itself afterwards.
///
/// # Errors
/// [`InitError`]; nothing is changed unless the error is the token's.
pub fn init_token(
    module: &Path,
    parameters: Option<&str>,
    slot: Option<u64>,
    label: &str,
    officer_pin: &Pin,
    user_pin: &Pin,
) -> Result<TokenIdentity, InitError> {
    if label.is_empty() || label.len() > LABEL_LENGTH_MAX {
        return Err(InitError::Label { actual: label.len() });
    }
    let module = Module::open(module, parameters)?;
    let _entered = module.enter(TokenConfig::wait_default())?;
    let slot = blank_slot(&module, slot, label)?;
    let (officer, user) = (auth_pin(officer_pin)?, auth_pin(user_pin)?);

    let init = module.binding().init_token(slot, &officer, label);
    init.map_err(|error| TokenError::from_binding("C_InitToken", error))?;
    // The slot may have another number now.
    let (slot, identity) = find_slot(&module, &TokenSelector::by_label(label))?;
    let session = open_session(&module, slot)?;
    let steps = || {
        let login = session.login(UserType::So, Some(&officer));
        login.map_err(|error| TokenError::from_binding("C_Login", error))?;
        let init = session.init_pin(&user);
        let init = init.map_err(|error| TokenError::from_binding("C_InitPIN", error));
        let logout = session.logout();
        init.and(logout.map_err(|error| TokenError::from_binding("C_Logout", error)))
    };
    let done = steps();
    let _ = session.close();
    drop((officer, user));
    after_secret();
    done?;
    Ok(identity)
}

fn blank_slot(module: &Module, wanted: Option<u64>, label: &str) -> Result<Slot, InitError> {
    let mut blank = None;
    for (slot, identity) in list(module)? {
        match identity {
            Ok(identity) if identity.initialized && identity.label == label => {
                return Err(InitError::LabelTaken(identity));
            }
            Ok(identity) if wanted == Some(slot) && identity.initialized => {
                return Err(InitError::NotBlank(format!("slot {slot} holds {identity}")));
            }
            Ok(identity) if !identity.initialized && wanted.is_none_or(|w| w == slot) => {
                blank = blank.or(Some(slot));
            }
            _ => {}
        }
    }
    let slot = blank.ok_or_else(|| {
        InitError::NotBlank(match wanted {
            Some(slot) => format!("slot {slot} holds no token that can be read"),
            None => "no slot holds a blank token".to_owned(),
        })
    })?;
    Ok(Slot::try_from(slot).map_err(|e| TokenError::from_binding("C_GetSlotList", e))?)
}

fn auth_pin(pin: &Pin) -> Result<AuthPin, InitError> {
    let text = core::str::from_utf8(pin.expose()).map_err(|_| InitError::PinNotText)?;
    Ok(AuthPin::new(text.into()))
}
