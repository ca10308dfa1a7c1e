//! Stage 1, decode: bytes to points of the curves. Membership comes later, for many at once.

use super::{Item, ItemKey, ItemMessage, ItemSignature, Reason};
use crate::curve::{Affine, Curve};
use crate::error::PointError;
use crate::message::augmentation;
use crate::public_key::PublicKey;
use crate::registry::Registry;
use crate::signature::Signature;
use crate::strategy::Strategy;
use crate::tag::Tag;
use crate::variant::Variant;

/// An item whose key and signature are points of their curves, neither the identity.
pub(super) struct Decoded<'a, V: Variant> {
    /// Position in the batch.
    pub(super) index: usize,
    pub(super) key: PublicKey<V>,
    /// Whether the key is known to be in the subgroup.
    pub(super) key_checked: bool,
    pub(super) signature: Affine<V::SignatureCurve>,
    /// Whether the signature is known to be in the subgroup.
    pub(super) signature_checked: bool,
    pub(super) message: MessageRef<'a, V>,
}

/// What an item's message point is determined by.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum MessageRef<'a, V: Variant> {
    Bytes { tag: &'a Tag, augmentation: Vec<u8>, message: &'a [u8] },
    Point(Affine<V::SignatureCurve>),
}

/// Items to a piece of work: a piece costs some hundred microseconds.
const ITEMS_PER_PIECE: usize = 16;

/// Decodes every item by itself, so that garbage in one spoils no other.
pub(super) fn decode<'a, V: Variant>(
    items: &[Item<'a, V>],
    registry: Option<&Registry<V>>,
    strategy: &impl Strategy,
) -> Vec<Result<Decoded<'a, V>, Reason>> {
    let pieces = strategy.map(items.len().div_ceil(ITEMS_PER_PIECE), |piece| {
        let first = piece * ITEMS_PER_PIECE;
        let last = items.len().min(first + ITEMS_PER_PIECE);
        (first..last).map(|index| decode_item(index, &items[index], registry)).collect::<Vec<_>>()
    });
    pieces.into_iter().flatten().collect()
}

fn decode_item<'a, V: Variant>(
    index: usize,
    item: &Item<'a, V>,
    registry: Option<&Registry<V>>,
) -> Result<Decoded<'a, V>, Reason> {
    let (key, key_checked) = match item.key {
        ItemKey::Checked(key) => (*key, true),
        ItemKey::Handle(handle) => {
            let key = registry.and_then(|registry| registry.get(handle));
            (*key.ok_or(Reason::UnknownKey)?, true)
        }
        ItemKey::Bytes(bytes) => (PublicKey::on_curve(bytes).map_err(Reason::PublicKey)?, false),
    };
    let (signature, signature_checked) = match item.signature {
        ItemSignature::Checked(signature) => (Ok(*signature.point()), true),
        ItemSignature::Bytes(bytes) => (V::SignatureCurve::decode(bytes), false),
    };
    let signature = signature
        .and_then(|point| if point.is_identity() { Err(PointError::Identity) } else { Ok(point) });
    let signature = match signature {
        Ok(signature) => signature,
        Err(error) => {
            // The key's fault comes first, also where only the subgroup check would find it.
            if !key_checked && !V::KeyCurve::in_subgroup(&key.point().to_projective()) {
                return Err(Reason::PublicKey(PointError::NotInSubgroup));
            }
            return Err(Reason::Signature(error));
        }
    };
    let message = match item.message {
        ItemMessage::Hashed(point) => MessageRef::Point(*point.point()),
        ItemMessage::Bytes(message) => MessageRef::Bytes {
            tag: item.suite.tag(),
            augmentation: augmentation(item.suite, &key),
            message,
        },
    };
    Ok(Decoded { index, key, key_checked, signature, signature_checked, message })
}

impl<V: Variant> Decoded<'_, V> {
    /// The signature as a checked value. Only for items that have passed the membership stage.
    pub(super) fn signature(&self) -> Signature<V> {
        Signature::from_point(self.signature)
    }
}
