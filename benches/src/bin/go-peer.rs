//! The Rust side of `make bench-go`: verifies the batch that the Go side verifies, whenever it is
//! told to. The Go side looks at how long that kept this process on a processor.
//!
//! usage: go-peer distinct|same N; each line on the standard input says how often to verify the
//! batch, each line on the standard output that it is done. The first line says that the batch is
//! ready.

use std::hint::black_box;
use std::io::{BufRead, Write, stdin, stdout};

use anyhow::Context;
use pairlane::{MinPk, Sequential, Verifier};
use pairlane_benches::{Batch, Shape};

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let shape = match arguments.next().as_deref() {
        Some("distinct") => Shape::Distinct,
        Some("same") => Shape::SameMessage,
        _ => anyhow::bail!("usage: go-peer distinct|same N"),
    };
    let n = arguments.next().context("no N")?.parse()?;
    let batch = Batch::<MinPk>::new(n, shape);
    let items = batch.items();
    let verifier = Verifier::new().with_registry(&batch.registry);
    let mut out = stdout().lock();
    writeln!(out, "ready")?;
    for line in stdin().lock().lines() {
        for _ in 0..line?.parse::<u32>().context("not a number of calls")? {
            let verdicts = verifier.verify(black_box(&items), &Sequential);
            anyhow::ensure!(verdicts.iter().all(|verdict| verdict.is_valid()), "an invalid item");
        }
        writeln!(out, "done")?;
    }
    Ok(())
}
