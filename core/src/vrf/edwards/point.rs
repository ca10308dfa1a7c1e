//! Points and scalars of edwards25519 from bytes, each in the one encoding it has.
//!
//! The curve library follows what signatures on the network need and takes a second encoding of some
//! points. A proof that can be written in two ways is malleable, so here the rules are those of
//! RFC 8032, section 5.1.3.

use curve25519_dalek::edwards::CompressedEdwardsY;
use curve25519_dalek::{EdwardsPoint, Scalar};

use crate::error::PointError;
use crate::vrf::error::EncodingError;

/// A point with the bytes it has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Encoded {
    pub(super) point: EdwardsPoint,
    pub(super) bytes: [u8; 32],
}

impl Encoded {
    /// Decodes (`string_to_point`). The point may have any order.
    pub(super) fn decode(bytes: &[u8; 32]) -> Result<Self, EncodingError> {
        if !is_canonical(bytes) {
            return Err(PointError::Encoding.into());
        }
        let point = CompressedEdwardsY(*bytes).decompress().ok_or(PointError::NotOnCurve)?;
        Ok(Self { point, bytes: *bytes })
    }

    /// Encodes some points together, for the price of one inversion.
    pub(super) fn compress<const N: usize>(points: [EdwardsPoint; N]) -> [Self; N] {
        let bytes = EdwardsPoint::compress_batch(&points);
        core::array::from_fn(|i| Self { point: points[i], bytes: bytes[i].to_bytes() })
    }
}

/// The scalar s, which must be below the group order (RFC 9381, section 5.4.4, step 8).
pub(super) fn decode_scalar(bytes: &[u8; 32]) -> Result<Scalar, EncodingError> {
    Option::from(Scalar::from_canonical_bytes(*bytes)).ok_or(EncodingError::ScalarOutOfRange)
}

/// A byte string of exactly `N` bytes.
pub(super) fn exactly<const N: usize>(bytes: &[u8]) -> Result<&[u8; N], EncodingError> {
    bytes.try_into().map_err(|_| EncodingError::Length { expected: N, actual: bytes.len() })
}

/// Whether y is below p = 2^255 - 19, and the sign of x is not set where x is zero.
fn is_canonical(bytes: &[u8; 32]) -> bool {
    let (low, high) = (bytes[0], bytes[31] & 0x7f);
    let middle_is = |byte| bytes[1..31].iter().all(|&b| b == byte);
    let above_p = low >= 0xed && high == 0x7f && middle_is(0xff);
    if above_p {
        return false;
    }
    // x = 0 exactly where y = 1 or y = p - 1.
    let negative = bytes[31] & 0x80 != 0;
    let one = low == 0x01 && high == 0 && middle_is(0);
    let minus_one = low == 0xec && high == 0x7f && middle_is(0xff);
    !(negative && (one || minus_one))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All encodings of y from p to 2^255 - 1 and of x = 0 with a sign: what `compress` never gives.
    #[test]
    fn second_encodings_are_refused() {
        let mut refused = 0;
        for sign in [0, 0x80] {
            for low in 0xed..=0xff {
                let mut bytes = [0xff; 32];
                (bytes[0], bytes[31]) = (low, 0x7f | sign);
                refused += usize::from(Encoded::decode(&bytes) == Err(PointError::Encoding.into()));
            }
        }
        assert_eq!(refused, 38);
        for (low, rest, high) in [(0x01, 0, 0), (0xec, 0xff, 0x7f)] {
            let mut bytes = [rest; 32];
            (bytes[0], bytes[31]) = (low, high);
            assert!(Encoded::decode(&bytes).is_ok());
            bytes[31] |= 0x80;
            assert_eq!(Encoded::decode(&bytes), Err(PointError::Encoding.into()));
        }
    }

    #[test]
    fn what_decodes_encodes_to_itself() {
        let mut points = 0;
        for i in 0..=255u8 {
            for bytes in [[i; 32], core::array::from_fn(|k| if k == 0 { i } else { 0xff })] {
                if let Ok(encoded) = Encoded::decode(&bytes) {
                    assert_eq!(encoded.point.compress().to_bytes(), bytes);
                    points += 1;
                }
            }
        }
        assert!(points > 100, "{points}");
    }
}
