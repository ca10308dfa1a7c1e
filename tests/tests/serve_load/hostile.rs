//! What strangers may send, and how many of them may hang about.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::serve_support::{Server, exchange};
use crate::{cli_support, seconds};

fn head(fields: &str, length: usize) -> String {
    format!(
        "POST /v1/verify HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
         content-type: application/json\r\n{fields}content-length: {length}\r\n\r\n"
    )
}

/// Reads until the answer is there; the other side may keep the connection.
fn status(stream: &mut TcpStream, request: &[u8]) -> String {
    let answer = exchange(stream, request);
    answer.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn oversized_truncated_and_compressed_bodies_are_refused() {
    let server = Server::start(
        cli_support::binary(),
        &["--threads", "1"],
        &[("PAIRLANE_SERVE_LIMITS__BODY_BYTES_MAX", "65536")],
    );
    // It says that it is too large, and is refused before it has come.
    let mut stream = server.connect();
    let answer = status(&mut stream, head("", 1 << 40).as_bytes());
    assert!(answer.contains(" 413 "), "{answer}");

    // It does not say so, and is cut off.
    let body = vec![b' '; 70_000];
    let answer = server.post("/v1/verify", "application/json", &body);
    assert_eq!(answer.status, 413, "{}", answer.text());

    // It ends early: no answer can be right but a refusal or none.
    let mut stream = server.connect();
    stream.write_all(head("", 100).as_bytes()).unwrap();
    stream.write_all(b"{").unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let answer = status(&mut stream, b"");
    assert!(answer.is_empty() || answer.contains(" 400 "), "{answer}");

    // Sixteen bytes that would become a million are read as what they are: no JSON.
    let before = server.memory_kib();
    let bomb = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xed, 0xc1, 1, 1, 0, 0];
    let mut stream = server.connect();
    let request = [head("content-encoding: gzip\r\n", bomb.len()).as_bytes(), &bomb[..]].concat();
    let answer = status(&mut stream, &request);
    assert!(answer.contains(" 400 ") || answer.contains(" 415 "), "{answer}");
    assert!(server.memory_kib() < before + 16 * 1024);
    assert_eq!(server.ops("/readyz").status, 200);
}

/// What a body costs goes by its bytes, not by the pieces that it comes in.
#[test]
fn a_body_of_crumbs_costs_no_more_than_another() {
    const CRUMBS: usize = 2 << 20;
    let server = Server::start(cli_support::binary(), &["--threads", "1"], &[]);
    let before = server.memory_kib();
    let mut stream = server.connect();
    let head = "POST /v1/verify HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
                content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&b"1\r\n \r\n".repeat(CRUMBS)).unwrap();
    // The end comes later, so all of it is still there.
    std::thread::sleep(Duration::from_millis(500));
    let grown = server.memory_kib().saturating_sub(before);
    assert!(grown < 24 * 1024, "{grown} KiB for {CRUMBS} bytes");
    let answer = status(&mut stream, b"0\r\n\r\n");
    assert!(answer.contains(" 400 "), "{answer}");
}

/// Of a list that is too long no more is kept than may be: an item of three bytes takes 24.
#[test]
fn a_list_that_is_too_long_costs_no_more_than_its_bytes() {
    const ITEMS: usize = 5_000_000;
    let server = Server::start(cli_support::binary(), &["--threads", "1"], &[]);
    let before = server.memory_kib();
    let items = "\"\",".repeat(ITEMS);
    let body = format!("{{\"variant\":\"min-pk\",\"signatures\":[{items}\"\"]}}");
    let answer = server.post("/v1/aggregate", "application/json", body.as_bytes());
    assert_eq!((answer.status, &answer.json()["field"]), (413, &"signatures".into()));
    let grown = server.memory_peak_kib().saturating_sub(before);
    assert!(grown < 80 * 1024, "{grown} KiB for {} bytes", body.len());
}

#[test]
fn the_idle_and_the_slow_do_not_keep_others_out() {
    let count: usize = if seconds() >= 60 { 10_000 } else { 2_000 };
    // The service inherits what is allowed, and has files beside its connections.
    if !allow_files(count + 1000) {
        let text = format!("skipped: fewer than {count} files may be open here\n");
        let _ = std::io::stderr().write_all(text.as_bytes());
        return;
    }
    let connections_max = (count + 100).to_string();
    let server = Server::start(
        cli_support::binary(),
        &["--threads", "1"],
        &[
            ("PAIRLANE_SERVE_LIMITS__HEAD_WAIT_MS_MAX", "4000"),
            ("PAIRLANE_SERVE_LIMITS__CONNECTIONS_MAX", &connections_max),
        ],
    );
    let mut idle: Vec<TcpStream> = (0..count).map(|_| server.connect()).collect();
    // Every tenth sends a byte of its head now and then.
    let head = b"POST /v1/verify HTTP/1.1\r\n";
    for byte in head.iter().take(5) {
        for stream in idle.iter_mut().step_by(10) {
            // On a busy machine some have been let go already.
            let _ = stream.write_all(std::slice::from_ref(byte));
        }
        let start = Instant::now();
        assert_eq!(server.ops("/readyz").status, 200);
        assert_eq!(server.get("/v1/limits").status, 200);
        assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
        std::thread::sleep(Duration::from_millis(100));
    }
    // Who started a head and did not finish is let go, and who never said a word.
    for stream in &mut idle[..2] {
        assert!(is_closed(stream));
    }
    drop(idle);
    assert_eq!(server.ops("/readyz").status, 200);
}

/// Who has sent half of what opens HTTP/2 is let go, and who has opened it and answers no ping.
#[test]
fn the_silent_of_http_2_are_let_go() {
    let environment = [("PAIRLANE_SERVE_LIMITS__HEAD_WAIT_MS_MAX", "300")];
    let server = Server::start(cli_support::binary(), &["--threads", "1"], &environment);
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    let settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    // GET http://x/ in the static table of HPACK, ended with its head.
    let request = [0, 0, 6, 1, 5, 0, 0, 0, 1, 0x82, 0x86, 0x84, 0x41, 1, b'x'];
    let opened = [&preface[..], &settings].concat();
    for said in [&preface[..10], &opened, &[&opened[..], &request].concat()] {
        let mut stream = server.connect();
        stream.write_all(said).unwrap();
        assert!(is_closed(&mut stream), "{} bytes", said.len());
    }
}

/// Whether the other side closes before the test's patience ends.
fn is_closed(stream: &mut TcpStream) -> bool {
    let waiting = [std::io::ErrorKind::WouldBlock, std::io::ErrorKind::TimedOut];
    stream
        .read_to_end(&mut Vec::new())
        .map_or_else(|error| !waiting.contains(&error.kind()), |_| true)
}

/// Whether so many files may be open here; raised for this process and its children if need be.
fn allow_files(count: usize) -> bool {
    if files_max() < count {
        let raised = format!("--nofile={count}");
        let pid = std::process::id().to_string();
        let _ = Command::new("prlimit").args(["--pid", &pid, &raised]).output();
    }
    files_max() >= count
}

fn files_max() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap();
    let line = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    line.split_whitespace().nth(3).unwrap().parse().unwrap_or(usize::MAX)
}
