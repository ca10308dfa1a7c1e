//! Aggregates: sums of signatures and of keys, and their verification.

use std::collections::HashMap;

use crate::curve::sum;
use crate::error::VerifyError;
use crate::message::MessagePoint;
use crate::public_key::PublicKey;
use crate::signature::{Signature, pairing_holds};
use crate::tag::{Scheme, Suite};
use crate::variant::Variant;

impl<V: Variant> Signature<V> {
    /// The sum of signatures (`Aggregate`, draft section 2.8).
    ///
    /// # Errors
    /// [`VerifyError::Empty`] for none.
    pub fn aggregate(signatures: &[Self]) -> Result<Self, VerifyError> {
        if signatures.is_empty() {
            return Err(VerifyError::Empty);
        }
        let points: Vec<_> = signatures.iter().map(|s| *s.point()).collect();
        Ok(Self::from_point(sum(&points).to_affine()))
    }

    /// Verifies an aggregate of one signature for each key and message (`AggregateVerify` of the
    /// suite's scheme).
    ///
    /// In the proof-of-possession scheme the keys' proofs must have been verified; in the basic
    /// scheme the messages must differ, in the augmented scheme nothing is asked of them.
    ///
    /// # Errors
    /// [`VerifyError`], naming what was refused.
    pub fn aggregate_verify(
        &self,
        suite: &Suite<V>,
        keys: &[PublicKey<V>],
        messages: &[&[u8]],
    ) -> Result<(), VerifyError> {
        if keys.len() != messages.len() {
            return Err(VerifyError::LengthMismatch { keys: keys.len(), messages: messages.len() });
        }
        if keys.is_empty() {
            return Err(VerifyError::Empty);
        }
        if suite.scheme() == Scheme::Basic {
            let mut seen = HashMap::with_capacity(messages.len());
            for (second, message) in messages.iter().enumerate() {
                if let Some(first) = seen.insert(*message, second) {
                    return Err(VerifyError::RepeatedMessage { first, second });
                }
            }
        }
        if self.is_identity() {
            return Err(VerifyError::IdentitySignature);
        }
        let pairs = keys
            .iter()
            .zip(messages)
            .map(|(key, message)| {
                V::pair(*key.point(), *MessagePoint::for_signer(suite, key, message).point())
            })
            .collect();
        if pairing_holds::<V>(pairs, self.point()) {
            Ok(())
        } else {
            Err(VerifyError::WrongSignature)
        }
    }

    /// Verifies an aggregate of signatures by many keys on one message (`FastAggregateVerify`,
    /// draft section 3.3.4). The keys' proofs of possession must have been verified:
    /// [`crate::Registry::fast_aggregate_verify`] sees to that.
    ///
    /// # Errors
    /// [`VerifyError`], naming what was refused.
    pub fn fast_aggregate_verify(
        &self,
        suite: &Suite<V>,
        keys: &[PublicKey<V>],
        message: &[u8],
    ) -> Result<(), VerifyError> {
        if suite.scheme() != Scheme::ProofOfPossession {
            return Err(VerifyError::SchemeNotPossession);
        }
        let key = PublicKey::aggregate(keys)?;
        self.verify(suite, &key, message)
    }

    /// Ethereum's `eth_fast_aggregate_verify` (consensus specification, Altair): as
    /// [`Self::fast_aggregate_verify`], but the identity signature of no keys is valid.
    ///
    /// # Errors
    /// [`VerifyError`], naming what was refused.
    pub fn eth_fast_aggregate_verify(
        &self,
        suite: &Suite<V>,
        keys: &[PublicKey<V>],
        message: &[u8],
    ) -> Result<(), VerifyError> {
        if keys.is_empty() && self.is_identity() {
            return Ok(());
        }
        self.fast_aggregate_verify(suite, keys, message)
    }
}

impl<V: Variant> PublicKey<V> {
    /// The sum of keys (`eth_aggregate_pubkeys`). Meaningful for keys with verified proofs of
    /// possession only.
    ///
    /// # Errors
    /// [`VerifyError::Empty`] for none, [`VerifyError::IdentityAggregateKey`] when they cancel.
    pub fn aggregate(keys: &[Self]) -> Result<Self, VerifyError> {
        if keys.is_empty() {
            return Err(VerifyError::Empty);
        }
        let points: Vec<_> = keys.iter().map(|key| *key.point()).collect();
        Self::from_point(sum(&points).to_affine()).ok_or(VerifyError::IdentityAggregateKey)
    }
}
