//! `pairlane cpu`: what the processor offers and what runs on it.

use std::fmt::Write;

use clap::Args;
use pairlane::Cpu;
use serde::Serialize;

use crate::ending::Ending;
use crate::print_line;

/// Show what this processor offers, which arithmetic was chosen, and why
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct CpuArgs {
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  pairlane cpu
  pairlane cpu --json | jq .backend";

impl CpuArgs {
    pub(crate) fn run(&self) -> anyhow::Result<Ending> {
        let cpu = Cpu::detect();
        print_line(&if self.json { json(&cpu)? } else { table(&cpu) })?;
        Ok(Ending::Good)
    }
}

/// For people: a line for each fact.
fn table(cpu: &Cpu) -> String {
    let mut text = format!("processor  {}\n", cpu.model);
    for feature in &cpu.features {
        let present = if feature.present { "yes" } else { "no" };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {:<12} {present}", feature.name);
    }
    let _ = write!(text, "backend    {}\nbecause    {}", cpu.backend, cpu.reason);
    text
}

/// For programs. Features are an object, so that `jq .features.avx2` works.
#[derive(Serialize)]
struct CpuJson<'a> {
    model: &'a str,
    features: serde_json::Map<String, serde_json::Value>,
    backend: &'a str,
    reason: &'a str,
}

fn json(cpu: &Cpu) -> anyhow::Result<String> {
    let features = cpu.features.iter().map(|f| (f.name.to_owned(), f.present.into())).collect();
    let Cpu { model, backend, reason, .. } = cpu;
    Ok(serde_json::to_string(&CpuJson { model, features, backend, reason })?)
}
