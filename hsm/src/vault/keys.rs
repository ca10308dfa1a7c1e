//! Keys from their making to their end, each step on record.

use super::{Vault, VaultError, guard_key};
use crate::arena::Locked;
use crate::audit::{Action, Event, Outcome};
use crate::envelope::SECRET_LENGTH;
use crate::guard::{ImportReport, Interchange};
use crate::keystore::{
    Backup, BackupShare, KeyId, KeyState, KeyType, RawImport, Record, Restored, Rotation,
};
use crate::token::Pin;

/// What enabling a key met with in the guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enabled {
    /// The guard had never heard of it: it may sign anything once.
    WithoutHistory,
    /// The guard knew what it has signed.
    WithHistory,
}

impl Vault {
    /// A new key, registered and active.
    ///
    /// # Errors
    /// [`VaultError`]. Where the key was made but not registered it stays disabled.
    pub fn create_key(
        &self,
        actor: &str,
        key_type: KeyType,
        name: Option<&str>,
        password: Option<&Pin>,
    ) -> Result<Record, VaultError> {
        let record = self.store().generate(key_type, name, password)?;
        self.activate(&record)?;
        self.note(about(&record, Action::KeyCreate, actor))?;
        self.store().get(record.id).map_err(Into::into)
    }

    /// Takes in the key of an EIP-2335 file. **It may have signed elsewhere**: it stays disabled
    /// until it is enabled, after what it signed was imported.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn import_keystore(
        &self,
        actor: &str,
        json: &[u8],
        password: &Pin,
        key_type: KeyType,
        name: Option<&str>,
    ) -> Result<Record, VaultError> {
        let record = self.store().import_keystore(json, password, key_type, name)?;
        self.note(about(&record, Action::KeyImport, actor).with("from", "EIP-2335"))?;
        Ok(record)
    }

    /// Takes in a secret that was in the clear; disabled, as with any import.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn import_raw(
        &self,
        actor: &str,
        key_type: KeyType,
        secret: Locked<[u8; SECRET_LENGTH]>,
        accepted: RawImport,
        name: Option<&str>,
        password: Option<&Pin>,
    ) -> Result<Record, VaultError> {
        let record = self.store().import_raw(key_type, secret, accepted, name, password)?;
        self.note(about(&record, Action::KeyImport, actor).with("from", "raw secret"))?;
        Ok(record)
    }

    /// Registers a disabled key with the guard and makes it active.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn enable(&self, actor: &str, id: KeyId) -> Result<Enabled, VaultError> {
        let record = self.store().get(id)?;
        let known = self.guard().look_up(&guard_key(&record)?).is_some();
        self.activate(&record)?;
        self.note(about(&record, Action::KeyEnable, actor))?;
        Ok(if known { Enabled::WithHistory } else { Enabled::WithoutHistory })
    }

    /// Opens a key into locked memory, having checked that it is the record's; a key that was set
    /// to stay locked no longer is.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn unlock(&self, actor: &str, id: KeyId, password: Option<&Pin>) -> Result<(), VaultError> {
        let record = self.store().get(id)?;
        if record.state == KeyState::Disabled {
            return Err(VaultError::Disabled(id));
        }
        self.custodian().unlock(id, password)?;
        if record.state == KeyState::Locked {
            self.store().set_state(id, KeyState::Active)?;
        }
        self.note(about(&record, Action::KeyUnlock, actor))
    }

    /// Wipes a key from memory and leaves it sealed, also at the next start, until somebody unlocks
    /// it.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn lock(&self, actor: &str, id: KeyId) -> Result<(), VaultError> {
        let record = self.store().get(id)?;
        self.custodian().lock(id);
        if record.state == KeyState::Active {
            self.store().set_state(id, KeyState::Locked)?;
        }
        self.note(about(&record, Action::KeyLock, actor))
    }

    /// Wipes a key from memory and takes it out of use; the guard permits nothing to it.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn disable(&self, actor: &str, id: KeyId) -> Result<(), VaultError> {
        let record = self.store().get(id)?;
        self.custodian().disable(id)?;
        self.guard().unregister(guard_key(&record)?)?;
        self.note(about(&record, Action::KeyDisable, actor))
    }

    /// Deletes a key for good. What it signed stays on record.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn delete(&self, actor: &str, id: KeyId) -> Result<(), VaultError> {
        let record = self.store().get(id)?;
        // First out of use: a crash in between leaves a disabled key.
        self.disable(actor, id)?;
        self.custodian().delete(id)?;
        self.note(about(&record, Action::KeyDelete, actor))
    }

    /// Seals every key under a new key-encryption key.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn rotate_kek(&self, actor: &str) -> Result<Rotation, VaultError> {
        let rotation = self.store().rotate_kek()?;
        let event = Event::new(Action::RotateKek, actor, Outcome::Done)
            .with("old", rotation.old.to_string())
            .with("new", rotation.new.to_string())
            .with("keys", rotation.keys.to_string());
        self.note(event)?;
        Ok(rotation)
    }

    /// Seals all keys into a backup, any `required` of whose `participants` shares restore it.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn backup(
        &self,
        actor: &str,
        required: u16,
        participants: u16,
        password: Option<&Pin>,
    ) -> Result<(Backup, Vec<BackupShare>), VaultError> {
        let made = self.store().backup(required, participants, password)?;
        let event = Event::new(Action::KeyExport, actor, Outcome::Done)
            .with("keys", made.0.ids().len().to_string())
            .with("shares", format!("{required} of {participants}"));
        self.note(event)?;
        Ok(made)
    }

    /// Restores the keys of a backup that are not here; they stay disabled until each is enabled,
    /// after what it signed was imported.
    ///
    /// # Errors
    /// [`VaultError`]; no key is stored then.
    pub fn restore(
        &self,
        actor: &str,
        backup: &Backup,
        shares: &[BackupShare],
        password: Option<&Pin>,
    ) -> Result<Restored, VaultError> {
        let restored = self.store().restore(backup, shares, password)?;
        let event = Event::new(Action::KeyImport, actor, Outcome::Done)
            .with("from", "backup")
            .with("keys", restored.restored.len().to_string());
        self.note(event)?;
        Ok(restored)
    }

    /// Takes in what keys have signed elsewhere.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn import_history(
        &self,
        actor: &str,
        history: &Interchange,
    ) -> Result<ImportReport, VaultError> {
        let report = self.guard().import(history)?;
        let event = Event::new(Action::GuardImport, actor, Outcome::Done)
            .with("new", report.new.to_string())
            .with("raised", report.raised.to_string())
            .with("unchanged", report.unchanged.to_string());
        self.note(event)?;
        Ok(report)
    }

    /// What all keys have signed, to be written in either form.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn export_history(&self, actor: &str) -> Result<Interchange, VaultError> {
        let history = self.guard().export(None)?;
        self.note(Event::new(Action::GuardExport, actor, Outcome::Done))?;
        Ok(history)
    }

    /// Registered first: an active key without the guard's knowledge must never be on disk.
    fn activate(&self, record: &Record) -> Result<(), VaultError> {
        self.guard().register(guard_key(record)?)?;
        Ok(self.store().set_state(record.id, KeyState::Active)?)
    }
}

fn about(record: &Record, action: Action, actor: &str) -> Event {
    Event::new(action, actor, Outcome::Done)
        .about(format!("0x{}", hex::encode(&record.public_key)))
        .with("type", record.key_type.to_string())
        .with("level", record.protection.level().name())
}
