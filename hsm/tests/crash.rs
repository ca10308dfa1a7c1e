//! Real processes, killed with SIGKILL at named steps and at random: never a permit that the log
//! does not know, never an honest duty refused.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use common::key;
use pairlane_hsm::guard::{
    Act, Digest, Duty, FileWitness, Guard, GuardError, GuardKey, Options, Position, Vote,
};
use pairlane_hsm::journal::JournalError;

/// Kills in each of two stores that are tortured side by side.
const KILLS: usize = 520;
/// Keys 0 to 9 sign in batches, one key each in threads of its own after that.
const BATCH: u32 = 10;
const THREADS: u32 = 3;

/// Steps between asking and answering, in a rewrite, and in an opening.
const STEPS: [&str; 13] = [
    "journal.unwritten",
    "journal.half-written",
    "journal.written",
    "journal.synced",
    "guard.recorded",
    "guard.indexed",
    "rewrite.begun",
    "rewrite.unsynced",
    "rewrite.unnamed",
    "rewrite.named",
    "rewrite.done",
    "guard.epoch-begun",
    "guard.witnessed",
];

/// Of these, those at which the last frame has not been synced: a power cut may take any of it.
const UNSYNCED: [&str; 3] = ["journal.unwritten", "journal.half-written", "journal.written"];

#[test]
fn killed_a_thousand_times_it_knows_every_permit_and_refuses_no_honest_duty() {
    let start = Instant::now();
    let seed = std::env::var("CRASH_SEED").ok().and_then(|text| text.parse().ok());
    let seed = seed.unwrap_or_else(|| getrandom::u64().unwrap());
    say(&format!("CRASH_SEED={seed}"));
    let tallies: Vec<Tally> = std::thread::scope(|scope| {
        let stores: Vec<_> = (0..2)
            .map(|store| scope.spawn(move || torture(&mut Random(seed.wrapping_add(store)))))
            .collect();
        stores.into_iter().map(|store| store.join().unwrap()).collect()
    });
    let mut steps: BTreeMap<String, usize> = BTreeMap::new();
    let (mut kills, mut permits) = (0, 0);
    for tally in tallies {
        permits += tally.permits;
        for (step, count) in tally.steps {
            kills += count;
            *steps.entry(step).or_default() += count;
        }
    }
    say(&format!(
        "{kills} kills, {permits} permits, {:.1} s: {steps:?}",
        start.elapsed().as_secs_f64()
    ));
    assert!(kills >= 1000);
    for step in STEPS {
        assert!(steps.contains_key(step), "{step} was never reached");
    }
}

#[derive(Default)]
struct Tally {
    steps: BTreeMap<String, usize>,
    permits: usize,
}

fn torture(random: &mut Random) -> Tally {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::new(directory.path());
    let mut tally = Tally::default();
    for _ in 0..KILLS {
        let step = *random.pick(&STEPS);
        // One in four is killed by the clock alone.
        let at = match random.below(4) {
            0 => "none:1:stop".into(),
            _ if step.starts_with("journal") => format!("{step}:{}:stop", 1 + random.below(6)),
            _ => format!("{step}:1:stop"),
        };
        // A step is waited for by work done, so that a slow disk reaches all of them too.
        let patience = if at.starts_with("none") { random.below(30) } else { 20_000 };
        let run = run(&store, &at, Duration::from_millis(patience), 300);
        assert_eq!(run.refused, [""; 0], "an honest duty was refused, killed at {at}");
        if let Some(step) = run.stopped.as_deref().filter(|step| UNSYNCED.contains(step)) {
            store.lose_power(step, random);
        }
        if random.below(16) == 0 {
            let _ = fs::remove_dir_all(store.guard.join("index.sled"));
        }
        tally.permits += run.got.len();
        *tally.steps.entry(run.stopped.clone().unwrap_or("random".into())).or_default() += 1;
        check(&store, &run, &at);
    }
    tally
}

