//! `eip-2537`: many cases a file, points as padded coordinates.

use serde::Deserialize;

use super::{Hex, read};

/// A case whose input has to be refused.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Failing {
    /// What is wrong with the input.
    pub name: String,
    /// The concatenated arguments.
    pub input: Hex,
    /// One of five texts.
    pub expected_error: String,
}

/// A case that has a result.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Succeeding {
    /// What is computed.
    pub name: String,
    /// The concatenated arguments.
    pub input: Hex,
    /// The result.
    pub expected: Hex,
}

/// The failing cases of an operation, such as `add_G1`.
pub fn failing(operation: &str) -> Vec<Failing> {
    read(&format!("eip-2537/fail-{operation}_bls.json"))
}

/// The cases of an operation that have a result.
pub fn succeeding(operation: &str) -> Vec<Succeeding> {
    read(&format!("eip-2537/{operation}_bls.json"))
}

/// Bytes of a padded coordinate: 16 zero bytes, then the 48 of a field element.
pub const PADDED: usize = 64;

/// The uncompressed encoding of a point from its padded coordinates: 2 of them on G1, 4 on G2.
/// `None` where the padding is not zero.
///
/// The EIP has the real part of an Fp2 element first, the encoding has it last; the EIP writes
/// the identity as zeros, the encoding flags it.
pub fn uncompressed(padded: &[u8]) -> Option<Vec<u8>> {
    let elements: Vec<&[u8]> = padded.chunks(PADDED).map(element).collect::<Option<_>>()?;
    let mut out = match elements[..] {
        [x, y] => [x, y].concat(),
        [x0, x1, y0, y1] => [x1, x0, y1, y0].concat(),
        _ => panic!("{} padded coordinates make no point", elements.len()),
    };
    if out.iter().all(|&byte| byte == 0) {
        out[0] = 0x40;
    }
    Some(out)
}

/// The 48 bytes of a padded field element, in range or not. `None` where the padding is not zero.
pub fn element(padded: &[u8]) -> Option<&[u8]> {
    let (padding, element) = padded.split_at(PADDED - 48);
    padding.iter().all(|&byte| byte == 0).then_some(element)
}
