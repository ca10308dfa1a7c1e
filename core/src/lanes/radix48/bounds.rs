//! What no operand can break: the kernels run on ranges of values instead of values.
//!
//! Every operation asserts that its result is a double whatever the operands are in their ranges,
//! or else that it is rounded in one binade, to units known. Of rounded sums a range remembers what
//! they were made of, and so knows the parts of a product and what a carry leaves.

mod range;

use range::{Range, value_bound, with_table};

use super::{Element, TABLE};

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
    assert_closed2("mul2_sub", &super::mul2_sub(&any2(), &any2(), &any2()));
    assert_closed("double_mul_sub_sqr", &super::double_mul_sub_sqr(&any(), &any(), &any()));
    value_bound(4.0 * VALUE * VALUE);
    assert_closed2("dot2", &super::dot2(&any2(), &any2(), &any2(), &any2(), &any2()));
    value_bound(6.0 * VALUE * VALUE);
    let fused = super::double_mul2_sub_sqr2(&any2(), &any2(), &any2());
    assert_closed2("double_mul2_sub_sqr2", &fused);
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
fn a_sum_of_two_products_in_fp2_must_be_carried() {
    let product = || super::product2(&any2(), &any2());
    let (a, b) = (product(), product());
    super::reduce_pair(&[super::sum(&a[0], &b[0]), super::sum(&a[1], &b[1])]);
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
