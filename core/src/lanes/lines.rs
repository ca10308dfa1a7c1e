//! The lines of a point of G2 that many pairings share, kept.

use super::line::Line;
use super::trace::{Step, Trace};
use super::{AffineLanes, LaneField, Lanes, Quadratic};
use crate::arch::G2;
use crate::curve::{Affine, Curve};

/// The 68 lines of Miller's loop for one point: 17 KiB in the digits of the backend.
#[derive(Debug)]
pub(crate) struct Lines<B: Lanes>(Vec<[<Quadratic<B> as LaneField>::Row; 2]>);

impl<B: Lanes> Lines<B> {
    /// The lines of each point; `None` for a vector of them with a point outside G2 that has none.
    /// None may be the identity.
    pub(crate) fn of(backend: B, points: &[Affine<G2>]) -> Option<Vec<Self>> {
        let steps = Step::all().count();
        let mut all: Vec<_> = points.iter().map(|_| Self(Vec::with_capacity(steps))).collect();
        let vectors: Vec<_> = points
            .chunks(B::LANES)
            .map(|points| {
                AffineLanes::load(backend, |lane| {
                    points.get(lane).copied().unwrap_or_else(G2::generator)
                })
            })
            .collect();
        let mut trace = Trace::new(backend, vectors);
        for step in Step::all() {
            trace.advance(step, |place, line| {
                let (slopes, constants) = (line.slope.rows(), line.constant.rows());
                let lines =
                    all[place * B::LANES..].iter_mut().zip(slopes.into_iter().zip(constants));
                for (lines, (slope, constant)) in lines.take(B::LANES) {
                    lines.0.push([slope, constant]);
                }
            })?;
        }
        Some(all)
    }

    #[cfg(test)]
    pub(crate) fn bytes(&self) -> usize {
        self.0.capacity() * size_of_val(&self.0[0])
    }

    /// Line number `index` of each lane's point.
    pub(crate) fn load<'a>(backend: B, index: usize, of: impl Fn(usize) -> &'a Self) -> Line<B> {
        Line {
            slope: Quadratic::load_rows(backend, |lane| &of(lane).0[index][0]),
            constant: Quadratic::load_rows(backend, |lane| &of(lane).0[index][1]),
        }
    }
}
