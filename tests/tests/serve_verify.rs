//! Verification over HTTP: the same verdicts as through the library, in every form.

mod cli_support;
mod serve_support;

use std::path::Path;

use pairlane::vrf::{EdwardsTai, edwards};
use pairlane::{Item, MinPk, MinSig, Scheme, SecretKey, Sequential, Suite, Variant, Verifier};
use serde_json::{Value, json};
use serve_support::Server;

fn server() -> Server {
    Server::start(cli_support::binary(), &[], &[])
}

fn hex(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

/// A triple of min-pk, possession: the signer's key, the message, the signature.
fn triple(seed: u8, message: &[u8]) -> [Vec<u8>; 3] {
    let secret = SecretKey::from_seed(&[seed; 32], &[]).unwrap();
    let suite = Suite::<MinPk>::proof_of_possession();
    let signature = secret.sign(&suite, message).to_bytes();
    [secret.public_key::<MinPk>().to_bytes(), message.to_vec(), signature]
}

fn object([key, message, signature]: &[Vec<u8>; 3]) -> Value {
    json!({"public_key": hex(key), "message": hex(message), "signature": hex(signature)})
}

/// Good ones, and one of each that is not.
fn mixed() -> (Vec<[Vec<u8>; 3]>, Vec<Option<&'static str>>) {
    let good = |seed| triple(seed, &[seed; 32]);
    let (mut wrong, mut short, mut bad_key) = (good(3), good(4), good(5));
    wrong[1] = vec![0; 32];
    short[2].pop();
    bad_key[0][0] &= 0x7f;
    let triples = vec![good(1), wrong, good(2), short, bad_key, good(6)];
    let reasons = vec![
        None,
        Some("wrong_signature"),
        None,
        Some("signature_length"),
        Some("public_key_length"),
        None,
    ];
    (triples, reasons)
}

#[test]
fn one_signature_and_why_it_is_not_valid() {
    let server = server();
    let (triples, reasons) = mixed();
    for (triple, reason) in triples.iter().zip(reasons) {
        let answer = server.post_json("/v1/verify", &object(triple));
        assert_eq!((answer.status, answer.content_type.as_str()), (200, "application/json"));
        let judged = answer.json();
        assert_eq!(judged["valid"], reason.is_none(), "{judged}");
        if let Some(reason) = reason {
            assert!(judged["code"] == reason || reason.starts_with("public_key"), "{judged}");
            assert!(judged["detail"].as_str().is_some_and(|detail| !detail.is_empty()));
        }
    }
}

#[test]
fn a_batch_has_a_verdict_for_each_item_in_every_form() {
    let server = server();
    let (triples, reasons) = mixed();
    let answer = server.post_json(
        "/v1/verify/batch",
        &json!({"items": triples.iter().map(object).collect::<Vec<_>>()}),
    );
    let batch = answer.json();
    assert_eq!((answer.status, &batch["valid"], &batch["invalid"]), (200, &json!(3), &json!(3)));
    let valid = |verdicts: &[Value]| -> Vec<bool> {
        verdicts.iter().map(|verdict| verdict["valid"].as_bool().unwrap()).collect()
    };
    let expected: Vec<bool> = reasons.iter().map(Option::is_none).collect();
    assert_eq!(valid(batch["verdicts"].as_array().unwrap()), expected);

    let lines: Vec<String> = triples.iter().map(|triple| object(triple).to_string()).collect();
    let lines = lines.join("\n");
    let answer = server.post("/v1/verify/batch", "application/x-ndjson", lines.as_bytes());
    assert_eq!((answer.status, answer.content_type.as_str()), (200, "application/x-ndjson"));
    let streamed: Vec<Value> =
        answer.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(valid(&streamed), expected);
    assert_eq!(streamed, *batch["verdicts"].as_array().unwrap());

    // Binary records have fixed lengths, so only those that have them.
    let whole: Vec<_> = triples.iter().filter(|t| t[2].len() == 96).collect();
    let records: Vec<u8> = whole
        .iter()
        .flat_map(|[key, message, signature]| [&key[..], signature, message].concat())
        .collect();
    let answer = server.post("/v1/verify/batch", "application/octet-stream", &records);
    assert_eq!((answer.status, answer.content_type.as_str()), (200, "application/octet-stream"));
    let ok: Vec<bool> = answer.body.iter().map(|&byte| byte == 0).collect();
    assert_eq!(ok, [true, false, true, false, true]);
    assert_eq!(answer.body[1], 1, "a wrong signature");
}

#[test]
fn both_variants_every_scheme_and_tags_of_ones_own() {
    fn check<V: Variant>(server: &Server) {
        let secret = SecretKey::from_seed(&[9; 32], &[]).unwrap();
        let key = hex(&secret.public_key::<V>().to_bytes());
        let schemes = [
            (Scheme::Basic, "basic"),
            (Scheme::Augmented, "augmented"),
            (Scheme::ProofOfPossession, "possession"),
        ];
        for (scheme, name) in schemes {
            for tag in [None, Some("MY-TAG")] {
                let suite = match tag {
                    None => Suite::<V>::standard(scheme),
                    Some(tag) => Suite::new(scheme, pairlane::Tag::new(tag).unwrap()),
                };
                let signature = hex(&secret.sign(&suite, b"m").to_bytes());
                let request = json!({
                    "suite": {"variant": V::NAME, "scheme": name, "tag": tag},
                    "public_key": key, "message": "0x6d", "signature": signature,
                });
                let answer = server.post_json("/v1/verify", &request).json();
                assert_eq!(answer, json!({"valid": true}), "{} {name} {tag:?}", V::NAME);
                let query = match tag {
                    None => format!("variant={}&scheme={name}", V::NAME),
                    Some(tag) => format!("variant={}&scheme={name}&tag={tag}", V::NAME),
                };
                let line = json!({"public_key": key, "message": "6d", "signature": signature});
                let path = format!("/v1/verify/batch?{query}");
                let answer =
                    server.post(&path, "application/x-ndjson", line.to_string().as_bytes());
                assert_eq!(answer.text(), "{\"valid\":true}\n", "{query}");
            }
        }
    }
    let server = server();
    check::<MinPk>(&server);
    check::<MinSig>(&server);
}

/// The published signatures that the demonstration ships, through HTTP and through the library.
#[test]
fn published_signatures_get_the_library_s_verdicts() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/demo/signatures.ndjson");
    let text = std::fs::read_to_string(path).unwrap();
    let server = server();
    let mut compared = 0;
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let field = |name: &str| {
            let text = case[name].as_str().unwrap();
            hex::decode(text.trim_start_matches("0x")).unwrap()
        };
        let (key, message, signature) = (field("public_key"), field("message"), field("signature"));
        let suite = json!({
            "variant": case["variant"], "scheme": case["scheme"],
            "tag": case.get("tag").filter(|tag| !tag.is_null()),
        });
        let expected = match case["variant"].as_str().unwrap() {
            "min-pk" => judge::<MinPk>(&case, &key, &message, &signature),
            _ => judge::<MinSig>(&case, &key, &message, &signature),
        };
        let request = json!({
            "suite": suite, "public_key": hex(&key), "message": hex(&message),
            "signature": hex(&signature),
        });
        let answer = server.post_json("/v1/verify", &request).json();
        assert_eq!(answer["code"].as_str().map(str::to_owned), expected, "{line}");
        assert_eq!(answer["valid"].as_bool().unwrap(), expected.is_none());
        compared += 1;
    }
    assert!(compared > 100, "{compared}");
}

