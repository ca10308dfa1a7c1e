//! Batches: flat arrays in, a verdict byte for each item out.

use core::ffi::c_char;
use core::num::NonZeroUsize;
use std::sync::{Arc, RwLock};

use pairlane::{
    Backend, Item, ItemKey, KeyHandle, MessageCache, MinPk, MinSig, Registry, Suite, Variant,
    Verdict, Verifier, WeightBits,
};
use rayon::ThreadPool;

use super::aggregate::cut;
use super::builder::OwnedPart;
use super::executor::{Executor, PlPool};
use super::pointer::{
    Numbers, Output, Place, apart, bytes, check_count, free, guard, handle, optional,
};
use super::registry::{AnyRegistry, PlRegistry, read};
use super::suite::{AnySuite, PL_MIN_PK, PL_MIN_SIG, PlSuite, unknown};
use crate::status::{Failure, PL_BAD_LENGTH, PL_VARIANT_MISMATCH, PlStatus};
use crate::verdict::verdict_code;

/// Verifies batches: holds the registry, the pool and a cache of hashed messages. Immutable: may be
/// used by any number of threads at once, which then share the pool and the cache.
pub struct PlVerifier {
    stores: AnyStores,
    pool: Option<Arc<ThreadPool>>,
    bits: WeightBits,
    backend: Backend,
}

/// On what, and how surely, a verifier's batches run.
#[derive(Clone, Copy)]
struct Execution<'a> {
    pool: Option<&'a ThreadPool>,
    bits: WeightBits,
    backend: Backend,
}

pub(super) enum AnyStores {
    MinPk(Stores<MinPk>),
    MinSig(Stores<MinSig>),
}

pub(super) struct Stores<V: Variant> {
    registry: Option<Arc<RwLock<Registry<V>>>>,
    messages: Option<MessageCache<V>>,
}

impl PlVerifier {
    fn execution(&self) -> Execution<'_> {
        Execution { pool: self.pool.as_deref(), bits: self.bits, backend: self.backend }
    }

    pub(super) fn variant(&self) -> i32 {
        match self.stores {
            AnyStores::MinPk(_) => PL_MIN_PK,
            AnyStores::MinSig(_) => PL_MIN_SIG,
        }
    }
}

impl<V: Variant> Stores<V> {
    fn new(registry: Option<Arc<RwLock<Registry<V>>>>, messages_max: usize) -> Self {
        Self { registry, messages: NonZeroUsize::new(messages_max).map(MessageCache::new) }
    }

    /// Runs a batch with what these stores have.
    fn run<T>(
        &self,
        execution: Execution<'_>,
        batch: impl FnOnce(&Verifier<'_, V>, &Executor<'_>) -> T,
    ) -> T {
        let registry = self.registry.as_deref().map(read);
        let mut verifier =
            Verifier::new().with_weight_bits(execution.bits).with_backend(execution.backend);
        if let Some(registry) = &registry {
            verifier = verifier.with_registry(registry);
        }
        if let Some(messages) = &self.messages {
            verifier = verifier.with_message_cache(messages);
        }
        batch(&verifier, &Executor(execution.pool))
    }

