//! What an election of many rounds came to.

use std::io::{self, BufWriter, Write};

use anyhow::Context;
use comfy_table::{CellAlignment, LineStyle, Table, TableStyle};
use pairlane::election::Stakes;
use serde::Serialize;

use super::chi_square::{ChiSquare, EXPECTED_MIN};
use crate::print_line;

/// A line below the header, and nothing else.
const STYLE: TableStyle =
    TableStyle::new().header_separator(LineStyle::none().fill('-').junction('-'));

/// One validator's.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Row<'a> {
    pub(super) id: &'a str,
    /// JSON readers lose digits of numbers this long.
    #[serde(serialize_with = "as_text")]
    pub(super) stake: u128,
    pub(super) stake_share: f64,
    pub(super) won: u64,
    pub(super) won_share: f64,
}

/// The whole.
#[derive(Debug)]
pub(super) struct Report<'a> {
    pub(super) rows: Vec<Row<'a>>,
    pub(super) rounds: u64,
    test: Option<ChiSquare>,
}

/// The line of NDJSON that is no validator's.
#[derive(Serialize)]
struct Summary<'a> {
    rounds: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    leader: Option<&'a str>,
    chi_square: Option<ChiSquare>,
}

impl<'a> Report<'a> {
    /// Puts counts beside stakes, in the order of the list.
    pub(super) fn new(stakes: &'a Stakes<String>, won: &[u64], rounds: u64) -> Self {
        let (total, all) = (stakes.total() as f64, rounds as f64);
        let rows: Vec<_> = won
            .iter()
            .enumerate()
            .filter_map(|(position, &won)| {
                let (id, stake) = (stakes.id(position)?, stakes.stake(position)?);
                let (stake_share, won_share) = (stake as f64 / total, won as f64 / all);
                Some(Row { id, stake, stake_share, won, won_share })
            })
            .collect();
        let test = ChiSquare::of(rows.iter().map(|row| (row.stake_share * all, row.won)));
        Self { rows, rounds, test }
    }

    /// Who won, where there was one round only.
    pub(super) fn leader(&self) -> Option<&'a str> {
        (self.rounds == 1).then(|| self.rows.iter().find(|row| row.won == 1))?.map(|row| row.id)
    }

    /// For people.
    pub(super) fn print_table(&self) -> anyhow::Result<()> {
        let mut table = Table::new();
        table.load_style(STYLE).set_header([
            "validator",
            "stake",
            "stake share",
            "rounds won",
            "won share",
        ]);
        for column in 1..5 {
            if let Some(column) = table.column_mut(column) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        for row in &self.rows {
            table.add_row([
                row.id.to_owned(),
                row.stake.to_string(),
                percent(row.stake_share),
                row.won.to_string(),
                percent(row.won_share),
            ]);
        }
        print_line(&format_args!("{table}\n\n{}", self.verdict()))
    }

    /// The test in words.
    pub(super) fn verdict(&self) -> String {
        match self.test {
            Some(ChiSquare { statistic, degrees_of_freedom, p_value }) => format!(
                "{} rounds, chi-square {statistic:.3}, degrees of freedom {degrees_of_freedom}, \
                 p-value {p_value:.4}",
                self.rounds
            ),
            None => format!(
                "{} rounds, no chi-square test: fewer than two cells expect {EXPECTED_MIN} or more",
                self.rounds
            ),
        }
    }

    /// For programs.
    pub(super) fn print_ndjson(&self) -> anyhow::Result<()> {
        self.write_ndjson(BufWriter::new(io::stdout().lock())).context("standard output")
    }

    fn write_ndjson(&self, mut out: impl Write) -> io::Result<()> {
        for row in &self.rows {
            serde_json::to_writer(&mut out, row)?;
            out.write_all(b"\n")?;
        }
        let (rounds, leader, chi_square) = (self.rounds, self.leader(), self.test);
        serde_json::to_writer(&mut out, &Summary { rounds, leader, chi_square })?;
        out.write_all(b"\n")?;
        out.flush()
    }
}

fn percent(share: f64) -> String {
    format!("{:.3} %", 100.0 * share)
}

fn as_text<S: serde::Serializer>(number: &u128, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(number)
}
