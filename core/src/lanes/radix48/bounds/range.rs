//! A double known by its range, its divisors and its origin.

use std::cell::Cell;

use crate::lanes::radix48::{Columns, Doubles, Element, TABLE, Table, reduce_pair};

/// All the doubles that a variable can be: the multiples of 2^`grain` between two bounds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Range {
    /// Which variable it is. Copies are the same one.
    id: usize,
    low: f64,
    high: f64,
    grain: i32,
    origin: Origin,
}

/// The product of two variables; a variable alone is its product with [`ONE`].
type Product = [usize; 2];

const ONE: usize = 0;

/// A summand.
#[derive(Clone, Copy, Debug)]
struct Part {
    product: Product,
    low: f64,
    high: f64,
}

/// What else is known.
#[derive(Clone, Copy, Debug)]
enum Origin {
    Unknown,
    /// The sum of two parts, rounded to a multiple of 2^unit.
    Rounded {
        parts: [Part; 2],
        unit: i32,
    },
    /// The multiple of 2^unit next to a product.
    Nearest {
        product: Product,
        unit: i32,
    },
    /// Minus that.
    MinusNearest {
        product: Product,
        unit: i32,
    },
}

thread_local! {
    static LAST_ID: Cell<usize> = const { Cell::new(ONE) };
    static CONSTANTS: Cell<&'static Table<Range>> =
        Cell::new(Box::leak(Box::new(TABLE.map(Range::constant))));
    static VALUE: Cell<f64> = const { Cell::new(f64::INFINITY) };
}

/// Runs a test with other constants.
pub(super) fn with_table<R>(table: &Table<f64>, test: impl FnOnce() -> R) -> R {
    CONSTANTS.set(Box::leak(Box::new(table.map(Range::constant))));
    test()
}

/// States the bound of both values that the next reductions of pairs take, less a factor 2^672. It
/// narrows the last column, whose own range does not know that products cancel.
pub(super) fn value_bound(value: f64) {
    VALUE.set(value);
}

/// 2^n
fn power(n: i32) -> f64 {
    2f64.powi(n)
}

impl Range {
    /// Any integer between -bound and bound.
    pub(super) fn within(bound: f64) -> Self {
        Self::new(-bound, bound, 0)
    }

    pub(super) fn magnitude(&self) -> f64 {
        self.high.max(-self.low)
    }

    /// One double.
    fn constant(x: f64) -> Self {
        let grain = (-200..200).rev().find(|grain| (x / power(*grain)).fract() == 0.0);
        Self::new(x, x, grain.expect("a constant of usual size"))
    }

    /// The bounds may be a little off, outwards, but not by a multiple of 2^grain.
    fn new(low: f64, high: f64, grain: i32) -> Self {
        let id = LAST_ID.get() + 1;
        LAST_ID.set(id);
        let unit = power(grain);
        let (low, high) = ((low / unit).ceil() * unit, (high / unit).floor() * unit);
        Self { id, low, high, grain, origin: Origin::Unknown }
    }

    /// A result that was not rounded.
    fn exact(low: f64, high: f64, grain: i32) -> Self {
        let result = Self::new(low, high, grain);
        assert!(result.magnitude() <= power(53 + grain), "{result:?} is not a double");
        result
    }

    fn part(&self) -> Part {
        Part { product: [self.id, ONE], low: self.low, high: self.high }
    }

    /// self + part, which is a multiple of 2^grain, however that comes out.
    fn plus(self, part: Part, grain: i32) -> Self {
        let (low, high) = (self.low + part.low, self.high + part.high);
        let (low, high) = (low.next_down(), high.next_up());
        let grain = grain.min(self.grain);
        if low.abs().max(high.abs()) <= power(53 + grain) {
            return Self::exact(low, high, grain);
        }
        // Meant to be rounded, then, in the binade of the sum's middle.
        let middle = f64::midpoint(low, high);
        let sum = (self, part);
        assert!(middle >= power(52 + grain), "{sum:?} is not a double");
        let binade = (grain..200).find(|n| power(*n + 1) > middle).expect("below 2^200");
        let unit = binade - 52;
        let half = power(unit - 1);
        let (low, high) = (low - half, high + half);
        assert!(power(binade) <= low && high < power(binade + 1), "{sum:?} leaves its binade");
        let origin = Origin::Rounded { parts: [self.part(), part], unit };
        Self { origin, ..Self::new(low, high, unit) }
    }

