//! Secret polynomials over Fr.

use zeroize::Zeroizing;

use crate::arch::{SecretFr, SecretScalar};
use crate::curve::{Projective, to_affine_batch};
use crate::error::SecretKeyError;
use crate::threshold::commitment::Commitment;
use crate::threshold::error::ThresholdError;
use crate::threshold::index::Index;
use crate::variant::Variant;

/// A polynomial whose value at zero is a secret. Wiped when dropped; all of it is constant-time.
pub(crate) struct Polynomial {
    /// From the constant term up. None is zero.
    coefficients: Vec<SecretScalar>,
}

impl Polynomial {
    /// A polynomial with `coefficients` coefficients, the first given and the others drawn.
    pub(crate) fn with_constant(constant: SecretScalar, coefficients: usize, seed: &Seed) -> Self {
        let drawn = (1..coefficients).map(|k| seed.scalar(k));
        Self { coefficients: core::iter::once(constant).chain(drawn).collect() }
    }

    /// A polynomial with all coefficients drawn.
    pub(crate) fn random(coefficients: usize, seed: &Seed) -> Self {
        Self::with_constant(seed.scalar(0), coefficients, seed)
    }

    pub(crate) fn constant(&self) -> &SecretScalar {
        &self.coefficients[0]
    }

    /// The value at an index, by Horner's rule.
    pub(crate) fn evaluate(&self, index: Index) -> SecretFr {
        let x = index.to_fr();
        self.coefficients.iter().rev().fold(SecretFr::zero(), |acc, coefficient| {
            acc.mul(&x).add(&SecretFr::from_scalar(coefficient))
        })
    }

    /// What everybody may know: each coefficient times the generator of the key group.
    pub(crate) fn commit<V: Variant>(&self) -> Commitment<V> {
        let points: Vec<Projective<V::KeyCurve>> =
            self.coefficients.iter().map(|coefficient| V::public_key(coefficient)).collect();
        Commitment::from_points(to_affine_batch(&points))
    }
}

/// 32 secret bytes that a polynomial is drawn from. Wiped when dropped.
pub(crate) struct Seed(Zeroizing<[u8; 32]>);

impl Seed {
    /// From the operating system.
    pub(crate) fn system() -> Result<Self, ThresholdError> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *seed)
            .map_err(|error| ThresholdError::Randomness(SecretKeyError::Randomness(error)))?;
        Ok(Self(seed))
    }

    /// From a test.
    #[cfg(any(test, feature = "test-seed"))]
    pub(crate) fn fixed(seed: [u8; 32]) -> Self {
        Self(Zeroizing::new(seed))
    }

    /// Coefficient `k`: `KeyGen` of the signature draft, whose output is within 2^-128 of uniform
    /// on 1..r, with the coefficient's number as its info.
    fn scalar(&self, k: usize) -> SecretScalar {
        let k = u16::try_from(k).expect("at most PARTICIPANTS_MAX coefficients");
        let mut info = b"PAIRLANE-THRESHOLD-COEFFICIENT-V1".to_vec();
        info.extend_from_slice(&k.to_be_bytes());
        SecretScalar::generate(&*self.0, &info)
    }
}
