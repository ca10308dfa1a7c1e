//! Hex as people write it: either case, with or without `0x`.

use thiserror::Error;

/// Why a text is not hex.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum HexError {
    /// Two digits make a byte.
    #[error("odd number of digits")]
    Odd,
    /// Neither `0x` in front nor a digit.
    #[error("the character at position {position} is not a hex digit")]
    Digit {
        /// Position in the text as given, from 1.
        position: usize,
    },
    /// Only where a length is asked for.
    #[error("{actual} bytes where {expected} are needed")]
    Length {
        /// Bytes asked for.
        expected: usize,
        /// Bytes given.
        actual: usize,
    },
}

/// Appends the bytes that a text stands for; on an error appends nothing.
pub(crate) fn decode_onto(out: &mut Vec<u8>, text: &[u8]) -> Result<(), HexError> {
    let (digits, _) = digits(text)?;
    let start = out.len();
    out.resize(start + digits.len() / 2, 0);
    decode_into(&mut out[start..], text).inspect_err(|_| out.truncate(start))
}

/// Fills a buffer with the bytes that a text stands for: as many as the buffer has.
pub(crate) fn decode_into(out: &mut [u8], text: &[u8]) -> Result<(), HexError> {
    let (digits, skipped) = digits(text)?;
    if digits.len() != 2 * out.len() {
        return Err(HexError::Length { expected: out.len(), actual: digits.len() / 2 });
    }
    hex::decode_to_slice(digits, out).map_err(|error| match error {
        hex::FromHexError::InvalidHexCharacter { index, .. } => {
            HexError::Digit { position: skipped + index + 1 }
        }
        hex::FromHexError::OddLength | hex::FromHexError::InvalidStringLength => HexError::Odd,
    })
}

/// The digits, an even number of them, and how many characters come before.
fn digits(text: &[u8]) -> Result<(&[u8], usize), HexError> {
    let digits = text.strip_prefix(b"0x").unwrap_or(text);
    if digits.len() % 2 == 1 {
        return Err(HexError::Odd);
    }
    Ok((digits, text.len() - digits.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(text: &str) -> Result<Vec<u8>, HexError> {
        let mut out = vec![7];
        decode_onto(&mut out, text.as_bytes()).map(|()| out[1..].to_vec())
    }

    #[test]
    fn either_case_with_or_without_prefix() {
        assert_eq!(decode("0xCAfe"), Ok(vec![0xca, 0xfe]));
        assert_eq!(decode("cafe"), Ok(vec![0xca, 0xfe]));
        assert_eq!(decode("0x"), Ok(vec![]));
        assert_eq!(decode(""), Ok(vec![]));
    }

    #[test]
    fn errors_name_the_place() {
        assert_eq!(decode("0xabc"), Err(HexError::Odd));
        assert_eq!(decode("0xag"), Err(HexError::Digit { position: 4 }));
        assert_eq!(decode("0Xab"), Err(HexError::Digit { position: 2 }));
        let mut two = [0; 2];
        let length = HexError::Length { expected: 2, actual: 1 };
        assert_eq!(decode_into(&mut two, b"0xff"), Err(length));
    }
}
