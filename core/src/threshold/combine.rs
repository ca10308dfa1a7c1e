//! Combining partial signatures of which some may be wrong.

use crate::batch::{Item, Verdict, Verifier};
use crate::message::MessagePoint;
use crate::signature::Signature;
use crate::strategy::Strategy;
use crate::tag::Suite;
use crate::threshold::error::RecoverError;
use crate::threshold::group_key::GroupKey;
use crate::threshold::index::Index;
use crate::threshold::partial::{PartialSignature, check_indices, recover};
use crate::variant::Variant;

/// The group's signature, and who tried to spoil it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Combined<V: Variant> {
    /// Verified under the group key.
    pub signature: Signature<V>,
    /// Indices whose partial signatures were verified and found wrong, in the order given. Empty
    /// when the first attempt succeeded: the others were then not looked at.
    pub wrong: Vec<Index>,
}

impl<V: Variant> GroupKey<V> {
    /// Verifies many partial signatures on one message in one batch: a verdict for each.
    ///
    /// An index that the group does not have gets [`crate::Reason::UnknownKey`].
    pub fn verify_partials(
        &self,
        suite: &Suite<V>,
        point: &MessagePoint<V>,
        partials: &[PartialSignature<V>],
        verifier: &Verifier<'_, V>,
        strategy: &impl Strategy,
    ) -> Vec<Verdict> {
        let unknown = Verdict::Invalid(crate::Reason::UnknownKey);
        let mut verdicts = vec![unknown; partials.len()];
        let (places, items): (Vec<_>, Vec<_>) = partials
            .iter()
            .enumerate()
            .filter_map(|(place, partial)| {
                let key = self.holder(partial.index())?;
                Some((place, Item::new(suite, key, point, partial.signature())))
            })
            .unzip();
        for (place, verdict) in places.into_iter().zip(verifier.verify(&items, strategy)) {
            verdicts[place] = verdict;
        }
        verdicts
    }

    /// The group's signature on a message from partial signatures of which some may be wrong.
    ///
    /// Tries the first `t` and verifies the result, which is all it takes when holders are honest:
    /// one multi-scalar multiplication and one pairing check. Should that fail, every partial
    /// signature is verified in one batch, the wrong ones are named, and `t` good ones are used.
    /// Variable-time, for public data.
    ///
    /// # Errors
    /// [`RecoverError`]; [`RecoverError::TooFew`] names the wrong ones too.
    pub fn combine(
        &self,
        suite: &Suite<V>,
        message: &[u8],
        partials: &[PartialSignature<V>],
        verifier: &Verifier<'_, V>,
        strategy: &impl Strategy,
    ) -> Result<Combined<V>, RecoverError> {
        let participants = self.threshold().participants();
        let indices: Vec<Index> = partials.iter().map(PartialSignature::index).collect();
        if let Some(&index) = indices.iter().find(|index| !self.threshold().contains(**index)) {
            return Err(RecoverError::NotOfGroup { index, participants });
        }
        let required = self.threshold().required();
        check_indices(required, &indices)?;
        let point = self.message_point(suite, message);
        let signature = recover(required, partials)?;
        if signature.verify_point(self.public_key(), &point).is_ok() {
            return Ok(Combined { signature, wrong: Vec::new() });
        }
        let verdicts = self.verify_partials(suite, &point, partials, verifier, strategy);
        let (mut good, mut wrong) = (Vec::with_capacity(partials.len()), Vec::new());
        for (partial, verdict) in partials.iter().zip(verdicts) {
            if verdict.is_valid() {
                good.push(*partial);
            } else {
                wrong.push(partial.index());
            }
        }
        if good.len() < required {
            return Err(RecoverError::TooFew { required, given: good.len(), wrong });
        }
        // Good partial signatures lie on the committed polynomial, so their sum is the signature.
        Ok(Combined { signature: recover(required, &good)?, wrong })
    }
}
