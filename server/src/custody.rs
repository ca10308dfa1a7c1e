//! Keys behind a token: `pairlane token`, `keys`, `guard` and `audit`.
//!
//! Every command opens the vault, does one thing that the audit log has an entry for, and closes it
//! again; a vault that a service holds open is refused.

mod access;
mod audit;
mod guard;
mod keys;
mod token;

pub(crate) use access::{Opened, guard_process, level_text};
pub(crate) use audit::AuditArgs;
pub(crate) use guard::GuardArgs;
pub(crate) use keys::KeysArgs;
pub(crate) use token::TokenArgs;
