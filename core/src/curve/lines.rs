//! The lines of points of G2 that come back, kept for the backend that traced them.

use core::any::Any;
use core::fmt;

use super::Affine;
use crate::arch::G2;
use crate::backend::{Backend, Work};
use crate::lanes::Lanes;
use crate::lanes::lines::Lines;

/// The lines of a point of G2 in the digits of one backend, whichever that is.
pub(crate) struct KeptLines(Box<dyn Any + Send + Sync>);

impl KeptLines {
    /// Bytes of one point's lines: 68 of two elements of Fp2, eight digits of eight bytes to each of
    /// the parts.
    pub(crate) const BYTES: usize = 17 << 10;

    /// The lines of each point, which are of the subgroup and not the identity. None at all where
    /// the backend has no lanes.
    pub(crate) fn of(points: &[Affine<G2>], backend: Backend) -> Vec<Self> {
        backend.enter(Tracing(points)).flatten().unwrap_or_default()
    }

    /// The lines, if it was this backend that traced them.
    pub(super) fn on<B: Lanes>(&self) -> Option<&Lines<B>> {
        self.0.downcast_ref()
    }
}

impl fmt::Debug for KeptLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeptLines")
    }
}

struct Tracing<'a>(&'a [Affine<G2>]);

impl Work for Tracing<'_> {
    type Output = Option<Vec<KeptLines>>;

    fn run<B: Lanes>(self, lanes: B) -> Option<Vec<KeptLines>> {
        let all = Lines::of(lanes, self.0)?;
        Some(all.into_iter().map(|lines| KeptLines(Box::new(lines))).collect())
    }
}
