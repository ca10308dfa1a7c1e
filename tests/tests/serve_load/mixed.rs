//! Everything at once for a while: single requests, batches, and one in a hundred malformed.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use pairlane::{MinPk, SecretKey, Suite};
use serde_json::{Value, json};

use crate::serve_support::Server;
use crate::{cli_support, seconds};

/// Signed objects; every fourth is on another message than it says.
fn objects(count: u8) -> Vec<(Value, bool)> {
    let suite = Suite::<MinPk>::proof_of_possession();
    (0..count)
        .map(|i| {
            let secret = SecretKey::from_seed(&[i; 32], &[]).unwrap();
            let valid = i % 4 != 3;
            let message = if valid { b"right" } else { b"wrong" };
            let object = json!({
                "public_key": format!("0x{}", hex::encode(secret.public_key::<MinPk>().to_bytes())),
                "message": format!("0x{}", hex::encode(b"right")),
                "signature": format!("0x{}", hex::encode(secret.sign(&suite, message).to_bytes())),
            });
            (object, valid)
        })
        .collect()
}

#[test]
fn mixed_load_gets_right_verdicts_and_memory_stays_flat() {
    let server = Server::start(cli_support::binary(), &["--threads", "2"], &[]);
    let objects = objects(64);
    let batch = json!({"items": objects.iter().map(|(object, _)| object).collect::<Vec<_>>()});
    let single = |n: usize| {
        if n % 100 == 99 {
            let answer = server.post("/v1/verify", "application/json", br#"{"public_key":"0x0"#);
            assert_eq!(answer.status, 400, "{}", answer.text());
            return;
        }
        let (object, valid) = &objects[n % objects.len()];
        let answer = server.post_json("/v1/verify", object);
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.json()["valid"], *valid);
    };
    let many = || {
        let answer = server.post_json("/v1/verify/batch", &batch);
        assert_eq!(answer.status, 200, "{}", answer.text());
        let judged = answer.json();
        for ((_, valid), verdict) in objects.iter().zip(judged["verdicts"].as_array().unwrap()) {
            assert_eq!(verdict["valid"], *valid);
        }
    };
    // Caches fill and threads start before memory is looked at.
    let answered = AtomicU64::new(0);
    let load = |time: Duration| {
        let until = Instant::now() + time;
        std::thread::scope(|scope| {
            for caller in 0..8 {
                let (single, many, answered) = (&single, &many, &answered);
                scope.spawn(move || {
                    let mut n = caller;
                    while Instant::now() < until {
                        if caller < 6 {
                            single(n);
                        } else {
                            many();
                        }
                        n += 7;
                        answered.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
        });
    };
    load(Duration::from_secs(1));
    let before = server.memory_kib();
    load(Duration::from_secs(seconds()));
    let after = server.memory_kib();
    assert!(after < before + 32 * 1024, "{before} KiB became {after} KiB");
    assert!(answered.load(Ordering::Relaxed) > 20, "{answered:?}");
    assert_eq!(server.ops("/readyz").status, 200);
}
