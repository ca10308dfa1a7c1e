//! A remote signer with two keys, and a client that may do everything.
#![allow(unreachable_pub, reason = "a module of one suite")]

use std::fs;

use pairlane::{MinPk, PublicKey, Scheme, Signature, Suite};
use serde_json::{Value, json};

use crate::cli_support;
use crate::host::{Host, bytes};
use crate::serve_support::{Answer, Server};

pub const NETWORK: &str = "0x04700007fabc8282644aed6d1c7c9e21d38a03a0c4ba193f3afe428824b3a673";
const TOKEN: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

pub struct Remote {
    /// Its folder goes with it.
    _host: Host,
    pub server: Server,
    pub keys: Vec<String>,
}

impl Remote {
    /// None, which is said, where there is no token.
    pub fn start(test: &str) -> Option<Self> {
        let host = Host::new(test)?;
        host.init("vault", &["--network", NETWORK]).expect(0, "");
        let keys = ["a", "b"].map(|name| host.good(&["keys", "create", "--name", name]));
        host.write_secret("token", TOKEN);
        let config = format!(
            "[signing]\nvault = \"{}\"\npin_source = \"file:{}\"\n\
             [eth2]\ngenesis_fork_version = \"0x00000001\"\n[keymanager]\nenabled = true\n\
             [[access.clients]]\nname = \"validator\"\ntoken_file = \"{}\"\n\
             may = [\"list-keys\", \"sign\", \"admin\"]\nkeys = [\"*\"]\n",
            host.path("vault").display(),
            host.path("user.pin").display(),
            host.path("token").display(),
        );
        fs::write(host.path("pairlane.toml"), config).unwrap();
        let softhsm = host.path("softhsm2.conf");
        let config = host.path("pairlane.toml");
        let server = Server::start(
            cli_support::binary(),
            &["--config", config.to_str().unwrap()],
            &[("SOFTHSM2_CONF", softhsm.to_str().unwrap())],
        );
        Some(Self { _host: host, server, keys: keys.to_vec() })
    }

    pub fn sign(&self, key: &str, request: &Value) -> Answer {
        let path = format!("/api/v1/eth2/sign/{key}");
        self.send("POST", &path, Some("application/json"), Some(request))
    }

    /// Sends what no more than this says: no `Accept` where there is none.
    pub fn send(
        &self,
        method: &str,
        path: &str,
        accept: Option<&str>,
        body: Option<&Value>,
    ) -> Answer {
        self.send_as("application/json", method, path, accept, body)
    }

    /// The same with a body that is said to be something else.
    pub fn send_as(
        &self,
        content_type: &str,
        method: &str,
        path: &str,
        accept: Option<&str>,
        body: Option<&Value>,
    ) -> Answer {
        let body = body.map_or_else(String::new, Value::to_string);
        let accept = accept.map_or_else(String::new, |accept| format!("Accept: {accept}\r\n"));
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{accept}\
             Authorization: Bearer {TOKEN}\r\nContent-Type: {content_type}\r\n\
             Content-Length: {}\r\n\r\n",
            body.len()
        );
        let mut stream = self.server.connect();
        let text = crate::serve_support::exchange(&mut stream, (head + &body).as_bytes());
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{text}"));
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let header = |line: &str| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-type").then(|| value.trim().to_owned())
        };
        let content_type = head.lines().find_map(header).unwrap_or_default();
        Answer { status, content_type, body: body.as_bytes().to_vec() }
    }
}

/// A keystore file of EIP-2335's own examples, and its password.
pub fn keystore() -> (Value, String) {
    let text = include_str!("../../../hsm/tests/vectors/eip2335.json");
    let vectors: Value = serde_json::from_str(text).unwrap();
    let password = vectors["password"].as_str().unwrap().to_owned();
    (vectors["keystores"][1].clone(), password)
}

/// The cases of a vector file.
pub fn suite(name: &str) -> Vec<Value> {
    let path = pairlane_tests::vectors::path("eth2").join(name);
    let suite: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    assert_eq!(suite["genesis_validators_root"], NETWORK);
    suite["cases"].as_array().unwrap().clone()
}

pub fn attestation(source: u64, target: u64, root: u8) -> Value {
    let root = format!("0x{}", hex::encode([root; 32]));
    json!({
        "type": "ATTESTATION",
        "fork_info": {
            "fork": {
                "previous_version": "0x04000001",
                "current_version": "0x05000001",
                "epoch": "0",
            },
            "genesis_validators_root": NETWORK,
        },
        "attestation": {
            "slot": (target * 32).to_string(),
            "index": "0",
            "beacon_block_root": root,
            "source": {"epoch": source.to_string(), "root": root},
            "target": {"epoch": target.to_string(), "root": root},
        },
    })
}

/// The signature is the key's on the root.
#[track_caller]
pub fn verifies(key: &str, signature: &str, root: &str) {
    let key = PublicKey::<MinPk>::from_bytes(&bytes(key)).unwrap();
    let signature = Signature::<MinPk>::from_bytes(&bytes(signature)).unwrap();
    let suite = Suite::<MinPk>::standard(Scheme::ProofOfPossession);
    signature.verify(&suite, &key, &bytes(root)).unwrap();
}