fn judge<V: Variant>(case: &Value, key: &[u8], message: &[u8], signature: &[u8]) -> Option<String> {
    let scheme = match case["scheme"].as_str().unwrap() {
        "basic" => Scheme::Basic,
        "augmented" => Scheme::Augmented,
        _ => Scheme::ProofOfPossession,
    };
    let suite = match case.get("tag").and_then(Value::as_str) {
        Some(tag) => Suite::<V>::new(scheme, pairlane::Tag::new(tag).unwrap()),
        None => Suite::<V>::standard(scheme),
    };
    let item = Item::new(&suite, key, message, signature);
    let verdict = Verifier::new().verify(&[item], &Sequential)[0];
    verdict.reason().map(|reason| reason.code().to_owned())
}

/// Requests that come while the engine works are verified together.
#[test]
fn many_callers_share_batches() {
    let server = Server::start(cli_support::binary(), &["--threads", "1"], &[]);
    let before = server.metric("pairlane_batch_items_count");
    let requests = 200u64;
    let triples: Vec<_> = (0..8).map(|seed| object(&triple(seed + 1, b"one message"))).collect();
    std::thread::scope(|scope| {
        for caller in 0..20 {
            let (server, triples) = (&server, &triples);
            scope.spawn(move || {
                for round in 0..10 {
                    let body = &triples[(caller + round) % triples.len()];
                    assert_eq!(server.post_json("/v1/verify", body).json()["valid"], true);
                }
            });
        }
    });
    let batches = server.metric("pairlane_batch_items_count") - before;
    assert!(batches < requests, "{batches} batches for {requests} requests");
    assert_eq!(server.metric("pairlane_requests_total"), requests);

    let alone = Server::start(cli_support::binary(), &["--no-merge"], &[]);
    let before = alone.metric("pairlane_batch_items_count");
    for triple in &triples {
        alone.post_json("/v1/verify", triple);
    }
    assert_eq!(alone.metric("pairlane_batch_items_count") - before, triples.len() as u64);
}

