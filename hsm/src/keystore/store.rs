//! The folder of keys.

mod manifest;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::disk;
use super::eip2335::{Keystore, Scrypt};
use super::error::StoreError;
use super::generate;
use super::id::{KeyId, KeyType};
use super::native::{self, InToken, NativeBls};
use super::record::{KeyState, NAME_LENGTH_MAX, Protection, Record};
use super::unlocked::Unlocked;
use crate::arena::{Arena, Locked};
use crate::envelope::{Binding, Level, SECRET_LENGTH, SealError, Sealed, Sealer};
use crate::token::{KekId, Pin, Token};
pub(super) use manifest::Manifest;
use manifest::{KEYS_MAX, STORE_VERSION, TokenName, choose_level, open_sealers, read_records};

/// Who keeps the keys of a new store.
#[derive(Clone, Debug)]
pub enum Custody {
    /// A token, at a level; without one, at the best that it offers.
    Token {
        /// The token.
        token: Token,
        /// The level.
        level: Option<Level>,
        /// How the token does BLS by itself, where it does. Keys of that type are then made in it.
        native_bls: Option<NativeBls>,
    },
    /// EIP-2335 files, at a cost of opening each.
    Files(Scrypt),
}

/// Says that a secret comes in the clear, so that nobody does so by accident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawImport {
    /// The caller knows that the secret has been outside of any protection.
    SecretWasInTheClear,
}

/// The keys of a folder. See the module's text.
pub struct KeyStore {
    folder: PathBuf,
    token: Option<Token>,
    cost: Scrypt,
    /// Whether new keys wait, disabled, for whoever registers them with the guard.
    new_keys_disabled: bool,
    inner: RwLock<Inner>,
    _lock: disk::Lock,
}

pub(super) struct Inner {
    pub(super) manifest: Manifest,
    pub(super) sealers: HashMap<KekId, Sealer>,
    pub(super) records: BTreeMap<KeyId, Record>,
}

