//! The table that a person can quote.

use core::fmt;

use comfy_table::{CellAlignment, Table, presets};

/// One line of the table.
#[derive(Clone, Debug)]
pub struct Row {
    /// What was done.
    pub operation: String,
    /// Signatures in the batch.
    pub n: usize,
    /// Threads that worked.
    pub threads: usize,
    /// Signatures per second, ours.
    pub rate: f64,
    /// How many times the rate (or, for failure cases, the time) of the baseline.
    pub ratio: f64,
    /// Least and greatest ratio over the runs.
    pub spread: (f64, f64),
    /// What the ratio is to.
    pub baseline: &'static str,
    /// What the ratio should be.
    pub bar: Bar,
}

/// What is asked of a ratio.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bar {
    /// No bar: for information.
    None,
    /// At least so many times as fast.
    AtLeast(f64),
    /// At most so many times the time.
    AtMost(f64),
}

impl Bar {
    fn verdict(self, ratio: f64) -> &'static str {
        match self {
            Self::None => "",
            Self::AtLeast(bar) if ratio >= bar => "met",
            Self::AtMost(bar) if ratio <= bar => "met",
            _ => "MISSED",
        }
    }
}

impl fmt::Display for Bar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::AtLeast(bar) => write!(f, ">= {bar:.2}"),
            Self::AtMost(bar) => write!(f, "<= {bar:.2}"),
        }
    }
}

/// The rows, and the machine that they are from.
#[derive(Clone, Debug)]
pub struct Report {
    /// In the order measured.
    pub rows: Vec<Row>,
    /// CPU model, its features, blst's version, commit.
    pub machine: String,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new();
        table.load_style(presets::ASCII_MARKDOWN).set_header([
            "operation",
            "n",
            "threads",
            "signatures/s",
            "times",
            "(least..most)",
            "of",
            "bar",
            "",
        ]);
        for row in &self.rows {
            table.add_row([
                row.operation.clone(),
                row.n.to_string(),
                row.threads.to_string(),
                format!("{:.0}", row.rate),
                format!("{:.2}", row.ratio),
                format!("{:.2}..{:.2}", row.spread.0, row.spread.1),
                row.baseline.to_owned(),
                row.bar.to_string(),
                row.bar.verdict(row.ratio).to_owned(),
            ]);
        }
        for column in [1, 2, 3, 4, 5] {
            if let Some(column) = table.column_mut(column) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        writeln!(f, "{}", self.machine)?;
        writeln!(f, "{table}")
    }
}