/// After the kill: what was printed is on record, and what was asked may be signed.
fn check(store: &Store, run: &Run, at: &str) {
    let (guard, _) = Guard::open(&store.guard, store.options())
        .unwrap_or_else(|error| panic!("does not open after {at}: {error}"));
    for (key, asked) in &run.got {
        let other = Digest([0xEE; 32]);
        for act in acts(*asked) {
            let conflict = guard.authorise_one(Duty { key: *key, act, digest: other });
            assert!(conflict.is_err(), "{act} was permitted before {at} and is not on record");
        }
    }
    let mut last = BTreeMap::new();
    last.extend(run.asked.iter().copied());
    for (key, asked) in last {
        guard.register(key).unwrap();
        for act in acts(asked) {
            let again = guard.authorise_one(Duty { key, act, digest: digest(&act) });
            assert!(again.is_ok(), "{act} was asked before {at}: {again:?}");
        }
    }
}

#[test]
fn a_second_process_is_refused_and_told_the_first_ones_number() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::new(directory.path());
    let (mut child, lines) = spawn(&store, "guard.indexed:1:stop");
    while !lines.recv().unwrap().contains("stopped at") {}
    let error = Guard::open(&store.guard, store.options()).unwrap_err();
    assert!(
        matches!(error, GuardError::Journal(JournalError::Locked { holder, .. })
            if holder == Some(child.id())),
        "{error}"
    );
    child.kill().unwrap();
    child.wait().unwrap();
    Guard::open(&store.guard, store.options()).unwrap();
}

#[test]
fn after_a_failed_write_or_sync_nothing_leaves() {
    for step in ["journal.unwritten", "journal.half-written", "journal.written"] {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::new(directory.path());
        let run = run(&store, &format!("{step}:20:error"), Duration::from_secs(20), usize::MAX);
        assert!(!run.got.is_empty() && !run.refused.is_empty());
        for refused in &run.refused {
            assert!(refused.contains("could not be recorded"), "{refused}");
            assert!(refused.contains("takes no more entries"), "{refused}");
        }
        check(&store, &run, step);
    }
}

#[test]
fn a_rewrite_that_fails_leaves_the_old_log_in_use() {
    for step in ["rewrite.begun", "rewrite.unsynced", "rewrite.unnamed"] {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::new(directory.path());
        // The first rewrite makes the log itself; the second one is of a log that has grown.
        let run = run(&store, &format!("{step}:2:error"), Duration::from_secs(20), 400);
        assert!(run.refused.is_empty() && run.stopped.is_none(), "{:?}", run.refused);
        assert!(run.got.len() > 100);
        check(&store, &run, step);
    }
}

/// A kill leaves the system's cache as it was, so it cannot show that something was synced. The
/// order of system calls can.
#[test]
fn the_system_is_told_to_sync_before_a_permit_and_before_a_name() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::new(directory.path());
    let trace = directory.path().join("trace");
    let mut traced = Command::new("strace");
    traced.args(["-f", "-y", "-s", "8", "-e", "trace=pwrite64,write,fdatasync,fsync,rename", "-o"]);
    traced.arg(&trace).arg(std::env::current_exe().unwrap());
    let tried = Command::new("strace").args(["-f", "true"]).output();
    if !tried.is_ok_and(|output| output.status.success()) {
        return say("skipped: order of system calls: no strace, or it may not trace");
    }
    let (mut child, lines) = spawn_as(traced, &store, "rewrite.done:3:stop", true);
    while !lines.recv().unwrap().contains("stopped at") {}
    // Killing strace alone would leave what it traces.
    let traced = fs::read_to_string(store.guard.join("guard.log.lock")).unwrap();
    let kill = format!("kill -9 {}", traced.trim());
    Command::new("sh").args(["-c", &kill]).status().unwrap();
    child.wait().unwrap();

    let (mut unsynced, mut unsynced_new, mut unsynced_name) = (false, false, false);
    let (mut permits, mut syncs, mut names) = (0, 0, 0);
    let trace = fs::read_to_string(&trace).unwrap();
    let mut unfinished = BTreeMap::new();
    for line in trace.lines() {
        let (thread, call) = line.split_once(' ').unwrap();
        // A call that others came in between is in two parts; it counts where it ends.
        if let Some((begun, _)) = call.split_once(" <unfinished ...>") {
            unfinished.insert(thread, begun);
            continue;
        }
        let resumed = call.split_once(" resumed>").filter(|(call, _)| call.contains("<... "));
        let joined = resumed.map(|(_, end)| [unfinished[thread], end].concat());
        let call = joined.as_deref().unwrap_or(call).trim_start();
        let done = line.ends_with("= 0");
        if call.starts_with("pwrite64") && call.contains("/guard.log>") {
            unsynced = true;
        } else if call.starts_with("write") && call.contains("/guard.log.new>") {
            unsynced_new = true;
        } else if call.starts_with("fdatasync") && call.contains("/guard.log>") && done {
            unsynced = false;
            syncs += 1;
        } else if call.starts_with("fsync") && call.contains("/guard.log.new>") && done {
            unsynced_new = false;
        } else if call.starts_with("rename") && call.contains("guard.log.new") {
            assert!(!unsynced_new, "a new log was named before it was synced: {line}");
            unsynced_name = true;
            names += 1;
        } else if call.starts_with("fsync") && call.contains("/guard>)") && done {
            unsynced_name = false;
        } else if call.starts_with("write(1<") && call.contains("\"got ") {
            assert!(!unsynced && !unsynced_name, "a permit before its sync: {line}");
            permits += 1;
        }
    }
    assert!(permits > 100 && syncs > 10 && names == 3, "{permits} {syncs} {names}");
}

