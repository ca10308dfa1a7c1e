//! The binary under test and inputs for it.
#![allow(dead_code, unreachable_pub, reason = "each suite uses a part")]

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::SystemTime;

use pairlane::{MinPk, Scheme, SecretKey, Suite, Variant};
use serde_json::Value;

/// The binary: `PAIRLANE_BIN`, or the one beside this test.
///
/// It is of another package, so cargo does not name it to us. `cargo test --workspace` has built
/// it; where a single suite is run it may be missing or stale, and is built here.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| std::env::var_os("PAIRLANE_BIN").map_or_else(find, PathBuf::from))
}

fn find() -> PathBuf {
    // target/debug/deps/cli_verify-0123
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(Path::parent).unwrap();
    let binary = profile.join("pairlane");
    let built = fs::metadata(&binary).and_then(|metadata| metadata.modified());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let sources = ["core/src", "benches/src", "hsm/src", "server/src", "server/demo"];
    let changed = sources.iter().filter_map(|folder| newest(&root.join(folder))).max();
    if built.is_ok_and(|built| changed.is_some_and(|changed| built > changed)) {
        return binary;
    }
    build(profile)
}

/// When a file of a folder last changed.
fn newest(folder: &Path) -> Option<SystemTime> {
    let entries = fs::read_dir(folder).ok()?;
    let changed = entries.filter_map(|entry| {
        let entry = entry.ok()?;
        let metadata = entry.metadata().ok()?;
        if metadata.is_dir() { newest(&entry.path()) } else { metadata.modified().ok() }
    });
    changed.max()
}

fn build(profile: &Path) -> PathBuf {
    let name = match profile.file_name().and_then(OsStr::to_str).unwrap() {
        "debug" => "dev",
        name => name,
    };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "-p", "pairlane-server", "--message-format=json"])
        .args(["--profile", name, "--target-dir"])
        .arg(profile.parent().unwrap())
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success(), "cargo cannot build the binary");
    let stdout = String::from_utf8(output.stdout).unwrap();
    let artifact = |line: &str| {
        let message: Value = serde_json::from_str(line).ok()?;
        (message["target"]["name"] == "pairlane").then_some(())?;
        message["executable"].as_str().map(PathBuf::from)
    };
    stdout.lines().find_map(artifact).expect("cargo names the binary it built")
}

/// How one run ended.
pub struct Run {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// Fails the test unless the run ended with this status and this is part of its stderr.
    #[track_caller]
    pub fn expect(&self, code: i32, stderr: &str) -> &Self {
        assert_eq!(self.code, Some(code), "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        assert!(self.stderr.contains(stderr), "no {stderr:?} in stderr: {}", self.stderr);
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        self
    }

    /// The verdicts of an NDJSON output.
    pub fn verdicts(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// Runs the binary with nothing on its standard input.
pub fn run<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Run {
    run_with_stdin(args, b"")
}

/// Runs the binary with this on its standard input.
pub fn run_with_stdin<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>, stdin: &[u8]) -> Run {
    assert_cmd::Command::new(binary()).args(args).write_stdin(stdin).output().unwrap().into()
}

/// A record as bytes.
#[derive(Clone)]
pub struct Record {
    pub public_key: Vec<u8>,
    pub message: Vec<u8>,
    pub signature: Vec<u8>,
}

impl Record {
    /// A valid one of the proof-of-possession suite.
    pub fn valid<V: Variant>(seed: u8, message: &[u8]) -> Self {
        let secret = SecretKey::from_seed(&[seed; 32], &[]).unwrap();
        Self {
            public_key: secret.public_key::<V>().to_bytes(),
            message: message.to_vec(),
            signature: secret
                .sign(&Suite::<V>::standard(Scheme::ProofOfPossession), message)
                .to_bytes(),
        }
    }

    /// As a line of NDJSON.
    pub fn line(&self) -> String {
        format!(
            "{{\"public_key\":\"0x{}\",\"message\":\"0x{}\",\"signature\":\"0x{}\"}}\n",
            hex::encode(&self.public_key),
            hex::encode(&self.message),
            hex::encode(&self.signature)
        )
    }

    /// As a binary record.
    pub fn bytes(&self) -> Vec<u8> {
        [&*self.public_key, &*self.signature, &*self.message].concat()
    }
}

/// A valid record of the default variant on a message of 32 bytes.
pub fn valid() -> Record {
    Record::valid::<MinPk>(1, &[7; 32])
}

/// The same with the signature of another message.
pub fn wrong() -> Record {
    Record { message: vec![8; 32], ..valid() }
}
