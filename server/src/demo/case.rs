//! The signatures that come with the program.

use anyhow::Context;
use serde::{Deserialize, Deserializer};

use crate::hex_text;
use crate::suite::{SchemeName, VariantName};

/// Rebuilt from `tests/vectors` and compared by `tests/tests/cli_demo_file.rs`.
const FILE: &str = include_str!("../../demo/signatures.ndjson");

/// A published signature and what its publisher says of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    pub(super) source: String,
    pub(super) name: String,
    pub(super) variant: VariantName,
    pub(super) scheme: SchemeName,
    pub(super) tag: String,
    #[serde(deserialize_with = "from_hex")]
    pub(super) public_key: Vec<u8>,
    #[serde(deserialize_with = "from_hex")]
    pub(super) message: Vec<u8>,
    #[serde(deserialize_with = "from_hex")]
    pub(super) signature: Vec<u8>,
    /// Whether the publisher calls it valid.
    pub(super) expected: bool,
}

/// All of them.
pub(super) fn cases() -> anyhow::Result<Vec<Case>> {
    let parse = |(number, line): (usize, &str)| {
        serde_json::from_str(line).with_context(|| format!("shipped signature {}", number + 1))
    };
    FILE.lines().enumerate().map(parse).collect()
}

fn from_hex<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let (text, mut bytes) = (String::deserialize(deserializer)?, Vec::new());
    let decoded = hex_text::decode_onto(&mut bytes, text.as_bytes());
    decoded.map(|()| bytes).map_err(serde::de::Error::custom)
}
