//! Shares of a key, and a dealer who knows the whole of it.

use zeroize::Zeroizing;

use crate::arch::{SecretFr, SecretScalar};
use crate::message::MessagePoint;
use crate::secret_key::SecretKey;
use crate::signature::Signature;
use crate::threshold::encoding::Reader;
use crate::threshold::error::{DecodeError, RecoverError, ThresholdError};
use crate::threshold::group_key::GroupKey;
use crate::threshold::index::{Index, Threshold};
use crate::threshold::lagrange::coefficients_at_zero;
use crate::threshold::partial::{PartialSignature, check_indices};
use crate::threshold::polynomial::{Polynomial, Seed};
use crate::variant::Variant;

/// One holder's share of a key: the value of the secret polynomial at its index.
///
/// Zeroized when dropped; has neither `Debug` nor serde. Operations on it run in time independent
/// of its value.
#[derive(Clone)]
pub struct KeyShare {
    index: Index,
    secret: SecretScalar,
}

impl KeyShare {
    /// A share from the sum of what was dealt; `None` for zero, which signs nothing.
    pub(crate) fn from_secret(index: Index, secret: &SecretFr) -> Option<Self> {
        secret.to_scalar().map(|secret| Self { index, secret })
    }

    pub(crate) fn secret(&self) -> &SecretScalar {
        &self.secret
    }

    /// Whose share this is.
    pub fn index(&self) -> Index {
        self.index
    }

    /// Signs a message that [`GroupKey::message_point`] has hashed.
    pub fn sign<V: Variant>(&self, point: &MessagePoint<V>) -> PartialSignature<V> {
        let product = V::sign(&self.secret, &point.point().to_projective());
        PartialSignature::new(self.index, Signature::from_point(product.to_affine()))
    }

    /// Whether this is the group's share at its index.
    ///
    /// # Errors
    /// [`ThresholdError::NotOfGroup`] or [`ThresholdError::WrongShare`].
    pub fn check<V: Variant>(&self, group: &GroupKey<V>) -> Result<(), ThresholdError> {
        let (index, participants) = (self.index, group.threshold().participants());
        let key = group.holder(index).ok_or(ThresholdError::NotOfGroup { index, participants })?;
        if V::public_key(&self.secret).to_affine() == *key.point() {
            Ok(())
        } else {
            Err(ThresholdError::WrongShare { index })
        }
    }

    /// 2 bytes big-endian for the index, 32 for the secret, in a buffer that wipes itself. Whoever
    /// calls this holds the share.
    pub fn expose_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut out = Zeroizing::new(Vec::with_capacity(34));
        out.extend_from_slice(&self.index.get().to_be_bytes());
        out.extend_from_slice(&*self.secret.to_bytes());
        out
    }

    /// Decodes [`Self::expose_bytes`]: 34 bytes.
    ///
    /// # Errors
    /// [`DecodeError`]; [`DecodeError::Value`] for a secret of zero or not below r.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let index = reader.index()?;
        let secret = reader.scalar()?;
        reader.end()?;
        Self::from_secret(index, &secret).ok_or(DecodeError::Value)
    }
}

impl zeroize::ZeroizeOnDrop for KeyShare {}

/// Shares a key that the caller knows: a trusted dealer, or a backup in `n` places.
///
/// The key stays the caller's to destroy; whoever keeps it needs no shares. [`crate::threshold::dkg`]
/// makes a key that nobody has known.
///
/// # Errors
/// [`ThresholdError::Randomness`] when the operating system gives none;
/// [`ThresholdError::IdentityKey`] once in 2^255.
pub fn deal<V: Variant>(
    key: &SecretKey,
    threshold: Threshold,
) -> Result<(GroupKey<V>, Vec<KeyShare>), ThresholdError> {
    deal_with(key, threshold, &Seed::system()?)
}

/// [`deal`] with a polynomial drawn from a seed, so that a test repeats. Whoever knows the seed and
/// one share knows the key.
///
/// # Errors
/// As [`deal`].
#[cfg(feature = "test-seed")]
pub fn deal_with_test_seed<V: Variant>(
    key: &SecretKey,
    threshold: Threshold,
    seed: [u8; 32],
) -> Result<(GroupKey<V>, Vec<KeyShare>), ThresholdError> {
    deal_with(key, threshold, &Seed::fixed(seed))
}

fn deal_with<V: Variant>(
    key: &SecretKey,
    threshold: Threshold,
    seed: &Seed,
) -> Result<(GroupKey<V>, Vec<KeyShare>), ThresholdError> {
    // A key's own bytes are in 1..r.
    let constant = SecretScalar::from_bytes(&key.expose_bytes()).expect("a key is a valid scalar");
    let polynomial = Polynomial::with_constant(constant, threshold.required(), seed);
    let group = GroupKey::new(threshold, polynomial.commit())?;
    let shares = threshold
        .indices()
        .map(|index| {
            KeyShare::from_secret(index, &polynomial.evaluate(index))
                .ok_or(ThresholdError::IdentityKey { index: index.get() })
        })
        .collect::<Result<_, _>>()?;
    Ok((group, shares))
}

/// The key itself from at least `required` shares, of which the first `required` are used. It ends
/// the threshold: use it to restore a backup, not to sign. Constant-time in the shares.
///
/// The shares are not checked: [`KeyShare::check`] does that, and the result's public key should be
/// compared with the group's.
///
/// # Errors
/// [`RecoverError::TooFew`], [`RecoverError::Duplicate`] or [`RecoverError::ZeroSecret`].
///
/// # Panics
/// Never: a scalar that is not zero is a valid key.
pub fn recover_secret(required: usize, shares: &[KeyShare]) -> Result<SecretKey, RecoverError> {
    let indices: Vec<Index> = shares.iter().map(|share| share.index).collect();
    check_indices(required, &indices)?;
    let lambdas = coefficients_at_zero(&indices[..required]);
    let sum = shares.iter().zip(&lambdas).fold(SecretFr::zero(), |acc, (share, lambda)| {
        acc.add(&SecretFr::from_scalar(&share.secret).mul(lambda))
    });
    let scalar = sum.to_scalar().ok_or(RecoverError::ZeroSecret)?;
    Ok(SecretKey::from_bytes(&*scalar.to_bytes()).expect("a valid scalar"))
}
