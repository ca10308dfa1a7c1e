//! What no operand can break: the kernels run on ranges of values instead of values.
//!
//! Every operation asserts that its result is a double whatever the operands are in their ranges,
//! or else that it is rounded in one binade, to units known. Of rounded sums a range remembers what
//! they were made of, and so knows the parts of a product and what a carry leaves.

mod range;

use range::{Range, value_bound, with_table};

use super::{Columns, Element, TABLE};

/// The bound of digits 0 to 6 of an element.
const DIGIT: f64 = ((1u64 << 47) + (1 << 5)) as f64;
/// That of digit 7: 9/8 of p's.
const TOP: f64 = 1.125 * TABLE.p[7];
/// 2^336 makes of this the bound of an element's value: what other digits add to the top one.
const VALUE: f64 = TOP + 0.51;

fn element_within(scale: f64) -> Element<Range> {
    core::array::from_fn(|i| Range::within(scale * if i < 7 { DIGIT } else { TOP }.floor()))
}

/// Any element.
fn any() -> Element<Range> {
    element_within(1.0)
}

fn any2() -> [Element<Range>; 2] {
    [any(), any()]
}

fn assert_closed(what: &str, element: &Element<Range>) {
    for (i, digit) in element.iter().enumerate() {
        let bound = if i < 7 { DIGIT } else { TOP };
        assert!(digit.magnitude() <= bound, "{what}, digit {i}: {digit:?}");
    }
}

fn assert_closed2(what: &str, element: &[Element<Range>; 2]) {
    assert_closed(what, &element[0]);
    assert_closed(what, &element[1]);
}

/// The sum of so many products.
fn sum_of(weight: f64) -> [Columns<Range>; 2] {
    value_bound(2.0 * weight * VALUE * VALUE);
    super::mul2_wide(&any2(), &any2())
        .map(|columns| columns.map(|column| Range::within(weight * column.magnitude())))
}

#[test]
fn every_operation_is_exact_and_closed() {
    assert_closed("mul", &super::mul(&any(), &any()));
    assert_closed("sqr", &super::sqr(&any()));
    assert_closed("add", &super::add(&any(), &any()));
    assert_closed("sub", &super::sub(&any(), &any()));
    assert_closed("neg", &super::neg(&any()));
    assert_closed("double", &super::double(&any()));
    assert_closed("triple", &super::triple(&any()));
    assert_closed("sub_double", &super::sub_double(&any(), &any()));
    assert_closed("sub_both", &super::sub_both(&any(), &any(), &any()));
    assert_closed("sub_eightfold", &super::sub_eightfold(&any(), &any()));
    value_bound(2.0 * VALUE * VALUE);
    assert_closed2("mul2", &super::mul2(&any2(), &any2()));
    assert_closed2("sqr2", &super::sqr2(&any2()));
}

#[test]
fn sums_of_32_products_are_exact_and_closed() {
    let square = super::sqr2_wide(&any2());
    let product = super::mul2_wide(&any2(), &any2());
    for columns in square.iter().chain(&product) {
        assert!(columns[..15].iter().all(|column| column.magnitude() <= DIGIT));
    }
    let (a, b, c) = (sum_of(11.0), sum_of(10.0), sum_of(11.0));
    super::sub2_both_wide(&a, &b, &c);
    super::add2_xi_wide(&a, &b);
    super::sub2_xi_wide(&a, &b);
    super::add2_wide(&a, &b);
    assert_closed2("reduce2", &super::reduce2(&sum_of(32.0)));
}

#[test]
fn what_is_zero_has_no_other_digits() {
    // Within 2/3 p, so zero modulo p is zero; within 2^48, so the digits of zero are zero.
    let x = super::reduced(&any());
    assert!(x[..7].iter().all(|digit| digit.magnitude() < (1u64 << 48) as f64));
    assert!(x[7].magnitude() < TABLE.p[7] * 2.0 / 3.0);
}

#[test]
#[should_panic(expected = "leaves its binade")]
fn a_smaller_unit_would_not_do() {
    let mut table = TABLE;
    table.unit /= 8.0;
    table.unshift /= 8.0;
    with_table(&table, || super::mul(&any(), &any()));
}

#[test]
#[should_panic(expected = "leaves its binade")]
fn sums_of_three_must_be_carried_before_they_are_multiplied() {
    super::mul_wide(&element_within(3.0), &element_within(3.0));
}

#[test]
#[should_panic(expected = "is not a double")]
fn a_sum_of_64_products_would_not_do() {
    super::reduce2(&sum_of(64.0));
}

#[test]
#[should_panic(expected = "mul2, digit 7")]
fn larger_constants_would_not_do() {
    let mut table = TABLE;
    for digit in &mut table.fold[7] {
        *digit *= 1.25;
    }
    with_table(&table, || {
        value_bound(2.0 * VALUE * VALUE);
        assert_closed2("mul2", &super::mul2(&any2(), &any2()));
    });
}
