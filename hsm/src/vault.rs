//! Everything in one folder: keys, the guard's log and the audit log, opened together or not at
//! all.
//!
//! ```text
//! FOLDER/store/           the key store
//! FOLDER/guard/           the guard's log and its index
//! FOLDER/guard.witness    how far the log has come, for the guard to compare
//! FOLDER/guard.token      which object of the token remembers it too, where the token has such
//! FOLDER/audit.log        the audit log
//! FOLDER/audit.key        its key, where there is no token to hold it
//! ```
//!
//! A key is registered with the guard before it is active, and every signature goes the same way:
//! [`Vault::sign`] asks the guard, which has the duty on disk before it permits it, then the
//! custodian, which takes the permit; the audit log has an entry for each call.
//!
//! A folder that was restored from a copy brings log and witness file back together. The token's
//! object stays as it is, so a copy from before the vault's last opening is refused. Not seen is a
//! copy made since then, unless 10,000 entries have followed it: `docs/custody.md` says it in full.

mod error;
mod keys;
mod layout;
mod signing;
mod token_witness;

use std::path::Path;
use std::sync::Arc;

pub use error::VaultError;
pub use keys::Enabled;
pub use signing::{SignError, SignRequest};

use crate::audit::{Action, AuditLog, Authenticator, Event, Outcome};
use crate::custodian::Custodian;
use crate::guard::{self, Accept, FileWitness, Guard, GuardKey, Witness};
use crate::journal::Torn;
use crate::keystore::{Custody, KeyState, KeyStore, Record};
use crate::token::Token;
use layout::Layout;
use token_witness::TokenWitness;

/// The keys of a host, guarded. Any thread may use it.
#[derive(Debug)]
pub struct Vault {
    custodian: Custodian,
    guard: Guard,
    audit: AuditLog,
    token_remembers: bool,
}

/// How to open a vault.
#[derive(Clone, Default)]
pub struct VaultOptions {
    /// The Ethereum network's `genesis_validators_root`, for Ethereum duties.
    pub network: Option<[u8; 32]>,
    /// Memories of the guard's log besides the one in the folder, best on another disk.
    pub witnesses: Vec<Arc<dyn Witness>>,
    /// A disagreement of log and witnesses that a person has looked into.
    pub accept: Option<Accept>,
}

/// What opening found.
#[derive(Clone, Debug)]
pub struct VaultReport {
    /// The guard.
    pub guard: guard::OpenReport,
    /// Entries of the audit log that a crash left incomplete, and that were cut off.
    pub audit_torn: Option<Torn>,
    /// [`Vault::token_remembers`].
    pub token_remembers: bool,
}

