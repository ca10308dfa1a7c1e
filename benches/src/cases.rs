//! The cases of the report and their bars.

use std::hint::black_box;
use std::time::Duration;

use anyhow::Context;
use pairlane::{
    Backend, Cpu, Item, MinPk, MinSig, Pooled, Sequential, Signature, Strategy, Variant, Verifier,
};

use pairlane::internals::{Primitive, Stage, Stages};

use crate::baseline::Blst;
use crate::inputs::{Batch, Shape};
use crate::measure::{Pair, in_turn};
use crate::report::{Bar, Report, Row};

const BLST: &str = "blst verify_multiple";
const BLST_SINGLE: &str = "blst verify";
const ALL_VALID: &str = "time, all valid";
const SINGLY: &str = "time, each singly";
const ONE_THREAD: &str = "ours, 1 thread";
const SCALAR_ENGINE: &str = "ours on blst";
const DISTINCT: &str = "min-pk, distinct messages";
const SAME_MESSAGE: &str = "min-pk, same message";
const GROUPS: &str = "min-pk, 128 messages x 64";

/// What to measure.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// A few cases in about twenty seconds, instead of all in minutes.
    pub quick: bool,
    /// Threads for ours; blst takes as many as the process may use, so for one the process is
    /// pinned to one core.
    pub threads: usize,
    /// What ours runs on.
    pub backend: Backend,
    /// Whether to measure also what no backend changes: VRFs on other curves, elections, threshold
    /// signatures.
    pub rest: bool,
}

/// What is asked of each pipeline, as times blst's batch call.
struct Bars {
    distinct: [f64; 2],
    same_message: [f64; 2],
    groups: f64,
    lines: f64,
}

/// Of scalar arithmetic.
const SCALAR: Bars =
    Bars { distinct: [1.25, 1.25], same_message: [10.0, 12.0], groups: 8.0, lines: 0.0 };
/// Of lanes.
const LANES: Bars =
    Bars { distinct: [2.3, 2.6], same_message: [20.0, 22.0], groups: 15.0, lines: 3.0 };

/// Measures the plan's cases; `progress` hears of each as it starts.
///
/// # Errors
/// When the process cannot be pinned, or a thread pool cannot be built.
pub fn run(plan: &Plan, progress: &mut dyn FnMut(&str)) -> anyhow::Result<Report> {
    let mut bench = Bench { plan: *plan, rows: Vec::new(), progress };
    if plan.threads == 1 {
        pin()?;
        bench.all(&Sequential);
        if plan.rest && !plan.quick {
            let budget = bench.budget();
            bench.rows.extend(crate::vrf::rows(plan, &Sequential, bench.progress));
            bench.rows.extend(crate::election::rows(budget, bench.progress));
            bench.rows.extend(crate::threshold::rows(budget, bench.progress));
        }
    } else {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(plan.threads).build()?;
        bench.on_all_threads(&Pooled(&pool));
    }
    Ok(Report { rows: bench.rows, machine: machine(plan.backend) })
}

/// Keeps the process on one core, so that blst's own pool has one thread too.
fn pin() -> anyhow::Result<()> {
    let cores = core_affinity::get_core_ids().context("the system names no cores")?;
    // The last core: the first one serves most interrupts.
    let core = cores.last().context("the system names no cores")?;
    anyhow::ensure!(core_affinity::set_for_current(*core), "cannot pin to core {}", core.id);
    Ok(())
}

