//! `signatures`, `networks`, `serialization` and `eip2333.json`.

use serde::Deserialize;

use super::{Hex, read};

/// Secret key, message and signature of one row.
#[derive(Debug, Deserialize)]
pub struct Row(pub Hex, pub Hex, pub Hex);

#[derive(Deserialize)]
struct Signing {
    dst: String,
    rows: Vec<Row>,
}

/// The tag and the rows of `min_pk_sign` or `min_sig_sign`.
pub fn signing(file: &str) -> (String, Vec<Row>) {
    let Signing { dst, rows } = read(&format!("signatures/{file}.json"));
    (dst, rows)
}

/// A signature that a network made.
#[derive(Debug, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Network {
    pub name: String,
    /// `min_pk` or `min_sig`.
    pub scheme: String,
    pub dst: String,
    pub public_keys: Vec<Hex>,
    pub message: Hex,
    pub signature: Hex,
    pub valid: bool,
}

/// The rounds of drand.
pub fn drand() -> Vec<Network> {
    read::<Cases<Network>>("networks/drand.json").cases
}

/// A master key and one child.
#[derive(Debug, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Derivation {
    pub seed: Hex,
    pub master_sk: Hex,
    pub child_index: u32,
    pub child_sk: Hex,
}

/// The test cases of EIP-2333.
pub fn eip2333() -> Vec<Derivation> {
    read::<Cases<Derivation>>("eip2333.json").cases
}

#[derive(Deserialize)]
struct Cases<T> {
    cases: Vec<T>,
}

/// `k * G` for k = 0, 1, 2, ..., in both encodings, on both groups.
#[derive(Debug, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Points {
    #[serde(rename = "G1_Compressed")]
    pub g1_compressed: Vec<Hex>,
    #[serde(rename = "G1_Uncompressed")]
    pub g1_uncompressed: Vec<Hex>,
    #[serde(rename = "G2_Compressed")]
    pub g2_compressed: Vec<Hex>,
    #[serde(rename = "G2_Uncompressed")]
    pub g2_uncompressed: Vec<Hex>,
}

/// The points of zkcrypto.
pub fn zkcrypto_points() -> Points {
    read("serialization/zkcrypto_points.json")
}