impl Vault {
    /// Makes a vault in a new or empty folder.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn create(
        folder: &Path,
        custody: Custody,
        options: VaultOptions,
        actor: &str,
    ) -> Result<Self, VaultError> {
        let layout = Layout::create(folder)?;
        let store = KeyStore::create(&layout.store(), custody)?.with_new_keys_disabled();
        let authenticator = layout.make_authenticator(store.token())?;
        let (audit, _) = AuditLog::open(&layout.audit(), authenticator)?;
        let witness = layout.make_token_witness(store.token())?;
        let token_remembers = witness.is_some();
        let options = guard_options(&layout, &store, witness, options)?;
        let (guard, _) = Guard::open(&layout.guard(), options)?;
        let vault = Self { custodian: Custodian::new(store), guard, audit, token_remembers };
        vault.note(Event::new(Action::Start, actor, Outcome::Done).with("vault", "created"))?;
        Ok(vault)
    }

    /// Opens a vault, with all keys locked. Its token is needed where it has one.
    ///
    /// # Errors
    /// [`VaultError`]: in use by another process, another token, a log that is missing, damaged or
    /// older than it has been. Nothing was changed then but torn tails.
    pub fn open(
        folder: &Path,
        token: Option<Token>,
        options: VaultOptions,
        actor: &str,
    ) -> Result<(Self, VaultReport), VaultError> {
        let layout = Layout::open(folder)?;
        let store = KeyStore::open(&layout.store(), token)?.with_new_keys_disabled();
        let accept = options.accept;
        let authenticator = layout.authenticator(store.token())?;
        let (audit, audit_torn) = AuditLog::open(&layout.audit(), authenticator)?;
        let witness = layout.witness_in(store.token())?;
        let token_remembers = witness.is_some();
        let options = guard_options(&layout, &store, witness, options)?;
        let (guard, report) = Guard::open(&layout.guard(), options)?;
        let vault = Self { custodian: Custodian::new(store), guard, audit, token_remembers };
        if let Some(accept) = accept {
            vault.disable_unregistered()?;
            let event = Event::new(Action::GuardAccept, actor, Outcome::Done);
            vault.note(event.with("accepted", format!("{accept:?}")))?;
        }
        Ok((vault, VaultReport { guard: report, audit_torn, token_remembers }))
    }

    /// Whether the token is a witness of the guard's log. Where it is not, because the vault has no
    /// token or the token keeps no private data objects, a restored copy of the whole folder goes
    /// unnoticed.
    pub fn token_remembers(&self) -> bool {
        self.token_remembers
    }

    /// Unlocked keys.
    pub fn custodian(&self) -> &Custodian {
        &self.custodian
    }

    /// The key store.
    pub fn store(&self) -> &KeyStore {
        self.custodian.store()
    }

    /// The double-sign guard.
    pub fn guard(&self) -> &Guard {
        &self.guard
    }

    /// The audit log.
    pub fn audit(&self) -> &AuditLog {
        &self.audit
    }

    /// Puts on disk what may wait: audit entries of signatures, and the witnesses' memory. Call it
    /// every second or so while signing, and before the end.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn checkpoint(&self) -> Result<(), VaultError> {
        self.audit.sync()?;
        self.guard.checkpoint()?;
        Ok(())
    }

    /// Takes out of use what the guard no longer has registered: it would refuse to open next time.
    fn disable_unregistered(&self) -> Result<(), VaultError> {
        for record in self.store().list() {
            let history = self.guard.look_up(&guard_key(&record)?);
            if !history.is_some_and(|history| history.registered) {
                self.store().set_state(record.id, KeyState::Disabled)?;
            }
        }
        Ok(())
    }

    fn note(&self, event: Event) -> Result<(), VaultError> {
        self.audit.append(&[event])?;
        Ok(())
    }
}

/// The key of a vault's audit log, for a proof while the vault is closed, or open elsewhere.
///
/// # Errors
/// [`VaultError`].
pub fn audit_key(
    folder: &Path,
    token: Option<&Token>,
) -> Result<Box<dyn Authenticator>, VaultError> {
    Layout::open(folder)?.authenticator(token)
}

fn guard_options(
    layout: &Layout,
    store: &KeyStore,
    in_token: Option<TokenWitness>,
    options: VaultOptions,
) -> Result<guard::Options, VaultError> {
    let usable = store.list().into_iter().filter(|record| record.state != KeyState::Disabled);
    let keys = usable.map(|record| guard_key(&record)).collect::<Result<_, _>>()?;
    let mut witnesses: Vec<Arc<dyn Witness>> = vec![Arc::new(FileWitness::new(layout.witness()))];
    witnesses.extend(in_token.map(|witness| Arc::new(witness) as Arc<dyn Witness>));
    witnesses.extend(options.witnesses);
    Ok(guard::Options {
        keys,
        witnesses,
        network: options.network,
        accept: options.accept,
        ..guard::Options::default()
    })
}

/// How the guard knows a key.
fn guard_key(record: &Record) -> Result<GuardKey, VaultError> {
    Ok(GuardKey::new(&record.public_key)?)
}
