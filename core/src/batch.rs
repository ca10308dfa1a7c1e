//! Many signatures at once, with a verdict for each.
//!
//! The stages, each in a file of its own, data flowing one way:
//!
//! 1. **decode** — bytes to points of the curves;
//! 2. **membership** — weigh the signatures and check the subgroup in the same pass;
//! 3. **group** — by message or by signer, whichever needs fewer pairings;
//! 4. **equation** — weigh the other side, Miller loops in blocks, one final exponentiation;
//! 5. **judge** — if the equation fails, name the culprit by a guess that proves right (culprit), or
//!    halve until all are named.
//!
//! What the answer rests on, with the exact bounds, is in [`crate::docs::batch_equation`].

mod culprit;
mod decode;
mod equation;
mod group;
mod item;
mod judge;
mod lines;
pub(crate) mod membership;
mod queue;
#[cfg(test)]
mod tests;
mod verdict;
pub(crate) mod weights;

pub use item::{Item, ItemKey, ItemMessage, ItemSignature};
pub use queue::{FlushLimits, OwnedItem, OwnedKey, PushError, Queue};
pub use verdict::{Reason, Verdict};
pub use weights::WeightBits;

use core::ops::ControlFlow;
use std::collections::HashSet;

use crate::backend::Backend;
use crate::curve::{self, DigitRows, Message};
use crate::error::PointError;
use crate::message::MessagePoint;
use crate::message_cache::{MessageCache, fingerprint};
use crate::registry::Registry;
use crate::strategy::{Strategy, map_all};
use crate::variant::Variant;
use decode::{Decoded, MessageRef, decode};
use equation::{Equation, Member};
use group::{Grouping, group};
use judge::judge;
use lines::GroupLines;
use weights::Randomness;

/// Verifies batches: says for each item whether it is valid, or why not.
///
/// Cheap to make and to clone; holds references to the stores that its batches share.
#[derive(Clone, Debug)]
pub struct Verifier<'a, V: Variant> {
    registry: Option<&'a Registry<V>>,
    messages: Option<&'a MessageCache<V>>,
    weight_bits: WeightBits,
    randomness: Randomness,
    backend: Backend,
}

impl<V: Variant> Default for Verifier<'_, V> {
    fn default() -> Self {
        Self {
            registry: None,
            messages: None,
            weight_bits: WeightBits::default(),
            randomness: Randomness::System,
            backend: Backend::default(),
        }
    }
}

impl<'a, V: Variant> Verifier<'a, V> {
    /// A verifier without stores and with weights of 64 bits from the operating system's CSPRNG.
    pub fn new() -> Self {
        Self::default()
    }

    /// Looks handles up in this registry.
    #[must_use]
    pub fn with_registry(mut self, registry: &'a Registry<V>) -> Self {
        self.registry = Some(registry);
        self
    }

    /// Keeps hashed messages in this cache.
    #[must_use]
    pub fn with_message_cache(mut self, messages: &'a MessageCache<V>) -> Self {
        self.messages = Some(messages);
        self
    }

    /// Chooses the length of weights, and with it the error bound of a batch.
    #[must_use]
    pub fn with_weight_bits(mut self, bits: WeightBits) -> Self {
        self.weight_bits = bits;
        self
    }

    /// Runs batches on this backend rather than on the fastest, which is the default.
    #[must_use]
    pub fn with_backend(mut self, backend: Backend) -> Self {
        self.backend = backend;
        self
    }

    /// Draws weights from a seed, so that a test repeats. Whoever knows the seed can forge.
    #[cfg(feature = "test-seed")]
    #[must_use]
    pub fn with_test_seed(mut self, seed: [u8; 32]) -> Self {
        self.randomness = Randomness::Seed(seed);
        self
    }

