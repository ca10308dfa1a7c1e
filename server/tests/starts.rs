//! The binary starts.
//!
//! That this is an integration test of the binary's own package also makes `cargo test` build the
//! binary, for the suites in `tests/tests/cli_*.rs`, which are of another package.

use std::process::Command;

#[test]
fn it_says_its_version() {
    let output = Command::new(env!("CARGO_BIN_EXE_pairlane")).arg("--version").output().unwrap();
    assert!(output.status.success());
    let expected = format!("pairlane {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
}
