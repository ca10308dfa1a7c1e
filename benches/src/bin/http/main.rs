//! `make bench-http`: what the service costs over the engine, and what merging gains.
//!
//! The real binary runs as a child on loopback. Batches: the engine in this process and the service
//! take the same triples in turn, with the same number of threads and the same memory for hashed
//! messages. Single requests: two services take them in turn, one that merges and one that does not.
//! What counts is the median of the ratios of neighbouring runs.

mod client;
mod crowd;
mod inputs;
mod service;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use comfy_table::{CellAlignment, Table, presets};
use pairlane::{Cpu, MessageCache, MinPk, Pooled, Suite, Verifier};
use rayon::{ThreadPool, ThreadPoolBuilder};

use client::Client;
use crowd::Crowd;
use inputs::Triple;
use service::Service;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let cores = thread::available_parallelism()?.get();
    let number = |name: &str, default: usize| -> anyhow::Result<usize> {
        let given = arguments.iter().skip_while(|argument| *argument != name).nth(1);
        given.map_or(Ok(default), |text| text.parse().with_context(|| name.to_owned()))
    };
    let (threads, rounds) = (number("--threads", cores)?, number("--rounds", 9)?);
    let only_singles = arguments.iter().any(|argument| argument == "--singles");
    let binary = match std::env::var_os("PAIRLANE_BIN") {
        Some(path) => PathBuf::from(path),
        None => std::env::current_exe()?.with_file_name("pairlane"),
    };
    let cpu = Cpu::detect();
    let commit = std::env::var("PAIRLANE_COMMIT").unwrap_or_else(|_| "unknown".to_owned());
    println!(
        "{} with {cores} cores, {threads} threads verify, backend {}, commit {commit}, {rounds} \
         rounds in turn",
        cpu.model, cpu.backend
    );
    let mut rows = Vec::new();
    let bench = Bench { binary: &binary, threads, rounds };
    let forms: &[_] = if only_singles { &[] } else { &FORMS };
    for &(form, n, bar) in forms {
        for distinct in [true, false] {
            rows.push(bench.batches(form, n, distinct, distinct.then_some(bar))?);
        }
    }
    for distinct in [false, true] {
        rows.push(bench.singles(distinct, (!distinct).then_some(3.0))?);
    }
    println!("{}", table(&rows));
    Ok(())
}

#[derive(Clone, Copy)]
enum Form {
    Binary,
    Json,
}

struct Bench<'a> {
    binary: &'a Path,
    threads: usize,
    rounds: usize,
}

/// One line of the table.
struct Row {
    operation: String,
    /// Signatures a second: what is measured, and what it is compared with.
    rates: [f64; 2],
    ratios: Vec<f64>,
    baseline: &'static str,
    bar: Option<f64>,
    /// Half and all but a hundredth of single requests took at most so long: merged, alone.
    latencies: Option<[Duration; 4]>,
}

impl Bench<'_> {
    /// Batches through HTTP, beside the same batches in this process.
    fn batches(&self, form: Form, n: u64, distinct: bool, bar: Option<f64>) -> anyhow::Result<Row> {
        let name = match form {
            Form::Binary => "binary batch",
            Form::Json => "JSON batch",
        };
        let messages = if distinct { "distinct messages" } else { "one message" };
        eprintln!("measuring {name} of {n}, {messages}");
        // So many that no message is still remembered when its batch comes again.
        let batches_count = if distinct { MESSAGES_MAX.get() as u64 / n + 1 } else { 1 };
        let batches: Vec<Vec<Triple>> =
            (0..batches_count).map(|b| inputs::triples(n, b * n, distinct)).collect();
        let encode = match form {
            Form::Binary => inputs::binary,
            Form::Json => inputs::json,
        };
        let requests: Vec<Vec<u8>> = batches.iter().map(|batch| encode(batch)).collect();
        let engine = Engine::new(self.threads)?;
        let service = Service::start(self.binary, self.threads, &[])?;
        let count = usize::try_from(n)?;
        let mut times: [Vec<Duration>; 2] = Default::default();
        for round in 0..=self.rounds {
            let at = round % batches.len();
            let inside = || {
                let start = Instant::now();
                let valid = engine.valid(&batches[at]);
                (start.elapsed(), valid)
            };
            let over_http = || -> anyhow::Result<(Duration, usize)> {
                // A new connection, for the service closes one that is idle for long.
                let mut client = Client::connect(service.address)?;
                let start = Instant::now();
                let answer = client.send(&requests[at])?;
                Ok((start.elapsed(), valid_in(form, &answer)))
            };
            // Who goes first changes: neither always finds the other's heat.
            let (http, own) = if round % 2 == 0 {
                let http = over_http()?;
                (http, inside())
            } else {
                let own = inside();
                (over_http()?, own)
            };
            ensure!(http.1 == count && own.1 == count, "{} and {} of {n} valid", http.1, own.1);
            if round > 0 {
                times[0].push(http.0);
                times[1].push(own.0);
            }
        }
        let rate = |time: &Duration| n as f64 / time.as_secs_f64();
        let [http, own] = times;
        Ok(Row {
            operation: format!("{name} of {n}, {messages}"),
            rates: [median(http.iter().map(rate)), median(own.iter().map(rate))],
            ratios: http.iter().zip(&own).map(|(h, o)| rate(h) / rate(o)).collect(),
            baseline: "the engine in process",
            bar,
            latencies: None,
        })
    }

    /// Clients that send one signature at a time, merged and not.
    fn singles(&self, distinct: bool, bar: Option<f64>) -> anyhow::Result<Row> {
        let messages = if distinct { "distinct messages" } else { "one message" };
        eprintln!("measuring {CLIENTS} clients, {messages}");
        let merging = Service::start(self.binary, self.threads, &[])?;
        let alone = Service::start(self.binary, self.threads, &["--no-merge"])?;
        let mut rates: [Vec<f64>; 2] = Default::default();
        let mut latencies: [Vec<Duration>; 2] = Default::default();
        let per_client = 40;
        let n = (CLIENTS * per_client) as u64;
        for round in 0..=self.rounds as u64 {
            // Messages that nobody has seen; in the other case, a new one for each round.
            let triples = inputs::triples(n, round * n, distinct);
            let requests: Vec<Vec<u8>> = triples.iter().map(inputs::single).collect();
            for turn in 0..2 {
                let which = usize::from((turn == 0) == (round % 2 == 0));
                let service = [&merging, &alone][which];
                let body = b"{\"valid\":true}";
                let Crowd { took, mut each } =
                    crowd::run(service.address, &requests, per_client, body)?;
                if round > 0 {
                    rates[which].push(n as f64 / took.as_secs_f64());
                    latencies[which].append(&mut each);
                }
            }
        }
        for each in &mut latencies {
            each.sort();
        }
        let [merged, single] = &latencies;
        let at = |sorted: &[Duration], percent: usize| sorted[sorted.len() * percent / 100];
        Ok(Row {
            operation: format!("{CLIENTS} clients, one signature each, {messages}"),
            rates: [median(rates[0].iter().copied()), median(rates[1].iter().copied())],
            ratios: rates[0].iter().zip(&rates[1]).map(|(m, a)| m / a).collect(),
            baseline: "an engine call each",
            bar,
            latencies: Some([at(merged, 50), at(merged, 99), at(single, 50), at(single, 99)]),
        })
    }
}

