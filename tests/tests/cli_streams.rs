//! `pairlane verify` on long, slow and broken streams.

mod cli_support;

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};

use cli_support::{Record, binary, run_with_stdin, valid, wrong};
use pairlane::MinPk;

fn spawn(args: &[&str]) -> Child {
    Command::new(binary())
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn stderr_of(child: &mut Child) -> String {
    let mut text = String::new();
    child.stderr.take().unwrap().read_to_string(&mut text).unwrap();
    text
}

/// Batches have 512 records, chunks 8192: one bad record on each side of the borders.
#[test]
fn borders_of_batches_and_chunks_lose_nothing() {
    const RECORDS: usize = 8192 + 513;
    let bad = [1, 511, 512, 513, 514, 1024, 8191, 8192, 8193, 8194, RECORDS];
    let (good, wrong) = (valid().bytes(), wrong().bytes());
    let bytes: Vec<u8> = (1..=RECORDS)
        .flat_map(|number| if bad.contains(&number) { wrong.clone() } else { good.clone() })
        .collect();
    let run = run_with_stdin(["verify", "--output", "ndjson", "-"], &bytes);
    run.expect(1, &format!("{RECORDS} records: {} valid, {} invalid", RECORDS - 11, bad.len()));
    let verdicts = run.verdicts();
    let numbers: Vec<_> = verdicts.iter().map(|v| v["line"].as_u64().unwrap()).collect();
    assert!(numbers.iter().copied().eq(1..=RECORDS as u64), "in order, none twice, none missing");
    let invalid: Vec<_> =
        (1..=RECORDS).filter(|&number| verdicts[number - 1]["valid"] == false).collect();
    assert_eq!(invalid, bad);
}

/// Whoever feeds records slowly gets each verdict while the stream is still open.
#[test]
fn a_slow_stream_gets_its_verdicts_at_once() {
    let mut child = spawn(&["verify", "--output", "ndjson", "-"]);
    let mut stdin = child.stdin.take().unwrap();
    let mut verdicts = BufReader::new(child.stdout.take().unwrap()).lines();
    for number in 1..=3 {
        stdin.write_all(valid().line().as_bytes()).unwrap();
        let verdict = verdicts.next().unwrap().unwrap();
        assert_eq!(verdict, format!("{{\"line\":{number},\"valid\":true}}"));
    }
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_closed_pipe_is_no_panic_and_no_success() {
    let mut child = spawn(&["verify", "--output", "ndjson", "-"]);
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(valid().line().as_bytes()).unwrap();
    // The stream stays open: the program must end although more could come.
    assert_eq!(child.wait().unwrap().code(), Some(141));
    drop(stdin);
    assert_eq!(stderr_of(&mut child), "");
}

#[test]
fn a_full_disk_is_an_error() {
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else {
        writeln!(std::io::stderr(), "skipped: no /dev/full").unwrap();
        return;
    };
    let mut child = Command::new(binary())
        .args(["verify", "-"])
        .stdin(Stdio::piped())
        .stdout(full)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(valid().line().as_bytes()).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(2));
    assert!(stderr_of(&mut child).contains("cannot write verdicts: No space left"));
}

/// Four times the input, 168 MB of it, in the same memory.
#[test]
fn memory_does_not_grow_with_the_stream() {
    const GROWTH_KIB_MAX: u64 = 16 << 10;
    let Some(small) = peak_kib(10) else {
        writeln!(std::io::stderr(), "skipped: no VmHWM in /proc").unwrap();
        return;
    };
    let large = peak_kib(40).unwrap();
    assert!(large < small + GROWTH_KIB_MAX, "{small} KiB for 10 000 records, {large} for 40 000");
    assert!(large < 120 << 10, "{large} KiB");
}

/// The most memory that the program held while it verified so many thousands of records.
fn peak_kib(thousands: usize) -> Option<u64> {
    // Long messages, so that records kept by mistake show.
    let mut child =
        spawn(&["verify", "--output", "ndjson", "--threads", "2", "--message-length", "4096", "-"]);
    let mut stdin = child.stdin.take().unwrap();
    let feeder = std::thread::spawn(move || {
        let thousand = Record::valid::<MinPk>(1, &[7; 4096]).bytes().repeat(1000);
        (0..thousands).for_each(|_| stdin.write_all(&thousand).unwrap());
        stdin
    });
    // The stream is kept open until all verdicts are there: of a process that ended /proc says
    // nothing.
    let verdicts = BufReader::new(child.stdout.take().unwrap()).lines().take(1000 * thousands);
    assert!(verdicts.into_iter().all(|verdict| verdict.unwrap().ends_with("true}")));
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok();
    drop(feeder.join().unwrap());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let status = status?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(peak.trim().strip_suffix(" kB")?.parse().unwrap())
}
