//! The two groups over blst's safe API: points of the curve, in the prime-order subgroup or not.
//! Slow, complete, and none of it ours.

use blst::{BLST_ERROR, min_pk, min_sig};

/// The group of 48-byte points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct G1;

/// The group of 96-byte points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct G2;

/// Arithmetic on the points of a curve.
pub trait Group {
    /// A point of the curve.
    type Point: Clone + Copy + PartialEq + core::fmt::Debug + Send + Sync;
    /// "G1" or "G2".
    const NAME: &'static str;
    /// Bytes of a compressed point.
    const COMPRESSED: usize;
    /// The number of points on the curve divided by r, in hex.
    const COFACTOR: &'static str;
    /// The two least primes that divide the cofactor.
    const SMALL_PRIMES: [u8; 2];

    /// The point that bytes encode, compressed or not, if it can be had from bytes: blst makes no
    /// value of the two points of G1 with x = 0, which have order 3.
    fn decode(bytes: &[u8]) -> Option<Self::Point>;

    /// Whether bytes are the encoding of a point on the curve.
    fn is_on_curve(bytes: &[u8]) -> bool;

    /// The compressed form.
    fn compress(point: &Self::Point) -> Vec<u8>;

    /// The uncompressed form.
    fn serialize(point: &Self::Point) -> Vec<u8>;

    /// Whether a point is in the subgroup of order r.
    fn is_in_subgroup(point: &Self::Point) -> bool;

    /// `P + Q`.
    fn add(p: &Self::Point, q: &Self::Point) -> Self::Point;

    /// `P - Q`.
    fn subtract(p: &Self::Point, q: &Self::Point) -> Self::Point;

    /// `[scalar] P` for a big-endian scalar of any length, by doubling and adding.
    fn multiply(point: &Self::Point, scalar: &[u8]) -> Self::Point;

    /// The identity.
    fn identity() -> Self::Point {
        let mut bytes = vec![0; Self::COMPRESSED];
        bytes[0] = 0xc0;
        Self::decode(&bytes).expect("the encoding of the identity")
    }
}

macro_rules! group {
    ($group:ident, $name:literal, $blst:ident, $bytes:literal, $primes:expr, $cofactor:expr) => {
        impl Group for $group {
            type Point = $blst::PublicKey;
            const NAME: &'static str = $name;
            const COMPRESSED: usize = $bytes;
            const COFACTOR: &'static str = $cofactor;
            const SMALL_PRIMES: [u8; 2] = $primes;

            fn decode(bytes: &[u8]) -> Option<Self::Point> {
                $blst::PublicKey::from_bytes(bytes).ok()
            }

            fn is_on_curve(bytes: &[u8]) -> bool {
                let decoded = $blst::PublicKey::from_bytes(bytes);
                matches!(decoded, Ok(_) | Err(BLST_ERROR::BLST_POINT_NOT_IN_GROUP))
            }

            fn compress(point: &Self::Point) -> Vec<u8> {
                point.compress().to_vec()
            }

            fn serialize(point: &Self::Point) -> Vec<u8> {
                point.serialize().to_vec()
            }

            fn is_in_subgroup(point: &Self::Point) -> bool {
                point.validate() != Err(BLST_ERROR::BLST_POINT_NOT_IN_GROUP)
            }

            fn add(p: &Self::Point, q: &Self::Point) -> Self::Point {
                let mut sum = $blst::AggregatePublicKey::from_public_key(p);
                sum.add_public_key(q, false).expect("nothing is validated");
                sum.to_public_key()
            }

            fn subtract(p: &Self::Point, q: &Self::Point) -> Self::Point {
                let mut sum = $blst::AggregatePublicKey::from_public_key(p);
                sum.sub_aggregate(&$blst::AggregatePublicKey::from_public_key(q));
                sum.to_public_key()
            }

            fn multiply(point: &Self::Point, scalar: &[u8]) -> Self::Point {
                let mut product = $blst::AggregatePublicKey::from_public_key(&Self::identity());
                for bit in (0..8 * scalar.len()).map(|k| scalar[k / 8] >> (7 - k % 8) & 1) {
                    let twice = product;
                    product.add_aggregate(&twice);
                    if bit == 1 {
                        product.add_public_key(point, false).expect("nothing is validated");
                    }
                }
                product.to_public_key()
            }
        }
    };
}

group!(G1, "G1", min_pk, 48, [3, 11], "396c8c005555e1568c00aaab0000aaab");

group!(
    G2,
    "G2",
    min_sig,
    96,
    [13, 23],
    concat!(
        "5d543a95414e7f1091d50792876a202cd91de4547085abaa68a205b2e5a7ddfa",
        "628f1cb4d9e82ef21537e293a6691ae1616ec6e786f0c70cf1c38e31c7238e5",
    )
);

/// The order of the subgroups, in hex.
pub const ORDER: &str = "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001";
