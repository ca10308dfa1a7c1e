//! A token that is pulled out while the service signs with it, and put back.

mod cli_support;
#[path = "cli_custody/host.rs"]
#[allow(dead_code, unreachable_pub, reason = "each suite uses a part")]
mod host;
mod serve_support;
#[path = "serve_support/signing.rs"]
mod signing;

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use host::Host;
use serde_json::json;
use serve_support::Server;

/// A host whose token fails as the file `faults` says.
fn host(test: &str) -> Option<Host> {
    let mut host = Host::new(test)?;
    // Beside this program, where cargo puts what it builds for tests.
    let beside = std::env::current_exe().unwrap().parent().unwrap().to_owned();
    let module = beside.join("libpairlane_hsm_fault.so");
    assert!(module.exists(), "{} is missing", module.display());
    host.environment = vec![
        (pairlane_hsm_fault::MODULE, PathBuf::from(host.module)),
        (pairlane_hsm_fault::FAULTS, host.path("faults")),
    ];
    host.module = Box::leak(module.display().to_string().into_boxed_str());
    host.init("vault", &[]).expect(0, "");
    // A key that the token itself signs with: without the token there is no signature.
    host.good(&["keys", "create", "--type", "ed25519", "--name", "k"]);
    Some(host)
}

/// Waits until readiness and metric say so; what the service says of it.
fn until_ready(server: &Server, ready: bool) -> String {
    let until = Instant::now() + Duration::from_mins(1);
    let metric = format!("pairlane_token_healthy {}", u8::from(ready));
    loop {
        let (answer, metrics) = (server.ops("/readyz"), server.ops("/metrics").text());
        if (answer.status == 200) == ready && metrics.lines().any(|line| line == metric) {
            return answer.text();
        }
        assert!(Instant::now() < until, "{}: {}\n{metrics}", answer.status, answer.text());
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_lost_token_makes_the_service_unready_until_it_is_back() {
    let Some(host) = host("a_lost_token_makes_the_service_unready_until_it_is_back") else {
        return;
    };
    let server = signing::start(&host);
    until_ready(&server, true);

    fs::write(host.path("faults"), "removed 1\n").unwrap();
    let why = until_ready(&server, false);
    assert!(why.starts_with("not ready: "), "{why}");
    assert_eq!(server.ops("/livez").status, 200, "a new start would not bring it back");
    // Who only verifies is served all the same.
    let record = cli_support::valid();
    let text = |bytes: &[u8]| format!("0x{}", hex::encode(bytes));
    let item = json!({
        "public_key": text(&record.public_key),
        "message": text(&record.message),
        "signature": text(&record.signature),
    });
    assert_eq!(server.post_json("/v1/verify", &item).json(), json!({"valid": true}));

    fs::write(host.path("faults"), "").unwrap();
    until_ready(&server, true);
    let ask = json!({"key": "k", "duty": {"height": 1}, "message": "0xcafe"});
    assert_eq!(server.post_json("/v1/sign", &ask).status, 200);
}
