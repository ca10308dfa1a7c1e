//! New keys: made here from two sources of randomness, or made in the token.

use super::error::StoreError;
use super::id::KeyType;
use super::unlocked::fresh_secret;
use crate::arena::{Arena, Locked, after_secret};
use crate::envelope::SECRET_LENGTH;
use crate::token::Token;

/// A secret from the operating system's randomness and, where there is a token, the token's too.
pub(super) fn secret(
    key_type: KeyType,
    token: Option<&Token>,
) -> Result<Locked<[u8; SECRET_LENGTH]>, StoreError> {
    let mut sources = Arena::process()?.bytes::<64>()?;
    let (system, from_token) = sources.split_at_mut(32);
    getrandom::fill(system).map_err(StoreError::Randomness)?;
    match token {
        Some(token) => token.random(from_token)?,
        None => getrandom::fill(from_token).map_err(StoreError::Randomness)?,
    }
    let secret = fresh_secret(key_type, &sources)?;
    drop(sources);
    after_secret();
    Ok(secret)
}
