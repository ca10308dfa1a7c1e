//! The vector files.

use std::fs;
use std::path::{Path, PathBuf};

pub(crate) use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors")
}

/// One file.
pub(crate) fn read(path: &str) -> Value {
    let text = fs::read(folder().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"));
    serde_json::from_slice(&text).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// The cases of Ethereum's of one kind, each with its name. There have to be `count`.
pub(crate) fn ethereum(kind: &str, count: usize) -> Vec<(String, Value)> {
    let relative = format!("ethereum-bls12-381-tests/{kind}");
    let entries = fs::read_dir(folder().join(&relative)).unwrap_or_else(|e| panic!("{kind}: {e}"));
    let mut names: Vec<_> = entries
        .map(|entry| entry.expect("readable").file_name().into_string().expect("UTF-8"))
        .collect();
    names.sort();
    assert_eq!(names.len(), count, "cases of {kind}");
    names.into_iter().map(|name| (name.clone(), read(&format!("{relative}/{name}")))).collect()
}

/// The cases of a list, which has to have `count`.
pub(crate) fn list(value: &Value, count: usize) -> &[Value] {
    let list = value.as_array().expect("a list");
    assert_eq!(list.len(), count, "cases");
    list
}

/// Bytes in hex, with or without `0x`; none for null.
pub(crate) fn bytes(value: &Value) -> Vec<u8> {
    if value.is_null() {
        return Vec::new();
    }
    let digits = value.as_str().expect("hex");
    hex::decode(digits.strip_prefix("0x").unwrap_or(digits)).expect("hex")
}

/// A list of bytes.
pub(crate) fn many(value: &Value) -> Vec<Vec<u8>> {
    value.as_array().expect("a list").iter().map(bytes).collect()
}

/// What a case with a yes or no expects.
pub(crate) fn is_valid(case: &Value) -> bool {
    case["output"].as_bool().expect("true or false")
}
