//! Two replicas behind a balancer, as docs/scale-out.md describes: one dies under load, and nobody
//! hears a wrong verdict.

mod cli_support;
mod serve_support;

use std::fs;
use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use pairlane::{MinPk, SecretKey, Suite};
use serde_json::{Value, json};
use serve_support::Server;

struct Balancer(Child);

impl Drop for Balancer {
    fn drop(&mut self) {
        let pid = self.0.id().to_string();
        // SIGTERM, so that its workers end as well.
        let _ = Command::new("kill").arg(&pid).status();
        let _ = self.0.wait();
    }
}

/// The committed configuration, with this test's addresses and folder.
fn balance(folder: &Path, listen: SocketAddr, replicas: &[SocketAddr]) -> Balancer {
    let committed =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/nginx/pairlane-balanced.conf");
    let text = fs::read_to_string(committed).unwrap();
    let wanted = ["listen 9500;", "server replica-1:9400", "server replica-2:9400"];
    assert!(wanted.iter().all(|part| text.contains(part)), "{text}");
    let site = text
        .replace("listen 9500;", &format!("listen {listen};"))
        .replace("replica-1:9400", &replicas[0].to_string())
        .replace("replica-2:9400", &replicas[1].to_string());
    let inside = |name: &str| folder.join(name).display().to_string();
    let mut main = format!(
        "daemon off; pid {}; error_log {};\nevents {{ worker_connections 512; }}\nhttp {{\n\
         access_log off;\n",
        inside("pid"),
        inside("error.log")
    );
    for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
        main += &[kind, "_temp_path ", &inside(kind), ";\n"].concat();
    }
    let path = folder.join("nginx.conf");
    fs::write(&path, format!("{main}{site}\n}}\n")).unwrap();
    let child = Command::new(nginx().unwrap())
        .arg("-c")
        .arg(&path)
        .arg("-p")
        .arg(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let balancer = Balancer(child);
    let until = Instant::now() + Duration::from_secs(10);
    while std::net::TcpStream::connect(listen).is_err() {
        assert!(Instant::now() < until, "{:?}", fs::read_to_string(folder.join("error.log")));
        std::thread::sleep(Duration::from_millis(20));
    }
    balancer
}

/// Debian keeps it where users do not look.
fn nginx() -> Option<&'static str> {
    ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"]
        .into_iter()
        .find(|path| Path::new(path).exists())
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

fn object(seed: u8, valid: bool) -> Value {
    let suite = Suite::<MinPk>::proof_of_possession();
    let secret = SecretKey::from_seed(&[seed; 32], &[]).unwrap();
    let message: &[u8] = if valid { b"right" } else { b"wrong" };
    json!({
        "public_key": format!("0x{}", hex::encode(secret.public_key::<MinPk>().to_bytes())),
        "message": format!("0x{}", hex::encode(b"right")),
        "signature": format!("0x{}", hex::encode(secret.sign(&suite, message).to_bytes())),
    })
}

/// A verdict, or nothing where the answer did not come.
fn ask(address: SocketAddr, body: &str) -> Option<bool> {
    // By the balancer's own name, which its replicas do not know.
    let built = ureq::post(format!("http://{address}/v1/verify"))
        .header("host", "verify.example")
        .content_type("application/json")
        .config()
        .timeout_global(Some(Duration::from_secs(5)))
        .build();
    let mut answer = built.send(body.as_bytes()).ok()?;
    let text = answer.body_mut().read_to_vec().ok()?;
    serde_json::from_slice::<Value>(&text).ok()?["valid"].as_bool()
}

#[test]
fn a_replica_dies_under_load_and_every_verdict_is_right() {
    if nginx().is_none() {
        let _ = std::io::stderr().write_all(b"skipped: no nginx\n");
        return;
    }
    let start = || Server::start(cli_support::binary(), &["--threads", "1"], &[]);
    let (survivor, doomed) = (start(), start());
    let folder = tempfile::tempdir().unwrap();
    let front = free_address();
    let _balancer = balance(folder.path(), front, &[survivor.api, doomed.api]);
    for path in ["sign", "sign/batch", "vrf/prove", "keys", "registry"] {
        let config = ureq::Agent::config_builder().http_status_as_error(false).build();
        let asked = config.new_agent().post(format!("http://{front}/v1/{path}"));
        assert_eq!(asked.send("{}").unwrap().status(), 404, "{path} is no balancer's");
    }
    let bodies: Vec<(String, bool)> =
        (0..8).map(|i| (object(i, i % 2 == 0).to_string(), i % 2 == 0)).collect();
    let (over, right, retried) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for caller in 0..4 {
            let (bodies, over, right, retried) = (&bodies, &over, &right, &retried);
            scope.spawn(move || {
                let mut n: usize = caller;
                while !over.load(Ordering::Relaxed) {
                    let (body, valid) = &bodies[n % bodies.len()];
                    n += 1;
                    let mut verdict = ask(front, body);
                    for _ in 0..5 {
                        if verdict.is_some() {
                            break;
                        }
                        retried.fetch_add(1, Ordering::Relaxed);
                        std::thread::sleep(Duration::from_millis(50));
                        verdict = ask(front, body);
                    }
                    assert_eq!(verdict, Some(*valid));
                    right.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let reach = |more: u64| {
            let goal = right.load(Ordering::Relaxed) + more;
            let until = Instant::now() + Duration::from_secs(30);
            while right.load(Ordering::Relaxed) < goal && Instant::now() < until {
                std::thread::sleep(Duration::from_millis(10));
            }
            right.load(Ordering::Relaxed) >= goal
        };
        let before = reach(100);
        let shared = doomed.metric("pairlane_requests_total");
        doomed.signal("-KILL");
        let after = reach(100);
        over.store(true, Ordering::Relaxed);
        assert!(before && after, "{right:?} right, {retried:?} retried");
        assert!(shared > 10, "the balancer gave the second replica {shared} requests");
    });
    assert!(survivor.metric("pairlane_requests_total") > 50);
}
