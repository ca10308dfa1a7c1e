//! Who does a batch's work: the executors of the library, and one of our own.

use std::sync::LazyLock;

use pairlane::{Item, Pooled, Sequential, Strategy, Variant, Verdict, Verifier};
use rayon::{ThreadPool, ThreadPoolBuilder};

/// An executor that a test can choose by value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Executor {
    /// [`Sequential`].
    Sequential,
    /// [`Pooled`] on one thread.
    OneThread,
    /// [`Pooled`] on two threads.
    TwoThreads,
    /// [`Backwards`].
    Backwards,
}

static ONE: LazyLock<ThreadPool> = LazyLock::new(|| pool(1));
static TWO: LazyLock<ThreadPool> = LazyLock::new(|| pool(2));

fn pool(threads: usize) -> ThreadPool {
    ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started")
}

impl Executor {
    /// Each of them.
    pub const ALL: [Self; 4] =
        [Self::Sequential, Self::OneThread, Self::TwoThreads, Self::Backwards];

    /// [`Verifier::verify`] on this executor.
    pub fn verify<V: Variant>(
        self,
        verifier: &Verifier<'_, V>,
        items: &[Item<'_, V>],
    ) -> Vec<Verdict> {
        match self {
            Self::Sequential => verifier.verify(items, &Sequential),
            Self::OneThread => verifier.verify(items, &Pooled(&ONE)),
            Self::TwoThreads => verifier.verify(items, &Pooled(&TWO)),
            Self::Backwards => verifier.verify(items, &Backwards),
        }
    }

    /// [`Verifier::all_valid`] on this executor.
    pub fn all_valid<V: Variant>(self, verifier: &Verifier<'_, V>, items: &[Item<'_, V>]) -> bool {
        match self {
            Self::Sequential => verifier.all_valid(items, &Sequential),
            Self::OneThread => verifier.all_valid(items, &Pooled(&ONE)),
            Self::TwoThreads => verifier.all_valid(items, &Pooled(&TWO)),
            Self::Backwards => verifier.all_valid(items, &Backwards),
        }
    }
}

/// A caller's own executor: the last piece first, and a number of threads that is no power of two.
/// Whoever counts on an order of execution fails.
#[derive(Clone, Copy, Debug)]
pub struct Backwards;

impl Strategy for Backwards {
    fn map<T: Send>(&self, count: usize, f: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
        let mut results: Vec<T> = (0..count).rev().map(f).collect();
        results.reverse();
        results
    }

    fn threads(&self) -> usize {
        3
    }
}