fn valid_in(form: Form, answer: &[u8]) -> usize {
    match form {
        Form::Binary => answer.iter().map(|&verdict| usize::from(verdict == 0)).sum(),
        Form::Json => {
            let text = String::from_utf8_lossy(answer);
            text.matches("{\"valid\":true}").count()
        }
    }
}

/// The engine as the service sets it up, without the service.
struct Engine {
    pool: ThreadPool,
    suite: Suite<MinPk>,
    messages: MessageCache<MinPk>,
}

impl Engine {
    fn new(threads: usize) -> anyhow::Result<Self> {
        Ok(Self {
            pool: ThreadPoolBuilder::new().num_threads(threads).build()?,
            suite: Suite::proof_of_possession(),
            messages: MessageCache::new(MESSAGES_MAX),
        })
    }

    fn valid(&self, triples: &[Triple]) -> usize {
        let items = inputs::items(&self.suite, triples);
        let verifier = Verifier::new().with_message_cache(&self.messages);
        let verdicts = verifier.verify(&items, &Pooled(&self.pool));
        verdicts.iter().filter(|verdict| verdict.is_valid()).count()
    }
}

fn table(rows: &[Row]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN).set_header([
        "over HTTP",
        "signatures/s",
        "beside",
        "of",
        "times",
        "(least..most)",
        "bar",
        "",
        "p50, p99 ms",
        "beside",
    ]);
    for row in rows {
        let ratio = median(row.ratios.iter().copied());
        let least = row.ratios.iter().copied().fold(f64::INFINITY, f64::min);
        let most = row.ratios.iter().copied().fold(0.0, f64::max);
        let verdict = match row.bar {
            None => "",
            Some(bar) if ratio >= bar => "met",
            Some(_) => "MISSED",
        };
        let shown = |from: usize| {
            row.latencies.map_or_else(String::new, |times| {
                let ms = |time: Duration| time.as_secs_f64() * 1e3;
                format!("{:.1}, {:.1}", ms(times[from]), ms(times[from + 1]))
            })
        };
        table.add_row([
            row.operation.clone(),
            format!("{:.0}", row.rates[0]),
            format!("{:.0}", row.rates[1]),
            row.baseline.to_owned(),
            format!("{ratio:.2}"),
            format!("{least:.2}..{most:.2}"),
            row.bar.map_or_else(String::new, |bar| format!(">= {bar:.2}")),
            verdict.to_owned(),
            shown(0),
            shown(2),
        ]);
    }
    for column in [1, 2, 4, 5, 8, 9] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// As the service keeps.
const MESSAGES_MAX: NonZeroUsize = NonZeroUsize::new(1 << 15).expect("not zero");

/// Forms of a batch, their items, and what the service has to reach of the engine's rate.
const FORMS: [(Form, u64, f64); 2] = [(Form::Binary, 8192, 0.95), (Form::Json, 1024, 0.85)];

const CLIENTS: usize = 64;
