//! A progress bar, where somebody looks at stderr and sees no rows go by.
//!
//! Rows on a terminal are progress enough, and a bar among them would tear them.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The bar, or nothing.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// A bar over the input's bytes where their number is known, else a count of records.
    /// indicatif itself draws nothing where stderr is no terminal.
    pub(super) fn new(size_bytes: Option<u64>, rows_are_seen: bool) -> Self {
        let target =
            if rows_are_seen { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(size_bytes, target);
        let template = match size_bytes {
            Some(_) => "{bar:32} {percent:>3}%  {msg}  {bytes_per_sec}, {eta} to go",
            None => "{spinner} {msg}  {bytes_per_sec}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// So much is verified.
    pub(super) fn advance(&self, input_bytes: u64, records: u64) {
        if !self.0.is_hidden() {
            self.0.set_message(format!("{records} records"));
            self.0.set_position(input_bytes);
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        self.0.finish_and_clear();
    }
}
