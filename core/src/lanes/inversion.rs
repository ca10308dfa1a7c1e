//! Inverses of many elements on lanes for one scalar inversion.

use super::{Base, LaneField, Lanes};
use crate::curve::invert_batch;

/// Inverts every element in place, by Montgomery's trick over `values` and then over the lanes:
/// three products an element and one scalar inversion in all. `products` is scratch of any content.
///
/// Where one lane of one value is zero, all inverses come out as zero.
pub(crate) fn invert<B: Lanes>(backend: B, values: &mut [Base<B>], products: &mut Vec<Base<B>>) {
    let Some(first) = values.first() else { return };
    products.clear();
    let mut running = *first;
    for value in &values[1..] {
        products.push(running);
        running = running.mul(value);
    }
    let mut lanes = running.store()[..B::LANES].to_vec();
    invert_batch(&mut lanes, &mut Vec::with_capacity(B::LANES));
    let mut inverse = Base::load(backend, |lane| lanes[lane]);
    for (value, before) in values[1..].iter_mut().zip(products.iter()).rev() {
        let this = inverse.mul(before);
        inverse = inverse.mul(value);
        *value = this;
    }
    values[0] = inverse;
}
