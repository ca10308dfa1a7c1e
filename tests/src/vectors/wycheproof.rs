//! `wycheproof`: cases in groups, each with flags that say what it is about.

use serde::Deserialize;

use super::{Hex, read};

/// A file of cases.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Suite<G> {
    /// How many cases the groups hold together.
    pub number_of_tests: usize,
    /// The groups.
    pub test_groups: Vec<G>,
}

/// Verification under one key.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names say it")]
pub struct VerifyGroup {
    /// Serves as the tag.
    pub ciphersuite: String,
    pub public_key: PublicKey,
    pub tests: Vec<VerifyTest>,
}

/// An encoded key, valid or not.
#[derive(Debug, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct PublicKey {
    pub pk: Hex,
}

/// One signature.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names say it")]
pub struct VerifyTest {
    pub tc_id: usize,
    pub comment: String,
    pub msg: Hex,
    pub sig: Hex,
    /// `valid` or `invalid`.
    pub result: String,
    pub flags: Vec<String>,
}

/// Hashing under one tag.
#[derive(Debug, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct HashGroup {
    pub dst: String,
    pub tests: Vec<HashTest>,
}

/// One message.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names say it")]
pub struct HashTest {
    pub tc_id: usize,
    pub msg: Hex,
    pub expected: Hex,
    pub result: String,
}

/// Reads a file by its name, less `.json`.
pub fn suite<G: serde::de::DeserializeOwned>(file: &str) -> Suite<G> {
    read(&format!("wycheproof/{file}.json"))
}
