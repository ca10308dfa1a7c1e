//! How digit sums are cut into pieces of work.

use core::ops::Range;

use super::digits::buckets;

/// Some neighbouring digits of some of the points: work for one thread.
#[derive(Clone)]
pub(super) struct Piece {
    pub(super) digits: Range<usize>,
    pub(super) points: Range<usize>,
}

/// Of digit sums.
#[derive(Clone, Copy)]
pub(super) struct Size {
    pub(super) points: usize,
    pub(super) groups: usize,
    /// Digits of a point.
    pub(super) width: usize,
}

/// The pieces with the fewest point additions on the busiest thread.
pub(super) fn pieces(size: Size, base: u8, threads: usize) -> Vec<Piece> {
    let most = if base == 3 { 7 } else { 3 };
    let plans = (1..=most).flat_map(|together| {
        let windows = size.width.div_ceil(together);
        let whole = windows - windows % threads;
        (1..=threads).map(move |parts| Plan { size, together, windows, whole, parts })
    });
    let best = plans.min_by_key(|plan| plan.cost(base, threads));
    best.expect("at least one digit is taken").pieces()
}

struct Plan {
    size: Size,
    /// Digits to a window, but for the last.
    together: usize,
    windows: usize,
    /// Windows that are one piece each: as many for each thread.
    whole: usize,
    /// Pieces that each of the other windows is cut into, by points.
    parts: usize,
}

impl Plan {
    fn cost(&self, base: u8, threads: usize) -> usize {
        let Size { points, groups, .. } = self.size;
        let c = self.together;
        let apart = if c > 1 { groups * c * buckets(base, c) } else { 0 };
        let cut = (self.windows - self.whole) * self.parts;
        self.whole / threads * (points + apart)
            + cut.div_ceil(threads) * (points.div_ceil(self.parts) + apart)
    }

    fn pieces(&self) -> Vec<Piece> {
        let Size { points, width, .. } = self.size;
        let mut pieces = Vec::with_capacity(self.windows * self.parts);
        for window in 0..self.windows {
            let first = window * self.together;
            let digits = first..width.min(first + self.together);
            let parts = if window < self.whole { 1 } else { self.parts };
            let edge = |part: usize| points * part / parts;
            pieces.extend(
                (0..parts).map(|part| Piece {
                    digits: digits.clone(),
                    points: edge(part)..edge(part + 1),
                }),
            );
        }
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cover_every_digit_of_every_point_once() {
        for (points, groups, width, base, threads) in [
            (1024, 1, 18, 13, 2),
            (8192, 1, 18, 13, 3),
            (1024, 16, 41, 3, 16),
            (1, 1, 35, 13, 64),
            (0, 1, 81, 3, 2),
        ] {
            let mut seen = vec![0; points * width];
            for piece in pieces(Size { points, groups, width }, base, threads) {
                for point in piece.points {
                    piece.digits.clone().for_each(|digit| seen[point * width + digit] += 1);
                }
            }
            assert!(seen.iter().all(|&times| times == 1), "{points} {width} {base} {threads}");
        }
    }

    #[test]
    fn threads_get_equal_shares() {
        // Nine windows of two digits on two threads: four each, and half of the ninth.
        let pieces = pieces(Size { points: 1024, groups: 1, width: 18 }, 13, 2);
        let points: Vec<_> = pieces.iter().map(|piece| piece.points.len()).collect();
        assert_eq!(points, [1024, 1024, 1024, 1024, 1024, 1024, 1024, 1024, 512, 512]);
    }
}
