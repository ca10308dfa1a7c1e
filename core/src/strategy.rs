//! Who does the work: the executor is an argument of every call that could use more than one core.
//!
//! The library owns no threads and never touches rayon's global pool.

/// An executor of independent pieces of work.
pub trait Strategy: Sync {
    /// `f(0), f(1), ..., f(count - 1)`, all of them and in order of the index, computed in any order.
    fn map<T: Send>(&self, count: usize, f: impl Fn(usize) -> T + Sync + Send) -> Vec<T>;

    /// How many pieces can run at once: a hint for how finely to cut.
    fn threads(&self) -> usize;
}

/// The same where verdicts would be good ones if an executor left pieces out.
///
/// # Panics
/// When it does.
pub(crate) fn map_all<T: Send>(
    strategy: &impl Strategy,
    count: usize,
    f: impl Fn(usize) -> T + Sync + Send,
) -> Vec<T> {
    let pieces = strategy.map(count, f);
    assert_eq!(pieces.len(), count, "the executor left pieces of work out");
    pieces
}

/// Everything on the calling thread.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sequential;

impl Strategy for Sequential {
    fn map<T: Send>(&self, count: usize, f: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
        (0..count).map(f).collect()
    }

    fn threads(&self) -> usize {
        1
    }
}

/// On a rayon pool that the caller built and owns.
#[cfg(feature = "rayon")]
#[derive(Clone, Copy, Debug)]
pub struct Pooled<'a>(pub &'a rayon::ThreadPool);

#[cfg(feature = "rayon")]
impl Strategy for Pooled<'_> {
    fn map<T: Send>(&self, count: usize, f: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
        use rayon::prelude::*;
        if count <= 1 {
            return (0..count).map(f).collect();
        }
        self.0.install(|| (0..count).into_par_iter().with_max_len(1).map(f).collect())
    }

    fn threads(&self) -> usize {
        self.0.current_num_threads()
    }
}
