//! Threads that the caller asked for.

use core::ffi::c_char;
use std::sync::Arc;

use pairlane::{Pooled, Sequential, Strategy};
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::pointer::{Place, free, guard};
use crate::status::{Failure, PL_BAD_LENGTH, PL_NO_THREADS, PlStatus};

/// Most threads of a pool: more is a mistake in the call.
const THREADS_MAX: usize = 1024;

/// A pool of threads for batches. The library has none but those made here. May be used by any
/// number of threads at once.
pub struct PlPool(pub(super) Arc<ThreadPool>);

/// Starts a pool of 1 to 1024 threads. Free it with `pl_pool_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_pool_new(
    threads: usize,
    pool: *mut *mut PlPool,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let place = Place::new("pool", pool)?;
            if !(1..=THREADS_MAX).contains(&threads) {
                let detail =
                    format_args!("{threads} threads asked for; 1 to {THREADS_MAX} are possible");
                return Err(Failure::new(PL_BAD_LENGTH, detail));
            }
            let built = ThreadPoolBuilder::new()
                .num_threads(threads)
                .thread_name(|index| format!("pairlane-{index}"))
                .build()
                .map_err(|error| Failure::new(PL_NO_THREADS, error))?;
            place.give(PlPool(Arc::new(built)));
            Ok(())
        })
    }
}

/// Frees a pool; NULL does nothing. Its threads end when the last verifier made with it is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_pool_free(pool: *mut PlPool) {
    // SAFETY: the header's rules.
    unsafe { free(pool) };
}

/// The threads of a call: the caller's pool, or the calling thread alone.
pub(crate) struct Executor<'a>(pub(crate) Option<&'a ThreadPool>);

impl Strategy for Executor<'_> {
    fn map<T: Send>(&self, count: usize, f: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
        match self.0 {
            Some(pool) => Pooled(pool).map(count, f),
            None => Sequential.map(count, f),
        }
    }

    fn threads(&self) -> usize {
        self.0.map_or(1, ThreadPool::current_num_threads)
    }
}
