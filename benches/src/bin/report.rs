//! `make bench`: the whole table, for one thread and for all cores, on each backend in turn.
//!
//! Each thread count runs in a process of its own, because blst sizes its pool once a process, by
//! the cores that the process may use.

use std::process::Command;

use pairlane::Backend;
use pairlane_benches::{Plan, run};

fn main() -> anyhow::Result<()> {
    let cores = std::thread::available_parallelism()?.get();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let quick = arguments.iter().any(|argument| argument == "--quick");
    if let Some(threads) = arguments.iter().find_map(|argument| argument.parse().ok()) {
        let backend = Backend::default();
        let rest = backend == Backend::BLST;
        let mut progress = |line: &str| eprintln!("measuring {line}");
        print!("{}", run(&Plan { quick, threads, backend, rest }, &mut progress)?);
        return Ok(());
    }
    // The portable model is for tests: its speed tells nothing.
    let backends = Backend::available().into_iter().filter(|backend| backend.name() != "portable");
    for backend in backends {
        for threads in if cores > 1 { vec![1, cores] } else { vec![1] } {
            let mut child = Command::new(std::env::current_exe()?);
            child.arg(threads.to_string()).args(&arguments);
            child.env(pairlane::BACKEND_VARIABLE, backend.name());
            anyhow::ensure!(
                child.status()?.success(),
                "the run of {backend} with {threads} threads failed"
            );
        }
    }
    Ok(())
}
