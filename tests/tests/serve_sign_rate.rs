//! What guarded signing over HTTP costs: `make bench-http-sign`. Measured on the real binary with a
//! SoftHSM token, beside what one `fdatasync` takes in the same folder.

mod cli_support;
#[path = "cli_custody/host.rs"]
#[allow(dead_code, unreachable_pub, reason = "each suite uses a part")]
mod host;
mod serve_support;
#[path = "serve_support/signing.rs"]
mod signing;

use std::fs::File;
use std::io::Write;
use std::thread;
use std::time::{Duration, Instant};

use host::Host;
use serde_json::json;
use serve_support::Server;

const KEYS: usize = 64;
const TIME: Duration = Duration::from_secs(5);
const SYNCS: usize = 500;

#[test]
#[ignore = "a measurement, for an idle machine"]
fn guarded_signing_over_http() {
    let Some(host) = Host::with_vault("guarded_signing_over_http") else { return };
    for index in 0..KEYS {
        host.good(&["keys", "create", "--name", &index.to_string()]);
    }
    let keys: Vec<String> = host
        .keys("vault")
        .iter()
        .map(|key| key["public_key"].as_str().unwrap().to_owned())
        .collect();
    let cpu = pairlane::Cpu::detect();
    let cores = thread::available_parallelism().unwrap();
    say(&format!("{}, {cores} cores, backend {}, SoftHSM", cpu.model, cpu.backend));
    let before = syncs(&host);
    let server = signing::start(&host);
    let mut height = 1;
    for clients in [1, KEYS] {
        let start = Instant::now();
        let syncs = server.metric("pairlane_guard_syncs_total");
        let times = sign(&server, &keys[..clients], &mut height);
        let rate = times.len() as f64 / start.elapsed().as_secs_f64();
        // The count is taken over every second.
        thread::sleep(Duration::from_millis(1500));
        let syncs = (server.metric("pairlane_guard_syncs_total") - syncs) as f64;
        let per = times.len() as f64 / syncs.max(1.0);
        row(&format!("{clients} clients, a key each"), times);
        say(&format!("  {rate:>10.0} signatures/s, {per:.1} for each fdatasync"));
    }
    row("fdatasync of 64 bytes, before", before);
    row("fdatasync of 64 bytes, after", syncs(&host));
}

/// Every client signs on, one signature after the other; how long each took.
fn sign(server: &Server, keys: &[String], height: &mut u64) -> Vec<Duration> {
    let first = *height;
    let end = Instant::now() + TIME;
    let times = thread::scope(|scope| {
        let clients: Vec<_> =
            keys.iter().map(|key| scope.spawn(move || client(server, key, first, end))).collect();
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect::<Vec<_>>()
    });
    *height += times.len() as u64;
    times
}

fn client(server: &Server, key: &str, first: u64, end: Instant) -> Vec<Duration> {
    let agent = ureq::Agent::new_with_defaults();
    let url = format!("http://{}/v1/sign", server.api);
    let mut times = Vec::new();
    for height in first.. {
        let start = Instant::now();
        if start > end {
            break;
        }
        let body = json!({"key": key, "duty": {"height": height}, "message": "0xcafe"});
        let sent = agent.post(&url).content_type("application/json").send(body.to_string());
        let text = sent.unwrap().body_mut().read_to_string().unwrap();
        assert!(text.contains("signature"), "{text}");
        times.push(start.elapsed());
    }
    times
}

fn syncs(host: &Host) -> Vec<Duration> {
    let mut file = File::create(host.path("vault").join("disk")).unwrap();
    let times = (0..SYNCS).map(|_| {
        let start = Instant::now();
        file.write_all(&[7; 64]).unwrap();
        file.sync_data().unwrap();
        start.elapsed()
    });
    let times = times.collect();
    std::fs::remove_file(host.path("vault").join("disk")).unwrap();
    times
}

fn row(name: &str, mut times: Vec<Duration>) {
    times.sort();
    let ms = |percent: usize| times[(times.len() - 1) * percent / 100].as_secs_f64() * 1e3;
    say(&format!("{name:<32} p50 {:>8.3} ms   p99 {:>8.3} ms", ms(50), ms(99)));
}

/// Past the capture of passing tests.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
