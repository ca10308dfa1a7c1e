//! `--threads`: who does the work.

use std::num::NonZeroUsize;
use std::thread::available_parallelism;

use anyhow::Context;
use clap::Args;
use pairlane::{Pooled, Sequential, Strategy};
use rayon::{ThreadPool, ThreadPoolBuilder};

/// Most threads that a person may ask for.
const THREADS_MAX: u16 = 1024;

/// How many threads.
#[derive(Clone, Debug, Args)]
pub(crate) struct ThreadsArgs {
    /// Threads that verify [default: one for each core]
    #[arg(long, value_name = "N")]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=THREADS_MAX.into()))]
    threads: Option<u16>,
}

impl ThreadsArgs {
    /// The number asked for, or that of the cores.
    pub(crate) fn count(&self) -> usize {
        match self.threads {
            Some(threads) => threads.into(),
            None => available_parallelism().map_or(1, NonZeroUsize::get),
        }
    }

    /// An executor of that many threads.
    pub(crate) fn executor(&self) -> anyhow::Result<Executor> {
        Executor::new(self.count())
    }
}

/// A pool of our own, or the calling thread.
#[derive(Debug)]
pub(crate) enum Executor {
    /// The calling thread.
    Sequential,
    /// Threads of this command's own; never rayon's global pool.
    Pool(ThreadPool),
}

impl Executor {
    /// An executor of so many threads. One is the calling thread: a pool of one would only add a
    /// hop to each piece of work.
    pub(crate) fn new(threads: usize) -> anyhow::Result<Self> {
        if threads <= 1 {
            return Ok(Self::Sequential);
        }
        let pool = ThreadPoolBuilder::new().num_threads(threads).build();
        Ok(Self::Pool(pool.with_context(|| format!("cannot start {threads} threads"))?))
    }
}

/// The choice is made at each call rather than by a type, so that commands are compiled once for
/// each variant and not once more for each executor.
impl Strategy for Executor {
    fn map<T: Send>(&self, count: usize, f: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
        match self {
            Self::Sequential => Sequential.map(count, f),
            Self::Pool(pool) => Pooled(pool).map(count, f),
        }
    }

    fn threads(&self) -> usize {
        match self {
            Self::Sequential => Sequential.threads(),
            Self::Pool(pool) => Pooled(pool).threads(),
        }
    }
}
