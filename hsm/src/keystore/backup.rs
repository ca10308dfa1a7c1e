//! Backup of all keys in `n` shares, of which any `m` restore it.
//!
//! A transport key is drawn for the backup and shared among `n` holders by a polynomial, with
//! commitments that let every share be checked alone. The keys are sealed under it with
//! AES-256-GCM; the file is worth nothing without `m` shares, and the shares nothing without it.

mod share;

use aes_gcm::aead::AeadInOut;
use aes_gcm::{Aes256Gcm, KeyInit};
use pairlane::threshold::{self, Commitment, GroupKey, Threshold};
use pairlane::{MinPk, SecretKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use share::BackupShare;

use super::error::StoreError;
use super::hex_bytes::HexBytes;
use super::id::{KeyId, KeyType};
use super::record::{KeyState, Record};
use super::store::KeyStore;
use super::unlocked::Unlocked;
use crate::arena::{Arena, Locked, after_secret};
use crate::envelope::SECRET_LENGTH;
use crate::token::Pin;

/// What the key of the file is hashed under.
const KEY_TAG: &[u8] = b"PAIRLANE-BACKUP-KEY-V1:";
/// Longest file.
const BACKUP_LENGTH_MAX: usize = 64 << 20;

/// Why a backup was not made or not restored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// Not a backup file.
    #[error("no backup file: {0}")]
    Format(String),
    /// Numbers of holders that cannot be.
    #[error("shares: {0}")]
    Threshold(String),
    /// Text that is no share.
    #[error("share {position} is no share of a backup: {what}")]
    Share {
        /// Which of those given, from 1.
        position: usize,
        /// What is wrong.
        what: String,
    },
    /// A share of another backup, or one that was altered.
    #[error("share {position} does not belong to this backup")]
    WrongShare {
        /// Which of those given, from 1.
        position: usize,
    },
    /// Not enough shares, or the same twice.
    #[error("{0}")]
    TooFew(String),
    /// An entry that does not open, though the shares are right.
    #[error("entry {position} of the backup is damaged; no key was restored")]
    Damaged {
        /// Which entry, from 1.
        position: usize,
    },
}

/// A backup file. It opens with `required` of its shares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backup {
    version: u8,
    /// When it was made, in seconds since 1970.
    pub created_s: u64,
    /// Shares that restore it.
    pub required: u16,
    /// Shares that there are.
    pub participants: u16,
    /// Commitments to the sharing polynomial.
    #[serde(with = "hex::serde")]
    commitment: Vec<u8>,
    keys: Vec<Entry>,
    /// Keys that the token keeps to itself, which are not in the backup.
    pub left_out: Vec<KeyId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    key_type: KeyType,
    #[serde(with = "hex::serde")]
    public_key: Vec<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    state: KeyState,
    sealed: HexBytes<48>,
}

/// What a restore did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Restored {
    /// Keys that are stored now.
    pub restored: Vec<KeyId>,
    /// Keys that were here already.
    pub already_here: Vec<KeyId>,
}

impl Entry {
    fn aad(&self, position: usize) -> Vec<u8> {
        let mut aad = KeyId::of(self.key_type, &self.public_key).as_bytes().to_vec();
        aad.extend_from_slice(&(position as u64).to_be_bytes());
        aad.push(u8::from(self.state == KeyState::Active));
        aad.extend_from_slice(self.name.as_deref().unwrap_or_default().as_bytes());
        aad
    }
}

/// No nonce comes twice: the key is this backup's, and each entry is sealed once.
fn nonce(position: usize) -> [u8; 12] {
    let mut nonce = [0; 12];
    nonce[4..].copy_from_slice(&(position as u64).to_be_bytes());
    nonce
}

fn file_key(transport: &SecretKey) -> Result<Locked<[u8; 32]>, StoreError> {
    let mut key = Arena::process()?.bytes::<32>()?;
    Sha256::new()
        .chain_update(KEY_TAG)
        .chain_update(*transport.expose_bytes())
        .finalize_into((&mut *key).into());
    after_secret();
    Ok(key)
}

impl Backup {
    /// Reads a file.
    ///
    /// # Errors
    /// [`BackupError::Format`].
    pub fn from_json(json: &[u8]) -> Result<Self, BackupError> {
        if json.len() > BACKUP_LENGTH_MAX {
            return Err(BackupError::Format(format!("over {BACKUP_LENGTH_MAX} bytes long")));
        }
        let backup: Self =
            serde_json::from_slice(json).map_err(|error| BackupError::Format(error.to_string()))?;
        match backup.version {
            1 => Ok(backup),
            other => Err(BackupError::Format(format!("version {other}, this build reads 1"))),
        }
    }

