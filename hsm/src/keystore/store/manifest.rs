//! What `store.json` says, and what a store is opened from.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::envelope::{Level, Path as ProbePath, Sealer, probe};
use crate::keystore::disk;
use crate::keystore::error::StoreError;
use crate::keystore::id::KeyId;
use crate::keystore::native::NativeBls;
use crate::keystore::record::{Protection, Record};
use crate::token::{KekId, Token};

/// Most keys that one store holds.
pub(super) const KEYS_MAX: usize = 100_000;
/// Version of the format.
pub(super) const STORE_VERSION: u8 = 1;

/// What `store.json` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::keystore) struct Manifest {
    pub(in crate::keystore) version: u8,
    pub(in crate::keystore) level: Level,
    /// Label and serial number of the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::keystore) token: Option<TokenName>,
    /// The sealing key in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::keystore) kek: Option<KekId>,
    /// The sealing key that is to replace it: a rotation has begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::keystore) next_kek: Option<KekId>,
    /// How the token does BLS by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::keystore) native_bls: Option<NativeBls>,
    /// Whether the token signs Ed25519 by itself.
    pub(in crate::keystore) native_ed25519: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::keystore) struct TokenName {
    pub(in crate::keystore) label: String,
    pub(in crate::keystore) serial: String,
}

impl Manifest {
    pub(super) fn new(level: Level) -> Self {
        let version = STORE_VERSION;
        Self {
            version,
            level,
            token: None,
            kek: None,
            next_kek: None,
            native_bls: None,
            native_ed25519: false,
        }
    }
}

/// The level asked for, or the best, and whether the token has Ed25519.
pub(super) fn choose_level(
    token: &Token,
    wanted: Option<Level>,
) -> Result<(Level, bool), StoreError> {
    let can = probe(token)?;
    let ed25519 = can.ed25519.works();
    let unavailable = |level, why: String| Err(StoreError::LevelUnavailable { level, why });
    match wanted {
        None => match can.best() {
            Some(level) => Ok((level, ed25519)),
            None => unavailable(Level::SecretObject, can.to_string()),
        },
        Some(level) => match can.levels.iter().find(|(there, _)| *there == level) {
            Some((_, ProbePath::Works)) => Ok((level, ed25519)),
            Some((_, ProbePath::Fails(why))) => unavailable(level, why.clone()),
            None => unavailable(level, "it is no level of sealing".to_owned()),
        },
    }
}

pub(super) fn read_records(folder: &Path) -> Result<BTreeMap<KeyId, Record>, StoreError> {
    let mut records = BTreeMap::new();
    let paths = disk::list(folder)?;
    if paths.len() > KEYS_MAX {
        return Err(StoreError::Full { limit: KEYS_MAX });
    }
    for path in paths {
        let record: Record = disk::read(&path)?;
        let misnamed = path.file_stem().is_none_or(|stem| *stem != *record.id.to_string());
        let misnamed = misnamed.then(|| "its name is not the id of the key in it".to_owned());
        if let Some(what) = record.flaw().or(misnamed) {
            return Err(StoreError::Corrupt { path, what });
        }
        records.insert(record.id, record);
    }
    Ok(records)
}

/// The sealers of the manifest and of every record: during a rotation there are two.
pub(super) fn open_sealers(
    manifest: &Manifest,
    records: &BTreeMap<KeyId, Record>,
    token: Option<&Token>,
) -> Result<HashMap<KekId, Sealer>, StoreError> {
    let mut wanted: BTreeMap<KekId, Level> = BTreeMap::new();
    wanted.extend([manifest.kek, manifest.next_kek].iter().flatten().map(|k| (*k, manifest.level)));
    for record in records.values() {
        if let Protection::Sealed(sealed) = &record.protection {
            wanted.insert(sealed.kek(), sealed.level());
        }
    }
    let mut sealers = HashMap::new();
    for (kek, level) in wanted {
        let token = token.ok_or(StoreError::NeedsToken { level })?;
        sealers.insert(kek, Sealer::open(token, level, kek)?);
    }
    Ok(sealers)
}
