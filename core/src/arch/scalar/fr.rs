//! The scalar field Fr: public elements, and secret ones that wipe themselves.
//!
//! A child of `scalar`, so that naming blst stays with that module. blst's arithmetic on Fr has no
//! branch and no address that depends on a value; its inversion runs a fixed number of steps.

use blst::{blst_fr, blst_scalar};
use zeroize::{Zeroize, Zeroizing};

use super::SecretScalar;

/// A public element of Fr, in Montgomery form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fr(blst_fr);

impl Fr {
    pub(crate) const ZERO: Self = Self(blst_fr { l: [0; 4] });

    pub(crate) fn one() -> Self {
        Self::from_u64(1)
    }

    pub(crate) fn from_u64(value: u64) -> Self {
        let mut out = blst_fr::default();
        // SAFETY: reads exactly four 64-bit limbs, the length of the array, and writes one fr.
        unsafe { blst::blst_fr_from_uint64(&mut out, [value, 0, 0, 0].as_ptr()) };
        Self(out)
    }

    pub(crate) fn sub(&self, other: &Self) -> Self {
        let mut out = blst_fr::default();
        // SAFETY: three valid references of the function's own type.
        unsafe { blst::blst_fr_sub(&mut out, &self.0, &other.0) };
        Self(out)
    }

    pub(crate) fn mul(&self, other: &Self) -> Self {
        let mut out = blst_fr::default();
        // SAFETY: three valid references of the function's own type.
        unsafe { blst::blst_fr_mul(&mut out, &self.0, &other.0) };
        Self(out)
    }

    /// The multiplicative inverse; zero maps to zero.
    pub(crate) fn invert(&self) -> Self {
        let mut out = blst_fr::default();
        // SAFETY: two valid references of the function's own type.
        unsafe { blst::blst_fr_eucl_inverse(&mut out, &self.0) };
        Self(out)
    }

    /// The low and the high 128 bits of the least non-negative representative.
    pub(crate) fn to_halves(self) -> [u128; 2] {
        let mut out = blst_scalar::default();
        // SAFETY: reads one fr and writes one scalar, 32 little-endian bytes.
        unsafe { blst::blst_scalar_from_fr(&mut out, &self.0) };
        let half = |k: usize| {
            let bytes = out.b[16 * k..16 * (k + 1)].try_into().expect("16 bytes");
            u128::from_le_bytes(bytes)
        };
        [half(0), half(1)]
    }
}

/// A secret element of Fr, zero included. Wiped when dropped; every operation is constant-time.
pub(crate) struct SecretFr(blst_fr);

impl SecretFr {
    pub(crate) fn zero() -> Self {
        Self(blst_fr::default())
    }

    pub(crate) fn from_scalar(scalar: &SecretScalar) -> Self {
        let mut out = Self::zero();
        // SAFETY: reads one scalar, which is below r by its type, and writes one fr.
        unsafe { blst::blst_fr_from_scalar(&mut out.0, &scalar.0) };
        out
    }

