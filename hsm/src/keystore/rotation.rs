//! Another sealing key for all keys, in steps that each may be the last before a crash.

use super::disk;
use super::error::StoreError;
use super::record::{Protection, Record};
use super::store::{KeyStore, Manifest, binding};
use crate::arena::Arena;
use crate::envelope::{SECRET_LENGTH, Sealer};
use crate::token::KekId;

/// What a rotation did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// The sealing key that was in force. It stays in the token until it is retired, because
    /// backups of the folder may need it.
    pub old: KekId,
    /// The one in force now.
    pub new: KekId,
    /// Keys sealed anew.
    pub keys: usize,
}

impl KeyStore {
    /// Makes a new sealing key in the token and seals every key under it. No key changes. A
    /// rotation that was cut short is taken up again where it stopped; until it ends, both sealing
    /// keys open what they sealed.
    ///
    /// # Errors
    /// [`StoreError`]; what is done by then stays done.
    pub fn rotate_kek(&self) -> Result<Rotation, StoreError> {
        let mut inner = self.write();
        let manifest = inner.manifest.clone();
        let (Some(old), Some(token)) = (manifest.kek, self.token()) else {
            return Err(StoreError::NeedsToken { level: manifest.level });
        };
        let new = if let Some(new) = manifest.next_kek {
            new
        } else {
            let sealer = Sealer::create(token, manifest.level)?;
            let new = sealer.kek();
            let begun = Manifest { next_kek: Some(new), ..manifest.clone() };
            disk::write(&self.folder().join("store.json"), &begun)?;
            inner.sealers.insert(new, sealer);
            inner.manifest = begun;
            new
        };
        let sealer = inner.sealers[&new].clone();
        let mut keys = 0;
        let ids: Vec<_> = inner.records.keys().copied().collect();
        for id in ids {
            let record = inner.records[&id].clone();
            let Protection::Sealed(sealed) = &record.protection else { continue };
            if sealed.kek() == new {
                continue;
            }
            let mut secret = Arena::process()?.bytes::<SECRET_LENGTH>()?;
            inner.sealers[&sealed.kek()].unseal(&binding(&record), sealed, &mut secret)?;
            let sealed = sealer.seal(&binding(&record), &secret)?;
            let record = Record { protection: Protection::Sealed(sealed), ..record };
            let path = self.path(id);
            disk::finish(&disk::prepare(&path, &record)?, &path)?;
            inner.records.insert(id, record);
            keys += 1;
        }
        disk::sync_folder(&self.folder().join("keys"))?;
        let done = Manifest { kek: Some(new), next_kek: None, ..inner.manifest.clone() };
        disk::write(&self.folder().join("store.json"), &done)?;
        inner.manifest = done;
        Ok(Rotation { old, new, keys })
    }

    /// Destroys a sealing key that nothing here is sealed under any more. Backups of the folder
    /// that were made before the rotation open no more.
    ///
    /// # Errors
    /// [`StoreError::KekInUse`]; [`StoreError::Seal`].
    pub fn retire_kek(&self, kek: KekId) -> Result<(), StoreError> {
        let mut inner = self.write();
        let uses = |record: &&Record| matches!(&record.protection, Protection::Sealed(sealed) if sealed.kek() == kek);
        let keys = inner.records.values().filter(uses).count();
        let (manifest, level) = (&inner.manifest, inner.manifest.level);
        if keys > 0 || manifest.kek == Some(kek) || manifest.next_kek == Some(kek) {
            return Err(StoreError::KekInUse { kek, keys });
        }
        let token = self.token().ok_or(StoreError::NeedsToken { level })?;
        let sealer = match inner.sealers.remove(&kek) {
            Some(sealer) => sealer,
            None => Sealer::open(token, level, kek)?,
        };
        sealer.destroy()?;
        Ok(())
    }
}
