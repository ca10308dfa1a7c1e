//! A batch that grows item by item, for items of different suites and lengths.

use core::ffi::c_char;
use std::sync::{Mutex, PoisonError};

use pairlane::{Item, ItemKey, KeyHandle, Suite, Variant};

use super::batch::{PlVerifier, verify_owned};
use super::pointer::{Output, Place, apart, bytes, check_count, free, guard, handle};
use super::suite::{AnySuite, PlSuite};
use crate::status::{Failure, PL_BAD_LENGTH, PL_FULL, PL_VARIANT_MISMATCH, PlStatus};

/// A batch being filled. May be used by any number of threads at once; they wait for one another,
/// also while the batch is verified.
pub struct PlBatch(Mutex<Filling>);

struct Filling {
    items: Vec<OwnedPart>,
    bytes: usize,
    items_max: usize,
    bytes_max: usize,
}

/// An item with its own copy of everything.
pub(super) struct OwnedPart {
    pub(super) suite: AnySuite,
    pub(super) key: OwnedKey,
    pub(super) message: Vec<u8>,
    pub(super) signature: Vec<u8>,
}

pub(super) enum OwnedKey {
    Number(u64),
    Bytes(Vec<u8>),
}

impl OwnedPart {
    /// The item that a batch takes, under the part's own suite.
    pub(super) fn item<'a, V: Variant>(&'a self, suite: &'a Suite<V>) -> Item<'a, V> {
        let key = match &self.key {
            OwnedKey::Number(number) => ItemKey::Handle(KeyHandle::from_u64(*number)),
            OwnedKey::Bytes(bytes) => ItemKey::Bytes(bytes),
        };
        Item::new(suite, key, &self.message, &self.signature)
    }
}

/// Makes an empty batch for at most `items_max` items (themselves at most `PL_COUNT_MAX`) and
/// `bytes_max` bytes of keys, messages and signatures; it grows as they come. Free it with
/// `pl_batch_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_batch_new(
    items_max: usize,
    bytes_max: usize,
    batch: *mut *mut PlBatch,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let place = Place::new("batch", batch)?;
            check_count("items", items_max)?;
            let filling = Filling { items: Vec::new(), bytes: 0, items_max, bytes_max };
            place.give(PlBatch(Mutex::new(filling)));
            Ok(())
        })
    }
}

/// Frees a batch; NULL does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_batch_free(batch: *mut PlBatch) {
    // SAFETY: the header's rules.
    unsafe { free(batch) };
}

/// Copies an item in. PL_FULL if it would take the batch over a limit. Bytes of any length are
/// taken: what is wrong with them, the verdict says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_batch_push(
    batch: *mut PlBatch,
    suite: *const PlSuite,
    key: *const u8,
    key_length: usize,
    message: *const u8,
    message_length: usize,
    signature: *const u8,
    signature_length: usize,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let (batch, suite) = (handle("batch", batch)?, handle("suite", suite)?);
            let key = Key::Bytes(bytes("key", key, key_length)?);
            let message = bytes("message", message, message_length)?;
            let signature = bytes("signature", signature, signature_length)?;
            batch.push(suite, key, message, signature)
        })
    }
}

/// As `pl_batch_push`, the key given by its handle number in the verifier's registry.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_batch_push_number(
    batch: *mut PlBatch,
    suite: *const PlSuite,
    key_number: u64,
    message: *const u8,
    message_length: usize,
    signature: *const u8,
    signature_length: usize,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let (batch, suite) = (handle("batch", batch)?, handle("suite", suite)?);
            let message = bytes("message", message, message_length)?;
            let signature = bytes("signature", signature, signature_length)?;
            batch.push(suite, Key::Number(key_number), message, signature)
        })
    }
}

/// Number of items in the batch; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_batch_count(batch: *const PlBatch) -> usize {
    // SAFETY: the header's rules.
    unsafe { handle("batch", batch) }.map_or(0, |batch| batch.lock().items.len())
}

/// Verifies the items and leaves the batch empty. `count` must be the number of items; `verdicts`
/// gets a byte for each in the order pushed, `invalid` (may be NULL) the number of invalid ones. On
/// failure the batch keeps its items.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_batch_verify(
    batch: *mut PlBatch,
    verifier: *const PlVerifier,
    count: usize,
    verdicts: *mut u8,
    invalid: *mut usize,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let (batch, verifier) = (handle("batch", batch)?, handle("verifier", verifier)?);
            let mut filling = batch.lock();
            let out = Output::exact("verdicts", verdicts, count, filling.items.len())?;
            let invalid = Place::optional(invalid);
            apart(&[out.span(), invalid.span()], &[])?;
            if filling.items.iter().any(|item| item.suite.variant() != verifier.variant()) {
                let detail = "an item's suite and the verifier are of different variants";
                return Err(Failure::new(PL_VARIANT_MISMATCH, detail));
            }
            let codes = verify_owned(verifier, &filling.items);
            filling.items.clear();
            filling.bytes = 0;
            invalid.write(codes.iter().filter(|code| **code != 0).count());
            out.write(&codes);
            Ok(())
        })
    }
}

/// A key that is copied only once the batch has room for the item.
#[derive(Clone, Copy)]
enum Key<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

impl PlBatch {
    /// A panic cannot leave a filling torn: items are pushed and cleared in single steps.
    fn lock(&self) -> std::sync::MutexGuard<'_, Filling> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(
        &self,
        suite: &PlSuite,
        key: Key<'_>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), Failure> {
        let key_bytes = match key {
            Key::Bytes(bytes) => bytes.len(),
            Key::Number(_) => 8,
        };
        let bytes = key_bytes.saturating_add(message.len()).saturating_add(signature.len());
        let mut filling = self.lock();
        if bytes > filling.bytes_max {
            let detail =
                format_args!("an item of {bytes} bytes, the batch takes {}", filling.bytes_max);
            return Err(Failure::new(PL_BAD_LENGTH, detail));
        }
        if filling.items.len() >= filling.items_max || bytes > filling.bytes_max - filling.bytes {
            return Err(Failure::new(PL_FULL, "the batch is full; verify it and push again"));
        }
        filling.bytes += bytes;
        filling.items.push(OwnedPart {
            suite: suite.0.clone(),
            key: match key {
                Key::Bytes(bytes) => OwnedKey::Bytes(bytes.to_vec()),
                Key::Number(number) => OwnedKey::Number(number),
            },
            message: message.to_vec(),
            signature: signature.to_vec(),
        });
        Ok(())
    }
}
