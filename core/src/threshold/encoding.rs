//! Strict reading: every message has one encoding, and nothing is allocated before it is bounded.

use zeroize::Zeroizing;

use crate::arch::SecretFr;
use crate::curve::{Affine, Curve};
use crate::error::PointError;
use crate::threshold::error::DecodeError;
use crate::threshold::index::{Index, PARTICIPANTS_MAX};

/// Takes a message apart from the front.
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    position: usize,
    points: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0, points: 0 }
    }

    /// The next `count` bytes.
    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        let end = self.position + count;
        let part = self.bytes.get(self.position..end);
        self.position = end;
        part.ok_or(DecodeError::Length { expected: end, actual: self.bytes.len() })
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        Ok(self.take(N)?.try_into().expect("as many bytes as taken"))
    }

    pub(crate) fn kind(&mut self, expected: u8) -> Result<(), DecodeError> {
        let [actual] = self.array()?;
        if actual == expected { Ok(()) } else { Err(DecodeError::Kind { expected, actual }) }
    }

    pub(crate) fn flag(&mut self) -> Result<bool, DecodeError> {
        match self.array()? {
            [0] => Ok(false),
            [1] => Ok(true),
            _ => Err(DecodeError::Value),
        }
    }

    pub(crate) fn u16(&mut self) -> Result<u16, DecodeError> {
        Ok(u16::from_be_bytes(self.array()?))
    }

    pub(crate) fn index(&mut self) -> Result<Index, DecodeError> {
        let number = self.u16()?;
        Index::new(number).map_err(|_| DecodeError::Range { number })
    }

    /// A number of things, each of `bytes_each`, from 1 to the limit; the bytes must be there.
    pub(crate) fn count(&mut self, bytes_each: usize) -> Result<usize, DecodeError> {
        let number = self.u16()?;
        if number == 0 || number > PARTICIPANTS_MAX {
            return Err(DecodeError::Range { number });
        }
        let expected = self.position + usize::from(number) * bytes_each;
        if self.bytes.len() < expected {
            return Err(DecodeError::Length { expected, actual: self.bytes.len() });
        }
        Ok(usize::from(number))
    }

    pub(crate) fn scalar(&mut self) -> Result<SecretFr, DecodeError> {
        let bytes = Zeroizing::new(self.array::<32>()?);
        SecretFr::from_bytes(&bytes).ok_or(DecodeError::Value)
    }

    /// A compressed point of the subgroup. The identity is let through only where it is allowed.
    pub(crate) fn point<C: Curve>(&mut self, identity: bool) -> Result<Affine<C>, DecodeError> {
        let position = self.points;
        self.points += 1;
        let fail = |error| DecodeError::Point { position, error };
        let point = C::decode(self.take(C::COMPRESSED)?).map_err(fail)?;
        if point.is_identity() && !identity {
            return Err(fail(PointError::Identity));
        }
        if !C::in_subgroup(&point.to_projective()) {
            return Err(fail(PointError::NotInSubgroup));
        }
        Ok(point)
    }

    /// Nothing may be left.
    pub(crate) fn end(self) -> Result<(), DecodeError> {
        if self.position == self.bytes.len() {
            return Ok(());
        }
        Err(DecodeError::Length { expected: self.position, actual: self.bytes.len() })
    }
}

/// Refuses an index that does not rise above the one before it.
pub(crate) fn rises(before: Option<Index>, index: Index) -> Result<(), DecodeError> {
    if before.is_some_and(|before| before >= index) {
        return Err(DecodeError::Order { number: index.get() });
    }
    Ok(())
}

/// Appends a compressed point.
pub(crate) fn push_point<C: Curve>(out: &mut Vec<u8>, point: &Affine<C>) {
    let start = out.len();
    out.resize(start + C::COMPRESSED, 0);
    C::compress(point, &mut out[start..]);
}

/// Appends a number that is at most [`PARTICIPANTS_MAX`].
pub(crate) fn push_count(out: &mut Vec<u8>, count: usize) {
    let count = u16::try_from(count).expect("at most PARTICIPANTS_MAX");
    out.extend_from_slice(&count.to_be_bytes());
}
