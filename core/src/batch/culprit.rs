//! The usual failure of a group: one of its members is wrong, found without a search.
//!
//! Where only member k is wrong, the plain errors of all members multiply to its own error, and with
//! each raised to its place to that error's k-th power, so that a logarithm in GT tells the place:
//! the exponentiation method of Law and Matt ("Finding invalid signatures in pairing-based batches",
//! 2007). Without weights the place is but a guess, which an attacker can lead astray. It is
//! believed where the member's weighted value is that of the whole group, and the rest is therefore
//! one.

use super::equation::Equation;
use super::group::Group;
use crate::arch::Gt;
use crate::strategy::{Sequential, Strategy};
use crate::variant::Variant;

/// Fewest members that are worth it: it takes three pairings, the search one for each halving.
pub(super) const MEMBERS_MIN: usize = 16;

/// The only bad member of a group whose equation has the given value; `None` where there are more.
pub(super) fn lone_culprit<V: Variant>(
    equation: &Equation<'_, V>,
    group: &Group,
    value: &Gt,
    strategy: &impl Strategy,
) -> Option<usize> {
    let [errors, by_place] = equation.errors_by_place(group, strategy);
    let place = logarithm(&by_place, &errors, group.members.len())?;
    let culprit = group.members.start + place;
    let own = equation.value_of_members(group.anchor, culprit..culprit + 1, &Sequential);
    (own == *value).then_some(culprit)
}

/// The k below `end` with `base`^k = `power`, by baby steps and giant steps (Shanks, 1971).
fn logarithm(power: &Gt, base: &Gt, end: usize) -> Option<usize> {
    let steps = end.isqrt() + 1;
    let mut baby = vec![Gt::one()];
    for k in 1..=steps {
        baby.push(baby[k - 1].mul(base));
    }
    let giant = baby.pop()?.conjugate();
    let mut rest = *power;
    for giant_steps in 0..steps {
        if let Some(k) = baby.iter().position(|step| *step == rest) {
            return Some(giant_steps * steps + k).filter(|&k| k < end);
        }
        rest = rest.mul(&giant);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::{G1, G2, miller_loop};
    use crate::curve::Curve;

    #[test]
    fn logarithms() {
        let base = miller_loop(&[(G1::generator(), G2::generator())]).final_exponentiation();
        for end in [1, 2, 16, 17, 99, 100] {
            let mut power = Gt::one();
            for k in 0..end + 30 {
                assert_eq!(logarithm(&power, &base, end), Some(k).filter(|&k| k < end), "{end}");
                power = power.mul(&base);
            }
        }
        assert_eq!(logarithm(&base, &Gt::one(), 16), None);
    }
}
