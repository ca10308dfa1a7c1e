//! A throw-away SoftHSM token for a benchmark, and how figures are printed.

#![allow(dead_code, reason = "each benchmark uses its own part")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use pairlane_hsm::token::{Pin, Token, TokenConfig, TokenSelector, init_token};

/// What a benchmark has to work with.
pub(crate) struct Bench {
    /// SoftHSM.
    pub(crate) module: &'static Path,
    /// A fresh token, logged in.
    pub(crate) token: Token,
    /// An empty folder on the disk that is built on: a folder in memory syncs for nothing.
    pub(crate) folder: PathBuf,
    /// How many keys were asked for.
    pub(crate) keys: usize,
}

const MODULES: [&str; 3] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
];
/// Names the folder in the process that measures.
const FOLDER: &str = "PAIRLANE_BENCH_FOLDER";

/// Measures with as many keys as the command line says, in a process of its own: SoftHSM reads
/// where its tokens are from the environment.
pub(crate) fn run(name: &str, keys_default: usize, measure: fn(&Bench)) {
    let Some(module) = MODULES.iter().map(Path::new).find(|path| path.exists()) else {
        eprintln!("skipped: {name}: SoftHSM is not installed: apt-get install softhsm2");
        return;
    };
    let keys = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(keys_default);
    let Some(folder) = std::env::var_os(FOLDER) else { return in_a_process_with_a_token(keys) };
    init_token(module, None, None, "bench", &pin(), &pin()).unwrap();
    let config = TokenConfig::new(module, TokenSelector::by_label("bench"));
    let token = Token::open(config, pin()).unwrap();
    println!("{name} on {}", cpu());
    measure(&Bench { module, token, folder: folder.into(), keys });
}

fn in_a_process_with_a_token(keys: usize) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let tokens = folder.path().join("tokens");
    std::fs::create_dir(&tokens).unwrap();
    let configuration = folder.path().join("softhsm2.conf");
    std::fs::write(&configuration, format!("directories.tokendir = {}\n", tokens.display()))
        .unwrap();
    let status = std::process::Command::new(std::env::current_exe().unwrap())
        .arg(keys.to_string())
        .env("SOFTHSM2_CONF", configuration)
        .env(FOLDER, folder.path())
        .status();
    assert!(status.unwrap().success());
}

pub(crate) fn pin() -> Pin {
    Pin::new(b"bench 4711").unwrap()
}

pub(crate) fn time(run: impl FnOnce()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}

pub(crate) fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// How a figure stands to what is asked of it.
pub(crate) fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "MISSED" }
}

fn cpu() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{}, {cores} cores", model.map_or("an unnamed CPU", |(_, name)| name))
}
