//! Roots against those that others computed.

use pairlane_hsm::guard::{Act, Unguarded, Vote};
use serde::Deserialize;
use serde_json::{Value, json};

use super::request::Signable;
use super::{Chain, read};

#[derive(Deserialize)]
struct Suite {
    genesis_validators_root: String,
    genesis_fork_version: String,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    act: Value,
    request: Value,
}

impl Suite {
    fn load(name: &str) -> Self {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/eth2");
        let text = std::fs::read(format!("{folder}/{name}")).unwrap();
        serde_json::from_slice(&text).unwrap()
    }

    fn chain(&self) -> Chain {
        let mut version = [0; 4];
        hex::decode_to_slice(&self.genesis_fork_version[2..], &mut version).unwrap();
        Chain::new(root(&self.genesis_validators_root), Some(version))
    }
}

fn root(hex: &str) -> [u8; 32] {
    let mut root = [0; 32];
    hex::decode_to_slice(&hex[2..], &mut root).unwrap();
    root
}

fn act(expected: &Value) -> Act {
    let number = |value: &Value| value.as_str().unwrap().parse().unwrap();
    if let Some(slot) = expected.get("block") {
        return Act::Block { slot: number(slot) };
    }
    if let Some(epochs) = expected.get("attestation") {
        let (source_epoch, target_epoch) = (number(&epochs[0]), number(&epochs[1]));
        return Act::Attestation(Vote { source_epoch, target_epoch });
    }
    Act::Unguarded(match expected["unguarded"].as_str().unwrap() {
        "SelectionProof" => Unguarded::SelectionProof,
        "RandaoReveal" => Unguarded::RandaoReveal,
        "AggregateAndProof" => Unguarded::AggregateAndProof,
        "SyncCommittee" => Unguarded::SyncCommittee,
        "VoluntaryExit" => Unguarded::VoluntaryExit,
        "Deposit" => Unguarded::Deposit,
        "BuilderRegistration" => Unguarded::BuilderRegistration,
        other => panic!("{other}"),
    })
}

/// Every case: the act, the root, the root without being told, and another root refused.
fn check(name: &str, count: usize) {
    let suite = Suite::load(name);
    assert_eq!(suite.cases.len(), count, "{name}");
    let chain = suite.chain();
    for Case { name, act: expected, mut request } in suite.cases {
        let signing_root = root(request["signingRoot"].as_str().unwrap());
        let signable = Signable { act: act(&expected), signing_root };
        assert_eq!(read(request.to_string().as_bytes(), &chain), Ok(signable), "{name}");

        request["signingRoot"] = json!(format!("0x{}", "11".repeat(32)));
        let refused = read(request.to_string().as_bytes(), &chain).unwrap_err().to_string();
        assert!(refused.contains(&hex::encode(signing_root)), "{name}: {refused}");

        request.as_object_mut().unwrap().remove("signingRoot");
        assert_eq!(read(request.to_string().as_bytes(), &chain), Ok(signable), "{name}");
    }
}

#[test]
fn the_examples_of_the_remote_signing_api() {
    check("remote_signing_api.json", 12);
}

#[test]
fn the_roots_of_the_executable_specification() {
    check("eth2spec.json", 50);
}

fn refused(request: &Value, chain: &Chain) -> String {
    read(request.to_string().as_bytes(), chain).unwrap_err().to_string()
}

fn case(name: &str) -> (Value, Chain) {
    let suite = Suite::load("eth2spec.json");
    let chain = suite.chain();
    let case = suite.cases.into_iter().find(|case| case.name == name).unwrap();
    (case.request, chain)
}

#[test]
fn errors_name_the_field() {
    let (request, chain) = case("attestation, at the fork");
    let with = |pointer: &str, value: Value| {
        let mut request = request.clone();
        *request.pointer_mut(pointer).unwrap() = value;
        refused(&request, &chain)
    };
    let missing = with("/type", json!("VOTE"));
    assert!(missing.starts_with("type: unknown variant `VOTE`"), "{missing}");
    let slot = with("/attestation/slot", json!("-1"));
    assert!(slot.starts_with("attestation.slot: "), "{slot}");
    let short = with("/attestation/target/root", json!("0x00"));
    assert!(short.starts_with("attestation.target.root: 1 bytes where 32"), "{short}");
    let none = with("/fork_info", json!(null));
    assert_eq!(none, "fork_info: missing");
    let network = with("/fork_info/genesis_validators_root", json!("11".repeat(32)));
    assert!(network.contains("another network"), "{network}");

    let mut request = request;
    request["attestation"]["hidden"] = json!("1");
    assert!(refused(&request, &chain).contains("unknown field `hidden`"));
    assert!(refused(&json!({"type": "RANDAO_REVEAL"}), &chain).contains("randao_reveal"));
}

#[test]
fn later_blocks_come_as_headers() {
    let (mut request, chain) = case("block, CAPELLA, at the fork");
    let block = request["beacon_block"].as_object_mut().unwrap();
    let header = block.remove("block_header").unwrap();
    block.insert("block".to_owned(), header);
    let refused = refused(&request, &chain);
    assert!(refused.contains("send block_header, not block"), "{refused}");
}

/// EIP-7044, whichever fork a client sends.
#[test]
fn exits_of_public_networks_are_under_capella() {
    let (mut request, _) = case("voluntary exit, at the fork");
    let mainnet = "0x4b363db94e286120d76eb905340fdd4e54bfe9f06bf33ff6cf5ad27f511bfe95";
    let chain = Chain::new(root(mainnet), None);
    request.as_object_mut().unwrap().remove("signingRoot");
    let mut roots = Vec::new();
    for version in ["0x03000000", "0x05000000"] {
        request["fork_info"] = json!({
            "fork": {"previous_version": version, "current_version": version, "epoch": "0"},
            "genesis_validators_root": mainnet,
        });
        roots.push(read(request.to_string().as_bytes(), &chain).unwrap());
    }
    assert_eq!(roots[0], roots[1]);
}

#[test]
fn a_registration_needs_the_genesis_version() {
    let (request, mut chain) = case("builder registration");
    chain.genesis_fork_version = None;
    assert!(refused(&request, &chain).contains("eth2.genesis_fork_version"));
}
