//! The fuzzer's seeds, replayed: each is an input that was interesting once.

use std::fs;
use std::path::Path;

use pairlane_tests::counted::Counted;
use pairlane_tests::fuzzed;

fn replay(target: &'static str, count: usize, check: fn(&[u8])) {
    let mut counted = Counted::new(target, count);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds").join(target);
    for entry in fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
        check(&fs::read(entry.unwrap().path()).unwrap());
        counted.case();
    }
}

#[test]
fn public_key() {
    replay("public_key", 13, fuzzed::public_key);
}

#[test]
fn signature() {
    replay("signature", 13, fuzzed::signature);
}

#[test]
fn signatures() {
    replay("signatures", 4, fuzzed::signatures);
}

#[test]
fn secret_key_and_path() {
    replay("secret_key_and_path", 8, fuzzed::secret_key_and_path);
}

#[test]
fn batch() {
    replay("batch", 12, fuzzed::batch);
}
