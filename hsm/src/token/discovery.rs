//! The tokens that a module shows, and the one that is meant.

use cryptoki::slot::Slot;

use super::error::TokenError;
use super::module::Module;
use super::selector::{TokenIdentity, TokenSelector};

/// A slot, and the token in it, where it can be read.
pub type Listed = (u64, Result<TokenIdentity, TokenError>);

/// Every slot with a token.
pub(super) fn list(module: &Module) -> Result<Vec<Listed>, TokenError> {
    let slots = module.binding().get_slots_with_token();
    let slots = slots.map_err(|error| TokenError::from_binding("C_GetSlotList", error))?;
    Ok(slots.into_iter().map(|slot| (slot.id(), module.raw().token_info(slot.id()))).collect())
}

/// The slot of the one token that fits. Slots that cannot be read are passed over.
pub(super) fn find_slot(
    module: &Module,
    selector: &TokenSelector,
) -> Result<(Slot, TokenIdentity), TokenError> {
    let (mut fits, mut seen) = (Vec::new(), Vec::new());
    for (slot, identity) in list(module)? {
        match identity {
            Ok(identity) => {
                seen.push(format!("slot {slot}: {identity}"));
                if selector.matches(slot, &identity) {
                    fits.push((slot, identity));
                }
            }
            Err(error) => {
                seen.push(format!("slot {slot}: unreadable, {error}"));
                if selector.is_slot_only() && selector.slot == Some(slot) {
                    return Err(error);
                }
            }
        }
    }
    match fits.len() {
        1 => {
            let (slot, identity) = fits.remove(0);
            let slot = Slot::try_from(slot);
            let slot = slot.map_err(|e| TokenError::from_binding("C_GetSlotList", e))?;
            Ok((slot, identity))
        }
        0 => Err(TokenError::NotFound { selector: selector.clone(), seen }),
        _ => {
            let seen = fits.iter().map(|(slot, it)| format!("slot {slot}: {it}")).collect();
            Err(TokenError::Ambiguous { selector: selector.clone(), seen })
        }
    }
}
