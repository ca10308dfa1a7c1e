//! The paths of Web3Signer and the keymanager's, on the real binary and a real token.

mod cli_support;
#[path = "cli_custody/host.rs"]
#[allow(dead_code, unreachable_pub, reason = "each suite uses a part")]
mod host;
mod serve_eth2_support;
mod serve_support;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use serve_eth2_support::{NETWORK, Remote, attestation, keystore, suite, verifies};

/// Every type and fork, in the order of the file; what contradicts the history is refused.
#[test]
fn requests_of_every_type_are_signed() {
    let Some(remote) = Remote::start("requests_of_every_type_are_signed") else { return };
    let key = remote.keys[0].clone();
    let (mut block, mut target) = (None, None);
    let mut statuses = BTreeMap::new();
    for case in ["remote_signing_api.json", "eth2spec.json"].iter().flat_map(|name| suite(name)) {
        let number = |value: &Value| value.as_str().unwrap().parse::<u64>().unwrap();
        let highest = match (case["act"].get("block"), case["act"].get("attestation")) {
            (Some(slot), _) => Some((&mut block, number(slot))),
            (_, Some(epochs)) => Some((&mut target, number(&epochs[1]))),
            _ => None,
        };
        let expected = match highest {
            Some((highest, at)) if *highest >= Some(at) => 412,
            Some((highest, at)) => {
                *highest = Some(at);
                200
            }
            None => 200,
        };
        let answer = remote.sign(&key, &case["request"]);
        assert_eq!(answer.status, expected, "{}: {}", case["name"], answer.text());
        *statuses.entry(answer.status).or_insert(0) += 1;
        if expected == 200 {
            let root = case["request"]["signingRoot"].as_str().unwrap();
            verifies(&key, answer.json()["signature"].as_str().unwrap(), root);
        }
    }
    assert_eq!(statuses.values().sum::<u32>(), 62);
}

#[test]
fn contradictions_are_refused_with_412() {
    let Some(remote) = Remote::start("contradictions_are_refused_with_412") else { return };
    let key = remote.keys[0].clone();
    let status =
        |source, target, root: u8| remote.sign(&key, &attestation(source, target, root)).status;
    assert_eq!(status(10, 12, 1), 200);
    assert_eq!(status(10, 12, 1), 200, "the same vote again");
    assert_eq!(status(10, 12, 2), 412, "a double vote");
    assert_eq!(status(9, 13, 1), 412, "surrounding");
    assert_eq!(status(11, 11, 1), 412, "surrounded");
    assert_eq!(status(10, 13, 1), 200);
    // Another key has a history of its own.
    assert_eq!(remote.sign(&remote.keys[1], &attestation(10, 12, 2)).status, 200);
}

