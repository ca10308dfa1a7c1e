//! Public keys that are registered once, and used by handle in every form of a request.

mod cli_support;
mod serve_support;

use cli_support::{Record, valid};
use pairlane::{MinPk, MinSig, SecretKey, Suite, Variant, possession_tag};
use serde_json::{Value, json};
use serve_support::Server;

fn server(more: &[(&str, &str)]) -> Server {
    let open = ("PAIRLANE_SERVE_ACCESS__ANONYMOUS", "verify,register");
    Server::start(cli_support::binary(), &["--threads", "2"], &[&[open], more].concat())
}

fn text(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

fn secret(seed: u8) -> SecretKey {
    SecretKey::from_seed(&[seed; 32], &[]).unwrap()
}

fn key<V: Variant>(seed: u8) -> Value {
    json!({"public_key": text(&secret(seed).public_key::<V>().to_bytes())})
}

fn register(server: &Server, body: &Value) -> Vec<Value> {
    let answer = server.post_json("/v1/registry", body);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["keys"].as_array().unwrap().clone()
}

fn delete(server: &Server, handle: &str) -> u16 {
    let url = format!("http://{}/v1/registry/{handle}", server.api);
    let built = ureq::delete(url).config().http_status_as_error(false).build();
    built.call().unwrap().status().as_u16()
}

#[test]
fn a_handle_stands_for_its_key_in_every_form() {
    let server = server(&[]);
    let record = valid();
    let registered = register(&server, &json!({"keys": [key::<MinPk>(1), key::<MinPk>(2)]}));
    let [own, other] = [0, 1].map(|at| registered[at]["handle"].as_str().unwrap().to_owned());
    assert_eq!(registered[0]["public_key"], text(&record.public_key));
    assert_eq!(registered[0]["possession"], json!(false));
    let (message, signature) = (text(&record.message), text(&record.signature));
    let item = |handle: &str| json!({"handle": handle, "message": message, "signature": signature});
    let verify = |item: &Value| server.post_json("/v1/verify", item).json();
    assert_eq!(verify(&item(&own)), json!({"valid": true}));
    assert_eq!(verify(&item(&other))["code"], "wrong_signature");

    let by_bytes = json!({"public_key": text(&record.public_key), "message": message,
        "signature": signature});
    let unknown = format!("{}{}", &own[..18], "00".repeat(8));
    let foreign = format!("0x{}{}", "00".repeat(8), &own[18..]);
    let items = [item(&own), by_bytes.clone(), item(&other), item(&unknown), item(&foreign)];
    let codes = [None, None, Some("wrong_signature"), Some("unknown_key"), Some("unknown_key")];
    let check = |verdicts: Vec<Value>| {
        let found: Vec<Option<&str>> = verdicts.iter().map(|v| v["code"].as_str()).collect();
        assert_eq!(found, codes);
    };
    let answer = server.post_json("/v1/verify/batch", &json!({"items": items})).json();
    check(answer["verdicts"].as_array().unwrap().clone());
    let lines: Vec<String> = items.iter().map(Value::to_string).collect();
    let lines = lines.join("\n");
    let answer = server.post("/v1/verify/batch", "application/x-ndjson", lines.as_bytes()).text();
    check(answer.lines().map(|line| serde_json::from_str(line).unwrap()).collect());
    let bytes = |handle: &str| hex::decode(&handle[2..]).unwrap();
    let records = [&own, &other, &unknown]
        .map(|handle| [bytes(handle), record.signature.clone(), record.message.clone()].concat());
    let path = "/v1/verify/batch?keys=handles";
    let answer = server.post(path, "application/octet-stream", &records.concat());
    assert_eq!((answer.body[0], answer.body.len()), (0, 3));
    assert!(answer.body[1] != 0 && answer.body[2] != 0 && answer.body[1] != answer.body[2]);

    let mut both = by_bytes;
    both["handle"] = json!(own);
    for item in [json!({"message": message, "signature": signature}), both] {
        let answer = server.post_json("/v1/verify", &item);
        assert_eq!((answer.status, &answer.json()["field"]), (400, &json!("public_key")));
        let answer = server.post_json("/v1/verify/batch", &json!({"items": [item]})).json();
        assert_eq!((&answer["item"], &answer["field"]), (&json!(0), &json!("public_key")));
    }
    let answer = server.post_json("/v1/verify", &item("0x00"));
    assert_eq!((answer.status, &answer.json()["field"]), (400, &json!("handle")));
}

/// Verified together with requests that bring their keys.
#[test]
fn both_variants_and_proofs_of_possession() {
    let server = server(&[]);
    let tag = possession_tag::<MinSig>();
    let prove = |seed: u8| text(&secret(seed).prove_possession::<MinSig>(&tag).to_bytes());
    let mut keys =
        [key::<MinSig>(1), key::<MinSig>(2), key::<MinSig>(3), json!({"public_key": "0x"})];
    keys[0]["possession"] = json!(prove(1));
    keys[1]["possession"] = json!(prove(3));
    keys[2]["possession"] = json!("0x00");
    let answer = register(&server, &json!({"variant": "min-sig", "keys": keys}));
    assert_eq!(answer[0]["possession"], json!(true));
    let codes: Vec<&Value> = answer[1..].iter().map(|key| &key["code"]).collect();
    assert_eq!(codes, ["no_possession", "no_possession", "not_a_key"]);
    let record = Record::valid::<MinSig>(1, b"m");
    let item = json!({"suite": {"variant": "min-sig", "scheme": "possession"},
        "handle": answer[0]["handle"], "message": text(b"m"), "signature": text(&record.signature)});
    assert_eq!(server.post_json("/v1/verify", &item).json(), json!({"valid": true}));
    let mut item = item;
    item["suite"]["variant"] = json!("min-pk");
    assert_eq!(server.post_json("/v1/verify", &item).json()["code"], "unknown_key");
    // The augmented scheme hashes the key as well, which is then the registry's.
    let suite = Suite::<MinSig>::augmented();
    item["suite"] = json!({"variant": "min-sig", "scheme": "augmented"});
    item["signature"] = json!(text(&secret(1).sign(&suite, b"m").to_bytes()));
    assert_eq!(server.post_json("/v1/verify", &item).json(), json!({"valid": true}));
    // Registered again without a proof it keeps the one that was verified, and its handle.
    let again = register(&server, &json!({"variant": "min-sig", "keys": [key::<MinSig>(1)]}));
    assert_eq!(again[0], answer[0]);
}

#[test]
fn keys_are_shown_removed_and_bounded() {
    let server = server(&[("PAIRLANE_SERVE_LIMITS__REGISTERED_KEYS_MAX", "2")]);
    let three = json!({"keys": [key::<MinPk>(1), key::<MinPk>(2), key::<MinPk>(3)]});
    let answer = register(&server, &three);
    let refused: Vec<&Value> = answer.iter().filter(|key| key["code"].is_string()).collect();
    assert_eq!(refused.len(), 1, "{answer:?}");
    assert_eq!(refused[0]["code"], "registry_full");
    let usage = json!({"min_pk": 2, "min_sig": 0, "keys_max": 2});
    assert_eq!(server.get("/v1/registry").json(), usage);
    let kept = answer.iter().find(|key| key["handle"].is_string()).unwrap();
    let handle = kept["handle"].as_str().unwrap();
    assert_eq!(server.get(&format!("/v1/registry/{handle}")).json(), *kept);
    assert_eq!(delete(&server, handle), 204);
    assert_eq!(delete(&server, handle), 404);
    assert_eq!(server.get(&format!("/v1/registry/{handle}")).status, 404);
    assert_eq!(server.get("/v1/registry/none").status, 404);
    let again = register(&server, &json!({"keys": [{"public_key": kept["public_key"]}]}));
    assert_ne!(again[0]["handle"], kept["handle"], "a handle is never used again");
    // What names a key here names none after a new start.
    let next = self::server(&[]);
    let fresh = register(&next, &three);
    assert!(fresh.iter().all(|key| key["handle"] != again[0]["handle"]));
    let handle = again[0]["handle"].as_str().unwrap();
    assert_eq!(next.get(&format!("/v1/registry/{handle}")).status, 404);
}

/// Without a word in the configuration nobody fills the memory that all share.
#[test]
fn registering_is_a_right_of_its_own() {
    let server = Server::start(cli_support::binary(), &["--threads", "1"], &[]);
    let answer = server.post_json("/v1/registry", &json!({"keys": [key::<MinPk>(1)]}));
    assert_eq!((answer.status, &answer.json()["code"]), (401, &json!("unauthorized")));
    assert_eq!(server.get("/v1/registry").json()["keys_max"], 100_000);
}
