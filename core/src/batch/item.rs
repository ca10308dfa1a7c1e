//! What a batch is made of.

use crate::message::MessagePoint;
use crate::public_key::PublicKey;
use crate::registry::KeyHandle;
use crate::signature::Signature;
use crate::tag::Suite;
use crate::variant::Variant;

/// One signature to be verified: by which key, on which message, under which suite.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a, V: Variant> {
    /// The scheme and tag. Items of one batch may differ in them.
    pub suite: &'a Suite<V>,
    /// Who signed.
    pub key: ItemKey<'a, V>,
    /// What was signed.
    pub message: ItemMessage<'a, V>,
    /// The signature.
    pub signature: ItemSignature<'a, V>,
}

impl<'a, V: Variant> Item<'a, V> {
    /// An item from whatever its parts come as: bytes, or checked values, or a key's handle.
    pub fn new(
        suite: &'a Suite<V>,
        key: impl Into<ItemKey<'a, V>>,
        message: impl Into<ItemMessage<'a, V>>,
        signature: impl Into<ItemSignature<'a, V>>,
    ) -> Self {
        Self { suite, key: key.into(), message: message.into(), signature: signature.into() }
    }
}

/// An item's key.
#[derive(Clone, Copy, Debug)]
pub enum ItemKey<'a, V: Variant> {
    /// A key of the verifier's registry: nothing to decode, nothing to check.
    Handle(KeyHandle),
    /// Encoded, compressed or not; decoded and checked in the batch.
    Bytes(&'a [u8]),
    /// Checked already.
    Checked(&'a PublicKey<V>),
}

/// An item's message.
#[derive(Clone, Copy, Debug)]
pub enum ItemMessage<'a, V: Variant> {
    /// The message itself, of any length, empty included.
    Bytes(&'a [u8]),
    /// Hashed already. The suite's scheme and tag then play no part: the caller has seen to them.
    Hashed(&'a MessagePoint<V>),
}

/// An item's signature.
#[derive(Clone, Copy, Debug)]
pub enum ItemSignature<'a, V: Variant> {
    /// Encoded, compressed or not; decoded and checked in the batch.
    Bytes(&'a [u8]),
    /// Checked already.
    Checked(&'a Signature<V>),
}

impl<'a, V: Variant> ItemKey<'a, V> {
    /// The handle, where that is what was given.
    pub(super) fn handle(&self) -> Option<KeyHandle> {
        if let Self::Handle(handle) = self { Some(*handle) } else { None }
    }

    /// The encoding, where that is what was given.
    pub(super) fn bytes(&self) -> Option<&'a [u8]> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }
}

impl<'a, V: Variant> ItemSignature<'a, V> {
    /// The encoding, where that is what was given.
    pub(super) fn bytes(&self) -> Option<&'a [u8]> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }
}

impl<V: Variant> From<KeyHandle> for ItemKey<'_, V> {
    fn from(handle: KeyHandle) -> Self {
        Self::Handle(handle)
    }
}

impl<'a, V: Variant> From<&'a PublicKey<V>> for ItemKey<'a, V> {
    fn from(key: &'a PublicKey<V>) -> Self {
        Self::Checked(key)
    }
}

impl<'a, V: Variant> From<&'a MessagePoint<V>> for ItemMessage<'a, V> {
    fn from(point: &'a MessagePoint<V>) -> Self {
        Self::Hashed(point)
    }
}

impl<'a, V: Variant> From<&'a Signature<V>> for ItemSignature<'a, V> {
    fn from(signature: &'a Signature<V>) -> Self {
        Self::Checked(signature)
    }
}

macro_rules! from_bytes {
    ($($target:ident),*) => {$(
        impl<'a, V: Variant> From<&'a [u8]> for $target<'a, V> {
            fn from(bytes: &'a [u8]) -> Self {
                Self::Bytes(bytes)
            }
        }

        impl<'a, V: Variant> From<&'a Vec<u8>> for $target<'a, V> {
            fn from(bytes: &'a Vec<u8>) -> Self {
                Self::Bytes(bytes)
            }
        }

        impl<'a, V: Variant, const N: usize> From<&'a [u8; N]> for $target<'a, V> {
            fn from(bytes: &'a [u8; N]) -> Self {
                Self::Bytes(bytes)
            }
        }
    )*};
}

from_bytes!(ItemKey, ItemMessage, ItemSignature);
