//! How the service behaves towards the careless, the slow and the hostile, and when told to stop.

mod cli_support;
mod serve_support;

use std::io::{Read, Write};
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use serve_support::{Server, exchange};

fn server(environment: &[(&str, &str)]) -> Server {
    Server::start(cli_support::binary(), &["--threads", "2"], environment)
}

/// Problems name their kind, item and field.
#[test]
fn malformed_requests_are_named() {
    let server = server(&[
        ("PAIRLANE_SERVE_LIMITS__BATCH_ITEMS_MAX", "3"),
        ("PAIRLANE_SERVE_LIMITS__BODY_BYTES_MAX", "4096"),
    ]);
    let item = json!({"public_key": "0x", "message": "0x", "signature": "0x"});
    let check = |path: &str, body: &str, status: u16, code: &str, place: Value| {
        let answer = server.post(path, "application/json", body.as_bytes());
        let problem = answer.json();
        assert_eq!(answer.content_type, "application/problem+json", "{problem}");
        assert_eq!((answer.status, problem["status"].as_u64()), (status, Some(status.into())));
        assert_eq!(problem["code"], code, "{problem}");
        let found = json!([problem.get("item"), problem.get("field")]);
        assert_eq!(found, place, "{problem}");
    };
    let one = "/v1/verify";
    check(one, "{", 400, "malformed", json!([null, null]));
    check(one, "[]", 400, "malformed", json!([null, null]));
    check(one, r#"{"public_key":"0xzz"}"#, 400, "malformed", json!([null, "public_key"]));
    check(one, r#"{"public_kye":"0x"}"#, 400, "malformed", json!([null, "public_kye"]));
    let tail = format!("{item} {{}}");
    check(one, &tail, 400, "malformed", json!([null, null]));
    let suite = r#"{"suite":{"variant":"min-pk","scheme":"none"}}"#;
    check(one, suite, 400, "malformed", json!([null, "suite.scheme"]));

    let batch = "/v1/verify/batch";
    let mut bad = item.clone();
    bad["signature"] = json!("0x0");
    let body = json!({"items": [item, bad]}).to_string();
    check(batch, &body, 400, "malformed", json!([1, "signature"]));
    let body = json!({"items": [item, item, item, item]}).to_string();
    check(batch, &body, 413, "too_large", json!([null, "items"]));
    let long = json!({"items": [], "suite": {"tag": "x".repeat(5000)}}).to_string();
    check(batch, &long, 413, "too_large", json!([null, null]));

    let answer = server.post(one, "text/plain", b"{}");
    assert_eq!((answer.status, &answer.json()["code"]), (415, &json!("media_type")));
    let answer = server.post("/v1/nothing", "application/json", b"{}");
    assert_eq!((answer.status, &answer.json()["code"]), (404, &json!("not_found")));
    let answer = server.get(one);
    assert_eq!((answer.status, &answer.json()["code"]), (405, &json!("method")));
    let answer = server.post("/v1/verify/batch?variant=other", "application/x-ndjson", b"");
    assert_eq!((answer.status, &answer.json()["code"]), (400, &json!("malformed")));
    // A parameter that the form of the body has no use for is refused, not passed over.
    for (parameter, form) in [
        ("variant=min-sig", "Application/JSON"),
        ("scheme=basic", "application/json"),
        ("tag=T", "application/json"),
        ("message_length=32", "application/json"),
        ("keys=handles", "APPLICATION/X-NDJSON; charset=utf-8"),
    ] {
        let answer = server.post(&format!("{batch}?{parameter}"), form, b"{\"items\":[]}");
        let name = parameter.split('=').next().unwrap();
        assert_eq!((answer.status, &answer.json()["field"]), (400, &json!(name)), "{parameter}");
    }
    assert_eq!(server.post(batch, "Application/Octet-Stream", b"").status, 200);
    let answer =
        server.post("/v1/vrf/batch", "application/json", br#"{"suite":"p256-tai","items":[]}"#);
    assert_eq!(answer.json()["field"], "suite");
    let draw = json!({"tag": "T", "output": "0x00", "stakes": [{"id": "a", "stake": "-1"}]});
    let answer = server.post_json("/v1/select", &draw);
    assert_eq!((answer.status, &answer.json()["field"]), (400, &json!("stakes[0].stake")));
    assert_eq!(server.ops("/readyz").status, 200);
}

/// What came before a mistake in a stream has its verdict.
#[test]
fn a_stream_that_goes_wrong_ends_with_the_problem() {
    let server = server(&[("PAIRLANE_SERVE_LIMITS__RECORD_BYTES_MAX", "1000")]);
    let item = json!({"public_key": "0x", "message": "0x", "signature": "0x"});
    let path = "/v1/verify/batch";
    let body = format!("{item}\n\n{item}\n{{\"public_key\":1}}\n{item}\n");
    let answer = server.post(path, "application/x-ndjson", body.as_bytes());
    let text = answer.text();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((answer.status, lines.len()), (200, 3), "{text}");
    assert_eq!((&lines[0]["valid"], &lines[1]["valid"]), (&json!(false), &json!(false)));
    assert_eq!(
        (&lines[2]["code"], &lines[2]["item"], &lines[2]["field"]),
        (&json!("malformed"), &json!(2), &json!("public_key"))
    );
    let long = format!("{item}\n{}", "x".repeat(2000));
    let text = server.post(path, "application/x-ndjson", long.as_bytes()).text();
    assert!(text.lines().last().unwrap().contains("too_large"), "{text}");

    // A binary answer of which a part is missing is no whole answer.
    let mut stream = server.connect();
    let head = "POST /v1/verify/batch HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/octet-stream\r\ncontent-length: 177\r\n\r\n";
    let answer = exchange(&mut stream, &[head.as_bytes(), &[0; 177]].concat());
    assert!(answer.starts_with("HTTP/1.1 200 ") && !answer.ends_with("0\r\n\r\n"), "{answer:?}");
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(body.starts_with("1\r\n"), "the verdict on the record before it: {answer:?}");
    assert_eq!(server.ops("/readyz").status, 200);
}

/// A stream is answered while it goes on.
#[test]
fn a_live_stream_is_answered_as_it_comes() {
    let server = server(&[]);
    let mut stream = server.connect();
    let head = "POST /v1/verify/batch HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let mut seen = String::new();
    for round in 1..=3 {
        let line = "{\"public_key\":\"\",\"message\":\"\",\"signature\":\"\"}\n";
        write!(stream, "{:x}\r\n{line}\r\n", line.len()).unwrap();
        let mut buffer = [0; 4096];
        while seen.matches("\"valid\":false").count() < round {
            let read = stream.read(&mut buffer).unwrap();
            assert!(read > 0, "{seen}");
            seen.push_str(&String::from_utf8_lossy(&buffer[..read]));
        }
    }
}

#[test]
fn the_slow_are_let_go_and_others_are_served() {
    let server = server(&[
        ("PAIRLANE_SERVE_LIMITS__HEAD_WAIT_MS_MAX", "300"),
        ("PAIRLANE_SERVE_LIMITS__BODY_WAIT_MS_MAX", "300"),
    ]);
    let mut slow: Vec<_> = (0..50).map(|_| server.connect()).collect();
    for stream in &mut slow {
        stream.write_all(b"POST /v1/verify HTTP/1.1\r\nhost: localhost\r\n").unwrap();
    }
    let mut half = server.connect();
    half.write_all(b"POST /v1/verify HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{").unwrap();
    let mut trickle = server.connect();
    trickle.write_all(b"POST /v1/verify/batch HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-ndjson\r\ncontent-length: 100\r\n\r\n{").unwrap();
    assert_eq!(server.get("/v1/limits").status, 200);
    for stream in &mut slow {
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
    }
    let answer = exchange(&mut half, b"");
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("too_slow"), "{answer}");
    let answer = exchange(&mut trickle, b"");
    assert!(answer.contains("too_slow"), "{answer}");
    assert_eq!(server.ops("/livez").status, 200);
}

#[test]
fn a_full_queue_says_when_to_come_back() {
    let server = server(&[
        ("PAIRLANE_SERVE_LIMITS__ITEMS_IN_FLIGHT_MAX", "4000"),
        ("PAIRLANE_SERVE_LIMITS__BATCH_ITEMS_MAX", "4000"),
        ("PAIRLANE_SERVE_LIMITS__QUEUE_WAIT_MS_MAX", "1"),
    ]);
    let signed = {
        let secret = pairlane::SecretKey::from_seed(&[1; 32], &[]).unwrap();
        let suite = pairlane::Suite::<pairlane::MinPk>::proof_of_possession();
        let key = format!("0x{}", hex::encode(secret.public_key::<pairlane::MinPk>().to_bytes()));
        move |n: u32| {
            let message = n.to_be_bytes();
            let signature = format!("0x{}", hex::encode(secret.sign(&suite, &message).to_bytes()));
            json!({"public_key": key, "message": format!("0x{}", hex::encode(message)), "signature": signature})
        }
    };
    let items: Vec<Value> = (0..1500).map(signed).collect();
    let body = json!({"items": items.iter().cycle().take(4000).collect::<Vec<_>>()}).to_string();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let answer =
                        server.post("/v1/verify/batch", "application/json", body.as_bytes());
                    if answer.status == 503 {
                        assert_eq!(answer.json()["code"], "busy");
                    }
                    answer.status
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(statuses.contains(&200) && statuses.contains(&503), "{statuses:?}");
    assert!(server.metric("pairlane_busy_total") >= 1);
}

#[test]
fn told_to_stop_it_finishes_and_told_again_it_goes() {
    let mut server = server(&[]);
    assert!(server.greeting.contains("Signing is off"), "{}", server.greeting);
    server.signal("-TERM");
    assert_eq!(server.wait().code(), Some(0));

    let mut server = self::server(&[("PAIRLANE_SERVE_LIMITS__DRAIN_MS_MAX", "60000")]);
    // Somebody who does not finish keeps it from ending by itself.
    let mut half = server.connect();
    half.write_all(b"POST /v1/verify HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{").unwrap();
    std::thread::sleep(Duration::from_millis(200));
    server.signal("-TERM");
    std::thread::sleep(Duration::from_millis(300));
    server.signal("-TERM");
    assert_eq!(server.wait().code(), Some(130));
}

#[test]
fn configuration_is_strict_and_flags_have_the_last_word() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pairlane.toml");
    let run = |text: &str| {
        std::fs::write(&file, text).unwrap();
        let output = std::process::Command::new(cli_support::binary())
            .args(["serve", "--config", file.to_str().unwrap(), "--listen", "127.0.0.1:0"])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).unwrap()
    };
    let said = run("[limits]\nbatch_items = 3\n");
    assert!(said.contains("batch_items") && said.contains("pairlane.toml"), "{said}");
    let said = run("[limits]\nbatch_items_max = 0\n");
    assert!(said.contains("limits.batch_items_max is 0"), "{said}");

    std::fs::write(&file, "[limits]\nbatch_items_max = 7\nbody_bytes_max = 1000\n").unwrap();
    let arguments = ["--config", file.to_str().unwrap()];
    let environment = [("PAIRLANE_SERVE_LIMITS__BODY_BYTES_MAX", "2000")];
    let server = Server::start(cli_support::binary(), &arguments, &environment);
    let limits = server.get("/v1/limits").json();
    assert_eq!((&limits["batch_items_max"], &limits["body_bytes_max"]), (&json!(7), &json!(2000)));
}

/// The description that is committed is the one that is served.
#[test]
fn the_description_is_in_step() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/openapi.json");
    let served = server(&[]).get("/v1/openapi.json").json();
    let text = format!("{served:#}\n");
    if std::env::var_os("PAIRLANE_WRITE_OPENAPI").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == text, "server/openapi.json has drifted: run `make openapi`");
    for path in ["/v1/verify", "/v1/verify/batch", "/v1/aggregate", "/v1/vrf/batch", "/v1/select"] {
        assert!(served["paths"][path].is_object(), "{path}");
    }
}
