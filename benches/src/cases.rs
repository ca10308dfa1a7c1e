//! The cases of the report and their bars.

use std::hint::black_box;
use std::time::Duration;

use anyhow::Context;
use pairlane::{
    Cpu, Item, MinPk, MinSig, Pooled, Sequential, Signature, Strategy, Variant, Verifier,
};

use crate::baseline::Blst;
use crate::inputs::{Batch, Shape};
use crate::measure::{Pair, in_turn};
use crate::report::{Bar, Report, Row};

const BLST: &str = "blst verify_multiple";
const BLST_SINGLE: &str = "blst verify";
const ALL_VALID: &str = "time, all valid";
const SINGLY: &str = "time, each singly";
const ONE_THREAD: &str = "ours, 1 thread";

/// What to measure.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// A few cases in about twenty seconds, instead of all in minutes.
    pub quick: bool,
    /// Threads for ours; blst takes as many as the process may use, so for one the process is
    /// pinned to one core.
    pub threads: usize,
}

/// Measures the plan's cases; `progress` hears of each as it starts.
///
/// # Errors
/// When the process cannot be pinned, or a thread pool cannot be built.
pub fn run(plan: &Plan, progress: &mut dyn FnMut(&str)) -> anyhow::Result<Report> {
    let mut bench = Bench { plan: *plan, rows: Vec::new(), progress };
    if plan.threads == 1 {
        pin()?;
        bench.all(&Sequential);
        if !plan.quick {
            let budget = bench.budget();
            bench.rows.extend(crate::vrf::rows(plan, &Sequential, bench.progress));
            bench.rows.extend(crate::election::rows(budget, bench.progress));
            bench.rows.extend(crate::threshold::rows(budget, bench.progress));
        }
    } else {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(plan.threads).build()?;
        bench.on_all_threads(&Pooled(&pool));
    }
    Ok(Report { rows: bench.rows, machine: machine() })
}

/// Keeps the process on one core, so that blst's own pool has one thread too.
fn pin() -> anyhow::Result<()> {
    let cores = core_affinity::get_core_ids().context("the system names no cores")?;
    // The last core: the first one serves most interrupts.
    let core = cores.last().context("the system names no cores")?;
    anyhow::ensure!(core_affinity::set_for_current(*core), "cannot pin to core {}", core.id);
    Ok(())
}

fn machine() -> String {
    let cpu = Cpu::detect();
    let features: Vec<_> = cpu.features.iter().filter(|f| f.present).map(|f| f.name).collect();
    let commit = option_env!("PAIRLANE_COMMIT").unwrap_or("unknown");
    format!(
        "{} [{}]; baseline blst 0.3.17 (portable build: ADX chosen at run time); commit {commit}",
        cpu.model,
        features.join(" ")
    )
}

struct Bench<'a> {
    plan: Plan,
    rows: Vec<Row>,
    progress: &'a mut dyn FnMut(&str),
}