    fn verify(&self, items: &[Item<'_, V>], execution: Execution<'_>) -> Vec<Verdict> {
        self.run(execution, |verifier, executor| verifier.verify(items, executor))
    }
}

/// A variant whose stores a verifier may have.
pub(super) trait Stored: Variant {
    fn stores(any: &AnyStores) -> Option<&Stores<Self>>
    where
        Self: Sized;
}

impl Stored for MinPk {
    fn stores(any: &AnyStores) -> Option<&Stores<Self>> {
        if let AnyStores::MinPk(stores) = any { Some(stores) } else { None }
    }
}

impl Stored for MinSig {
    fn stores(any: &AnyStores) -> Option<&Stores<Self>> {
        if let AnyStores::MinSig(stores) = any { Some(stores) } else { None }
    }
}

/// Runs a batch with a verifier, or with none: then on the calling thread, without stores.
pub(super) fn with_verifier<V: Stored, T>(
    verifier: Option<&PlVerifier>,
    batch: impl FnOnce(&Verifier<'_, V>, &Executor<'_>) -> T,
) -> Result<T, Failure> {
    let Some(verifier) = verifier else {
        return Ok(batch(&Verifier::new(), &Executor(None)));
    };
    let stores = V::stores(&verifier.stores).ok_or_else(|| {
        Failure::new(PL_VARIANT_MISMATCH, "the verifier and the suite are of different variants")
    })?;
    Ok(stores.run(verifier.execution(), batch))
}

/// Makes a verifier of a variant. `registry` and `pool` may be NULL: then there are no handles, and
/// batches run on the calling thread. `messages_max` is the size of the cache of hashed messages,
/// at most `PL_COUNT_MAX`, 0 for none. `weight_bits` is 64 or 128. `backend` is
/// `PL_BACKEND_DEFAULT`, or another to force it: then PL_UNAVAILABLE says that the processor cannot
/// run it. Free it with `pl_verifier_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_verifier_new(
    variant: i32,
    registry: *const PlRegistry,
    pool: *const PlPool,
    messages_max: usize,
    weight_bits: i32,
    backend: i32,
    verifier: *mut *mut PlVerifier,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let place = Place::new("verifier", verifier)?;
            check_count("messages", messages_max)?;
            let bits = match weight_bits {
                64 => WeightBits::Bits64,
                128 => WeightBits::Bits128,
                other => return Err(unknown("number of weight bits; 64 and 128 are", other)),
            };
            let backend = super::backend::backend(backend)?;
            let mismatch =
                || Failure::new(PL_VARIANT_MISMATCH, "the registry is of the other variant");
            let stores = match (variant, optional(registry).map(|registry| &registry.0)) {
                (PL_MIN_PK, None) => AnyStores::MinPk(Stores::new(None, messages_max)),
                (PL_MIN_PK, Some(AnyRegistry::MinPk(registry))) => {
                    AnyStores::MinPk(Stores::new(Some(registry.clone()), messages_max))
                }
                (PL_MIN_SIG, None) => AnyStores::MinSig(Stores::new(None, messages_max)),
                (PL_MIN_SIG, Some(AnyRegistry::MinSig(registry))) => {
                    AnyStores::MinSig(Stores::new(Some(registry.clone()), messages_max))
                }
                (PL_MIN_PK | PL_MIN_SIG, Some(_)) => return Err(mismatch()),
                (other, _) => return Err(unknown("variant", other)),
            };
            let pool = optional(pool).map(|pool| pool.0.clone());
            place.give(PlVerifier { stores, pool, bits, backend });
            Ok(())
        })
    }
}

/// Frees a verifier; NULL does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_verifier_free(verifier: *mut PlVerifier) {
    // SAFETY: the header's rules.
    unsafe { free(verifier) };
}

/// Where the parts of one kind lie: part i is `length` bytes at `array + i * stride`.
struct Strided<'a> {
    array: &'a [u8],
    length: usize,
    stride: usize,
}

impl<'a> Strided<'a> {
    /// # Safety
    /// The array names `(count - 1) * stride + length` readable bytes, stride 0 standing for
    /// length; `count` is within bounds.
    unsafe fn new(
        name: &str,
        array: *const u8,
        count: usize,
        length: usize,
        stride: usize,
    ) -> Result<Self, Failure> {
        let stride = if stride == 0 { length } else { stride };
        if stride < length {
            let detail = format_args!("{name}: a stride of {stride} is below the length {length}");
            return Err(Failure::new(PL_BAD_LENGTH, detail));
        }
        let total = count.saturating_sub(1).checked_mul(stride).and_then(|n| n.checked_add(length));
        let total = if count == 0 { 0 } else { total.unwrap_or(usize::MAX) };
        // SAFETY: the promise of this function.
        let array = unsafe { bytes(name, array, total) }?;
        Ok(Self { array, length, stride })
    }

    fn part(&self, index: usize) -> &'a [u8] {
        &self.array[index * self.stride..index * self.stride + self.length]
    }

    fn parts(&self, count: usize) -> Vec<&'a [u8]> {
        (0..count).map(|index| self.part(index)).collect()
    }
}

