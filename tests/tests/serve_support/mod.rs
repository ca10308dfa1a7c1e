//! A real server on ports of its own, and clients for it.
#![allow(dead_code, unreachable_pub, reason = "each suite uses a part")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// A running `pairlane serve`. Killed when dropped.
pub struct Server {
    child: Child,
    pub api: SocketAddr,
    pub ops: SocketAddr,
    /// What it said at its start.
    pub greeting: String,
}

/// An answer, whatever its status.
pub struct Answer {
    pub status: u16,
    pub content_type: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

impl Server {
    /// Starts one and waits until it is ready.
    pub fn start(
        binary: &std::path::Path,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Self {
        let mut child = Command::new(binary)
            .args(["serve", "--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0"])
            .args(arguments)
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut greeting = String::new();
        while !greeting.contains("/metrics\n\n") {
            let read = stdout.read_line(&mut greeting).unwrap();
            assert!(read > 0, "the server ended: {greeting}");
        }
        while greeting.lines().filter(|line| line.starts_with("  curl ")).count() < 3 {
            assert!(stdout.read_line(&mut greeting).unwrap() > 0, "{greeting}");
        }
        let address = |after: &str| {
            let rest = greeting.split_once(after).unwrap().1.split_once("://").unwrap().1;
            let end = rest.find(['/', ' ']).unwrap();
            rest[..end].parse().unwrap()
        };
        let (api, ops) = (address("serves on "), address("Health and metrics: "));
        Self { child, api, ops, greeting }
    }

    pub fn get(&self, path: &str) -> Answer {
        request(
            ureq::get(format!("http://{}{path}", self.api))
                .config()
                .http_status_as_error(false)
                .build()
                .call(),
        )
    }

    pub fn ops(&self, path: &str) -> Answer {
        request(
            ureq::get(format!("http://{}{path}", self.ops))
                .config()
                .http_status_as_error(false)
                .build()
                .call(),
        )
    }

    pub fn post(&self, path: &str, content_type: &str, body: &[u8]) -> Answer {
        let built = ureq::post(format!("http://{}{path}", self.api)).content_type(content_type);
        request(built.config().http_status_as_error(false).build().send(body))
    }

    /// Asks as the client that has these credentials; posts where there is a body.
    pub fn call_as(&self, authorization: &str, path: &str, body: Option<&Value>) -> Answer {
        let url = format!("http://{}{path}", self.api);
        let Some(body) = body else {
            let built = ureq::get(url).header("authorization", authorization);
            return request(built.config().http_status_as_error(false).build().call());
        };
        let built = ureq::post(url).header("authorization", authorization);
        let built = built.content_type("application/json");
        let built = built.config().http_status_as_error(false).build();
        request(built.send(body.to_string().as_bytes()))
    }

    pub fn post_json(&self, path: &str, body: &Value) -> Answer {
        self.post(path, "application/json", body.to_string().as_bytes())
    }

    /// A counter, all labels summed.
    pub fn metric(&self, name: &str) -> u64 {
        let text = self.ops("/metrics").text();
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines
            .filter_map(|line| {
                let (key, value) = line.rsplit_once(' ')?;
                let plain = key.split('{').next()?;
                (plain == name).then(|| value.parse::<u64>().unwrap())
            })
            .sum()
    }

    /// Memory of the process, in KiB.
    pub fn memory_kib(&self) -> u64 {
        self.memory("VmRSS:")
    }

    /// The most that it ever was.
    pub fn memory_peak_kib(&self) -> u64 {
        self.memory("VmHWM:")
    }

    fn memory(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// A connection of its own, for what no client would send.
    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.api).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }

    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &pid]).status().unwrap().success());
    }

    /// Waits for the end, a while.
    pub fn wait(&mut self) -> ExitStatus {
        let until = Instant::now() + Duration::from_mins(1);
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < until, "the server does not end");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn request(answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Answer {
    let mut answer = answer.unwrap();
    let content_type = answer.headers().get("content-type").map_or("", |v| v.to_str().unwrap());
    let content_type = content_type.to_owned();
    let status = answer.status().as_u16();
    let body = answer.body_mut().with_config().limit(1 << 30).read_to_vec().unwrap();
    Answer { status, content_type, body }
}

/// Sends bytes as they are; what comes back until the other side closes.
pub fn exchange(stream: &mut TcpStream, bytes: &[u8]) -> String {
    stream.write_all(bytes).unwrap();
    let mut answer = Vec::new();
    // A reset is an end, too.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}
