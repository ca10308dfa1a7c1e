//! A chart of what was expected beside what was won.

use std::fmt::Display;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, anyhow};
use plotters::coord::Shift;
use plotters::prelude::*;

use super::report::{Report, Row};
use crate::out_file::OutFile;

const SIZE: (u32, u32) = (960, 540);

/// Most validators in a chart: more bars are lines.
const BARS_MAX: usize = 48;

/// Most characters of an identifier below its bars.
const LABEL_MAX: usize = 12;

const EXPECTED: RGBColor = RGBColor(0x9a, 0xa5, 0xb1);
const WON: RGBColor = RGBColor(0x1f, 0x6f, 0xb4);

/// Writes the chart to a file, whole or not at all.
pub(super) fn write(path: &Path, report: &Report<'_>) -> anyhow::Result<()> {
    let svg = svg(report).map_err(|error| anyhow!("{}: cannot draw: {error}", path.display()))?;
    let mut file = OutFile::create(path)?;
    file.write_all(svg.as_bytes()).with_context(|| path.display().to_string())?;
    file.commit()
}

/// The chart. It names a family of fonts and holds none: whoever shows it has the letters.
fn svg(report: &Report<'_>) -> Result<String, String> {
    let mut rows: Vec<&Row<'_>> = report.rows.iter().collect();
    let mut title = report.verdict();
    if rows.len() > BARS_MAX {
        rows.sort_by_key(|row| std::cmp::Reverse(row.stake));
        rows.truncate(BARS_MAX);
        title = format!("{title} (the {BARS_MAX} largest stakes)");
    }
    let mut text = String::new();
    let area = SVGBackend::with_string(&mut text, SIZE).into_drawing_area();
    draw(&area, &rows, report.rounds as f64, &title)?;
    area.present().map_err(in_words)?;
    drop(area);
    Ok(text)
}

fn draw(
    area: &DrawingArea<SVGBackend<'_>, Shift>,
    rows: &[&Row<'_>],
    rounds: f64,
    title: &str,
) -> Result<(), String> {
    area.fill(&WHITE).map_err(in_words)?;
    let expected = rows.iter().map(|row| row.stake_share * rounds);
    let won = rows.iter().map(|row| row.won as f64);
    let highest = expected.clone().chain(won.clone()).fold(1.0, f64::max);
    let mut chart = ChartBuilder::on(area)
        .caption(title, ("sans-serif", 16))
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(72)
        .build_cartesian_2d(-0.5..rows.len() as f64 - 0.5, 0.0..1.1 * highest)
        .map_err(in_words)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .y_desc("rounds")
        .x_labels(rows.len().max(2))
        .x_label_formatter(&|x| label(rows, *x))
        .draw()
        .map_err(in_words)?;
    let bars = |heights: Vec<f64>, from: f64, color: RGBColor| {
        heights.into_iter().enumerate().map(move |(place, height)| {
            let left = place as f64 + from;
            Rectangle::new([(left, 0.0), (left + 0.38, height)], color.filled())
        })
    };
    for (name, heights, from, color) in [
        ("expected", expected.collect::<Vec<_>>(), -0.4, EXPECTED),
        ("won", won.collect(), 0.02, WON),
    ] {
        chart
            .draw_series(bars(heights, from, color))
            .map_err(in_words)?
            .label(name)
            .legend(move |(x, y)| Rectangle::new([(x, y - 5), (x + 12, y + 5)], color.filled()));
    }
    let mut labels = chart.configure_series_labels();
    labels.position(SeriesLabelPosition::UpperRight).background_style(WHITE).border_style(BLACK);
    labels.draw().map_err(in_words)
}

/// The identifier below the bars at a place, and nothing between places.
fn label(rows: &[&Row<'_>], x: f64) -> String {
    let place = x.round();
    let row = rows.iter().enumerate().find(|(at, _)| (*at as f64 - place).abs() < 0.5);
    match row {
        Some((_, row)) if (x - place).abs() < 1e-6 => row.id.chars().take(LABEL_MAX).collect(),
        _ => String::new(),
    }
}

/// Errors of a drawing area borrow it.
fn in_words(error: impl Display) -> String {
    error.to_string()
}