#[test]
fn aggregates_vrfs_and_draws() {
    let server = server();
    let [a, b] = [triple(1, b"m"), triple(2, b"m")];
    let request = json!({"variant": "min-pk", "signatures": [hex(&a[2]), hex(&b[2])]});
    let sum = server.post_json("/v1/aggregate", &request).json();
    let decoded = [&a, &b].map(|t| pairlane::Signature::<MinPk>::from_bytes(&t[2]).unwrap());
    let expected = pairlane::Signature::aggregate(&decoded).unwrap().to_bytes();
    assert_eq!(sum["signature"], hex(&expected));
    let bad = json!({"variant": "min-pk", "signatures": [hex(&a[2]), "0x00"]});
    let problem = server.post_json("/v1/aggregate", &bad);
    assert_eq!((problem.status, &problem.json()["item"]), (400, &json!(1)));

    let secret = edwards::SecretKey::<EdwardsTai>::from_seed(&[7; 32]);
    let key = hex(secret.public_key().as_bytes());
    let item = |alpha: &[u8], proof: &[u8]| json!({"public_key": key, "alpha": hex(alpha), "proof": hex(proof)});
    let proof = secret.prove(b"a");
    let output = secret.public_key().verify(b"a", &proof).unwrap();
    let mut request = item(b"a", &proof.to_bytes());
    request["suite"] = json!("edwards25519-tai");
    let answer = server.post_json("/v1/vrf/verify", &request).json();
    assert_eq!(answer, json!({"valid": true, "output": hex(output.as_bytes())}));
    let announced = secret.prove_announced(b"a").to_bytes();
    let batch = json!({"suite": "edwards25519-tai", "items": [item(b"a", &announced), item(b"b", &announced)]});
    let answer = server.post_json("/v1/vrf/batch", &batch).json();
    assert_eq!(answer["verdicts"][0]["output"], hex(output.as_bytes()));
    assert_eq!(answer["verdicts"][1]["valid"], false);

    let request = json!({
        "tag": "TEST-LEADER", "output": hex(output.as_bytes()), "seats": 2,
        "stakes": [{"id": "alice", "stake": "70"}, {"id": "bob", "stake": "0"}, {"id": "carol", "stake": "340282366920938463463374607431768211385"}],
    });
    let drawn = server.post_json("/v1/select", &request).json();
    let mut ids: Vec<_> =
        drawn["selected"].as_array().unwrap().iter().map(|s| s["id"].clone()).collect();
    ids.sort_by_key(ToString::to_string);
    assert_eq!(ids, [json!("alice"), json!("carol")]);
}
