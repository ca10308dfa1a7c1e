//! Points that a verifier has to refuse although they are on the curve: outside the subgroup of
//! order r, some of them of small order.
//!
//! A curve has `h r` points. For a prime l that divides h exactly e times and any point P of the
//! curve, `[h r / l^e] P` has an order that divides `l^e`; multiplying on by l until the next
//! product is the identity leaves a point of order l. Nothing here is written down as a constant
//! but h and r: the points are computed, and the tests below check their order.

use crate::group::{Group, ORDER};

/// The point of the curve with the least x after `skip` others. Its order is a multiple of r and
/// of most primes that divide h.
pub fn curve_point<G: Group>(skip: usize) -> G::Point {
    candidates::<G>().filter_map(|bytes| G::decode(&bytes)).nth(skip).expect("every other x")
}

/// A compressed encoding in range whose x is no point's, after `skip` others.
pub fn off_curve<G: Group>(skip: usize) -> Vec<u8> {
    candidates::<G>().filter(|bytes| !G::is_on_curve(bytes)).nth(skip).expect("every other x")
}

/// Encodings with x = 1, 2, ... (in G2 the real part; the imaginary part is zero).
fn candidates<G: Group>() -> impl Iterator<Item = Vec<u8>> {
    (1..=u8::MAX).map(|x| {
        let mut bytes = vec![0; G::COMPRESSED];
        bytes[0] = 0x80;
        bytes[G::COMPRESSED - 1] = x;
        bytes
    })
}

/// A point of prime order l, l a divisor of the cofactor.
pub fn small_order<G: Group>(l: u8) -> G::Point {
    let order = hex::decode(ORDER).expect("hex");
    let odd_digits = G::COFACTOR.len() % 2;
    let mut cofactor = hex::decode("0".repeat(odd_digits) + G::COFACTOR).expect("hex");
    while let Some(quotient) = divide(&cofactor, l) {
        cofactor = quotient;
    }
    let mut point = (0..u8::MAX.into())
        .map(|skip| G::multiply(&G::multiply(&curve_point::<G>(skip), &order), &cofactor))
        .find(|point| *point != G::identity())
        .expect("only one point in l has an order prime to l");
    loop {
        let next = G::multiply(&point, &[l]);
        if next == G::identity() {
            return point;
        }
        point = next;
    }
}

/// The quotient of a big-endian number by a small one, if there is no remainder.
fn divide(number: &[u8], by: u8) -> Option<Vec<u8>> {
    let mut rest = 0u16;
    let quotient = number
        .iter()
        .map(|&byte| {
            let value = rest << 8 | u16::from(byte);
            rest = value % u16::from(by);
            u8::try_from(value / u16::from(by)).expect("the rest is below the divisor")
        })
        .collect();
    (rest == 0).then_some(quotient)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::group::{G1, G2};

    /// `[times] P` by repeated addition.
    fn repeat<G: Group>(point: &G::Point, times: usize) -> G::Point {
        (0..times).fold(G::identity(), |sum, _| G::add(&sum, point))
    }

    fn orders_are_as_said<G: Group>() {
        for l in G::SMALL_PRIMES {
            let point = small_order::<G>(l);
            assert!(G::is_on_curve(&G::compress(&point)) && !G::is_in_subgroup(&point));
            // l is prime, so a point that l kills and that is not the identity has order l.
            assert_ne!(point, G::identity());
            assert_eq!(repeat::<G>(&point, usize::from(l)), G::identity());
            assert_eq!(repeat::<G>(&point, usize::from(l) + 1), point);
        }
        let wild = curve_point::<G>(0);
        assert!(!G::is_in_subgroup(&wild));
        assert!(!G::is_on_curve(&off_curve::<G>(0)));
        assert_eq!(G::multiply(&wild, &[1, 2]), repeat::<G>(&wild, 258));
        assert_eq!(G::subtract(&wild, &wild), G::identity());
    }

    #[test]
    fn g1() {
        orders_are_as_said::<G1>();
    }

    #[test]
    fn g2() {
        orders_are_as_said::<G2>();
    }

    #[test]
    fn order_three_is_where_x_is_zero() {
        let mut bytes = G1::compress(&small_order::<G1>(3));
        bytes[0] &= 0x1f;
        assert_eq!(bytes, [0; 48]);
    }
}
