//! Points times short weights `a + b z^2`, one a lane.

use super::{AffineLanes, JacobianLanes, LANES_MAX, LaneField, Lanes, Mask};
use crate::curve::{Affine, Curve, Field, Projective};

/// Bits of a window: digits from -8 to 7, a table of eight multiples.
const WIDTH: usize = 4;
const TABLE: usize = 1 << (WIDTH - 1);

type On<C, B> = <<C as Curve>::Field as Field>::Lanes<B>;

/// `[a + b z^2] P` for each of up to `LANES` points of the subgroup, the halves `[a, b]` being
/// below 2^120 in absolute value. `None` where scalar arithmetic is to do it: for the identity, and
/// where the chain meets an equal or opposite point, for which its start makes small multiples of the
/// generator likely.
///
/// A joint chain of doublings with signed windows for both halves, as [`crate::curve::sigma`] is
/// `[z^2]`. The chain starts at the generator rather than the identity, and ends by taking its
/// multiple away, so that no lane is exceptional before its first digit.
pub(crate) fn multiply<C: Curve, B: Lanes>(
    backend: B,
    points: &[Affine<C>],
    halves: &[[i128; 2]],
) -> [Option<Projective<C>>; LANES_MAX] {
    let lane_of = |lane: usize| lane.min(points.len() - 1);
    let digits: [[Vec<i8>; 2]; LANES_MAX] =
        core::array::from_fn(|lane| halves[lane_of(lane)].map(signed_windows));
    let windows = digits.iter().flatten().map(Vec::len).max().unwrap_or(0);

    let point = AffineLanes::<On<C, B>>::load::<C>(backend, |lane| points[lane_of(lane)]);
    let table = multiples(&point, backend);
    let beta = <crate::arch::Fp as Field>::Lanes::<B>::splat(backend, &C::beta());
    let start = C::generator();
    let mut sum = AffineLanes::<On<C, B>>::load::<C>(backend, |_| start).to_jacobian(backend);
    for window in (0..windows).rev() {
        sum = sum.double_times(WIDTH);
        for half in [0, 1] {
            let digit = |lane: usize| digits[lane][half].get(window).copied().unwrap_or(0);
            let entry = look_up(&table, digit);
            // sigma(x, y) = (beta x, -y): the second half's digits count the other way round.
            let negative = Mask::from_fn(B::LANES, |lane| (digit(lane) < 0) != (half == 1));
            let entry = JacobianLanes {
                x: if half == 1 { entry.x.mul_base(&beta) } else { entry.x },
                y: entry.y.negate_where(negative),
                z: entry.z,
            };
            let zero = Mask::from_fn(B::LANES, |lane| digit(lane) == 0);
            sum = sum.add(&entry).select(zero, &sum);
        }
    }
    let offset = (0..WIDTH * windows).fold(start.to_projective(), |point, _| C::double(&point));
    let sum = sum.add_affine(&AffineLanes::load::<C>(backend, {
        let offset = offset.to_affine().neg();
        move |_| offset
    }));
    let sums = sum.store::<C>();
    core::array::from_fn(|lane| {
        let usable = lane < points.len() && !sums[lane].is_identity();
        usable.then_some(sums[lane])
    })
}

/// P, 2P, ..., 8P.
fn multiples<F: LaneField>(
    point: &AffineLanes<F>,
    backend: F::Backend,
) -> [JacobianLanes<F>; TABLE] {
    let mut table = [point.to_jacobian(backend); TABLE];
    for k in 1..TABLE {
        table[k] = if k % 2 == 1 { table[k / 2].double() } else { table[k - 1].add_affine(point) };
    }
    table
}

/// In each lane the entry of its digit's absolute value.
fn look_up<F: LaneField>(
    table: &[JacobianLanes<F>; TABLE],
    digit: impl Fn(usize) -> i8,
) -> JacobianLanes<F> {
    (1..TABLE).fold(table[0], |entry, k| {
        let here = Mask::from_fn(F::Backend::LANES, |lane| {
            usize::from(digit(lane).unsigned_abs()) == k + 1
        });
        if here == Mask::NONE { entry } else { entry.select(here, &table[k]) }
    })
}

/// Digits from -8 to 7 in base 16, least significant first.
fn signed_windows(mut value: i128) -> Vec<i8> {
    let mut digits = Vec::with_capacity(18);
    while value != 0 {
        let low = i8::try_from(value & 15).expect("four bits");
        let digit = if low > 7 { low - 16 } else { low };
        digits.push(digit);
        value = (value - i128::from(digit)) >> WIDTH;
    }
    digits
}
