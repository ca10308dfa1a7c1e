//! Products of elements, and the two roundings that everything else is made of.

use super::table::Table;
use super::{Columns, Doubles, Element, sum};

/// Repeats a block for each value of a constant. The optimiser would leave some of the loops, and
/// what they index in memory.
macro_rules! each {
    ($index:ident in $($value:literal)* $body:block) => {
        $({
            const $index: usize = $value;
            $body
        })*
    };
}
pub(super) use each;

/// A sum of products in two parts, each a sum of its own.
#[derive(Clone, Copy)]
pub(super) struct Column<V> {
    /// `unit` and, for every product, a multiple of 2^48 within 2^47 of it.
    pub(super) high: V,
    /// What the products differ from those multiples by.
    pub(super) low: V,
}

impl<V: Doubles> Column<V> {
    /// a b: the high part is rounded as it is added, the low part is exact.
    #[inline(always)]
    pub(super) fn of(table: &Table<V>, a: V, b: V) -> Self {
        let high = table.unit.add_product(a, b);
        Self { high, low: table.unit.sub(high).add_product(a, b) }
    }

    /// Adds a b likewise. b is read from the operand when it is needed, and again for the low part.
    #[inline(always)]
    pub(super) fn add_product<T>(&mut self, a: V, operand: &mut &T, b: impl Fn(&T) -> V) {
        let mut high = self.high;
        *operand = self.low.pin(high.pin(operand));
        let high = high.add_product(a, b(operand));
        let mut rest = self.high.sub(high);
        *operand = rest.pin(operand);
        self.low = self.low.add(rest.add_product(a, b(operand)));
        self.high = high;
    }

    /// What the high part carries into the next column.
    #[inline(always)]
    pub(super) fn carry(&self, table: &Table<V>) -> V {
        table.unshift.add_product(self.high, table.shift)
    }
}

/// x less the multiple of 2^48 next to it, within 2^47; and that multiple.
#[inline(always)]
pub(super) fn cut<V: Doubles>(table: &Table<V>, x: V) -> (V, V) {
    let multiple = x.add(table.unit).sub(table.unit);
    (x.sub(multiple), multiple)
}

/// Cuts digits or columns to within 2^47 + 2^5 but for the last, the value staying the same. No
/// carry waits for another: what is carried into a digit does not change what it carries on.
#[inline(always)]
pub(super) fn carried<V: Doubles, const N: usize>(x: &[V; N]) -> [V; N] {
    let table = x[0].table();
    let mut out = *x;
    let mut carry = x[0];
    for i in 0..N - 1 {
        let (rest, multiple) = cut(table, x[i]);
        out[i] = if i == 0 { rest } else { rest.add_product(carry, table.shift) };
        carry = multiple;
    }
    out[N - 1] = out[N - 1].add_product(carry, table.shift);
    out
}

/// Whether digit i of a has a part in column k.
const fn has_term(square: bool, k: usize, i: usize) -> bool {
    i <= k && k <= i + 7 && (!square || 2 * i <= k)
}

/// Columns `FIRST` to `FIRST` + 4 of a b. Five sums side by side hide each other's latency and fill
/// the registers. A square is given with b = 2a.
#[inline(always)]
fn columns<V: Doubles, const SQUARE: bool, const FIRST: usize>(
    table: &Table<V>,
    a: &Element<V>,
    b: &Element<V>,
    after: &mut V,
) -> [Column<V>; 5] {
    let mut b = after.pin(b);
    let mut columns = [Column { high: table.unit, low: table.unit }; 5];
    each!(I in 0 1 2 3 4 5 6 7 {
        each!(C in 0 1 2 3 4 {
            let k = FIRST + C;
            if has_term(SQUARE, k, I) {
                let factor = |b: &Element<V>| if SQUARE && I == k - I { a[I] } else { b[k - I] };
                if I == k.saturating_sub(7) {
                    columns[C] = Column::of(table, a[I], factor(b));
                } else {
                    columns[C].add_product(a[I], &mut b, factor);
                }
            }
        });
    });
    *after = columns[4].high;
    columns
}

#[inline(always)]
fn wide<V: Doubles, const SQUARE: bool>(a: &Element<V>, b: &Element<V>) -> Columns<V> {
    let table = a[0].table();
    let mut t = [a[0]; 16];
    let mut last = a[0];
    each!(FIRST in 0 5 10 {
        let columns = columns::<V, SQUARE, FIRST>(table, a, b, &mut last);
        for (c, column) in columns.iter().enumerate() {
            let k = FIRST + c;
            t[k] = if k == 0 { column.low } else { t[k].add(column.low) };
            t[k + 1] = column.carry(table);
        }
    });
    t
}

/// a b, columns within 1.5 * 2^50.
#[inline(always)]
pub(crate) fn mul_wide<V: Doubles>(a: &Element<V>, b: &Element<V>) -> Columns<V> {
    wide::<V, false>(a, b)
}

/// a^2, likewise.
#[inline(always)]
pub(crate) fn sqr_wide<V: Doubles>(a: &Element<V>) -> Columns<V> {
    wide::<V, true>(a, &sum(a, a))
}
