//! The signatures that `pairlane demo` ships are those of `tests/vectors`, every one.
//!
//! `PAIRLANE_WRITE_DEMO=1 cargo test -p pairlane-tests --test cli_demo_file` writes the file anew.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;

/// One line of the shipped file. The order of the fields is that of the file.
#[derive(Serialize)]
struct Line {
    source: &'static str,
    name: String,
    variant: &'static str,
    scheme: &'static str,
    tag: String,
    public_key: String,
    message: String,
    signature: String,
    expected: bool,
}

const ETHEREUM_TAG: &str = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_";

#[test]
fn the_shipped_signatures_are_those_of_the_vectors() {
    let (drand, ethereum) = (drand(), ethereum());
    let basic = wycheproof("basic", "Wycheproof NUL");
    let possession = wycheproof("pop", "Wycheproof POP");
    let counts = [drand.len(), ethereum.len(), basic.len(), possession.len()];
    assert_eq!(counts, [2, 29, 88, 26]);
    let lines: String = [drand, ethereum, basic, possession]
        .iter()
        .flatten()
        .map(|line| serde_json::to_string(line).unwrap() + "\n")
        .collect();
    let shipped = root().join("server/demo/signatures.ndjson");
    if std::env::var_os("PAIRLANE_WRITE_DEMO").is_some() {
        fs::write(&shipped, &lines).unwrap();
    }
    // Not assert_eq: nobody wants to read 80 kB twice.
    assert!(
        fs::read_to_string(&shipped).unwrap() == lines,
        "server/demo/signatures.ndjson is not what tests/vectors say; see the head of this file"
    );
}

fn drand() -> Vec<Line> {
    let file = read(&vectors().join("networks/drand.json"));
    let line = |case: &Value| Line {
        source: "drand",
        name: text(&case["name"]).replace('-', " ").replacen("drand ", "", 1),
        variant: match text(&case["scheme"]) {
            "min_pk" => "min-pk",
            "min_sig" => "min-sig",
            other => panic!("{other}"),
        },
        scheme: "basic",
        tag: text(&case["dst"]).to_owned(),
        public_key: hex(&case["public_keys"][0]),
        message: hex(&case["message"]),
        signature: hex(&case["signature"]),
        expected: case["valid"].as_bool().unwrap(),
    };
    file["cases"].as_array().unwrap().iter().map(line).collect()
}

fn ethereum() -> Vec<Line> {
    let folder = vectors().join("ethereum-bls12-381-tests/verify");
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let line = |path: &PathBuf| {
        let case = read(path);
        let name = path.file_stem().unwrap().to_str().unwrap();
        Line {
            source: "Ethereum",
            name: name.replacen("verify_", "", 1).replace('_', " "),
            variant: "min-pk",
            scheme: "possession",
            tag: ETHEREUM_TAG.to_owned(),
            public_key: hex(&case["input"]["pubkey"]),
            message: hex(&case["input"]["message"]),
            signature: hex(&case["input"]["signature"]),
            expected: case["output"].as_bool().unwrap(),
        }
    };
    paths.iter().map(line).collect()
}

fn wycheproof(scheme: &str, source: &'static str) -> Vec<Line> {
    let name = format!("wycheproof/bls_sig_g2_{scheme}_verify_test.json");
    let file = read(&vectors().join(name));
    let mut lines = Vec::new();
    for group in file["testGroups"].as_array().unwrap() {
        for test in group["tests"].as_array().unwrap() {
            lines.push(Line {
                source,
                name: format!("{} {}", test["tcId"], text(&test["comment"])),
                variant: "min-pk",
                scheme: if scheme == "pop" { "possession" } else { "basic" },
                tag: text(&group["ciphersuite"]).to_owned(),
                public_key: hex(&group["publicKey"]["pk"]),
                message: hex(&test["msg"]),
                signature: hex(&test["sig"]),
                expected: match text(&test["result"]) {
                    "valid" => true,
                    "invalid" => false,
                    other => panic!("{other}"),
                },
            });
        }
    }
    lines
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn hex(value: &Value) -> String {
    let text = text(value);
    format!("0x{}", text.strip_prefix("0x").unwrap_or(text))
}

fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn vectors() -> PathBuf {
    root().join("tests/vectors")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}
