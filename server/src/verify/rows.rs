//! How a verdict is printed.

use std::io::Write;

use anyhow::Context;
use clap::ValueEnum;
use pairlane::Verdict;
use serde::Serialize;

use super::batch::Record;

/// `--output`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum OutputName {
    /// Columns for people
    Table,
    /// A JSON object for each record, for programs
    Ndjson,
}

/// Bytes of a key that a table shows: enough to find it by.
const KEY_BYTES_SHOWN: usize = 8;

/// Prints rows one by one; widths are fixed, so that nothing waits for the last row.
pub(super) struct Rows {
    output: OutputName,
    invalid_only: bool,
    /// What the first column is called, until the header has been printed.
    header: Option<&'static str>,
}

/// A verdict as a JSON object. Programs read it: fields are added at the end, never renamed.
#[derive(Serialize)]
struct Row {
    line: u64,
    valid: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl Rows {
    pub(super) fn new(output: OutputName, invalid_only: bool, binary: bool) -> Self {
        Self { output, invalid_only, header: Some(if binary { "record" } else { "line" }) }
    }

    /// Prints one verdict, if it is wanted.
    pub(super) fn write(
        &mut self,
        out: &mut impl Write,
        record: &Record<'_>,
        verdict: Verdict,
    ) -> anyhow::Result<()> {
        if self.invalid_only && verdict.is_valid() {
            return Ok(());
        }
        match self.output {
            OutputName::Table => self.write_columns(out, record, verdict),
            OutputName::Ndjson => write_json(out, record, verdict),
        }
        .context("cannot write verdicts")
    }

    /// A row of the table; the header before the first one, so that no row means no header.
    fn write_columns(
        &mut self,
        out: &mut impl Write,
        record: &Record<'_>,
        verdict: Verdict,
    ) -> std::io::Result<()> {
        if let Some(first) = self.header.take() {
            writeln!(out, "{first:>10}  verdict  {:<21}  reason", "public key")?;
        }
        let (number, key) = (record.number, shown(record.public_key));
        match verdict.reason() {
            None => writeln!(out, "{number:>10}  valid    {key}"),
            Some(reason) => writeln!(out, "{number:>10}  invalid  {key:<21}  {reason}"),
        }
    }
}

/// A line of NDJSON.
fn write_json(out: &mut impl Write, record: &Record<'_>, verdict: Verdict) -> std::io::Result<()> {
    let reason = verdict.reason();
    let row = Row {
        line: record.number,
        valid: verdict.is_valid(),
        code: reason.map(pairlane::Reason::code),
        reason: reason.map(|reason| reason.to_string()),
    };
    serde_json::to_writer(&mut *out, &row)?;
    out.write_all(b"\n")
}

/// The beginning of a key.
fn shown(key: &[u8]) -> String {
    let (start, more) = match key.get(..KEY_BYTES_SHOWN) {
        Some(start) if start.len() < key.len() => (start, "..."),
        _ => (key, ""),
    };
    format!("0x{}{more}", hex::encode(start))
}
