//! EIP-3076, the slashing protection interchange format, version 5.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Interchange, InterchangeError, Issues, bytes32, check_size, digest, element};
use super::{number, whole};
use crate::guard::{Digest, GuardKey, History, Mark, Vote};

pub(super) fn read(text: &[u8]) -> Result<Interchange, InterchangeError> {
    check_size(text)?;
    let file: File<&RawValue> = serde_json::from_slice(text).map_err(whole)?;
    if file.metadata.interchange_format_version != VERSION {
        return Err(whole(format_args!(
            "interchange_format_version is {:?}; {VERSION:?} is read",
            file.metadata.interchange_format_version
        )));
    }
    let root = &file.metadata.genesis_validators_root;
    let root = bytes32("genesis_validators_root", root).map_err(whole)?;
    let mut interchange = Interchange { network: Some(root), histories: [].into() };
    let mut issues = Issues::default();
    for (i, raw) in file.data.into_iter().enumerate() {
        read_validator(i, raw, &mut interchange, &mut issues);
    }
    issues.end(interchange)
}

fn read_validator(i: usize, raw: &RawValue, interchange: &mut Interchange, issues: &mut Issues) {
    let validator: Validator<Box<RawValue>, Box<RawValue>> = match element(raw) {
        Ok(validator) => validator,
        Err(reason) => {
            let pubkey = element::<Named>(raw).ok().map(|named| named.pubkey);
            return issues.add(format!("data[{i}]"), pubkey.as_deref(), reason);
        }
    };
    let pubkey = Some(validator.pubkey.as_str());
    let key: GuardKey = match validator.pubkey.parse() {
        Ok(key) if GuardKey::as_bytes(&key).len() == KEY_BYTES => key,
        Ok(_) => return issues.add(format!("data[{i}]"), pubkey, "a validator's key has 48 bytes"),
        Err(error) => return issues.add(format!("data[{i}]"), pubkey, error),
    };
    interchange.join(key, &History::default());
    for (j, raw) in validator.signed_blocks.iter().enumerate() {
        match element(raw).and_then(|block: Block| block.parse()) {
            Ok(mark) => {
                interchange.join(key, &History { block: Some(mark), ..History::default() });
            }
            Err(reason) => {
                issues.add(format!("data[{i}].signed_blocks[{j}]"), pubkey, reason);
            }
        }
    }
    for (j, raw) in validator.signed_attestations.iter().enumerate() {
        match element(raw).and_then(|attestation: Attestation| attestation.parse()) {
            Ok(mark) => {
                let history = History { attestation: Some(mark), ..History::default() };
                interchange.join(key, &history);
            }
            Err(reason) => {
                issues.add(format!("data[{i}].signed_attestations[{j}]"), pubkey, reason);
            }
        }
    }
}

pub(super) fn write(interchange: &Interchange) -> Result<String, InterchangeError> {
    let root = interchange.network.ok_or_else(|| whole("no genesis_validators_root is known"))?;
    let data = interchange
        .histories
        .iter()
        .filter(|(key, _)| key.as_bytes().len() == KEY_BYTES)
        .filter(|(_, history)| history.block.is_some() || history.attestation.is_some())
        .map(|(key, history)| Validator {
            pubkey: key.to_string(),
            signed_blocks: history.block.iter().map(Block::new).collect(),
            signed_attestations: history.attestation.iter().map(Attestation::new).collect(),
        })
        .collect();
    let metadata = Metadata {
        interchange_format_version: VERSION.into(),
        genesis_validators_root: Digest(root).to_string(),
    };
    serde_json::to_string_pretty(&File { metadata, data }).map_err(whole)
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File<V> {
    metadata: Metadata,
    data: Vec<V>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Metadata {
    interchange_format_version: String,
    genesis_validators_root: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Validator<B, A> {
    pubkey: String,
    signed_blocks: Vec<B>,
    signed_attestations: Vec<A>,
}

/// Any object with a key, to name it in an error.
#[derive(Deserialize)]
struct Named {
    pubkey: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Block {
    slot: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signing_root: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Attestation {
    source_epoch: String,
    target_epoch: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signing_root: Option<String>,
}

impl Block {
    fn new(mark: &Mark<u64>) -> Self {
        let signing_root = mark.digest.map(|root| root.to_string());
        Self { slot: mark.at.to_string(), signing_root }
    }

    fn parse(&self) -> Result<Mark<u64>, String> {
        let at = number("slot", &self.slot)?;
        Ok(Mark { at, digest: digest("signing_root", self.signing_root.as_ref())? })
    }
}

impl Attestation {
    fn new(mark: &Mark<Vote>) -> Self {
        Self {
            source_epoch: mark.at.source_epoch.to_string(),
            target_epoch: mark.at.target_epoch.to_string(),
            signing_root: mark.digest.map(|root| root.to_string()),
        }
    }

    /// A source after the target is no vote of anybody, but files have them, and the highest
    /// source and target are well defined all the same.
    fn parse(&self) -> Result<Mark<Vote>, String> {
        let at = Vote {
            source_epoch: number("source_epoch", &self.source_epoch)?,
            target_epoch: number("target_epoch", &self.target_epoch)?,
        };
        Ok(Mark { at, digest: digest("signing_root", self.signing_root.as_ref())? })
    }
}

const VERSION: &str = "5";
/// Ethereum's validators have BLS keys in G1.
const KEY_BYTES: usize = 48;
