//! Multiplication by `z^2` for the price of one field product, and short weights built on it.
//!
//! On the subgroup of order r of either curve, `sigma(x, y) = (beta x, -y)` is `[z^2]`, where z is
//! the parameter of the curve family (GLV on G1; the square of Galbraith-Lin-Scott's psi on G2).
//! A weight `a + b z^2` with short halves a and b therefore costs one joint chain of half length.

use super::{Affine, Curve, Field, Projective};

/// `[z^2] P`, for P in the subgroup.
pub(crate) fn sigma<C: Curve>(point: &Projective<C>) -> Projective<C> {
    Projective { x: point.x.mul_base(&C::beta()), y: point.y.neg(), z: point.z }
}

/// `[a + b z^2] P` for P in the subgroup and halves below 2^100 in absolute value.
///
/// Variable-time: for weights and other public scalars only.
pub(crate) fn multiply_halves<C: Curve>(point: &Affine<C>, halves: [i128; 2]) -> Projective<C> {
    // Odd multiples P, 3P, 5P, 7P, and their images under sigma.
    let base = point.to_projective();
    let twice = C::double(&base);
    let mut odd = [base; 4];
    for k in 1..4 {
        odd[k] = C::add(&odd[k - 1], &twice);
    }
    let tables = [odd, odd.map(|p| sigma(&p))];
    let digits = halves.map(non_adjacent_form);
    let length = digits[0].len().max(digits[1].len());

    let mut acc = Projective::IDENTITY;
    for position in (0..length).rev() {
        if !acc.is_identity() {
            acc = C::double(&acc);
        }
        for (table, digits) in tables.iter().zip(&digits) {
            let digit = digits.get(position).copied().unwrap_or(0);
            if digit != 0 {
                let entry = table[usize::from(digit.unsigned_abs() / 2)];
                acc = C::add(&acc, &if digit < 0 { entry.neg() } else { entry });
            }
        }
    }
    acc
}

/// Width-4 non-adjacent form, least significant digit first: odd digits in -7..=7, or zero.
fn non_adjacent_form(mut value: i128) -> Vec<i8> {
    let mut digits = Vec::with_capacity(72);
    while value != 0 {
        let digit = if value & 1 == 0 {
            0
        } else {
            let low = i8::try_from(value & 15).expect("four bits");
            if low > 7 { low - 16 } else { low }
        };
        digits.push(digit);
        value = (value - i128::from(digit)) >> 1;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::{G1, G2, multiply_public};
    use crate::curve::to_affine_batch;

    /// z^2 for z = -0xd201000000010000.
    const Z_SQUARED: u128 = 0xd201_0000_0001_0000 * 0xd201_0000_0001_0000;

    fn scalar(value: u128) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes[..16].copy_from_slice(&value.to_le_bytes());
        bytes
    }

    fn sigma_is_z_squared<C: crate::arch::MultiplyPublic>() {
        let mut point = C::generator().to_projective();
        for _ in 0..50 {
            let expected = multiply_public(&point, &scalar(Z_SQUARED));
            let affine = to_affine_batch(&[sigma(&point), expected]);
            assert_eq!(affine[0], affine[1]);
            point = C::add_affine(&C::double(&point), &C::generator());
        }
    }

    fn halves_agree_with_full_multiplication<C: crate::arch::MultiplyPublic>() {
        let point = C::generator();
        let values = [0i128, 1, -1, 2, 7, -8, 9, 15, 16, -17, (1 << 33) - 1, -(1 << 67) + 5];
        for a in values {
            for b in values {
                let term = |v: i128, base: &Projective<C>| {
                    let product = multiply_public(base, &scalar(v.unsigned_abs()));
                    if v < 0 { product.neg() } else { product }
                };
                let shifted = multiply_public(&point.to_projective(), &scalar(Z_SQUARED));
                let expected = C::add(&term(a, &point.to_projective()), &term(b, &shifted));
                let actual = multiply_halves(&point, [a, b]);
                assert_eq!(actual.to_affine(), expected.to_affine(), "a = {a}, b = {b}");
            }
        }
    }

    #[test]
    fn g1() {
        sigma_is_z_squared::<G1>();
        halves_agree_with_full_multiplication::<G1>();
    }

    #[test]
    fn g2() {
        sigma_is_z_squared::<G2>();
        halves_agree_with_full_multiplication::<G2>();
    }
}
