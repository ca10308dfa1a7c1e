//! Histories in files: EIP-3076 for Ethereum, and our own form for our consensus.
//!
//! Reading is strict and whole: one thing out of order and nothing is taken, and the error lists
//! every place that is wrong, by position and public key.

mod consensus;
mod eip3076;

use std::collections::BTreeMap;
use std::fmt::{self, Display};

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use thiserror::Error;

use super::{Digest, GuardKey, History};

/// What a file says, key by key. Entries of one key are joined: the result refuses whatever any
/// of them refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interchange {
    /// The Ethereum network, in an EIP-3076 file.
    pub network: Option<[u8; 32]>,
    /// Histories, none of them registered.
    pub histories: BTreeMap<GuardKey, History>,
}

impl Interchange {
    /// Reads an EIP-3076 file, version 5, complete or minimal. Numbers are decimal in quotes; a
    /// missing signing root, or one of zeros, matches no message; one key may have several
    /// entries.
    ///
    /// # Errors
    ///
    /// Everything that is not in order, up to 100 places.
    pub fn from_eip3076(text: &[u8]) -> Result<Self, InterchangeError> {
        eip3076::read(text)
    }

    /// Writes an EIP-3076 file: the keys that signed for Ethereum, each with at most one block and
    /// one attestation, the highest.
    ///
    /// # Errors
    ///
    /// The interchange has no network.
    pub fn to_eip3076(&self) -> Result<String, InterchangeError> {
        eip3076::write(self)
    }

    /// Reads our consensus form: `metadata` with `format` "pairlane-consensus" and `version` "1",
    /// and `data`, a list of `pubkey`, `height`, `round`, `phase` (decimal in quotes) and
    /// `digest` (hex; missing where it is unknown).
    ///
    /// # Errors
    ///
    /// Everything that is not in order, up to 100 places.
    pub fn from_consensus(text: &[u8]) -> Result<Self, InterchangeError> {
        consensus::read(text)
    }

    /// Writes our consensus form.
    pub fn to_consensus(&self) -> String {
        consensus::write(self)
    }

    fn join(&mut self, key: GuardKey, history: &History) {
        self.histories.entry(key).or_default().raise(history);
    }
}

/// What is wrong with an interchange file: every place, or the first 100.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct InterchangeError {
    /// The places.
    pub issues: Vec<Issue>,
    /// How many more there are.
    pub more: usize,
}

/// One place in an interchange file that is not in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Which place, such as `data[3].signed_blocks[0]`; empty for the whole file.
    pub place: String,
    /// The public key there, as the file writes it, if it could be read.
    pub pubkey: Option<String>,
    /// What is wrong.
    pub reason: String,
}

impl Display for InterchangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the interchange file is not in order, and nothing of it was taken in:")?;
        for Issue { place, pubkey, reason } in &self.issues {
            f.write_str("\n  ")?;
            if !place.is_empty() {
                f.write_str(place)?;
                if let Some(pubkey) = pubkey {
                    write!(f, " (key {pubkey})")?;
                }
                f.write_str(": ")?;
            }
            f.write_str(reason)?;
        }
        match self.more {
            0 => Ok(()),
            more => write!(f, "\n  and {more} more"),
        }
    }
}

/// Collects what is wrong while reading goes on.
#[derive(Default)]
struct Issues {
    list: Vec<Issue>,
    more: usize,
}

impl Issues {
    fn add(&mut self, place: String, pubkey: Option<&str>, reason: impl Display) {
        if self.list.len() == ISSUES_MAX {
            self.more += 1;
            return;
        }
        // A stranger's text is quoted only as far as a key reaches.
        let pubkey = pubkey.map(|text| text.chars().take(194).collect());
        let mut reason = reason.to_string();
        reason.truncate(reason.char_indices().nth(300).map_or(reason.len(), |(at, _)| at));
        self.list.push(Issue { place, pubkey, reason });
    }

    fn end<T>(self, value: T) -> Result<T, InterchangeError> {
        if self.list.is_empty() {
            return Ok(value);
        }
        Err(InterchangeError { issues: self.list, more: self.more })
    }
}

/// An error about the whole file.
fn whole(reason: impl Display) -> InterchangeError {
    let mut issues = Issues::default();
    issues.add(String::new(), None, reason);
    InterchangeError { issues: issues.list, more: 0 }
}

fn check_size(text: &[u8]) -> Result<(), InterchangeError> {
    if text.len() > FILE_BYTES_MAX {
        return Err(whole(format_args!(
            "{} bytes given; at most {FILE_BYTES_MAX} are read",
            text.len()
        )));
    }
    Ok(())
}

/// One element of a list, on its own, so that an error has a place.
fn element<T: DeserializeOwned>(raw: &RawValue) -> Result<T, String> {
    serde_json::from_str(raw.get()).map_err(|error| {
        // Line and column are those of the element, and would mislead.
        let text = error.to_string();
        text.rsplit_once(" at line ").map_or(text.clone(), |(text, _)| text.into())
    })
}

/// A decimal number in quotes, as both forms write them.
fn number<N: std::str::FromStr>(name: &str, text: &str) -> Result<N, String> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse()
        .ok()
        .filter(|_| plain)
        .ok_or_else(|| format!("{name} {text:?} is not a decimal number in range"))
}

/// 32 bytes in hex; all zeros are as good as missing.
fn digest(name: &str, text: Option<&String>) -> Result<Option<Digest>, String> {
    let Some(text) = text else { return Ok(None) };
    Ok(Digest(bytes32(name, text)?).known())
}

fn bytes32(name: &str, text: &str) -> Result<[u8; 32], String> {
    let mut bytes = [0; 32];
    text.strip_prefix("0x")
        .and_then(|digits| hex::decode_to_slice(digits, &mut bytes).ok())
        .map(|()| bytes)
        .ok_or_else(|| format!("{name} {text:?} is not 0x and 64 hexadecimal digits"))
}

/// Bytes of a file that are read at all.
const FILE_BYTES_MAX: usize = 256 << 20;
const ISSUES_MAX: usize = 100;
