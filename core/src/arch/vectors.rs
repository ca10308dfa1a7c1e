//! Vectors of what the public interface does not show: group operations, maps, pairings. The rest
//! is read by the suites in `tests`, which also see to it that no file is left out.

mod eip2537;
mod rfc9380;

use serde_json::Value;

/// Reads a vector file of the repository.
pub(crate) fn read(relative: &str) -> Value {
    let path = format!("{}/../tests/vectors/{relative}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    serde_json::from_slice(&text).unwrap_or_else(|e| panic!("{path}: {e}"))
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("not a string: {value}"))
}

/// The bytes of a string in hex, with or without `0x` in front.
pub(crate) fn bytes(value: &Value) -> Vec<u8> {
    let text = text(value);
    hex::decode(text.strip_prefix("0x").unwrap_or(text)).expect("hex")
}

pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}