    /// Of a rounded sum that a variable is a part of, the other part.
    fn other_part(parts: &[Part; 2], known: &Self, unit: i32) -> Option<Part> {
        let at = parts.iter().position(|part| part.product == [known.id, ONE])?;
        // Taken off again, it leaves the multiple next to the other part.
        (known.grain >= unit).then_some(parts[1 - at])
    }
}

/// The products of bounds, a little outwards.
fn product(a: &Range, b: &Range) -> Part {
    let bounds = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high];
    let low = bounds.iter().copied().fold(f64::INFINITY, f64::min).next_down();
    let high = bounds.iter().copied().fold(f64::NEG_INFINITY, f64::max).next_up();
    Part { product: [a.id, b.id], low, high }
}

fn negative(part: Part) -> Part {
    Part { product: [usize::MAX; 2], low: -part.high, high: -part.low }
}

// Out of line: the kernels unroll these hundreds of times, and compilers would take minutes.
impl Doubles for Range {
    fn table(self) -> &'static Table<Self> {
        CONSTANTS.get()
    }

    #[inline(never)]
    fn add(self, other: Self) -> Self {
        self.plus(other.part(), other.grain)
    }

    #[inline(never)]
    fn sub(self, other: Self) -> Self {
        if self.id == other.id {
            return Self::exact(0.0, 0.0, self.grain);
        }
        if let Origin::Rounded { parts, unit } = self.origin
            && let Some(Part { product, low, high }) = Self::other_part(&parts, &other, unit)
        {
            let half = power(unit - 1);
            let origin = Origin::Nearest { product, unit };
            return Self { origin, ..Self::exact(low - half, high + half, unit) };
        }
        if let Origin::Rounded { parts, unit } = other.origin
            && let Some(Part { product, low, high }) = Self::other_part(&parts, &self, unit)
        {
            let half = power(unit - 1);
            let origin = Origin::MinusNearest { product, unit };
            return Self { origin, ..Self::exact(-high - half, half - low, unit) };
        }
        if let Origin::Nearest { product, unit } = other.origin
            && product == [self.id, ONE]
        {
            let half = power(unit - 1);
            return Self::exact(-half, half, self.grain.min(unit));
        }
        self.plus(negative(other.part()), other.grain)
    }

    #[inline(never)]
    fn add_product(self, a: Self, b: Self) -> Self {
        let grain = a.grain + b.grain;
        if let Origin::MinusNearest { product, unit } = self.origin
            && product == [a.id, b.id]
        {
            let half = power(unit - 1);
            return Self::exact(-half, half, grain.min(unit));
        }
        self.plus(product(&a, &b), grain)
    }

    #[inline(never)]
    fn sub_product(self, a: Self, b: Self) -> Self {
        let grain = a.grain + b.grain;
        if let Origin::Nearest { product: [x, factor], unit: 0 } = a.origin
            && (x, factor) == (self.id, self.table().per_p.id)
            && (b.high * self.table().per_p.high - 1.0).abs() < power(-51)
        {
            // The quotient is within 1/2 of x / b, but for the error of 1 / b.
            let bound = (b.high / 2.0 + self.magnitude() * power(-50)).next_up();
            return Self::exact(-bound, bound, grain.min(self.grain));
        }
        self.plus(negative(product(&a, &b)), grain)
    }

    fn known_multiple(self) -> Self {
        Self::exact(self.low, self.high, 48)
    }

    fn reduce_pair(t: &[Columns<Self>; 2]) -> [Element<Self>; 2] {
        reduce_pair(&t.map(|mut columns| {
            // The last column is the value less the others.
            let others: f64 = (0i32..)
                .zip(&columns[..15])
                .map(|(k, c)| c.magnitude() * power(48 * (k - 15)))
                .sum();
            let bound = (VALUE.get() * power(-48) + others) * (1.0 + power(-40));
            let last = columns[15];
            columns[15] = Self::exact(last.low.max(-bound), last.high.min(bound), last.grain);
            columns
        }))
    }
}
