//! Constants of Fp, written in hex as standards print them.

use super::Limbs;

/// The integer below 2^384 that `hex` is, most significant digit first.
pub(crate) const fn integer(hex: &str) -> Limbs {
    let digits = hex.as_bytes();
    let mut out = [0; 6];
    let mut i = 0;
    while i < digits.len() {
        let digit = match digits[digits.len() - 1 - i] {
            digit @ b'0'..=b'9' => digit - b'0',
            digit @ b'a'..=b'f' => digit - b'a' + 10,
            _ => panic!("not a hex digit"),
        };
        out[i / 16] |= (digit as u64) << (4 * (i % 16));
        i += 1;
    }
    out
}
