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
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=i64::from(THREADS_MAX)))]
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
    Sequential,
    Pool(ThreadPool),
}

impl Executor {
    /// An executor of so many threads.
    pub(crate) fn new(threads: usize) -> anyhow::Result<Self> {
        if threads <= 1 {
            return Ok(Self::Sequential);
        }
        let pool = ThreadPoolBuilder::new().num_threads(threads).build();
        Ok(Self::Pool(pool.with_context(|| format!("cannot start {threads} threads"))?))
    }
}

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
