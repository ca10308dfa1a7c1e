//! The public side of a threshold group.

use crate::curve::to_affine_batch;
use crate::error::VerifyError;
use crate::message::MessagePoint;
use crate::public_key::PublicKey;
use crate::tag::Suite;
use crate::threshold::commitment::Commitment;
use crate::threshold::error::ThresholdError;
use crate::threshold::index::{Index, Threshold};
use crate::threshold::partial::PartialSignature;
use crate::variant::Variant;

/// A group's key, the key of each holder, and the commitment that both follow from.
///
/// Anyone with the commitment and the threshold can compute the rest, so a group key travels as
/// those two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupKey<V: Variant> {
    threshold: Threshold,
    commitment: Commitment<V>,
    public_key: PublicKey<V>,
    holders: Vec<PublicKey<V>>,
}

impl<V: Variant> GroupKey<V> {
    /// The group of a commitment: computes the keys of all holders, `n * t` point operations.
    ///
    /// # Errors
    /// [`ThresholdError::CommitmentLength`] when the commitment is to another number of
    /// coefficients than the threshold requires; [`ThresholdError::IdentityKey`] when a key is the
    /// identity, which an honest dealing meets once in 2^255.
    pub fn new(threshold: Threshold, commitment: Commitment<V>) -> Result<Self, ThresholdError> {
        let (expected, actual) = (threshold.required(), commitment.coefficients());
        if expected != actual {
            return Err(ThresholdError::CommitmentLength { expected, actual });
        }
        let points: Vec<_> = threshold.indices().map(|i| commitment.evaluate(i)).collect();
        let holders = threshold
            .indices()
            .zip(to_affine_batch(&points))
            .map(|(index, point)| {
                PublicKey::from_point(point)
                    .ok_or(ThresholdError::IdentityKey { index: index.get() })
            })
            .collect::<Result<_, _>>()?;
        let public_key = PublicKey::from_point(*commitment.constant())
            .ok_or(ThresholdError::IdentityKey { index: 0 })?;
        Ok(Self { threshold, commitment, public_key, holders })
    }

    /// How many of how many.
    pub fn threshold(&self) -> Threshold {
        self.threshold
    }

    /// The commitment to the polynomial that the shares lie on.
    pub fn commitment(&self) -> &Commitment<V> {
        &self.commitment
    }

    /// The key that recovered signatures verify under. Resharing leaves it as it is.
    pub fn public_key(&self) -> &PublicKey<V> {
        &self.public_key
    }

    /// The key that a holder's partial signatures verify under; `None` for an index above n.
    pub fn holder(&self, index: Index) -> Option<&PublicKey<V>> {
        self.holders.get(index.place())
    }

    /// A message hashed as this group signs it: under the suite's tag and, in the augmented
    /// scheme, behind the *group's* key, whoever of the holders signs.
    pub fn message_point(&self, suite: &Suite<V>, message: &[u8]) -> MessagePoint<V> {
        MessagePoint::for_signer(suite, &self.public_key, message)
    }

    /// Verifies one partial signature: one pairing check. For many, see [`Self::combine`], which
    /// verifies only when it must, and in batch.
    ///
    /// # Errors
    /// [`VerifyError`], also for an index that the group does not have: nobody's signature is
    /// [`VerifyError::WrongSignature`].
    pub fn verify_partial(
        &self,
        point: &MessagePoint<V>,
        partial: &PartialSignature<V>,
    ) -> Result<(), VerifyError> {
        let key = self.holder(partial.index()).ok_or(VerifyError::WrongSignature)?;
        partial.signature().verify_point(key, point)
    }
}