    /// The file's text.
    ///
    /// # Panics
    /// Never: every field has a form in JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("strings and numbers only")
    }

    /// The ids of the keys in it.
    pub fn ids(&self) -> Vec<KeyId> {
        self.keys.iter().map(|entry| KeyId::of(entry.key_type, &entry.public_key)).collect()
    }

    fn group(&self) -> Result<GroupKey<MinPk>, BackupError> {
        let threshold = Threshold::new(self.required, self.participants);
        let threshold = threshold.map_err(|error| BackupError::Threshold(error.to_string()))?;
        let format = |error: String| BackupError::Format(format!("commitment: {error}"));
        let commitment =
            Commitment::from_bytes(&self.commitment).map_err(|e| format(e.to_string()))?;
        GroupKey::new(threshold, commitment).map_err(|error| format(error.to_string()))
    }

    /// The transport key of the shares, each checked.
    fn transport(&self, shares: &[BackupShare]) -> Result<SecretKey, BackupError> {
        let group = self.group()?;
        let mut checked = Vec::with_capacity(shares.len());
        for (position, share) in (1..).zip(shares) {
            let key_share = share.to_key_share(position)?;
            key_share.check(&group).map_err(|_| BackupError::WrongShare { position })?;
            checked.push(key_share);
        }
        threshold::recover_secret(group.threshold().required(), &checked)
            .map_err(|error| BackupError::TooFew(error.to_string()))
    }
}

impl KeyStore {
    /// Seals every key, in whatever state, into a backup of `participants` shares, any `required` of
    /// which restore it. Keys in keystore files need their password.
    ///
    /// # Errors
    /// [`StoreError`].
    ///
    /// # Panics
    /// Never: a key that was made as one is one.
    pub fn backup(
        &self,
        required: u16,
        participants: u16,
        password: Option<&Pin>,
    ) -> Result<(Backup, Vec<BackupShare>), StoreError> {
        let threshold =
            |error: pairlane::threshold::ThresholdError| BackupError::Threshold(error.to_string());
        let numbers = Threshold::new(required, participants).map_err(threshold)?;
        // A scalar of the curve, because the sharing is over its field.
        let secret = super::generate::secret(KeyType::BlsMinPk, self.token())?;
        let transport = Unlocked::new(KeyType::BlsMinPk, secret)?;
        let transport = transport.bls::<MinPk>().expect("made as one");
        let (group, shares) = threshold::deal::<MinPk>(transport, numbers).map_err(threshold)?;
        let cipher = Aes256Gcm::new((&*file_key(transport)?).into());
        let (mut keys, mut left_out) = (Vec::new(), Vec::new());
        for record in self.list() {
            let Some(secret) = self.open_record(&record, password)?.secret()? else {
                left_out.push(record.id);
                continue;
            };
            keys.push(seal_entry(&cipher, record, secret, keys.len()));
        }
        after_secret();
        let commitment = group.commitment().to_bytes();
        let created_s = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |since| since.as_secs());
        let backup =
            Backup { version: 1, created_s, required, participants, commitment, keys, left_out };
        Ok((backup, shares.iter().map(BackupShare::new).collect()))
    }

    /// Restores the keys of a backup that are not here. All entries are opened and checked before the
    /// first is stored. **The double-sign guard's log is not in a backup: restore it first.**
    ///
    /// # Errors
    /// [`StoreError`]; no key is stored then.
    pub fn restore(
        &self,
        backup: &Backup,
        shares: &[BackupShare],
        password: Option<&Pin>,
    ) -> Result<Restored, StoreError> {
        let transport = backup.transport(shares)?;
        let transport = Arena::process()?.place(|| transport)?;
        let cipher = Aes256Gcm::new((&*file_key(&transport)?).into());
        let (mut records, mut outcome) = (Vec::new(), Restored::default());
        for (index, entry) in backup.keys.iter().enumerate() {
            let id = KeyId::of(entry.key_type, &entry.public_key);
            let secret = open_entry(&cipher, entry, index)?;
            if self.get(id).is_ok() {
                outcome.already_here.push(id);
                continue;
            }
            self.refuse_reuse(entry.key_type, &secret)?;
            let record = self.seal(entry.key_type, secret, entry.name.as_deref(), password)?;
            if record.id != id {
                let derived = hex::encode(record.public_key);
                return Err(StoreError::OtherKey { id, derived });
            }
            records.push(Record { state: entry.state, ..record });
            outcome.restored.push(id);
        }
        self.add(records)?;
        after_secret();
        Ok(outcome)
    }
}

fn seal_entry(
    cipher: &Aes256Gcm,
    record: Record,
    mut secret: Locked<[u8; SECRET_LENGTH]>,
    index: usize,
) -> Entry {
    let Record { key_type, public_key, name, state, .. } = record;
    let mut entry = Entry { key_type, public_key, name, state, sealed: HexBytes([0; 48]) };
    let aad = entry.aad(index);
    let tag = cipher
        .encrypt_inout_detached(&nonce(index).into(), &aad, (&mut secret[..]).into())
        .expect("32 bytes are within the cipher's limits");
    entry.sealed.0[..SECRET_LENGTH].copy_from_slice(&secret[..]);
    entry.sealed.0[SECRET_LENGTH..].copy_from_slice(&tag);
    entry
}

fn open_entry(
    cipher: &Aes256Gcm,
    entry: &Entry,
    index: usize,
) -> Result<Locked<[u8; SECRET_LENGTH]>, StoreError> {
    let mut secret = Arena::process()?.bytes::<SECRET_LENGTH>()?;
    let (ciphertext, tag) = entry.sealed.0.split_at(SECRET_LENGTH);
    secret.copy_from_slice(ciphertext);
    let tag: [u8; 16] = tag.try_into().expect("48 - 32 bytes");
    cipher
        .decrypt_inout_detached(
            &nonce(index).into(),
            &entry.aad(index),
            (&mut secret[..]).into(),
            &tag.into(),
        )
        .map_err(|_| BackupError::Damaged { position: index + 1 })?;
    Ok(secret)
}