    /// The verdict on each item, in the order of the items. An empty batch has no verdicts.
    ///
    /// Never fails as a whole: an item that is garbage is invalid by itself and spoils no other.
    /// If the operating system gives no randomness, every item is verified by itself. Work is
    /// variable-time, for public data. Memory: about 1 KiB an item in [`crate::MinPk`].
    pub fn verify(&self, items: &[Item<'_, V>], strategy: &impl Strategy) -> Vec<Verdict> {
        let mut ledger =
            Ledger { verdicts: vec![Verdict::Valid; items.len()], stop_at_first: false };
        let _ = self.run(items, strategy, &mut ledger);
        ledger.verdicts
    }

    /// Whether all items are valid; an empty batch is. Stops at the first sign that one is not,
    /// so it costs at most what [`Self::verify`] does.
    #[must_use]
    pub fn all_valid(&self, items: &[Item<'_, V>], strategy: &impl Strategy) -> bool {
        let mut ledger =
            Ledger { verdicts: vec![Verdict::Valid; items.len()], stop_at_first: true };
        self.run(items, strategy, &mut ledger).is_continue()
    }

    /// Runs the stages. Breaks off where the ledger has heard enough.
    fn run(
        &self,
        items: &[Item<'_, V>],
        strategy: &impl Strategy,
        ledger: &mut Ledger,
    ) -> ControlFlow<()> {
        let mut decoded = Vec::with_capacity(items.len());
        let items = decode(items, self.registry, self.backend, strategy);
        for (index, item) in items.enumerate() {
            match item {
                Ok(item) => decoded.push(item),
                Err(reason) => ledger.condemn(index, reason)?,
            }
        }
        let decoded = self.with_sound_keys(decoded, strategy, ledger)?;
        let weights = match decoded.len() {
            0 => return ControlFlow::Continue(()),
            1 => None,
            n => self.randomness.weights::<V::SignatureCurve>(self.weight_bits, n).ok(),
        };
        match weights {
            Some(weights) => self.verify_together(decoded, &weights, strategy, ledger),
            None => self.verify_singly(&decoded, strategy, ledger),
        }
    }

    /// The items whose keys are in the subgroup.
    fn with_sound_keys<'i>(
        &self,
        decoded: Vec<Decoded<'i, V>>,
        strategy: &impl Strategy,
        ledger: &mut Ledger,
    ) -> ControlFlow<(), Vec<Decoded<'i, V>>> {
        // A key that several items give as bytes is checked once.
        let unchecked: HashSet<_> =
            decoded.iter().filter(|item| !item.key_checked).map(|item| item.key).collect();
        if unchecked.is_empty() {
            return ControlFlow::Continue(decoded);
        }
        let points: Vec<_> = unchecked.iter().map(|key| *key.point()).collect();
        let weights = self.randomness.weights::<V::KeyCurve>(self.weight_bits, points.len()).ok();
        let outside = membership::outside(&points, weights.as_ref(), self.backend, strategy);
        let bad: HashSet<_> = unchecked
            .into_iter()
            .zip(outside)
            .filter(|(_, bad)| *bad)
            .map(|(key, _)| key)
            .collect();
        let mut sound = Vec::with_capacity(decoded.len());
        for item in decoded {
            if item.key_checked || !bad.contains(&item.key) {
                sound.push(item);
            } else {
                ledger.condemn(item.index, Reason::PublicKey(PointError::NotInSubgroup))?;
            }
        }
        ControlFlow::Continue(sound)
    }

    /// Stages 2 to 5 over items whose keys are sound.
    fn verify_together(
        &self,
        mut decoded: Vec<Decoded<'_, V>>,
        weights: &DigitRows,
        strategy: &impl Strategy,
        ledger: &mut Ledger,
    ) -> ControlFlow<()> {
        let points: Vec<_> = decoded.iter().map(|item| item.signature).collect();
        let checked: Vec<_> = decoded.iter().map(|item| item.signature_checked).collect();
        let weighed = membership::weigh(&points, weights, &checked, self.backend, strategy);
        for (item, outside) in decoded.iter().zip(&weighed.outside) {
            if *outside {
                ledger.condemn(item.index, Reason::Signature(PointError::NotInSubgroup))?;
            }
        }
        let inside = (0..decoded.len()).filter(|&place| !weighed.outside[place]);
        let rows: Vec<_> = inside.map(|place| weights.row(place)).collect();
        let mut outside = weighed.outside.iter();
        decoded.retain(|_| !outside.next().expect("one for each item"));
        let sound = decoded;
        if sound.is_empty() {
            return ControlFlow::Continue(());
        }

        let mut grouping = group(&sound);
        let lines = match self.registry {
            Some(registry) => {
                lines::of_groups(&mut grouping, &sound, registry, self.backend, strategy)
            }
            None => GroupLines::default(),
        };
        let Grouping { order, groups, message_of, first_with_message } = grouping;
        let messages: Vec<_> =
            first_with_message.iter().map(|&item| &sound[item].message).collect();
        let messages = self.message_points(&messages, strategy);
        let members = order
            .iter()
            .map(|&place| Member {
                item: &sound[place],
                message: messages[message_of[place]],
                weight: rows[place],
            })
            .collect();
        let mut equation =
            Equation::new(members, groups, lines, weights.base, self.backend, strategy);
        let value = equation.value(&weighed.sum, strategy);
        if value.is_one() {
            return ControlFlow::Continue(());
        }
        if ledger.stop_at_first {
            return ControlFlow::Break(());
        }
        let valid = judge(&equation, &value, &self.randomness, strategy);
        for (member, valid) in equation.members.iter().zip(valid) {
            if !valid {
                ledger.condemn(member.item.index, Reason::WrongSignature)?;
            }
        }
        ControlFlow::Continue(())
    }

    /// Every item by itself: a batch of one, or a system without randomness.
    fn verify_singly(
        &self,
        decoded: &[Decoded<'_, V>],
        strategy: &impl Strategy,
        ledger: &mut Ledger,
    ) -> ControlFlow<()> {
        let reasons = map_all(strategy, decoded.len(), |place| {
            let item = &decoded[place];
            if !item.signature_checked && membership::is_outside(&item.signature) {
                return Some(Reason::Signature(PointError::NotInSubgroup));
            }
            let message = self.message_points_here(&[&item.message])[0];
            let holds = item.signature().verify_point(&item.key, &message).is_ok();
            (!holds).then_some(Reason::WrongSignature)
        });
        for (item, reason) in decoded.iter().zip(reasons) {
            if let Some(reason) = reason {
                ledger.condemn(item.index, reason)?;
            }
        }
        ControlFlow::Continue(())
    }

    /// The points of distinct messages, from the cache or hashed now.
    fn message_points(
        &self,
        messages: &[&MessageRef<'_, V>],
        strategy: &impl Strategy,
    ) -> Vec<MessagePoint<V>> {
        // A piece costs about a millisecond and fills any backend's lanes.
        const MESSAGES_PER_PIECE: usize = 16;
        strategy
            .map(messages.len().div_ceil(MESSAGES_PER_PIECE), |piece| {
                let first = piece * MESSAGES_PER_PIECE;
                let last = messages.len().min(first + MESSAGES_PER_PIECE);
                self.message_points_here(&messages[first..last])
            })
            .concat()
    }

    /// The same on the calling thread.
    fn message_points_here(&self, messages: &[&MessageRef<'_, V>]) -> Vec<MessagePoint<V>> {
        let fingerprints: Vec<_> = messages
            .iter()
            .map(|message| match message {
                MessageRef::Bytes { tag, augmentation, message } => {
                    self.messages.map(|_| fingerprint(tag, augmentation, message))
                }
                MessageRef::Point(_) => None,
            })
            .collect();
        let mut points: Vec<_> = messages
            .iter()
            .zip(&fingerprints)
            .map(|(message, fingerprint)| match message {
                MessageRef::Point(point) => Some(MessagePoint::from_point(*point)),
                MessageRef::Bytes { .. } => self.messages?.get(fingerprint.as_ref()?),
            })
            .collect();
        let mut missing = Vec::new();
        for (place, message) in messages.iter().enumerate() {
            if let (None, MessageRef::Bytes { tag, augmentation, message }) =
                (&points[place], message)
            {
                missing.push((place, Message { augmentation, message, tag }));
            }
        }
        let unhashed: Vec<_> = missing.iter().map(|(_, message)| *message).collect();
        for ((place, _), point) in missing.iter().zip(curve::hash(self.backend, &unhashed)) {
            let point = MessagePoint::from_point(point);
            if let (Some(cache), Some(fingerprint)) = (self.messages, fingerprints[*place]) {
                cache.put(fingerprint, point);
            }
            points[*place] = Some(point);
        }
        points.into_iter().map(|point| point.expect("cached or hashed")).collect()
    }
}

/// Verdicts as they come in.
struct Ledger {
    verdicts: Vec<Verdict>,
    /// Whether one invalid item is all that anybody wants to know.
    stop_at_first: bool,
}

impl Ledger {
    fn condemn(&mut self, index: usize, reason: Reason) -> ControlFlow<()> {
        self.verdicts[index] = Verdict::Invalid(reason);
        if self.stop_at_first { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