fn machine(backend: Backend) -> String {
    let cpu = Cpu::detect();
    let features: Vec<_> = cpu.features.iter().filter(|f| f.present).map(|f| f.name).collect();
    let commit = option_env!("PAIRLANE_COMMIT").unwrap_or("unknown");
    format!(
        "{} [{}]; ours on {backend}; baseline blst 0.3.17 (portable build: ADX chosen at run time); commit {commit}",
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
        let bars = self.bars();
        if self.plan.quick {
            let [distinct, _] = bars.distinct;
            let [same, _] = bars.same_message;
            self.batch::<MinPk>(DISTINCT, 128, Shape::Distinct, distinct, strategy);
            self.batch::<MinPk>(SAME_MESSAGE, 1024, Shape::SameMessage, same, strategy);
            return;
        }
        if self.plan.backend.lanes() > 1 {
            self.primitives();
            self.stages();
        }
        self.single::<MinPk>("min-pk, single verify", 1.05);
        self.single::<MinSig>("min-sig, single verify", 0.0);
        let [at_128, at_1024] = bars.distinct;
        for (n, bar) in [(2, 0.0), (4, 0.0), (16, 0.0), (128, at_128), (1024, at_1024)] {
            self.batch::<MinPk>(DISTINCT, n, Shape::Distinct, bar, strategy);
        }
        let [at_1024, at_8192] = bars.same_message;
        for (n, bar) in [(16, 0.0), (128, 0.0), (1024, at_1024), (8192, at_8192)] {
            self.batch::<MinPk>(SAME_MESSAGE, n, Shape::SameMessage, bar, strategy);
        }
        let groups = Shape::Messages(128);
        self.batch::<MinPk>(GROUPS, 8192, groups, bars.groups, strategy);
        for n in [128, 1024] {
            self.batch::<MinSig>("min-sig, distinct messages", n, Shape::Distinct, 0.0, strategy);
        }
        self.with_lines(1024, bars.lines, strategy);
        self.batch::<MinSig>("min-sig, same message", 1024, Shape::SameMessage, 0.0, strategy);
        self.one_bad("min-pk, same message, 1 bad", 1024, Shape::SameMessage, 2.0, strategy);
        self.one_bad("min-pk, distinct messages, 1 bad", 1024, Shape::Distinct, 1.5, strategy);
        for n in [2, 4, 8, 16, 64, 1024] {
            self.all_bad("min-pk, distinct messages, all bad", n, Shape::Distinct, strategy);
        }
        self.all_bad("min-pk, same message, all bad", 1024, Shape::SameMessage, strategy);
        if self.plan.backend.lanes() > 1 {
            for n in [1, 2, 3, 4, 5, 6, 8, 9, 12, 16, 17, 24, 32, 64, 256, 1024, 8192] {
                self.beside_scalar::<MinPk>(DISTINCT, n, Shape::Distinct, strategy);
                self.beside_scalar::<MinPk>(SAME_MESSAGE, n, Shape::SameMessage, strategy);
                self.beside_scalar::<MinSig>("min-sig, distinct", n, Shape::Distinct, strategy);
            }
        }
    }

    fn bars(&self) -> &'static Bars {
        if self.plan.backend.lanes() == 1 { &SCALAR } else { &LANES }
    }

    /// Single operations on lanes beside blst's.
    fn primitives(&mut self) {
        for primitive in Primitive::ALL {
            (self.progress)(primitive.name());
            let count = match primitive {
                Primitive::G2Decompression | Primitive::HashToG2 => 64,
                _ => 1 << 14,
            };
            let pair = in_turn(
                self.budget() / 6,
                || assert!(primitive.run(self.plan.backend, count) == count),
                || assert!(primitive.run(Backend::BLST, count) == count),
            );
            self.push(primitive.name(), count, pair, "blst", Bar::AtLeast(2.0));
        }
    }

    /// Where the time of a batch goes, stage by stage, on lanes beside scalar arithmetic.
    fn stages(&mut self) {
        const N: usize = 1024;
        for (shape, same_message) in [("distinct", false), ("same message", true)] {
            let stages = Stages::new(N, same_message);
            for stage in Stage::ALL {
                let name = format!("stage of {shape}: {}", stage.name());
                (self.progress)(&name);
                let pair = in_turn(
                    self.budget() / 4,
                    || stages.run(stage, self.plan.backend),
                    || stages.run(stage, Backend::BLST),
                );
                self.push(&name, N, pair, SCALAR_ENGINE, Bar::None);
            }
        }
    }

    /// The same batch on lanes and on scalar arithmetic: no batch may be slower for its lanes.
    fn beside_scalar<V: Blst>(
        &mut self,
        name: &str,
        n: usize,
        shape: Shape,
        strategy: &impl Strategy,
    ) {
        (self.progress)(&format!("{name}, n = {n}, beside scalar"));
        let batch = Batch::<V>::new(n, shape);
        let items = batch.items();
        let verifier = self.verifier(&batch);
        let scalar = verifier.clone().with_backend(Backend::BLST);
        let pair = in_turn(
            self.budget() / 4,
            || expect_valid(&verifier, &items, strategy),
            || expect_valid(&scalar, &items, strategy),
        );
        // Where both take the same path the ratio is one and noise.
        self.push(name, n, pair, SCALAR_ENGINE, Bar::AtLeast(0.97));
    }

    fn verifier<'a, V: Blst>(&self, batch: &'a Batch<V>) -> Verifier<'a, V> {
        Verifier::new().with_registry(&batch.registry).with_backend(self.plan.backend)
    }

    /// What more threads change: blst on as many, and ours on one.
    fn on_all_threads(&mut self, strategy: &impl Strategy) {
        let n = if self.plan.quick { 128 } else { 1024 };
        let bars = self.bars();
        self.batch::<MinPk>(DISTINCT, n, Shape::Distinct, bars.distinct[0], strategy);
        self.batch::<MinPk>(SAME_MESSAGE, 1024, Shape::SameMessage, bars.same_message[0], strategy);
        self.scaling(strategy);
    }

    /// Ours on the pool against ours on one thread, and what the machine gives: as many batches at
    /// once, each on a thread of its own, which share nothing.
    fn scaling(&mut self, strategy: &impl Strategy) {
        let mut cases = vec![(DISTINCT, 128, Shape::Distinct)];
        if !self.plan.quick {
            cases = vec![
                (DISTINCT, 1024, Shape::Distinct),
                (SAME_MESSAGE, 1024, Shape::SameMessage),
                (SAME_MESSAGE, 8192, Shape::SameMessage),
                (GROUPS, 8192, Shape::Messages(128)),
            ];
        }
        let threads = self.plan.threads;
        for (name, n, shape) in cases {
            (self.progress)(&format!("{name}, n = {n}, threads"));
            let batch = Batch::<MinPk>::new(n, shape);
            let items = batch.items();
            let verifier = self.verifier(&batch);
            let one = || expect_valid(&verifier, &items, &Sequential);
            let pair = in_turn(self.budget(), || expect_valid(&verifier, &items, strategy), one);
            self.push(name, n, pair, ONE_THREAD, Bar::AtLeast(0.95 * threads as f64));
            let at_once = || {
                std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(one))));
            };
            let Pair { ours, ratio, spread: (least, most) } = in_turn(self.budget(), at_once, one);
            let times = threads as f64;
            let pair = Pair {
                ours: ours.div_f64(times),
                ratio: ratio * times,
                spread: (least * times, most * times),
            };
            self.push(&format!("  {threads} such batches at once"), n, pair, ONE_THREAD, Bar::None);
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
        self.beside_blst(name, &Batch::<V>::new(n, shape), bar, strategy);
    }

    /// The same for keys whose lines the registry keeps.
    fn with_lines(&mut self, n: usize, bar: f64, strategy: &impl Strategy) {
        let name = "min-sig, distinct messages, lines kept";
        (self.progress)(&format!("{name}, n = {n}"));
        let mut batch = Batch::<MinSig>::new(n, Shape::Distinct);
        batch.registry.keep_lines(n);
        self.beside_blst(name, &batch, bar, strategy);
    }

    fn beside_blst<V: Blst>(
        &mut self,
        name: &str,
        batch: &Batch<V>,
        bar: f64,
        strategy: &impl Strategy,
    ) {
        let (items, keys) = (batch.items(), V::keys(batch));
        let verifier = self.verifier(batch);
        let pair = in_turn(
            self.budget(),
            || expect_valid(&verifier, &items, strategy),
            || assert!(V::verify_multiple(batch, &keys)),
        );
        let bar = if bar > 0.0 { Bar::AtLeast(bar) } else { Bar::None };
        self.push(name, items.len(), pair, BLST, bar);
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
        let verifier = self.verifier(&good);
        let verifier_bad = self.verifier(&bad);
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
        let verifier = self.verifier(&batch);
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
