//! `rfc9380`: hash-to-curve with all that happens on the way.

use serde::Deserialize;

use super::{Hex, read};

/// One suite of hash-to-curve.
#[derive(Debug, Deserialize)]
pub struct HashToCurve {
    /// The tag.
    pub dst: String,
    /// The cases.
    pub vectors: Vec<Vector>,
}

/// One message and its point.
#[derive(Debug, Deserialize)]
pub struct Vector {
    /// The message is text.
    pub msg: String,
    /// Where it is mapped to.
    #[serde(rename = "P")]
    pub point: Point,
}

/// Affine coordinates; an element of Fp2 has its real part first, then a comma.
#[derive(Debug, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Point {
    pub x: String,
    pub y: String,
}

impl Point {
    /// The uncompressed encoding, which has the imaginary part first.
    pub fn uncompressed(&self) -> Vec<u8> {
        let coordinate = |text: &str| {
            let parts = text.split(',').map(|part| Hex::try_from(part.to_owned()).expect("hex").0);
            parts.rev().collect::<Vec<_>>().concat()
        };
        [coordinate(&self.x), coordinate(&self.y)].concat()
    }
}

/// Reads a suite by the name of its file, less `.json`.
pub fn hash_to_curve(file: &str) -> HashToCurve {
    read(&format!("rfc9380/{file}.json"))
}