    /// The element of 32 big-endian bytes, unless they are not below r. Zero is an element.
    pub(crate) fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let mut scalar = blst_scalar::default();
        let mut out = Self::zero();
        // SAFETY: reads 32 bytes and writes one scalar; the check reads that scalar.
        let below_r = unsafe {
            blst::blst_scalar_from_bendian(&mut scalar, bytes.as_ptr());
            blst::blst_scalar_fr_check(&scalar)
        };
        // SAFETY: reads one scalar and writes one fr. `scalar` wipes itself when dropped.
        unsafe { blst::blst_fr_from_scalar(&mut out.0, &scalar) };
        below_r.then_some(out)
    }

    /// 32 big-endian bytes.
    pub(crate) fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        let mut scalar = blst_scalar::default();
        let mut out = Zeroizing::new([0; 32]);
        // SAFETY: reads one fr, writes one scalar, and from it exactly 32 bytes.
        unsafe {
            blst::blst_scalar_from_fr(&mut scalar, &self.0);
            blst::blst_bendian_from_scalar(out.as_mut_ptr(), &scalar);
        }
        out
    }

    /// The scalar, unless it is zero: that one case is told apart, in variable time.
    pub(crate) fn to_scalar(&self) -> Option<SecretScalar> {
        let mut out = SecretScalar(blst_scalar::default());
        // SAFETY: reads one fr and writes one scalar; the check reads that scalar.
        let valid = unsafe {
            blst::blst_scalar_from_fr(&mut out.0, &self.0);
            blst::blst_sk_check(&out.0)
        };
        valid.then_some(out)
    }

    pub(crate) fn add(&self, other: &Self) -> Self {
        let mut out = Self::zero();
        // SAFETY: three valid references of the function's own type.
        unsafe { blst::blst_fr_add(&mut out.0, &self.0, &other.0) };
        out
    }

    /// The product with a public element.
    pub(crate) fn mul(&self, other: &Fr) -> Self {
        let mut out = Self::zero();
        // SAFETY: three valid references of the function's own type.
        unsafe { blst::blst_fr_mul(&mut out.0, &self.0, &other.0) };
        out
    }

    /// Constant-time equality.
    pub(crate) fn equals(&self, other: &Self) -> bool {
        // Montgomery forms are fully reduced, so equal elements have equal limbs.
        let difference = self.0.l.iter().zip(&other.0.l).fold(0, |acc, (a, b)| acc | (a ^ b));
        core::hint::black_box(difference) == 0
    }
}

impl Clone for SecretFr {
    fn clone(&self) -> Self {
        Self(self.0)
    }
}

impl Drop for SecretFr {
    fn drop(&mut self) {
        self.0.l.zeroize();
    }
}

impl zeroize::ZeroizeOnDrop for SecretFr {}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(value: u8) -> [u8; 32] {
        let mut out = [0; 32];
        out[31] = value;
        out
    }

    fn order_minus(value: u8) -> [u8; 32] {
        let r = "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001";
        let mut out: [u8; 32] = hex::decode(r).unwrap().try_into().unwrap();
        let low = u32::from_be_bytes(out[28..].try_into().unwrap());
        out[28..].copy_from_slice(&low.wrapping_sub(u32::from(value)).to_be_bytes());
        if u32::from(value) > low {
            out[27] -= 1;
        }
        out
    }

    #[test]
    fn secret_arithmetic_wraps_at_the_order() {
        let minus_three = SecretFr::from_bytes(&order_minus(3)).unwrap();
        let five = SecretFr::from_bytes(&bytes(5)).unwrap();
        assert_eq!(*minus_three.add(&five).to_bytes(), bytes(2));
        let product = minus_three.mul(&Fr::from_u64(7));
        assert_eq!(*product.to_bytes(), order_minus(21));
        assert!(product.equals(&SecretFr::from_bytes(&order_minus(21)).unwrap()));
        assert!(!product.equals(&five));
    }

    #[test]
    fn bounds() {
        assert!(SecretFr::from_bytes(&order_minus(0)).is_none());
        assert!(SecretFr::from_bytes(&[0xff; 32]).is_none());
        assert!(SecretFr::from_bytes(&order_minus(1)).is_some());
        let zero = SecretFr::from_bytes(&[0; 32]).unwrap();
        assert!(zero.to_scalar().is_none());
        assert!(zero.equals(&SecretFr::zero()));
        let one = SecretFr::from_bytes(&bytes(1)).unwrap();
        assert_eq!(*one.to_scalar().unwrap().to_bytes(), bytes(1));
        assert!(SecretFr::from_scalar(&one.to_scalar().unwrap()).equals(&one));
    }

    #[test]
    fn public_arithmetic() {
        let (three, seven) = (Fr::from_u64(3), Fr::from_u64(7));
        assert_eq!(seven.sub(&three), Fr::from_u64(4));
        assert_eq!(seven.mul(&three), Fr::from_u64(21));
        assert_eq!(three.invert().mul(&three), Fr::one());
        assert_eq!(Fr::ZERO.invert(), Fr::ZERO);
        let minus_one = Fr::ZERO.sub(&Fr::one()).to_halves();
        assert_eq!(minus_one[0], 0x53bd_a402_fffe_5bfe_ffff_ffff_0000_0000);
        assert_eq!(minus_one[1], 0x73ed_a753_299d_7d48_3339_d808_09a1_d805);
    }
}
