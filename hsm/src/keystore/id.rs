//! Key types, and the ids of keys.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What an id is hashed under.
const ID_TAG: &[u8] = b"PAIRLANE-KEY-ID-V1:";

/// What a key is for. A secret serves one type only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyType {
    /// BLS signatures, public keys of 48 bytes. Ethereum's.
    BlsMinPk,
    /// BLS signatures, public keys of 96 bytes.
    BlsMinSig,
    /// ECVRF-EDWARDS25519-SHA512-TAI of RFC 9381.
    EcvrfTai,
    /// ECVRF-EDWARDS25519-SHA512-ELL2 of RFC 9381.
    EcvrfEll2,
    /// Ed25519 signatures.
    Ed25519,
}

impl KeyType {
    /// All.
    pub const ALL: [Self; 5] =
        [Self::BlsMinPk, Self::BlsMinSig, Self::EcvrfTai, Self::EcvrfEll2, Self::Ed25519];

    /// Its name, as in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::BlsMinPk => "bls-min-pk",
            Self::BlsMinSig => "bls-min-sig",
            Self::EcvrfTai => "ecvrf-tai",
            Self::EcvrfEll2 => "ecvrf-ell2",
            Self::Ed25519 => "ed25519",
        }
    }

    /// Bytes of a public key.
    pub fn public_key_length(self) -> usize {
        match self {
            Self::BlsMinPk => 48,
            Self::BlsMinSig => 96,
            Self::EcvrfTai | Self::EcvrfEll2 | Self::Ed25519 => 32,
        }
    }

    /// Whether the secret is a BLS scalar.
    pub fn is_bls(self) -> bool {
        matches!(self, Self::BlsMinPk | Self::BlsMinSig)
    }
}

impl fmt::Display for KeyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for KeyType {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|t| t.name() == text).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|t| t.name()).collect();
            format!("\"{text}\" is no key type: {}", names.join(", "))
        })
    }
}

/// A key's id: SHA-256 over its type and public key, 64 hex digits in text. So one key has one id,
/// everywhere, and cannot be stored twice.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyId([u8; 32]);

impl KeyId {
    /// The id of a public key.
    pub fn of(key_type: KeyType, public_key: &[u8]) -> Self {
        let hash = Sha256::new()
            .chain_update(ID_TAG)
            .chain_update(key_type.name())
            .chain_update([0])
            .chain_update(public_key);
        Self(hash.finalize().into())
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

impl FromStr for KeyId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes)
            .map_err(|_| format!("\"{text}\" is no key id: 64 hex digits"))?;
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for KeyId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<KeyId> for String {
    fn from(id: KeyId) -> Self {
        id.to_string()
    }
}
