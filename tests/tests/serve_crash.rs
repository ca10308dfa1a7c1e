//! Killed at random moments while clients sign, many times: no double signature, no lost key, no
//! duty that was answered and is forgotten. `PAIRLANE_CRASHES` is how often, 100 by default.

mod cli_support;
#[path = "cli_custody/host.rs"]
#[allow(dead_code, unreachable_pub, reason = "each suite uses a part")]
mod host;
mod serve_support;
#[path = "serve_support/signing.rs"]
mod signing;

use std::collections::HashMap;
use std::io::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use host::Host;
use pairlane_tests::random::Random;
use serde_json::{Value, json};
use serve_support::Server;

const KEYS: [&str; 3] = ["bls-a", "bls-b", "bls-c"];
const CLIENTS: u64 = 4;
/// Most of the time between the first request and the end.
const LIFE_MS_MAX: usize = 60;

/// What came back: for each key and height the message that a signature was given for.
#[derive(Default)]
struct Answers(Mutex<HashMap<(usize, u64), String>>);

impl Answers {
    fn add(&self, key: usize, height: u64, message: &str) {
        let mut answers = self.0.lock().unwrap();
        let first = answers.entry((key, height)).or_insert_with(|| message.to_owned());
        assert_eq!(first, message, "{} signed two messages at height {height}", KEYS[key]);
    }

    fn highest(&self, key: usize) -> Option<(u64, String)> {
        let answers = self.0.lock().unwrap();
        let of_key = answers.iter().filter(|((k, _), _)| *k == key);
        of_key.max_by_key(|((_, height), _)| *height).map(|((_, h), m)| (*h, m.clone()))
    }
}

#[test]
fn killed_while_signing_it_never_signs_twice() {
    let Some(host) = Host::with_vault("killed_while_signing_it_never_signs_twice") else { return };
    for key in KEYS {
        host.good(&["keys", "create", "--name", key]);
    }
    let crashes = std::env::var("PAIRLANE_CRASHES").map_or(100, |text| text.parse().unwrap());
    let (answers, height) = (Answers::default(), AtomicU64::new(1));
    let mut random = Random::new(6);
    for round in 0..crashes {
        let server = signing::start(&host);
        for key in 0..KEYS.len() {
            remembered(&server, key, &answers);
        }
        let life = Duration::from_millis(random.below(LIFE_MS_MAX) as u64);
        thread::scope(|scope| {
            for client in 0..CLIENTS {
                let (server, answers, height) = (&server, &answers, &height);
                scope.spawn(move || sign_on(server, client, answers, height));
            }
            thread::sleep(life);
            server.signal("-KILL");
        });
        assert!(round < 10 || !answers.0.lock().unwrap().is_empty(), "nothing is ever signed");
    }
    assert_eq!(host.keys("vault").len(), KEYS.len(), "a key is lost");
    exported(&host, &answers);
    let made = answers.0.lock().unwrap().len();
    let _ = writeln!(std::io::stderr(), "{crashes} crashes, {made} places signed, none twice");
}

/// Signs at rising heights that all clients share, a message of its own at each, until the server
/// is gone.
fn sign_on(server: &Server, client: u64, answers: &Answers, height: &AtomicU64) {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(20)))
        .build()
        .into();
    let url = format!("http://{}/v1/sign", server.api);
    loop {
        // Now and then somebody moves on; meanwhile all fight for one place of each key.
        let at = height.fetch_add(u64::from(client == 0), Ordering::Relaxed);
        for (key, name) in KEYS.iter().enumerate() {
            let message = format!("0x{client:02x}{at:016x}");
            let body = json!({"key": name, "duty": {"height": at}, "message": message});
            let sent = agent.post(&url).content_type("application/json").send(body.to_string());
            let Ok(mut answer) = sent else { return };
            let status = answer.status().as_u16();
            // A head without its body is no answer.
            let Ok(text) = answer.body_mut().read_to_string() else { return };
            assert!(matches!(status, 200 | 409), "{status}: {text}");
            if status == 200 {
                let signed: Value = serde_json::from_str(&text).unwrap();
                assert!(signed["signature"].is_string(), "{text}");
                answers.add(key, at, &message);
            }
        }
    }
}

/// After a crash, the last answer is on record: another message at its place is refused.
fn remembered(server: &Server, key: usize, answers: &Answers) {
    let Some((height, _)) = answers.highest(key) else { return };
    let body = json!({"key": KEYS[key], "duty": {"height": height}, "message": "0xffff"});
    let answer = server.post_json("/v1/sign", &body);
    assert_eq!((answer.status, &answer.json()["code"]), (409, &json!("refused")));
}

/// The guard's history has every answer, or one that is higher.
fn exported(host: &Host, answers: &Answers) {
    let history: Value = serde_json::from_str(&host.good(&["guard", "export"])).unwrap();
    let keys = host.keys("vault");
    for (key, name) in KEYS.iter().enumerate() {
        let listed = keys.iter().find(|listed| listed["name"] == *name).expect("a key is lost");
        let entries = history["data"].as_array().unwrap();
        let entry = entries.iter().find(|entry| entry["pubkey"] == listed["public_key"]);
        let recorded: u64 = entry.unwrap()["height"].as_str().unwrap().parse().unwrap();
        let (answered, _) = answers.highest(key).expect("something was signed");
        assert!(recorded >= answered, "{name}: height {answered} was answered and is forgotten");
    }
}
