//! `include/pairlane.h` is what cbindgen makes of these sources.

use std::path::Path;

#[test]
fn header_is_in_step() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let committed = root.join("../include/pairlane.h");
    let mut generated = Vec::new();
    cbindgen::generate(root).expect("the sources parse").write(&mut generated);
    let generated = String::from_utf8(generated).expect("a header is text");
    if std::env::var_os("PAIRLANE_WRITE_HEADER").is_some() {
        std::fs::write(&committed, &generated).expect("include/ is writable");
    }
    let current = std::fs::read_to_string(&committed).unwrap_or_default();
    assert!(current == generated, "include/pairlane.h has drifted: run `make headers`");
}
