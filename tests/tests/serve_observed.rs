//! What operators look at: rules and boards that name what is exported, a page that is guarded.

mod cli_support;
mod serve_support;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use serve_support::Server;

fn server(environment: &[(&str, &str)]) -> Server {
    Server::start(cli_support::binary(), &["--threads", "2"], environment)
}

fn deployed(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy").join(path)
}

/// Names of metrics in an expression: words of ours that are not recorded by our own rules.
fn named(expression: &str) -> impl Iterator<Item = String> + '_ {
    let part_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    let words = expression.split(move |c| !part_of_name(c));
    words.filter(|word| word.starts_with("pairlane_")).map(str::to_owned)
}

/// The families that a server exports, as a query would name them.
fn exported(server: &Server) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for line in server.ops("/metrics").text().lines() {
        let Some(rest) = line.strip_prefix("# TYPE ") else { continue };
        let (name, kind) = rest.split_once(' ').unwrap();
        let suffixes: &[&str] = match kind {
            "counter" => &["_total"],
            "info" => &["_info"],
            "histogram" => &["_bucket", "_sum", "_count"],
            _ => &[""],
        };
        names.extend(suffixes.iter().map(|suffix| format!("{name}{suffix}")));
    }
    names
}

/// Every `expr` of a board, at whatever depth.
fn expressions(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, field) in fields {
                match field {
                    Value::String(text) if key == "expr" || key == "query" => {
                        found.push(text.clone());
                    }
                    other => expressions(other, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| expressions(item, found)),
        _ => {}
    }
}

#[test]
fn rules_and_boards_name_what_is_exported() {
    let server = server(&[]);
    // Routes are counted from their first request on.
    assert_eq!(server.get("/v1/limits").status, 200);
    let exported = exported(&server);
    assert!(exported.len() > 15, "{exported:?}");
    let rules = std::fs::read_to_string(deployed("prometheus/pairlane.rules.yml")).unwrap();
    // An expression is on its line, or on the lines below it that go deeper.
    let rules = rules.lines().filter(|line| !line.trim_start().starts_with(['#', '-']));
    let rules = rules.collect::<Vec<_>>().join("\n");
    let mut board = Vec::new();
    let text = std::fs::read_to_string(deployed("grafana/dashboard.json")).unwrap();
    expressions(&serde_json::from_str(&text).unwrap(), &mut board);
    assert!(board.len() >= 15, "{board:?}");

    let wanted: BTreeSet<String> =
        named(&rules).chain(board.iter().flat_map(|e| named(e))).collect();
    assert!(wanted.len() >= 12, "{wanted:?}");
    let unknown: Vec<_> = wanted.difference(&exported).collect();
    assert!(unknown.is_empty(), "not exported: {unknown:?}; exported: {exported:?}");
}

#[test]
fn rules_do_what_they_say() {
    let run = |arguments: &[&str]| {
        Command::new("promtool").args(arguments).current_dir(deployed("prometheus")).output()
    };
    if run(&["--version"]).is_err() {
        let text = b"skipped: rules_do_what_they_say, no promtool (Debian: prometheus)\n";
        std::io::stderr().write_all(text).unwrap();
        return;
    }
    for arguments in
        [["check", "rules", "pairlane.rules.yml"], ["test", "rules", "pairlane.test.yml"]]
    {
        let output = run(&arguments).unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        let complained = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}{complained}");
    }
}

/// Work shows in the metrics and in the feed of the page.
#[test]
fn what_happens_is_counted_and_fed() {
    let server = server(&[]);
    let before = server.metric("pairlane_verified_items_total");
    let mut events = follow(&server);
    let (name, about) = events.next().unwrap();
    assert_eq!(name, "about");
    assert!(about["batch_bounds"].as_array().unwrap().len() > 10, "{about}");
    assert_eq!(events.next().unwrap().0, "history");

    let item = json!({"public_key": "0x", "message": "0x", "signature": "0x"});
    assert_eq!(server.post_json("/v1/verify/batch", &json!({"items": vec![item; 5]})).status, 200);
    assert_eq!(server.metric("pairlane_verified_items_total") - before, 5);
    let seconds: Vec<Value> = events.by_ref().take(3).map(|(_, data)| data).collect();
    let last = seconds.last().unwrap();
    assert!(last["total"]["invalid"].as_u64() >= Some(5), "{last}");
    assert!(seconds.iter().any(|s| s["invalid_per_second"].as_f64() > Some(0.0)), "{seconds:?}");
    assert!(seconds.iter().any(|s| s["latency_ms"]["p99"].is_number()), "{seconds:?}");
    assert_eq!((&last["token"], &last["ready"]), (&json!("off"), &json!(true)));
}

/// Streams are bounded, and do not keep the service from stopping.
#[test]
fn streams_are_few_and_end() {
    let mut server = server(&[("PAIRLANE_SERVE_DASHBOARD__STREAMS_MAX", "2")]);
    let mut open: Vec<_> = (0..2).map(|_| follow(&server)).collect();
    for stream in &mut open {
        assert_eq!(stream.next().unwrap().0, "about");
    }
    let refused = server.ops("/events");
    assert_eq!(refused.status, 503, "{}", refused.text());
    assert!(refused.text().contains("dashboard.streams_max"));
    let start = Instant::now();
    server.signal("-TERM");
    assert_eq!(server.wait().code(), Some(0));
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    for stream in open {
        assert!(stream.count() < 100);
    }
}

#[test]
fn the_page_is_guarded() {
    let server = server(&[("PAIRLANE_SERVE_DASHBOARD__HOSTS", "ops.example")]);
    let ask = |path: &str, host: &str| {
        let url = format!("http://{}{path}", server.ops);
        let built =
            ureq::get(url).header("host", host).config().http_status_as_error(false).build();
        built.call().unwrap()
    };
    for path in
        ["/", "/dashboard/app.js", "/dashboard/charts.js", "/dashboard/style.css", "/events"]
    {
        let answer = ask(path, "ops.example:9401");
        assert_eq!(answer.status(), 200, "{path}");
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        let policy = header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; "), "{policy}");
        assert!(
            policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("referrer-policy"), "no-referrer");
    }
    for path in ["/", "/events", "/metrics", "/livez"] {
        assert_eq!(ask(path, "rebound.example").status(), 421, "{path}");
        assert_eq!(ask(path, "localhost:9401").status(), 200, "{path}");
    }
    // The API as well, since it is on loopback: signing may be open to whoever reaches it.
    let ask = |host: &str| {
        let built = ureq::get(format!("http://{}/v1/limits", server.api)).header("host", host);
        built.config().http_status_as_error(false).build().call().unwrap().status()
    };
    assert_eq!((ask("rebound.example").as_u16(), ask("ops.example").as_u16()), (421, 200));

    let off = self::server(&[("PAIRLANE_SERVE_DASHBOARD__ENABLED", "false")]);
    assert_eq!((off.ops("/").status, off.ops("/events").status), (404, 404));
    assert_eq!(off.ops("/metrics").status, 200);
}

/// The events of the feed, until it ends.
fn follow(server: &Server) -> impl Iterator<Item = (String, Value)> + use<> {
    let answer = ureq::get(format!("http://{}/events", server.ops)).call().unwrap();
    let mut lines = BufReader::new(answer.into_body().into_reader()).lines();
    std::iter::from_fn(move || {
        let mut name = String::new();
        while let Some(Ok(line)) = lines.next() {
            match line.split_once(": ") {
                Some(("event", text)) => text.clone_into(&mut name),
                Some(("data", text)) => return Some((name, serde_json::from_str(text).unwrap())),
                _ => {}
            }
        }
        None
    })
}
