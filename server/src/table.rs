//! Tables, aligned.

use comfy_table::{ContentArrangement, LineStyle, Table, TableStyle};

/// Columns that a terminal may be expected to have.
const WIDTH: u16 = 100;

/// A line below the header, and nothing else.
const STYLE: TableStyle =
    TableStyle::new().header_separator(LineStyle::none().fill('-').junction('-'));

/// An empty table.
pub(crate) fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(STYLE).set_header(header.to_vec());
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH);
    table
}
