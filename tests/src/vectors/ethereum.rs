//! `ethereum-bls12-381-tests`: one case a file.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Hex, read_folder};

/// One file: what goes in and what has to come out.
#[derive(Debug, Deserialize)]
pub struct Case<I, O> {
    /// What goes in.
    pub input: I,
    /// What has to come out.
    pub output: O,
}

/// The cases of one kind, each with its name.
pub fn read<I: DeserializeOwned, O: DeserializeOwned>(kind: &str) -> Vec<(String, Case<I, O>)> {
    read_folder(&format!("ethereum-bls12-381-tests/{kind}"))
}

/// Input of `sign`.
#[derive(Debug, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Sign {
    pub privkey: Hex,
    pub message: Hex,
}

/// Input of `verify`.
#[derive(Debug, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Verify {
    pub pubkey: Hex,
    pub message: Hex,
    pub signature: Hex,
}

/// Input of `aggregate_verify`.
#[derive(Debug, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct AggregateVerify {
    pub pubkeys: Vec<Hex>,
    pub messages: Vec<Hex>,
    pub signature: Hex,
}

/// Input of `fast_aggregate_verify`.
#[derive(Debug, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct FastAggregateVerify {
    pub pubkeys: Vec<Hex>,
    pub message: Hex,
    pub signature: Hex,
}

/// Input of `batch_verify`.
#[derive(Debug, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct BatchVerify {
    pub pubkeys: Vec<Hex>,
    pub messages: Vec<Hex>,
    pub signatures: Vec<Hex>,
}

/// Input of `hash_to_G2`: the message is text, not hex.
#[derive(Debug, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct HashToG2 {
    pub msg: String,
}

/// Input of `deserialization_G1`.
#[derive(Debug, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct DeserializationG1 {
    pub pubkey: Hex,
}

/// Input of `deserialization_G2`.
#[derive(Debug, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct DeserializationG2 {
    pub signature: Hex,
}
