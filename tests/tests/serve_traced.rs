//! Traces, as a collector receives them; and a collector that is down, which nobody notices.

mod cli_support;
mod serve_support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use serde_json::json;
use serve_support::Server;

/// Takes traces over HTTP, as any collector does.
struct Collector {
    endpoint: String,
    spans: Arc<Mutex<Vec<Span>>>,
}

impl Collector {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let spans = Arc::new(Mutex::new(Vec::new()));
        let taken = spans.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let taken = taken.clone();
                std::thread::spawn(move || serve(stream.unwrap(), &taken));
            }
        });
        Self { endpoint, spans }
    }

    /// What has come, of this trace.
    fn trace(&self, id: &str) -> Vec<Span> {
        let spans = self.spans.lock().unwrap();
        spans.iter().filter(|span| hex::encode(&span.trace_id) == id).cloned().collect()
    }
}

fn serve(stream: TcpStream, taken: &Mutex<Vec<Span>>) {
    let mut reader = BufReader::new(stream);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head).unwrap() == 0 {
                return;
            }
        }
        let head = head.to_ascii_lowercase();
        assert!(head.starts_with("post /v1/traces http/1.1\r\n"), "{head}");
        assert!(head.contains("content-type: application/x-protobuf\r\n"), "{head}");
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        let mut body = vec![0; length.parse().unwrap()];
        reader.read_exact(&mut body).unwrap();
        let request = ExportTraceServiceRequest::decode(body.as_slice()).unwrap();
        for spans in request.resource_spans {
            let name = &spans.resource.as_ref().unwrap().attributes;
            assert!(name.iter().any(|pair| format!("{pair:?}").contains("\"pairlane\"")));
            let spans = spans.scope_spans.into_iter().flat_map(|scope| scope.spans);
            taken.lock().unwrap().extend(spans);
        }
        let answer =
            b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
        reader.get_mut().write_all(answer).unwrap();
    }
}

fn start(endpoint: &str, more: &[(&str, &str)]) -> Server {
    let environment = [&[("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)], more].concat();
    Server::start(cli_support::binary(), &["--threads", "1"], &environment)
}

/// Asks within a trace of the caller's.
fn ask(server: &Server, trace: &str, path: &str, content_type: &str, body: &str) -> String {
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: {content_type}\r\n\
         traceparent: 00-{trace}-00f067aa0ba902b7-01\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    serve_support::exchange(&mut server.connect(), &[head.as_bytes(), body.as_bytes()].concat())
}

fn named<'a>(spans: &'a [Span], name: &str) -> &'a Span {
    let names: Vec<&str> = spans.iter().map(|span| span.name.as_str()).collect();
    spans.iter().find(|span| span.name == name).unwrap_or_else(|| panic!("no {name} in {names:?}"))
}

fn item() -> String {
    cli_support::valid().line()
}

#[test]
fn a_trace_goes_from_the_caller_to_the_batch() {
    let collector = Collector::start();
    let mut server = start(&collector.endpoint, &[]);
    let [single, batch, stream] = ["1", "2", "3"].map(|digit| digit.repeat(32));
    let answer = ask(&server, &single, "/v1/verify", "application/json", &item());
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("\"valid\":true"), "{answer}");
    let body = json!({"items": []}).to_string();
    ask(&server, &batch, "/v1/verify/batch", "application/json", &body);
    let lines = item().repeat(3);
    ask(&server, &stream, "/v1/verify/batch", "application/x-ndjson", &lines);
    // What has not been sent yet is sent at the end.
    server.signal("-TERM");
    assert_eq!(server.wait().code(), Some(0));

    let spans = collector.trace(&single);
    let request = named(&spans, "POST /v1/verify");
    assert_eq!(hex::encode(&request.parent_span_id), "00f067aa0ba902b7");
    let attribute = |name: &str| {
        let found = request.attributes.iter().find(|pair| pair.key == name);
        format!("{:?}", found.unwrap_or_else(|| panic!("no {name}")).value)
    };
    assert!(attribute("http.route").contains("\"/v1/verify\""));
    assert!(attribute("http.response.status_code").contains("200"));
    let merged = named(&spans, "merged");
    assert_eq!(merged.parent_span_id, request.span_id);
    let engine = named(&spans, "engine batch");
    assert_eq!(engine.parent_span_id, merged.span_id);
    assert!(spans.iter().any(|s| s.name == "queue" && s.parent_span_id == request.span_id));
    assert!(engine.start_time_unix_nano >= request.start_time_unix_nano);
    assert!(engine.end_time_unix_nano <= request.end_time_unix_nano);

    let spans = collector.trace(&batch);
    let request = named(&spans, "POST /v1/verify/batch");
    assert_eq!(named(&spans, "engine batch").parent_span_id, request.span_id);
    assert_eq!(named(&spans, "queue").parent_span_id, request.span_id);
    let spans = collector.trace(&stream);
    let request = named(&spans, "POST /v1/verify/batch");
    let engine = named(&spans, "engine batch");
    assert_eq!(engine.parent_span_id, request.span_id);
    assert!(engine.end_time_unix_nano <= request.end_time_unix_nano, "as long as the stream");
}

/// Requests of several traces that became one batch: the others are linked to it.
#[test]
fn a_merged_batch_is_linked_to_all_of_its_requests() {
    let collector = Collector::start();
    let mut server = start(&collector.endpoint, &[("PAIRLANE_SERVE_MERGE__WINDOW_US", "500000")]);
    let traces: Vec<String> = "123456".chars().map(|c| String::from(c).repeat(32)).collect();
    std::thread::scope(|scope| {
        for trace in &traces {
            scope.spawn(|| ask(&server, trace, "/v1/verify", "application/json", &item()));
        }
    });
    server.signal("-TERM");
    assert_eq!(server.wait().code(), Some(0));
    let merged: Vec<Span> = traces.iter().flat_map(|trace| collector.trace(trace)).collect();
    let merged: Vec<&Span> = merged.iter().filter(|span| span.name == "merged").collect();
    let links: usize = merged.iter().map(|span| span.links.len()).sum();
    assert_eq!(links + merged.len(), traces.len());
    assert!(merged.len() < traces.len(), "nothing was merged");
}

/// Neither a closed port nor a collector that never answers is felt.
#[test]
fn a_collector_that_is_down_costs_nothing_but_traces() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    // Connections wait in its backlog for ever.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    for address in [closed, silent.local_addr().unwrap()] {
        let flush = ("PAIRLANE_SERVE_TELEMETRY__FLUSH_MS_MAX", "500");
        let mut server = start(&format!("http://{address}"), &[flush]);
        let begun = Instant::now();
        for _ in 0..3000 {
            assert_eq!(server.get("/v1/limits").status, 200);
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
        server.signal("-TERM");
        let told = Instant::now();
        assert_eq!(server.wait().code(), Some(0));
        assert!(told.elapsed() < Duration::from_secs(3), "{:?}", told.elapsed());
    }
}

#[test]
fn an_endpoint_that_is_none_is_refused() {
    let check = |endpoint: &str| {
        let mut process = std::process::Command::new(cli_support::binary());
        let process =
            process.args(["config", "check"]).env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint);
        cli_support::Run::from(process.output().unwrap())
    };
    check("http://localhost:4318").expect(0, "");
    check("").expect(0, "");
    let refused = check("https://collector.example");
    refused
        .expect(2, "OTEL_EXPORTER_OTLP_ENDPOINT is `https://collector.example`: traces are sent");
    assert_eq!(check("http://user:secret@collector.example").code, Some(2));
}