/// Verifies `count` items of one suite and writes a verdict byte (`PL_VALID`, ...) for each to
/// `verdicts`, which has `count` bytes, and the number of invalid ones to `invalid` (may be NULL).
/// PL_OK says that the verdicts were written, not that they are good.
///
/// Keys: `key_numbers`, `count` handle numbers of the verifier's registry; or, where that is NULL,
/// `keys`, each `key_length` bytes (compressed or not), at distances of `key_stride`.
/// Messages: where `message_ends` is not NULL, message i is the bytes `message_ends[i - 1] ..
/// message_ends[i]` of `messages`; else each has `message_length` bytes at distances of
/// `message_stride`. Signatures: as keys. A stride of 0 stands for the length. So three arrays may
/// be one array of records; an array reaches from its first part to its last, gaps included.
/// `count` is at most `PL_COUNT_MAX`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_verify_batch(
    verifier: *const PlVerifier,
    suite: *const PlSuite,
    count: usize,
    key_numbers: *const u64,
    keys: *const u8,
    key_length: usize,
    key_stride: usize,
    messages: *const u8,
    message_ends: *const u64,
    message_length: usize,
    message_stride: usize,
    signatures: *const u8,
    signature_length: usize,
    signature_stride: usize,
    verdicts: *mut u8,
    invalid: *mut usize,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let (verifier, suite) = (handle("verifier", verifier)?, handle("suite", suite)?);
            check_count("items", count)?;
            let out = Output::exact("verdicts", verdicts, count, count)?;
            let keys = if key_numbers.is_null() {
                Keys::Bytes(Strided::new("keys", keys, count, key_length, key_stride)?)
            } else {
                Keys::Numbers(Numbers::new("key_numbers", key_numbers, count)?)
            };
            let messages = if message_ends.is_null() {
                let strided =
                    Strided::new("messages", messages, count, message_length, message_stride)?;
                Messages { array: strided.array, ends: &[], parts: strided.parts(count) }
            } else {
                let ends = Numbers::new("message_ends", message_ends, count)?;
                let length = usize::try_from(ends.iter().last().unwrap_or(0));
                let array = bytes("messages", messages, length.unwrap_or(usize::MAX))?;
                Messages { array, ends: ends.as_bytes(), parts: cut(array, ends)? }
            };
            let signatures =
                Strided::new("signatures", signatures, count, signature_length, signature_stride)?;
            let invalid = Place::optional(invalid);
            let inputs = [keys.array(), messages.array, messages.ends, signatures.array];
            apart(&[out.span(), invalid.span()], &inputs)?;
            let codes = Flat { keys, messages, signatures }.verify(verifier, suite)?;
            invalid.write(codes.iter().filter(|code| **code != 0).count());
            out.write(&codes);
            Ok(())
        })
    }
}

/// The verdict bytes of items that own their parts and are of the verifier's variant.
pub(super) fn verify_owned(verifier: &PlVerifier, parts: &[OwnedPart]) -> Vec<u8> {
    let verdicts = match &verifier.stores {
        AnyStores::MinPk(stores) => {
            let items: Vec<_> = parts
                .iter()
                .filter_map(|part| part.suite.min_pk().map(|suite| part.item(suite)))
                .collect();
            stores.verify(&items, verifier.execution())
        }
        AnyStores::MinSig(stores) => {
            let items: Vec<_> = parts
                .iter()
                .filter_map(|part| part.suite.min_sig().map(|suite| part.item(suite)))
                .collect();
            stores.verify(&items, verifier.execution())
        }
    };
    verdicts.into_iter().map(verdict_code).collect()
}

enum Keys<'a> {
    Numbers(Numbers<'a>),
    Bytes(Strided<'a>),
}

impl Keys<'_> {
    fn array(&self) -> &[u8] {
        match self {
            Self::Numbers(numbers) => numbers.as_bytes(),
            Self::Bytes(strided) => strided.array,
        }
    }
}

struct Messages<'a> {
    array: &'a [u8],
    ends: &'a [u8],
    parts: Vec<&'a [u8]>,
}

/// The parts of a batch of one suite.
struct Flat<'a> {
    keys: Keys<'a>,
    messages: Messages<'a>,
    signatures: Strided<'a>,
}

impl Flat<'_> {
    fn verify(&self, verifier: &PlVerifier, suite: &PlSuite) -> Result<Vec<u8>, Failure> {
        let verdicts = match (&verifier.stores, &suite.0) {
            (AnyStores::MinPk(stores), AnySuite::MinPk(suite)) => {
                stores.verify(&self.items(suite), verifier.execution())
            }
            (AnyStores::MinSig(stores), AnySuite::MinSig(suite)) => {
                stores.verify(&self.items(suite), verifier.execution())
            }
            _ => {
                let detail = "the verifier and the suite are of different variants";
                return Err(Failure::new(PL_VARIANT_MISMATCH, detail));
            }
        };
        Ok(verdicts.into_iter().map(verdict_code).collect())
    }

    fn items<'i, V: Variant>(&'i self, suite: &'i Suite<V>) -> Vec<Item<'i, V>> {
        let keys: Vec<_> = match &self.keys {
            Keys::Numbers(numbers) => {
                numbers.iter().map(|n| ItemKey::Handle(KeyHandle::from_u64(n))).collect()
            }
            Keys::Bytes(strided) => {
                let parts = strided.parts(self.messages.parts.len());
                parts.into_iter().map(ItemKey::Bytes).collect()
            }
        };
        keys.into_iter()
            .zip(&self.messages.parts)
            .enumerate()
            .map(|(i, (key, message))| Item::new(suite, key, *message, self.signatures.part(i)))
            .collect()
    }
}