/// Where a store and its witness lie.
struct Store {
    guard: PathBuf,
    witness: PathBuf,
}

impl Store {
    fn new(directory: &Path) -> Self {
        Self { guard: directory.join("guard"), witness: directory.join("witness") }
    }

    fn options(&self) -> Options {
        Options {
            witnesses: vec![Arc::new(FileWitness::new(&self.witness))],
            network: Some([1; 32]),
            log_bytes_max: 20_000,
            ..Options::default()
        }
    }

    /// What a power cut may do and a kill cannot: of the frame that was not synced, sectors are
    /// missing or read as zeros.
    fn lose_power(&self, step: &str, random: &mut Random) {
        let path = self.guard.join("guard.log");
        let mut bytes = fs::read(&path).unwrap();
        let (mut start, mut end) = (64, 64);
        while let Some(head) = bytes.get(end..end + 32) {
            let length = u32::from_le_bytes(head[4..8].try_into().unwrap()) as usize;
            let next = end + 32 + (length + 4).next_multiple_of(16);
            if next > bytes.len() {
                break;
            }
            (start, end) = (end, next);
        }
        // Where the unsynced frame is not whole in the file, the last whole one was synced.
        let unsynced = if step == "journal.written" { start } else { end };
        let lost = unsynced + random.size(bytes.len() - unsynced + 1);
        if step == "journal.written" && random.below(2) == 0 {
            let lost = lost.next_multiple_of(512).min(bytes.len());
            bytes[lost..].fill(0);
        } else {
            bytes.truncate(lost);
        }
        fs::write(&path, bytes).unwrap();
    }
}

/// What a child printed before it was killed.
struct Run {
    asked: Vec<(GuardKey, u64)>,
    got: Vec<(GuardKey, u64)>,
    refused: Vec<String>,
    /// The step it was stopped at, if it came there.
    stopped: Option<String>,
}

