//! Montgomery reduction.

use super::product::{Column, carried, cut, each};
use super::{Columns, Doubles, Element};

/// The digit that takes a step of Montgomery's, and the first column that is not divided away by
/// it alone.
const LAST: usize = 7;

/// Reductions of N products side by side, columns within 1.2 * 2^52: of a value T leaves that of
/// T / R and less than 0.8113 p more or less.
///
/// Digits 0 to 6 are folded straight into the upper half by the constants 2^(-48 k) mod p, which do
/// not wait for one another; only digit 7 takes a step of Montgomery's.
#[inline(always)]
pub(super) fn reduce<V: Doubles, const N: usize>(t: [&Columns<V>; N]) -> [Element<V>; N] {
    let zero = t[0][0];
    let mut table = zero.table();
    let mut digits = [[zero; 8]; N];
    for n in 0..N {
        let mut low = [zero; 8];
        low.copy_from_slice(&t[n][..8]);
        digits[n] = carried(&low);
    }
    let mut columns = [[Column { high: table.unit, low: zero }; 8]; N];
    each!(FIRST in 0 2 4 6 {
        // Four sums side by side hide each other's latency and fill the registers.
        let width = 4 / N;
        let range = if FIRST.is_multiple_of(width) { FIRST..FIRST + width } else { 0..0 };
        for n in 0..N {
            for i in range.clone() {
                columns[n][i].low = if i == 0 { digits[n][LAST] } else { t[n][LAST + i] };
            }
        }
        each!(J in 0 1 2 3 4 5 6 7 {
            for n in 0..N {
                if FIRST == 0 && J == LAST {
                    // What makes column 7 a multiple of 2^48.
                    let (rest, _) = cut(table, columns[n][0].low);
                    digits[n][LAST] = Column::of(table, rest, table.minus_p_inverse).low;
                }
            }
            for n in 0..N {
                for i in range.clone() {
                    columns[n][i].add_product(digits[n][J], &mut table, |table| table.fold[i][J]);
                }
            }
        });
    });
    let mut out = [[zero; 8]; N];
    for n in 0..N {
        let low = columns[n][0].low.known_multiple();
        let mut up = columns[n][0].carry(table).add_product(low, table.shift);
        let mut carry = zero;
        for i in 0..7 {
            let (rest, multiple) = cut(table, columns[n][i + 1].low.add(up));
            up = columns[n][i + 1].carry(table);
            out[n][i] = if i == 0 { rest } else { rest.add_product(carry, table.shift) };
            carry = multiple;
        }
        out[n][7] = t[n][15].add(up).add_product(carry, table.shift);
    }
    out
}

/// Two reductions side by side.
#[inline(always)]
pub(crate) fn reduce_pair<V: Doubles>(t: &[Columns<V>; 2]) -> [Element<V>; 2] {
    reduce([&t[0], &t[1]])
}
