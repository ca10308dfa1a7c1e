//! Stage 1, decode: bytes to points of the curves. Membership comes later, for many at once.

use super::{Item, ItemKey, ItemMessage, ItemSignature, Reason};
use crate::backend::Backend;
use crate::curve::{self, Affine, Curve};
use crate::error::PointError;
use crate::message::augmentation;
use crate::public_key::PublicKey;
use crate::registry::{KeyHandle, Registry};
use crate::signature::Signature;
use crate::strategy::{Strategy, map_all};
use crate::tag::Tag;
use crate::variant::Variant;

/// An item whose key and signature are points of their curves, neither the identity.
pub(super) struct Decoded<'a, V: Variant> {
    /// Position in the batch.
    pub(super) index: usize,
    pub(super) key: PublicKey<V>,
    /// The key's name in the registry, where that is what was given.
    pub(super) handle: Option<KeyHandle>,
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

/// Items to a piece of work: a piece costs some hundred microseconds and fills any backend's lanes.
const ITEMS_PER_PIECE: usize = 16;

/// Decodes every item by itself, so that garbage in one spoils no other. All are decoded when this
/// returns.
pub(super) fn decode<'a, V: Variant, S: Strategy>(
    items: &[Item<'a, V>],
    registry: Option<&Registry<V>>,
    backend: Backend,
    strategy: &S,
) -> impl Iterator<Item = Result<Decoded<'a, V>, Reason>> + use<'a, V, S> {
    let pieces = map_all(strategy, items.len().div_ceil(ITEMS_PER_PIECE), |piece| {
        let first = piece * ITEMS_PER_PIECE;
        let last = items.len().min(first + ITEMS_PER_PIECE);
        decode_piece(first, &items[first..last], registry, backend)
    });
    pieces.into_iter().flatten()
}

/// Decodes the items from position `first` on.
fn decode_piece<'a, V: Variant>(
    first: usize,
    items: &[Item<'a, V>],
    registry: Option<&Registry<V>>,
    backend: Backend,
) -> Vec<Result<Decoded<'a, V>, Reason>> {
    let keys: Vec<&[u8]> = items.iter().filter_map(|item| item.key.bytes()).collect();
    let signatures: Vec<&[u8]> = items.iter().filter_map(|item| item.signature.bytes()).collect();
    let mut keys = curve::decode(backend, &keys).into_iter();
    let mut signatures = curve::decode(backend, &signatures).into_iter();
    let items = items.iter().enumerate();
    items
        .map(|(place, item)| {
            let key = match item.key {
                ItemKey::Checked(key) => Ok((*key, true)),
                ItemKey::Handle(handle) => {
                    let key = registry.and_then(|registry| registry.get(handle));
                    key.map(|key| (*key, true)).ok_or(Reason::UnknownKey)
                }
                ItemKey::Bytes(_) => {
                    let point = keys.next().expect("a point for each encoding");
                    let key = point.and_then(PublicKey::on_curve).map_err(Reason::PublicKey);
                    key.map(|key| (key, false))
                }
            };
            let signature = match item.signature {
                ItemSignature::Checked(signature) => (Ok(*signature.point()), true),
                ItemSignature::Bytes(_) => {
                    (signatures.next().expect("a point for each encoding"), false)
                }
            };
            assemble(first + place, item, key?, signature)
        })
        .collect()
}

/// Puts an item together from its key and its signature, each with whether it is known to be in
/// the subgroup.
fn assemble<'a, V: Variant>(
    index: usize,
    item: &Item<'a, V>,
    (key, key_checked): (PublicKey<V>, bool),
    (signature, signature_checked): (Result<Affine<V::SignatureCurve>, PointError>, bool),
) -> Result<Decoded<'a, V>, Reason> {
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
    let handle = item.key.handle();
    Ok(Decoded { index, key, handle, key_checked, signature, signature_checked, message })
}

impl<V: Variant> Decoded<'_, V> {
    /// The signature as a checked value. Only for items that have passed the membership stage.
    pub(super) fn signature(&self) -> Signature<V> {
        Signature::from_point(self.signature)
    }
}
