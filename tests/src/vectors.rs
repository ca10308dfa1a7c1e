//! The vector files under `tests/vectors` and how they are read. PROVENANCE.md there says where
//! each is from and how many cases it has.

pub mod eip2537;
pub mod ethereum;
pub mod rfc9380;
pub mod signatures;
pub mod wycheproof;

use core::ops::Deref;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Bytes that the file gives in hex, with or without `0x` in front.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Hex(pub Vec<u8>);

impl TryFrom<String> for Hex {
    type Error = hex::FromHexError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        hex::decode(text.strip_prefix("0x").unwrap_or(&text)).map(Self)
    }
}

impl Deref for Hex {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

/// Where a vector file or folder is.
pub fn path(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors").join(relative)
}

/// Reads one file.
pub fn read<T: DeserializeOwned>(relative: &str) -> T {
    parse(&path(relative))
}

/// Reads every file of a folder, in order of name; each with its name, less `.json`.
pub fn read_folder<T: DeserializeOwned>(relative: &str) -> Vec<(String, T)> {
    let folder = path(relative);
    let entries = fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("readable").path()).collect();
    paths.sort();
    let name = |path: &Path| path.file_stem().expect("a name").to_string_lossy().into_owned();
    paths.iter().map(|path| (name(path), parse(path))).collect()
}

fn parse<T: DeserializeOwned>(path: &Path) -> T {
    let text = fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_slice(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}