/// Runs a child until it stops at its step, has got so many permits, ends, or patience does; then
/// kills it.
fn run(store: &Store, failpoint: &str, patience: Duration, permits_max: usize) -> Run {
    let (mut child, lines) = spawn(store, failpoint);
    let mut run = Run { asked: vec![], got: vec![], refused: vec![], stopped: None };
    // The clock starts when the child does.
    let mut deadline = None;
    loop {
        let left = deadline.map_or(Duration::from_secs(20), |deadline: Instant| {
            deadline.saturating_duration_since(Instant::now())
        });
        match lines.recv_timeout(left) {
            Ok(line) => {
                deadline.get_or_insert_with(|| Instant::now() + patience);
                run.take(&line);
                if run.stopped.is_some() || run.got.len() >= permits_max {
                    break;
                }
            }
            Err(RecvTimeoutError::Timeout) => {
                assert!(deadline.is_some(), "the child did not start");
                break;
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // What it had printed by then counts.
    for line in lines {
        run.take(&line);
    }
    run
}

impl Run {
    fn take(&mut self, line: &str) {
        if let Some((_, step)) = line.split_once("stopped at ") {
            self.stopped = Some(step.into());
        } else if let Some(line) = line.strip_prefix("ask ") {
            self.asked.push(parse(line));
        } else if let Some(line) = line.strip_prefix("got ") {
            self.got.push(parse(line));
        } else if line.starts_with("refused") {
            self.refused.push(line.into());
        }
    }
}

fn parse(line: &str) -> (GuardKey, u64) {
    let (key, at) = line.split_once(' ').unwrap();
    (key.parse().unwrap(), at.parse().unwrap())
}

fn spawn(store: &Store, failpoint: &str) -> (Child, Receiver<String>) {
    spawn_as(Command::new(std::env::current_exe().unwrap()), store, failpoint, false)
}

/// `alone`: one thread signs, so that what it prints belongs to what it did before.
fn spawn_as(
    mut command: Command,
    store: &Store,
    failpoint: &str,
    alone: bool,
) -> (Child, Receiver<String>) {
    let mut child = command
        .args(["--exact", "child_signs_until_killed", "--ignored", "--nocapture"])
        .env("STORE", &store.guard)
        .env("WITNESS", &store.witness)
        .env("PAIRLANE_FAILPOINT", failpoint)
        .env("THREADS", if alone { 0 } else { THREADS }.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output: ChildStdout = child.stdout.take().unwrap();
    let (sender, lines) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    (child, lines)
}

/// The process that is killed: signs honestly, one place after the other, and says so.
#[test]
#[ignore = "the other tests run it, and kill it"]
fn child_signs_until_killed() {
    let store = Store {
        guard: std::env::var_os("STORE").expect("the parent names the store").into(),
        witness: std::env::var_os("WITNESS").expect("the parent names the witness").into(),
    };
    // Ends the line that the test harness has begun.
    say_out("\nstart");
    let (guard, _) = match Guard::open(&store.guard, store.options()) {
        Ok(opened) => opened,
        Err(error) => return say_out(&format!("refused to open: {error}")),
    };
    let threads: u32 = std::env::var("THREADS").unwrap().parse().unwrap();
    let keys: Vec<GuardKey> = (0..BATCH + threads).map(key).collect();
    for key in &keys {
        if let Err(error) = guard.register(*key) {
            return say_out(&format!("refused {error}"));
        }
    }
    let (batch, singles) = keys.split_at(BATCH as usize);
    std::thread::scope(|scope| {
        scope.spawn(|| sign(&guard, batch));
        for key in singles {
            scope.spawn(|| sign(&guard, std::slice::from_ref(key)));
        }
    });
}

/// Signs on from the last place on record, that one included: the answer to it may be what was
/// lost.
fn sign(guard: &Guard, keys: &[GuardKey]) {
    let known = guard.export(Some(keys)).unwrap().histories;
    let last =
        |key| known.get(key).and_then(|history| history.consensus).map_or(1, |m| m.at.height);
    let mut places: Vec<(GuardKey, u64)> = keys.iter().map(|key| (*key, last(key))).collect();
    loop {
        for (key, at) in &places {
            say_out(&format!("ask {key} {at}"));
        }
        let duties: Vec<Duty> = places
            .iter()
            .flat_map(|(key, at)| {
                acts(*at).map(|act| Duty { key: *key, act, digest: digest(&act) })
            })
            .collect();
        let answers = guard.authorise(&duties);
        for ((key, at), answers) in places.iter().zip(answers.chunks(3)) {
            if let Some(refusal) = answers.iter().find_map(|answer| answer.as_ref().err()) {
                return say_out(&format!("refused {key} {at}: {refusal}"));
            }
            say_out(&format!("got {key} {at}"));
        }
        for (_, at) in &mut places {
            *at += 1;
        }
    }
}

/// The three guarded duties at a place; their messages follow from the place, as an honest node's
/// do when it asks again.
fn acts(at: u64) -> [Act; 3] {
    [
        Act::Consensus(Position { height: at, round: 0, phase: 1 }),
        Act::Block { slot: at },
        Act::Attestation(Vote { source_epoch: at, target_epoch: at + 1 }),
    ]
}

fn digest(act: &Act) -> Digest {
    Digest::of(act.to_string().as_bytes())
}

fn say_out(text: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}").and_then(|()| out.flush()).unwrap();
}

/// Past the harness, which swallows what passing tests print.
fn say(text: &str) {
    let mut err = std::io::stderr().lock();
    writeln!(err, "{text}").unwrap();
}

/// A sequence that a seed repeats.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn size(&mut self, end: usize) -> usize {
        usize::try_from(self.below(end as u64)).unwrap()
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.size(items.len())]
    }
}
