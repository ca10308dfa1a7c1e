//! Pearson's chi-square test of counts against shares.

use serde::Serialize;
use statrs::distribution::{ChiSquared, ContinuousCDF};

/// Fewest expected counts of a cell. Below about 5 the statistic is not distributed as the test
/// assumes (Cochran 1954).
pub(super) const EXPECTED_MIN: f64 = 5.0;

/// The outcome of a test.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct ChiSquare {
    /// Sum of (observed - expected)^2 / expected over the cells.
    pub(super) statistic: f64,
    /// Cells less one.
    pub(super) degrees_of_freedom: usize,
    /// How often chance alone gives such a statistic or a larger one.
    pub(super) p_value: f64,
}

impl ChiSquare {
    /// Tests pairs of expected and observed counts. Cells that expect fewer than [`EXPECTED_MIN`]
    /// are one cell, which the smallest other cell joins where it is still too small. `None` where
    /// fewer than two cells are left: there is nothing to compare.
    pub(super) fn of(counts: impl IntoIterator<Item = (f64, u64)>) -> Option<Self> {
        let (mut small, mut cells) = ((0.0, 0), Vec::new());
        for (expected, observed) in counts {
            if expected < EXPECTED_MIN {
                small = (small.0 + expected, small.1 + observed);
            } else {
                cells.push((expected, observed));
            }
        }
        cells.sort_by(|a, b| b.0.total_cmp(&a.0));
        if small.0 > 0.0 {
            let joins = small.0 < EXPECTED_MIN;
            let (expected, observed) =
                if joins { cells.pop().unwrap_or_default() } else { Default::default() };
            cells.push((expected + small.0, observed + small.1));
        }
        let degrees_of_freedom = cells.len().checked_sub(1)?;
        let distribution = ChiSquared::new(degrees_of_freedom as f64).ok()?;
        let statistic = cells.iter().map(|&(expected, observed)| {
            let difference = observed as f64 - expected;
            difference * difference / expected
        });
        let statistic = statistic.sum();
        Some(Self { statistic, degrees_of_freedom, p_value: distribution.sf(statistic) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(actual: f64, expected: f64) -> bool {
        (actual - expected).abs() < 1e-6
    }

    /// A die thrown 60 times: 5, 8, 9, 8, 10, 20. Statistic 13.4, p 0.0199052 with 5 degrees.
    #[test]
    fn the_textbook_die() {
        let test = ChiSquare::of([5, 8, 9, 8, 10, 20].map(|count| (10.0, count))).unwrap();
        assert!(close(test.statistic, 13.4), "{test:?}");
        assert_eq!(test.degrees_of_freedom, 5);
        assert!(close(test.p_value, 0.019_905_22), "{test:?}");
    }

    #[test]
    fn small_cells_are_pooled() {
        let pooled = ChiSquare::of([(90.0, 88), (3.0, 4), (3.0, 3), (4.0, 5)]);
        assert_eq!(pooled, ChiSquare::of([(90.0, 88), (10.0, 12)]));
        // The pool itself is too small, and takes the smallest other cell.
        let joined = ChiSquare::of([(60.0, 58), (36.0, 38), (4.0, 4)]);
        assert_eq!(joined, ChiSquare::of([(60.0, 58), (40.0, 42)]));
    }

    #[test]
    fn one_cell_is_no_test() {
        assert_eq!(ChiSquare::of([(10.0, 10)]), None);
        assert_eq!(ChiSquare::of([(10.0, 10), (0.0, 0)]), None);
        assert_eq!(ChiSquare::of([(1.0, 1), (1.0, 1)]), None);
        assert_eq!(ChiSquare::of([]), None);
    }
}
