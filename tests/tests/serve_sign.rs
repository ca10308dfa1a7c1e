//! Signing over HTTP with a real token: guarded, recorded, and by one process at a time.

mod cli_support;
#[path = "cli_custody/host.rs"]
#[allow(dead_code, unreachable_pub, reason = "each suite uses a part")]
mod host;
mod serve_support;
#[path = "serve_support/signing.rs"]
mod signing;

use host::Host;
use serde_json::{Value, json};
use serve_support::Server;
use sha2::{Digest, Sha256};

const TYPES: [&str; 4] = ["bls-min-pk", "bls-min-sig", "ed25519", "ecvrf-tai"];

fn host(test: &str, keys: &[&str]) -> Option<Host> {
    let host = Host::with_vault(test)?;
    for kind in keys {
        host.good(&["keys", "create", "--type", kind, "--name", kind]);
    }
    Some(host)
}

fn ask(key: &str, height: u64, message: &str) -> Value {
    json!({"key": key, "duty": {"height": height}, "message": message})
}

/// The status and the code, for what is refused.
fn refused(server: &Server, body: &Value) -> (u16, Value) {
    let answer = server.post_json("/v1/sign", body);
    (answer.status, answer.json()["code"].clone())
}

#[test]
fn without_a_vault_signing_is_off() {
    let server = Server::start(cli_support::binary(), &[], &[]);
    assert!(server.greeting.contains("Signing is off"), "{}", server.greeting);
    assert_eq!(refused(&server, &ask("k", 1, "0x")), (401, json!("unauthorized")));
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "[access]\nanonymous = [\"sign\"]\n").unwrap();
    let config = file.path().to_str().unwrap();
    let server = Server::start(cli_support::binary(), &["--config", config], &[]);
    assert_eq!(refused(&server, &ask("k", 1, "0x")), (503, json!("signing_off")));
    assert_eq!(server.get("/v1/keys").json()["code"], "signing_off");
    assert_eq!(server.ops("/readyz").status, 200);
}

#[test]
fn keys_of_every_type_sign_once_at_a_place() {
    let Some(host) = host("keys_of_every_type_sign_once_at_a_place", &TYPES) else { return };
    let mut server = signing::start(&host);
    assert!(server.greeting.contains("Signing is on: 4 keys; protection"), "{}", server.greeting);
    assert_eq!(server.ops("/readyz").status, 200);
    let listed = server.get("/v1/keys").json();
    assert_eq!(listed["keys"].as_array().unwrap().len(), TYPES.len());
    for kind in &TYPES[..3] {
        let shown = server.get(&format!("/v1/keys/{kind}")).json();
        assert_eq!((&shown["type"], &shown["unlocked"]), (&json!(kind), &json!(true)));
        let signed = server.post_json("/v1/sign", &ask(kind, 7, "0xcafe"));
        assert_eq!(signed.status, 200, "{}", signed.text());
        let signed = signed.json();
        assert_eq!(signed["public_key"], shown["public_key"]);
        if let Some(variant) = kind.strip_prefix("bls-") {
            let body = json!({"suite": {"variant": variant, "scheme": "possession"},
                "public_key": signed["public_key"], "message": "0xcafe",
                "signature": signed["signature"]});
            assert_eq!(server.post_json("/v1/verify", &body).json(), json!({"valid": true}));
        }
        // The same message is the same duty; by its id and its public key it is the same key.
        for name in [&shown["id"], &shown["public_key"]] {
            let again = server.post_json("/v1/sign", &ask(name.as_str().unwrap(), 7, "0xcafe"));
            assert_eq!(again.json(), signed, "{kind}");
        }
        let double = server.post_json("/v1/sign", &ask(kind, 7, "0xbeef"));
        assert_eq!((double.status, &double.json()["code"]), (409, &json!("refused")));
        let detail = double.json()["detail"].to_string();
        assert!(detail.contains("another message for height 7"), "{detail}");
        assert_eq!(refused(&server, &ask(kind, 6, "0xcafe")), (409, json!("refused")));
    }
    assert_eq!(refused(&server, &ask("ecvrf-tai", 7, "0x")), (400, json!("unfit")));
    assert_eq!(refused(&server, &ask("nobody", 7, "0x")), (404, json!("no_key")));

    let proved = server.post_json("/v1/vrf/prove", &json!({"key": "ecvrf-tai", "alpha": "0x07"}));
    let proved = proved.json();
    let body = json!({"suite": "edwards25519-tai", "public_key": proved["public_key"],
        "alpha": "0x07", "proof": proved["proof"]});
    let judged = server.post_json("/v1/vrf/verify", &body).json();
    assert_eq!(judged, json!({"valid": true, "output": proved["output"]}));
    assert!(server.metric("pairlane_signed_duties_total") >= 10);

    server.signal("-TERM");
    assert_eq!(server.wait().code(), Some(0));
    // What the service signed, the command knows; and who asked is on record.
    host.sign("vault", "bls-min-pk", "7", "0xbeef").expect(1, "refused: ");
    let shown = host.good(&["audit", "show"]);
    assert!(shown.contains("http:anonymous"), "{shown}");
    host.good(&["audit", "verify"]);
}