#[test]
fn answers_have_the_forms_that_clients_lean_on() {
    let Some(remote) = Remote::start("answers_have_the_forms_that_clients_lean_on") else { return };
    let key = &remote.keys[0];
    let reveal = suite("eth2spec.json")
        .into_iter()
        .find(|case| case["request"]["type"] == "RANDAO_REVEAL")
        .unwrap()["request"]
        .clone();
    let sign = |identifier: &str, accept: Option<&str>, request: &Value| {
        let path = format!("/api/v1/eth2/sign/{identifier}");
        remote.send("POST", &path, accept, Some(request))
    };
    for accept in ["application/json", "*/*", "text/plain, application/json;q=0.5"] {
        let answer = sign(key, Some(accept), &reveal);
        assert_eq!((answer.status, answer.content_type.as_str()), (200, "application/json"));
        assert!(answer.json()["signature"].as_str().unwrap().starts_with("0x"));
    }
    for accept in [None, Some("text/plain")] {
        let answer = sign(key, accept, &reveal);
        assert!(answer.content_type.starts_with("text/plain"), "{}", answer.content_type);
        assert_eq!((answer.status, answer.body.len()), (200, 2 + 192), "{}", answer.text());
    }
    for identifier in [key[2..].to_owned(), key.to_uppercase(), key[2..].to_uppercase()] {
        assert_eq!(sign(&identifier, Some("*/*"), &reveal).status, 200, "{identifier}");
    }
    for identifier in ["0x00", "none", &format!("0x{}", "11".repeat(48))] {
        assert_eq!(sign(identifier, Some("*/*"), &reveal).status, 404, "{identifier}");
    }
    let with = |pointer: &str, value: &str| {
        let mut request = reveal.clone();
        *request.pointer_mut(pointer).unwrap() = json!(value);
        sign(key, Some("*/*"), &request)
    };
    let root = format!("0x{}", "11".repeat(32));
    for (pointer, value, said) in [
        ("/signingRoot", root.as_str(), "signingRoot is 0x1111"),
        ("/fork_info/genesis_validators_root", root.as_str(), "another network"),
        ("/randao_reveal/epoch", "x", "randao_reveal.epoch"),
        ("/type", "NOTHING", "unknown variant"),
    ] {
        let answer = with(pointer, value);
        assert_eq!(answer.status, 400, "{pointer}");
        assert!(answer.text().contains(said), "{}", answer.text());
    }

    let keys = remote.send("GET", "/api/v1/eth2/publicKeys", None, None).json();
    let mut listed: Vec<&str> =
        keys.as_array().unwrap().iter().map(|key| key.as_str().unwrap()).collect();
    let mut wanted: Vec<&str> = remote.keys.iter().map(String::as_str).collect();
    listed.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(listed, wanted);
    assert_eq!(remote.send("GET", "/upcheck", None, None).text(), "OK");
    assert_eq!(remote.send("GET", "/healthcheck", None, None).json()["status"], "UP");
    let mark = remote.send("GET", "/api/v1/eth2/highWatermark", None, None);
    assert_eq!((mark.status, mark.json()), (200, json!({})));
    let reload = remote.send("POST", "/reload", None, Some(&json!({})));
    assert_eq!((reload.status, reload.text().as_str()), (202, "accepted"));
    let until = std::time::Instant::now() + std::time::Duration::from_mins(1);
    while remote.send("GET", "/reload", None, None).json()["status"] != "completed" {
        assert!(std::time::Instant::now() < until, "the reload does not end");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[test]
fn keys_come_with_their_history_and_go_with_it() {
    let Some(remote) = Remote::start("keys_come_with_their_history_and_go_with_it") else { return };
    let (file, password) = keystore();
    let key = format!("0x{}", file["pubkey"].as_str().unwrap());
    let file = file.to_string();
    let history = json!({
        "metadata": {"interchange_format_version": "5", "genesis_validators_root": NETWORK},
        "data": [{"pubkey": key, "signed_blocks": [], "signed_attestations":
            [{"source_epoch": "10", "target_epoch": "12"}]}],
    });
    let path = "/eth/v1/keystores";
    let import = |keystores: Value, passwords: Value| {
        let body = json!({"keystores": keystores, "passwords": passwords,
                          "slashing_protection": history.to_string()});
        remote.send("POST", path, None, Some(&body))
    };
    let uneven = import(json!([file]), json!([]));
    assert_eq!(uneven.status, 400);
    assert!(uneven.json()["message"].as_str().unwrap().contains("one for each"));

    for wrong in [json!("hunter2"), json!([["hunter2"]]), json!([271_828])] {
        let answer = import(json!([file]), wrong);
        let said = answer.json()["message"].as_str().unwrap().to_owned();
        let quoted = said.contains("hunter2") || said.contains("271828");
        assert!(answer.status == 400 && said.contains("passwords") && !quoted, "{said}");
    }
    // A page elsewhere can have a browser send a form, not JSON.
    let body = json!({"keystores": [], "passwords": []});
    let form = remote.send_as("text/plain", "POST", path, None, Some(&body));
    assert_eq!(form.status, 415, "{}", form.text());
    assert!(form.json()["message"].is_string());

    let answer = import(json!([file, "{}", file]), json!(["wrong", "x", password]));
    let data = answer.json()["data"].clone();
    let statuses: Vec<&Value> = data.as_array().unwrap().iter().map(|d| &d["status"]).collect();
    assert_eq!(statuses, ["error", "error", "imported"], "{data}");
    let again = import(json!([file]), json!([password])).json();
    assert_eq!(again["data"][0]["status"], "duplicate", "{again}");
    let listed = remote.send("GET", path, None, None).json();
    let known = |d: &Value| d["validating_pubkey"] == *key;
    assert!(listed["data"].as_array().unwrap().iter().any(known), "{listed}");

    assert_eq!(remote.sign(&key, &attestation(9, 12, 1)).status, 412, "its history came along");
    assert_eq!(remote.sign(&key, &attestation(11, 13, 1)).status, 200);

    let body = json!({"pubkeys": [key, format!("0x{}", "aa".repeat(48))]});
    let gone = remote.send("DELETE", path, None, Some(&body));
    assert_eq!(gone.status, 200, "{}", gone.text());
    let gone = gone.json();
    assert_eq!(gone["data"][0]["status"], "deleted", "{gone}");
    assert_eq!(gone["data"][1]["status"], "not_found", "{gone}");
    let history: Value =
        serde_json::from_str(gone["slashing_protection"].as_str().unwrap()).unwrap();
    assert_eq!(history["data"].as_array().unwrap().len(), 1, "{history}");
    let vote = &history["data"][0]["signed_attestations"][0];
    assert_eq!((&vote["source_epoch"], &vote["target_epoch"]), (&json!("11"), &json!("13")));
    assert_eq!(remote.sign(&key, &attestation(12, 14, 1)).status, 404);
    let twice = remote.send("DELETE", path, None, Some(&json!({"pubkeys": [key]}))).json();
    assert_eq!(twice["data"][0]["status"], "not_active", "{twice}");
}

/// Without a right nobody signs, and nobody sees keys.
#[test]
fn strangers_are_refused() {
    let Some(remote) = Remote::start("strangers_are_refused") else { return };
    let path = format!("/api/v1/eth2/sign/{}", remote.keys[0]);
    let request = attestation(1, 2, 1);
    let answer = remote.server.post_json(&path, &request);
    assert_eq!(answer.status, 401, "{}", answer.text());
    // Whatever the body is: it is not looked at.
    let answer = remote.server.post(&path, "application/json", b"{");
    assert_eq!(answer.status, 401, "{}", answer.text());
    assert_eq!(remote.server.get("/api/v1/eth2/publicKeys").status, 401);
    let answer = remote.server.get("/eth/v1/keystores");
    assert_eq!(answer.status, 401);
    assert!(answer.json()["message"].is_string());
    assert_eq!(remote.server.get("/upcheck").text(), "OK");
}
