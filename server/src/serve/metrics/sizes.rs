//! How long and how many, in buckets.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Upper bounds of the batch-size buckets; larger ones go into one more.
pub(crate) const BATCH_BOUNDS: [u32; 14] =
    [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192];

/// Counts by bucket. Threads share it without a lock.
pub(super) struct Buckets(Box<[AtomicU64]>);

impl Buckets {
    pub(super) fn new(count: usize) -> Self {
        Self((0..count).map(|_| AtomicU64::new(0)).collect())
    }

    /// Counts one. What lies beyond the last bucket is counted there.
    pub(super) fn add(&self, index: usize) {
        if let Some(bucket) = self.0.get(index).or(self.0.last()) {
            bucket.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(super) fn read(&self) -> Vec<u64> {
        self.0.iter().map(|bucket| bucket.load(Ordering::Relaxed)).collect()
    }
}

/// Durations counted in buckets, eight to each doubling: a percentile is known within 9 %.
///
/// Prometheus gets a histogram of its own, with few buckets, because each is a series there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Durations(pub(super) Vec<u64>);

/// Buckets for each doubling.
const FINENESS: f64 = 8.0;

/// From 1 µs to 67 s.
pub(super) const DURATION_BUCKETS: usize = 26 * 8;

impl Durations {
    /// The bucket of a duration.
    pub(super) fn bucket(took: Duration) -> usize {
        let micros = (took.as_secs_f64() * 1e6).max(1.0);
        // Between 0 and some 400 for every duration there is.
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "small, not < 0"
        )]
        let bucket = (micros.log2() * FINENESS) as usize;
        bucket
    }

    /// What was counted since.
    pub(crate) fn since(&self, earlier: &Self) -> Self {
        Self(self.0.iter().zip(&earlier.0).map(|(now, then)| now.saturating_sub(*then)).collect())
    }

    /// The duration in milliseconds that this share of them did not exceed; none if there are none.
    pub(crate) fn percentile_ms(&self, share: f64) -> Option<f64> {
        let count: u64 = self.0.iter().sum();
        let mut left = count as f64 * share;
        let bucket = self.0.iter().position(|bucket| {
            left -= *bucket as f64;
            *bucket > 0 && left <= 0.0
        })?;
        // The middle of the bucket, as the eye reads a logarithmic axis.
        Some(((bucket as f64 + 0.5) / FINENESS).exp2() / 1e3)
    }
}

/// The bucket of a batch of this many items.
pub(super) fn batch_bucket(items: usize) -> usize {
    BATCH_BOUNDS.partition_point(|bound| (*bound as usize) < items)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_fall_at_or_below_their_bound() {
        assert_eq!((batch_bucket(1), batch_bucket(2), batch_bucket(3)), (0, 1, 2));
        assert_eq!((batch_bucket(8192), batch_bucket(8193)), (13, 14));
    }

    #[test]
    fn percentiles_are_within_a_bucket() {
        let buckets = Buckets::new(DURATION_BUCKETS);
        let empty = Durations(buckets.read());
        assert_eq!(empty.percentile_ms(0.5), None);
        for ms in 1..=1000 {
            buckets.add(Durations::bucket(Duration::from_millis(ms)));
        }
        let all = Durations(buckets.read()).since(&empty);
        for share in [0.5, 0.95, 0.99] {
            let found = all.percentile_ms(share).unwrap();
            assert!((found / (share * 1000.0) - 1.0).abs() < 0.09, "{share}: {found}");
        }
        buckets.add(Durations::bucket(Duration::MAX));
        buckets.add(Durations::bucket(Duration::ZERO));
        assert_eq!(buckets.read().iter().sum::<u64>(), 1002);
    }
}