impl Bench<'_> {
    fn all(&mut self, strategy: &impl Strategy) {
        if self.plan.quick {
            self.batch::<MinPk>("min-pk, distinct messages", 128, Shape::Distinct, 1.25, strategy);
            self.batch::<MinPk>("min-pk, same message", 1024, Shape::SameMessage, 10.0, strategy);
            return;
        }
        self.single::<MinPk>("min-pk, single verify", 1.05);
        self.single::<MinSig>("min-sig, single verify", 0.0);
        for (n, bar) in [(2, 0.0), (4, 0.0), (16, 0.0), (128, 1.25), (1024, 1.25)] {
            self.batch::<MinPk>("min-pk, distinct messages", n, Shape::Distinct, bar, strategy);
        }
        for (n, bar) in [(16, 0.0), (128, 0.0), (1024, 10.0), (8192, 12.0)] {
            self.batch::<MinPk>("min-pk, same message", n, Shape::SameMessage, bar, strategy);
        }
        self.batch::<MinPk>("min-pk, 128 messages x 64", 8192, Shape::Messages(128), 8.0, strategy);
        for n in [128, 1024] {
            self.batch::<MinSig>("min-sig, distinct messages", n, Shape::Distinct, 0.0, strategy);
        }
        self.batch::<MinSig>("min-sig, same message", 1024, Shape::SameMessage, 0.0, strategy);
        self.one_bad("min-pk, same message, 1 bad", 1024, Shape::SameMessage, 2.0, strategy);
        self.one_bad("min-pk, distinct messages, 1 bad", 1024, Shape::Distinct, 1.5, strategy);
        for n in [2, 4, 8, 16, 64, 1024] {
            self.all_bad("min-pk, distinct messages, all bad", n, Shape::Distinct, strategy);
        }
        self.all_bad("min-pk, same message, all bad", 1024, Shape::SameMessage, strategy);
    }

    /// What more threads change: blst on as many, and ours on one.
    fn on_all_threads(&mut self, strategy: &impl Strategy) {
        let n = if self.plan.quick { 128 } else { 1024 };
        self.batch::<MinPk>("min-pk, distinct messages", n, Shape::Distinct, 1.25, strategy);
        self.batch::<MinPk>("min-pk, same message", 1024, Shape::SameMessage, 10.0, strategy);
        self.scaling(strategy);
    }

    /// Ours on the pool against ours on one thread.
    fn scaling(&mut self, strategy: &impl Strategy) {
        let n = if self.plan.quick { 128 } else { 1024 };
        for (name, shape) in [
            ("min-pk, distinct messages", Shape::Distinct),
            ("min-pk, same message", Shape::SameMessage),
        ] {
            (self.progress)(name);
            let batch = Batch::<MinPk>::new(n, shape);
            let items = batch.items();
            let verifier = Verifier::new().with_registry(&batch.registry);
            let pair = in_turn(
                self.budget(),
                || expect_valid(&verifier, &items, strategy),
                || expect_valid(&verifier, &items, &Sequential),
            );
            self.push(name, n, pair, ONE_THREAD, Bar::AtLeast(0.9 * self.plan.threads as f64));
        }
    }

    fn budget(&self) -> Duration {
        Duration::from_secs(if self.plan.quick { 2 } else { 6 })
    }

    fn push(&mut self, operation: &str, n: usize, pair: Pair, baseline: &'static str, bar: Bar) {
        self.rows.push(Row {
            operation: operation.to_owned(),
            n,
            threads: self.plan.threads,
            rate: n as f64 / pair.ours.as_secs_f64(),
            ratio: pair.ratio,
            spread: pair.spread,
            baseline,
            bar,
        });
    }

    /// Batches that are all valid, beside blst's batch call.
    fn batch<V: Blst>(
        &mut self,
        name: &str,
        n: usize,
        shape: Shape,
        bar: f64,
        strategy: &impl Strategy,
    ) {
        (self.progress)(&format!("{name}, n = {n}"));
        let batch = Batch::<V>::new(n, shape);
        let (items, keys) = (batch.items(), V::keys(&batch));
        let verifier = Verifier::new().with_registry(&batch.registry);
        let pair = in_turn(
            self.budget(),
            || expect_valid(&verifier, &items, strategy),
            || assert!(V::verify_multiple(&batch, &keys)),
        );
        let bar = if bar > 0.0 { Bar::AtLeast(bar) } else { Bar::None };
        self.push(name, n, pair, BLST, bar);
    }

    /// One signature, decoded and verified.
    fn single<V: Blst>(&mut self, name: &str, bar: f64) {
        (self.progress)(name);
        let batch = Batch::<V>::new(1, Shape::Distinct);
        let keys = V::keys(&batch);
        let pair = in_turn(
            self.budget() / 3,
            || verify_singly(&batch, 0),
            || assert!(V::verify(&batch, &keys, 0)),
        );
        let bar = if bar > 0.0 { Bar::AtLeast(bar) } else { Bar::None };
        self.push(name, 1, pair, BLST_SINGLE, bar);
    }

    /// One item in the batch is wrong: the time beside that of the batch without the wrong one.
    fn one_bad(&mut self, name: &str, n: usize, shape: Shape, bar: f64, strategy: &impl Strategy) {
        (self.progress)(&format!("{name}, n = {n}"));
        let good = Batch::<MinPk>::new(n, shape);
        let mut bad = Batch::<MinPk>::new(n, shape);
        let culprit = n * 5 / 7;
        bad.spoil(culprit);
        let verifier = Verifier::new().with_registry(&good.registry);
        let verifier_bad = Verifier::new().with_registry(&bad.registry);
        let (items, items_bad) = (good.items(), bad.items());
        let pair = in_turn(
            self.budget(),
            || {
                let verdicts = verifier_bad.verify(&items_bad, strategy);
                let right = |(i, v): (usize, &pairlane::Verdict)| v.is_valid() == (i != culprit);
                assert!(verdicts.iter().enumerate().all(right));
            },
            || expect_valid(&verifier, &items, strategy),
        );
        self.push(name, n, invert(pair), ALL_VALID, Bar::AtMost(bar));
    }

    /// Every item is wrong: the time beside that of verifying each singly.
    fn all_bad(&mut self, name: &str, n: usize, shape: Shape, strategy: &impl Strategy) {
        (self.progress)(&format!("{name}, n = {n}"));
        let mut batch = Batch::<MinPk>::new(n, shape);
        (0..n).for_each(|i| batch.spoil(i));
        let verifier = Verifier::new().with_registry(&batch.registry);
        let items = batch.items();
        let pair = in_turn(
            self.budget(),
            || assert!(!verifier.verify(&items, strategy).iter().any(|v| v.is_valid())),
            || {
                strategy.map(n, |i| verify_singly(&batch, i));
            },
        );
        self.push(name, n, invert(pair), SINGLY, Bar::AtMost(1.3));
    }
}

/// The same measurement as a ratio of times, ours over the other's.
fn invert(pair: Pair) -> Pair {
    let (least, most) = pair.spread;
    Pair { ours: pair.ours, ratio: 1.0 / pair.ratio, spread: (1.0 / most, 1.0 / least) }
}

fn expect_valid<V: Variant>(
    verifier: &Verifier<'_, V>,
    items: &[Item<'_, V>],
    strategy: &impl Strategy,
) {
    assert!(verifier.verify(items, strategy).iter().all(|verdict| verdict.is_valid()));
}

fn verify_singly<V: Variant>(batch: &Batch<V>, i: usize) {
    let signature = Signature::<V>::from_bytes(&batch.signatures[i]).expect("well-formed");
    let _ = black_box(signature.verify(&batch.suite, &batch.keys[i], &batch.messages[i]));
}
