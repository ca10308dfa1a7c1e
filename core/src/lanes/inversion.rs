//! Inverses of many elements on lanes for one scalar inversion.

use super::{Base, LaneField, Lanes};

/// Turns every element x into `scale` / x, by Montgomery's trick over `values` and then over the
/// lanes: three products an element and one scalar inversion in all. `products` is scratch of any
/// content. `None` if any element in any lane is zero.
pub(crate) fn invert<B: Lanes>(
    backend: B,
    scale: &Base<B>,
    values: &mut [Base<B>],
    products: &mut Vec<Base<B>>,
) -> Option<()> {
    let Some((first, others)) = values.split_first_mut() else { return Some(()) };
    products.clear();
    let mut running = *first;
    for value in &*others {
        products.push(running);
        running = running.mul(value);
    }
    let mut inverse = running.invert(backend)?.mul(scale);
    for (value, before) in others.iter_mut().zip(products.iter()).rev() {
        let this = inverse.mul(before);
        inverse = inverse.mul(value);
        *value = this;
    }
    *first = inverse;
    Some(())
}