impl KeyStore {
    /// Makes a store in an empty or new folder. With a token, it is probed, and sealing keys are
    /// made in it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn create(folder: &Path, custody: Custody) -> Result<Self, StoreError> {
        disk::make_folder(folder)?;
        let lock = disk::lock(folder)?;
        let is_ours = |path: &PathBuf| path.file_name().is_some_and(|name| name == "lock");
        if !disk::list(folder)?.iter().all(is_ours) {
            return Err(StoreError::NotEmpty { path: folder.to_owned() });
        }
        let mut sealers = HashMap::new();
        let (manifest, token, cost) = match custody {
            Custody::Files(cost) => (Manifest::new(Level::KeystoreFile), None, cost),
            Custody::Token { token, level, native_bls } => {
                let (level, native_ed25519) = choose_level(&token, level)?;
                if let Some(native) = &native_bls {
                    native.self_test(&token).map_err(|error| StoreError::LevelUnavailable {
                        level: Level::Native,
                        why: error.to_string(),
                    })?;
                }
                let sealer = Sealer::create(&token, level)?;
                let identity = token.identity();
                let name =
                    TokenName { label: identity.label.clone(), serial: identity.serial.clone() };
                let kek = Some(sealer.kek());
                sealers.insert(sealer.kek(), sealer);
                let manifest = Manifest {
                    token: Some(name),
                    kek,
                    native_ed25519,
                    native_bls,
                    ..Manifest::new(level)
                };
                (manifest, Some(token), Scrypt::Standard)
            }
        };
        disk::make_folder(&folder.join("keys"))?;
        disk::write(&folder.join("store.json"), &manifest)?;
        let inner = RwLock::new(Inner { manifest, sealers, records: BTreeMap::new() });
        Ok(Self {
            folder: folder.to_owned(),
            token,
            cost,
            new_keys_disabled: false,
            inner,
            _lock: lock,
        })
    }

    /// Opens a store with the token that it belongs to. Every record is read and checked, the
    /// sealing keys too; no secret is opened.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn open(folder: &Path, token: Option<Token>) -> Result<Self, StoreError> {
        let path = folder.join("store.json");
        if !path.exists() {
            let what = "there is no key store here".to_owned();
            return Err(StoreError::Corrupt { path, what });
        }
        let lock = disk::lock(folder)?;
        disk::list(folder)?;
        let manifest: Manifest = disk::read(&path)?;
        if manifest.version != STORE_VERSION {
            let what = format!("version {}, this build reads {STORE_VERSION}", manifest.version);
            return Err(StoreError::Corrupt { path, what });
        }
        let token = match (&manifest.token, token) {
            (None, _) => None,
            (Some(_), None) => return Err(StoreError::NeedsToken { level: manifest.level }),
            (Some(wanted), Some(token)) => {
                let there = token.identity();
                if (&wanted.label, &wanted.serial) != (&there.label, &there.serial) {
                    let wanted = format!("label \"{}\" serial \"{}\"", wanted.label, wanted.serial);
                    let given = format!("the one with {there}");
                    return Err(StoreError::OtherToken { wanted, given });
                }
                Some(token)
            }
        };
        let records = read_records(&folder.join("keys"))?;
        let sealers = open_sealers(&manifest, &records, token.as_ref())?;
        let inner = RwLock::new(Inner { manifest, sealers, records });
        let cost = Scrypt::Standard;
        Ok(Self {
            folder: folder.to_owned(),
            token,
            cost,
            new_keys_disabled: false,
            inner,
            _lock: lock,
        })
    }

    /// The store, with keys that are made, imported or restored from now on disabled: for an owner
    /// that registers them with the double-sign guard before they are enabled.
    #[must_use]
    pub fn with_new_keys_disabled(self) -> Self {
        Self { new_keys_disabled: true, ..self }
    }

    /// The level at which new keys are kept.
    pub fn level(&self) -> Level {
        self.read().manifest.level
    }

    /// The token, where there is one.
    pub fn token(&self) -> Option<&Token> {
        self.token.as_ref()
    }

    /// The sealing key in force, and the one that is to replace it when a rotation was cut short.
    pub fn keks(&self) -> (Option<KekId>, Option<KekId>) {
        let inner = self.read();
        (inner.manifest.kek, inner.manifest.next_kek)
    }

    /// All records, by id.
    pub fn list(&self) -> Vec<Record> {
        self.read().records.values().cloned().collect()
    }

    /// One record.
    ///
    /// # Errors
    /// [`StoreError::Unknown`].
    pub fn get(&self, id: KeyId) -> Result<Record, StoreError> {
        self.read().records.get(&id).cloned().ok_or(StoreError::Unknown(id))
    }

    /// The record of a public key; of the first type that has it.
    pub fn find(&self, public_key: &[u8]) -> Option<Record> {
        let inner = self.read();
        let id = |key_type| KeyId::of(key_type, public_key);
        KeyType::ALL.iter().find_map(|t| inner.records.get(&id(*t))).cloned()
    }

    /// The record of a name; none where several have it.
    pub fn find_name(&self, name: &str) -> Option<Record> {
        let inner = self.read();
        let mut named = inner.records.values().filter(|r| r.name.as_deref() == Some(name));
        let found = named.next()?;
        named.next().is_none().then(|| found.clone())
    }

    /// A new key. Ed25519 keys are made in the token where it has them. Without a token, the
    /// password seals the file.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn generate(
        &self,
        key_type: KeyType,
        name: Option<&str>,
        password: Option<&Pin>,
    ) -> Result<Record, StoreError> {
        // Before there is anything to take back.
        let named = name_of(name)?;
        if let Some(key) = self.generate_native(key_type)? {
            let protection = Protection::Native { object: key.object() };
            let public_key = key.public_key().to_vec();
            let record = Record::new(key_type, public_key, named, protection);
            return self.add(vec![record]).map(|mut added| added.remove(0));
        }
        let secret = generate::secret(key_type, self.token.as_ref())?;
        let record = self.seal(key_type, secret, name, password)?;
        self.add(vec![record]).map(|mut added| added.remove(0))
    }

    /// A new key in the token, where it signs by itself with keys of this type.
    fn generate_native(&self, key_type: KeyType) -> Result<Option<InToken>, StoreError> {
        let Some(token) = &self.token else { return Ok(None) };
        let manifest = self.read().manifest.clone();
        if key_type == KeyType::Ed25519 && manifest.native_ed25519 {
            return Ok(Some(InToken::generate_ed25519(token)?));
        }
        let native = manifest.native_bls.filter(|native| native.key_type == key_type);
        Ok(native.map(|native| InToken::generate_bls(token, &native)).transpose()?)
    }

    /// Many new keys, sealed by the token; their files become visible together.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn generate_many(
        &self,
        key_type: KeyType,
        count: usize,
    ) -> Result<Vec<Record>, StoreError> {
        let seal = |_| {
            let secret = generate::secret(key_type, self.token.as_ref())?;
            self.seal(key_type, secret, None, None)
        };
        self.add((0..count).map(seal).collect::<Result<_, _>>()?)
    }

    /// Stores a secret that comes in the clear: 32 big-endian bytes of a scalar, or a seed. A VRF
    /// seed is taken as RFC 9381's, and must not be that of a signing key.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn import_raw(
        &self,
        key_type: KeyType,
        secret: Locked<[u8; SECRET_LENGTH]>,
        _accepted: RawImport,
        name: Option<&str>,
        password: Option<&Pin>,
    ) -> Result<Record, StoreError> {
        self.refuse_reuse(key_type, &secret)?;
        let record = self.seal(key_type, secret, name, password)?;
        self.add(vec![record]).map(|mut added| added.remove(0))
    }

    /// Stores the BLS key of an EIP-2335 file: under the token, or, without one, as the file that it
    /// is. The public key that the file names must be the secret's.
    ///
    /// # Errors
    /// [`StoreError`].
    ///
    /// # Panics
    /// Never: a secret that was given is here.
    pub fn import_keystore(
        &self,
        json: &[u8],
        password: &Pin,
        key_type: KeyType,
        name: Option<&str>,
    ) -> Result<Record, StoreError> {
        let file = Keystore::from_json(json)?;
        let secret = file.open(password)?;
        self.refuse_reuse(key_type, &secret)?;
        let unlocked = Unlocked::new(key_type, secret)?;
        let derived = unlocked.public_key();
        if file.public_key()?.is_some_and(|named| named != derived) {
            let id = KeyId::of(key_type, &derived);
            return Err(StoreError::OtherKey { id, derived: hex::encode(derived) });
        }
        let record = if self.token.is_some() {
            let secret = unlocked.secret()?.expect("an imported secret is here");
            self.seal(key_type, secret, name, None)?
        } else {
            Record::new(key_type, derived, name_of(name)?, Protection::Keystore(Box::new(file)))
        };
        self.add(vec![record]).map(|mut added| added.remove(0))
    }

    /// Opens a key into locked memory and checks that it is the record's.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn load(&self, id: KeyId, password: Option<&Pin>) -> Result<Unlocked, StoreError> {
        let record = self.get(id)?;
        if record.state == KeyState::Disabled {
            return Err(StoreError::Disabled(id));
        }
        self.open_record(&record, password)
    }

    /// As [`Self::load`], whatever the key's state.
    pub(super) fn open_record(
        &self,
        record: &Record,
        password: Option<&Pin>,
    ) -> Result<Unlocked, StoreError> {
        let unlocked = match &record.protection {
            Protection::Sealed(sealed) => {
                let sealer = self.sealer(sealed)?;
                let mut secret = Arena::process()?.bytes()?;
                let unsealed = sealer.unseal(&binding(record), sealed, &mut secret);
                unsealed.map_err(|error| match error {
                    SealError::Damaged { .. } => {
                        StoreError::Damaged { path: self.path(record.id), source: Box::new(error) }
                    }
                    error => error.into(),
                })?;
                Unlocked::new(record.key_type, secret)?
            }
            Protection::Keystore(file) => {
                let password = password.ok_or(StoreError::NeedsPassword(record.id))?;
                Unlocked::new(record.key_type, file.open(password)?)?
            }
            Protection::Native { object } => {
                let level = Level::Native;
                let token = self.token.as_ref().ok_or(StoreError::NeedsToken { level })?;
                let native = self.read().manifest.native_bls.clone();
                let (object, public_key) = (*object, &record.public_key[..]);
                let key = match native.filter(|native| native.key_type == record.key_type) {
                    Some(native) => InToken::open_bls(token, object, public_key, &native)?,
                    None => InToken::open_ed25519(token, object, public_key)?,
                };
                Unlocked::InToken(record.key_type, key)
            }
        };
        let derived = unlocked.public_key();
        if derived != record.public_key {
            return Err(StoreError::OtherKey { id: record.id, derived: hex::encode(derived) });
        }
        Ok(unlocked)
    }

    /// Disables a key, or enables it again.
    ///
    /// # Errors
    /// [`StoreError::Unknown`], [`StoreError::File`].
    pub fn set_state(&self, id: KeyId, state: KeyState) -> Result<(), StoreError> {
        let mut inner = self.write();
        let record = inner.records.get_mut(&id).ok_or(StoreError::Unknown(id))?;
        let changed = Record { state, ..record.clone() };
        disk::write(&self.path(id), &changed)?;
        *record = changed;
        Ok(())
    }

    /// Deletes a key for good, with what the token holds of it.
    ///
    /// # Errors
    /// [`StoreError::Unknown`], [`StoreError::File`], [`StoreError::Token`]. The record goes last, so
    /// what failed can be tried again.
    pub fn delete(&self, id: KeyId) -> Result<(), StoreError> {
        let record = self.read().records.get(&id).cloned().ok_or(StoreError::Unknown(id))?;
        self.take_back(&record)?;
        let mut inner = self.write();
        disk::remove(&self.path(id))?;
        inner.records.remove(&id);
        Ok(())
    }

    /// Removes what the token holds for a record alone.
    fn take_back(&self, record: &Record) -> Result<(), StoreError> {
        match (&record.protection, &self.token) {
            (Protection::Sealed(sealed), _) => {
                let sealer = self.read().sealers.get(&sealed.kek()).cloned();
                sealer.map_or(Ok(()), |sealer| sealer.discard(record.id))?;
            }
            (Protection::Native { object }, Some(token)) => native::destroy(token, *object)?,
            _ => {}
        }
        Ok(())
    }

    /// Seals a secret into a record, which is not stored yet.
    pub(super) fn seal(
        &self,
        key_type: KeyType,
        secret: Locked<[u8; SECRET_LENGTH]>,
        name: Option<&str>,
        password: Option<&Pin>,
    ) -> Result<Record, StoreError> {
        let mut kept = Arena::process()?.bytes::<SECRET_LENGTH>()?;
        kept.copy_from_slice(&secret[..]);
        let public_key = Unlocked::new(key_type, secret)?.public_key();
        let id = KeyId::of(key_type, &public_key);
        // Before the token is asked: a level may keep an object for each key.
        let name = name_of(name)?;
        self.refuse_known(id)?;
        let sealer = {
            let inner = self.read();
            inner.manifest.kek.and_then(|kek| inner.sealers.get(&kek).cloned())
        };
        let protection = if let Some(sealer) = sealer {
            let binding = Binding { key: id, key_type, public_key: &public_key };
            let sealed = sealer.seal(&binding, &kept).inspect_err(|_| {
                // What the token took before it failed; if it still fails, the first error tells more.
                let _ = sealer.discard(id);
            });
            Protection::Sealed(sealed?)
        } else {
            let password = password.ok_or(StoreError::NeedsPassword(id))?;
            let file = Keystore::seal(&kept, &public_key, password, self.cost)?;
            Protection::Keystore(Box::new(file))
        };
        Ok(Record::new(key_type, public_key, name, protection))
    }

    /// Stores new records: all files are synced before the first is visible.
    pub(super) fn add(&self, mut records: Vec<Record>) -> Result<Vec<Record>, StoreError> {
        if self.new_keys_disabled {
            for record in &mut records {
                record.state = KeyState::Disabled;
            }
        }
        let mut inner = self.write();
        let paths = match self.prepare(&inner, &records) {
            Ok(paths) => paths,
            Err(error) => {
                records.retain(|record| !inner.records.contains_key(&record.id));
                drop(inner);
                for record in &records {
                    // As above.
                    let _ = self.take_back(record);
                }
                return Err(error);
            }
        };
        for (beside, path) in &paths {
            disk::finish(beside, path)?;
        }
        disk::sync_folder(&self.folder.join("keys"))?;
        inner.records.extend(records.iter().map(|record| (record.id, record.clone())));
        Ok(records)
    }

    /// Writes records beside their places.
    fn prepare(
        &self,
        inner: &Inner,
        records: &[Record],
    ) -> Result<Vec<(PathBuf, PathBuf)>, StoreError> {
        if inner.records.len() + records.len() > KEYS_MAX {
            return Err(StoreError::Full { limit: KEYS_MAX });
        }
        for record in records {
            inner.refuse_known(record.id)?;
        }
        let beside = |record: &Record| {
            let path = self.path(record.id);
            disk::prepare(&path, record).map(|beside| (beside, path))
        };
        records.iter().map(beside).collect()
    }

    fn refuse_known(&self, id: KeyId) -> Result<(), StoreError> {
        self.read().refuse_known(id)
    }

    /// Refuses a secret that serves any type already: as the key that it is, or as another's.
    pub(super) fn refuse_reuse(
        &self,
        wanted: KeyType,
        secret: &Locked<[u8; SECRET_LENGTH]>,
    ) -> Result<(), StoreError> {
        for key_type in KeyType::ALL {
            let mut copy = Arena::process()?.bytes::<SECRET_LENGTH>()?;
            copy.copy_from_slice(&secret[..]);
            // Out of range for one type is not out of range for another.
            let Ok(unlocked) = Unlocked::new(key_type, copy) else { continue };
            let id = KeyId::of(key_type, &unlocked.public_key());
            if let Some(record) = self.read().records.get(&id) {
                let disabled = record.state == KeyState::Disabled;
                return Err(if record.key_type == wanted {
                    StoreError::Exists { id, disabled }
                } else {
                    StoreError::SecretReused { other: id }
                });
            }
        }
        Ok(())
    }

    fn sealer(&self, sealed: &Sealed) -> Result<Sealer, StoreError> {
        let inner = self.read();
        let level = sealed.level();
        inner.sealers.get(&sealed.kek()).cloned().ok_or(StoreError::NeedsToken { level })
    }

    pub(super) fn path(&self, id: KeyId) -> PathBuf {
        self.folder.join("keys").join(format!("{id}.json"))
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn read(&self) -> RwLockReadGuard<'_, Inner> {
        // Memory changes only after the disk has, in one step.
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write(&self) -> RwLockWriteGuard<'_, Inner> {
        self.inner.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl core::fmt::Debug for KeyStore {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let keys = self.read().records.len();
        write!(f, "KeyStore({}, {}, {keys} keys)", self.folder.display(), self.level())
    }
}

impl Inner {
    fn refuse_known(&self, id: KeyId) -> Result<(), StoreError> {
        match self.records.get(&id) {
            None => Ok(()),
            Some(record) => {
                Err(StoreError::Exists { id, disabled: record.state == KeyState::Disabled })
            }
        }
    }
}

/// What a record's secret is bound to.
pub(super) fn binding(record: &Record) -> Binding<'_> {
    Binding { key: record.id, key_type: record.key_type, public_key: &record.public_key }
}

fn name_of(name: Option<&str>) -> Result<Option<String>, StoreError> {
    if name.is_some_and(|name| name.len() > NAME_LENGTH_MAX) {
        return Err(StoreError::Name { limit: NAME_LENGTH_MAX });
    }
    Ok(name.map(str::to_owned))
}