/// Proofs contradict nothing, so the guard's log has none of them: the audit log does, within seconds.
#[test]
fn a_proof_is_on_record_although_nobody_waits_for_it() {
    let test = "a_proof_is_on_record_although_nobody_waits_for_it";
    let Some(host) = host(test, &["ecvrf-tai"]) else { return };
    let server = signing::start(&host);
    let written = || std::fs::metadata(host.path("vault/audit.log")).unwrap().len();
    let before = written();
    let ask = json!({"key": "ecvrf-tai", "alpha": "0x01"});
    assert_eq!(server.post_json("/v1/vrf/prove", &ask).status, 200);
    let until = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while written() == before && std::time::Instant::now() < until {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert!(written() > before);
}

#[test]
fn a_batch_signs_what_it_may() {
    let Some(host) = host("a_batch_signs_what_it_may", &TYPES[..1]) else { return };
    let server = signing::start(&host);
    let key = TYPES[0];
    let items = [
        ask(key, 5, "0x01"),
        ask(key, 5, "0x02"),
        ask(key, 5, "0x01"),
        ask(key, 6, "0x03"),
        ask("nobody", 6, "0x03"),
    ];
    let answer = server.post_json("/v1/sign/batch", &json!({"items": items}));
    assert_eq!(answer.status, 200);
    let answer = answer.json();
    let results = answer["results"].as_array().unwrap();
    let codes: Vec<_> = results.iter().map(|result| result["code"].as_str()).collect();
    assert_eq!(codes, [None, Some("refused"), None, None, Some("no_key")], "{answer}");
    assert_eq!(results[0], results[2]);
}

#[test]
fn what_finds_no_place_in_the_queue_is_refused_and_counted() {
    let test = "what_finds_no_place_in_the_queue_is_refused_and_counted";
    let Some(host) = host(test, &TYPES[..1]) else { return };
    let narrow = "requests_waiting_max = 1\n[access]\nanonymous = [\"sign\"]\n";
    let server = signing::start_with(&host, narrow);
    let sign = |height| refused(&server, &ask(TYPES[0], height, "0x01"));
    let answers: Vec<_> = std::thread::scope(|scope| {
        let callers: Vec<_> =
            (0..8).map(|_| scope.spawn(|| (0..20).map(|_| sign(5)).collect::<Vec<_>>())).collect();
        callers.into_iter().flat_map(|caller| caller.join().unwrap()).collect()
    });
    let busy = answers.iter().filter(|answer| **answer == (503, json!("busy"))).count();
    assert!(busy > 0 && answers.iter().all(|(status, _)| [200, 503].contains(status)));
    assert_eq!(server.metric("pairlane_refused_duties_total"), busy as u64);
}

/// A client signs with the keys that are named for it; one that may verify sees no key at all.
#[test]
fn a_client_has_its_own_keys_and_no_others() {
    let test = "a_client_has_its_own_keys_and_no_others";
    let Some(host) = host(test, &["bls-min-pk", "bls-min-sig", "ed25519"]) else { return };
    let [own, edwards] = {
        let server = signing::start(&host);
        ["bls-min-pk", "ed25519"].map(|key| {
            let shown = server.get(&format!("/v1/keys/{key}")).json();
            shown["public_key"].as_str().unwrap().to_owned()
        })
    };
    let client = |name: &str, digit: &str, rest: &str| {
        let hash = hex::encode(Sha256::digest(digit.repeat(64)));
        format!("[[access.clients]]\nname = {name:?}\ntoken_sha256 = {hash:?}\n{rest}\n")
    };
    let access = "[access]\nanonymous = []\n".to_owned()
        + &client("signer", "a", &format!("may = [\"sign\"]\nkeys = [{own:?}]"))
        + &client("edwards", "e", &format!("may = [\"sign\"]\nkeys = [{edwards:?}]"))
        + &client("verifier", "b", "may = [\"verify\"]")
        + &client("auditor", "c", "may = [\"list-keys\"]");
    let server = signing::start_with(&host, &access);
    let call = |digit: &str, path: &str, body: Option<Value>| {
        let token = format!("Bearer {}", digit.repeat(64));
        server.call_as(&token, path, body.as_ref()).status
    };
    let sign = |digit: &str, key: &str| call(digit, "/v1/sign", Some(ask(key, 7, "0xcafe")));
    assert_eq!(
        (sign("a", "bls-min-pk"), sign("a", "bls-min-sig"), sign("a", "none")),
        (200, 403, 403)
    );
    assert_eq!((sign("e", "ed25519"), sign("e", "bls-min-pk")), (200, 403));
    let heard = |path: &str, body: Option<Value>| {
        let token = format!("Bearer {}", "a".repeat(64));
        server.call_as(&token, path, body.as_ref()).text()
    };
    let by_others = heard("/v1/sign", Some(ask("bls-min-sig", 7, "0xcafe")));
    assert_eq!(by_others, heard("/v1/sign", Some(ask("none", 7, "0xcafe"))));
    let prove = |key: &str| heard("/v1/vrf/prove", Some(json!({"key": key, "alpha": "0x"})));
    assert_eq!(prove("bls-min-sig"), prove("none"));
    assert_eq!(heard("/v1/keys/bls-min-sig", None), heard("/v1/keys/none", None));
    assert_eq!(
        (sign("b", "bls-min-pk"), sign("c", "bls-min-pk"), sign("d", "bls-min-pk")),
        (403, 403, 401)
    );
    let prove = json!({"key": "bls-min-pk", "alpha": "0x"});
    assert_eq!(call("b", "/v1/vrf/prove", Some(prove)), 403);
    assert_eq!(call("b", "/v1/sign/batch", Some(json!({"items": []}))), 403);
    for path in ["/v1/keys", "/v1/keys/bls-min-pk"] {
        assert_eq!(
            (call("a", path, None), call("b", path, None), call("c", path, None)),
            (200, 403, 200)
        );
    }
    assert_eq!(
        (call("a", "/v1/keys/bls-min-sig", None), call("c", "/v1/keys/bls-min-sig", None)),
        (403, 200)
    );
    let token = format!("Bearer {}", "a".repeat(64));
    let seen = server.call_as(&token, "/v1/keys", None).json();
    assert_eq!(seen["keys"].as_array().unwrap().len(), 1, "{seen}");
    assert_eq!(call("a", "/v1/verify", Some(json!({}))), 403);
}

/// One store has one signer; when that one dies, the next has its memory.
#[test]
fn a_second_signer_waits_for_the_first_to_die() {
    let test = "a_second_signer_waits_for_the_first_to_die";
    let Some(host) = host(test, &TYPES[..1]) else { return };
    let key = TYPES[0];
    let mut first = signing::start(&host);
    assert_eq!(first.post_json("/v1/sign", &ask(key, 9, "0x01")).status, 200);
    let second = signing::start_in_vain(&host);
    assert_ne!(second.code, Some(0));
    assert!(second.stderr.contains("is in use by another process"), "{}", second.stderr);
    assert_eq!(first.post_json("/v1/sign", &ask(key, 10, "0x01")).status, 200);
    first.signal("-KILL");
    first.wait();
    let second = signing::start(&host);
    for height in [9, 10] {
        assert_eq!(refused(&second, &ask(key, height, "0x02")), (409, json!("refused")));
    }
    assert_eq!(second.post_json("/v1/sign", &ask(key, 11, "0x02")).status, 200);
}
