//! The one place where secrets lie: locked memory between guard pages, out of core dumps, out of
//! children, wiped slot by slot.
//!
//! A [`Locked<T>`] is a box in an [`Arena`]. What is built there is used there, by reference: see
//! [`pairlane::SecretKey::store_in_place`]. Arithmetic and foreign code leave copies on the stack and in
//! freed heap blocks all the same; [`after_secret`] overwrites both, and belongs after every use of
//! a secret.
//!
//! This module is the fence of the crate's memory code: `unsafe` stands here and in its children.

#![allow(unsafe_code)]

mod process;
mod region;
mod residue;
mod slab;

use core::fmt;
use core::mem::{align_of, size_of};
use core::ops::{Deref, DerefMut};
use core::ptr::NonNull;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

pub use process::{Hardening, harden};
pub use region::Backing;
pub use residue::after_secret;
use slab::{Place, Slabs};

/// Why locked memory could not be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArenaError {
    /// The kernel refused to lock more memory.
    #[error(
        "cannot lock {bytes} bytes of memory ({cause}): raise RLIMIT_MEMLOCK (systemd: \
         LimitMEMLOCK=), which is {limit} now"
    )]
    Lock {
        /// Bytes asked for.
        bytes: usize,
        /// The limit in force, in words.
        limit: String,
        /// What the kernel said.
        cause: std::io::Error,
    },
    /// Another call of the kernel failed.
    #[error("{call}: {cause}")]
    Kernel {
        /// The call.
        call: &'static str,
        /// What it said.
        cause: std::io::Error,
    },
    /// The arena's own limit.
    #[error("the arena is full: {limit} bytes, as configured")]
    Full {
        /// Its limit in bytes.
        limit: usize,
    },
}

/// Bytes of secrets that one arena takes unless told otherwise: a quarter of a million scalars.
pub const ARENA_BYTES_MAX: usize = 8 << 20;

/// Locked memory, handed out in slots. Cloning gives another handle to the same memory.
#[derive(Clone)]
pub struct Arena(Arc<Mutex<Slabs>>);

impl Arena {
    /// An arena that will lock at most `bytes_max` bytes, in pieces as they are needed.
    ///
    /// # Errors
    /// [`ArenaError`] when not even the first piece can be had.
    pub fn new(bytes_max: usize) -> Result<Self, ArenaError> {
        Slabs::new(bytes_max).map(|slabs| Self(Arc::new(Mutex::new(slabs))))
    }

    /// The arena of this process, made on first use with [`ARENA_BYTES_MAX`].
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn process() -> Result<Self, ArenaError> {
        static ARENA: OnceLock<Arena> = OnceLock::new();
        if let Some(arena) = ARENA.get() {
            return Ok(arena.clone());
        }
        let arena = Self::new(ARENA_BYTES_MAX)?;
        Ok(ARENA.get_or_init(|| arena).clone())
    }

    /// What the kernel gave: memory that even root cannot read, or locked pages.
    pub fn backing(&self) -> Backing {
        self.slabs().backing()
    }

    /// Bytes in use now.
    pub fn used(&self) -> usize {
        self.slabs().used()
    }

    /// The addresses that the arena occupies, for tests that look for secrets elsewhere.
    pub fn ranges(&self) -> Vec<core::ops::Range<usize>> {
        self.slabs().ranges()
    }

    /// `N` zero bytes, to be filled in place.
    ///
    /// # Errors
    /// [`ArenaError`] when no slot can be had.
    pub fn bytes<const N: usize>(&self) -> Result<Locked<[u8; N]>, ArenaError> {
        self.place(|| [0; N])
    }

    /// Moves what `make` returns into a slot. The move passes over the stack; follow it with
    /// [`after_secret`] when the value is a secret.
    ///
    /// # Errors
    /// [`ArenaError`] when no slot can be had; `make` is not called then.
    pub fn place<T>(&self, make: impl FnOnce() -> T) -> Result<Locked<T>, ArenaError> {
        const { assert!(align_of::<T>() <= slab::SLOT_ALIGN && size_of::<T>() <= slab::SLOT_MAX) };
        let place = self.slabs().take(size_of::<T>())?;
        let value = place.address.cast::<T>();
        let locked = Locked { value, place, arena: self.clone() };
        // Should `make` panic, `T`'s destructor would run on zeros, so the slot is given back by hand.
        match std::panic::catch_unwind(core::panic::AssertUnwindSafe(make)) {
            // SAFETY: the slot is `T`-sized or larger, aligned to SLOT_ALIGN, and ours alone until
            // the `Locked` is dropped.
            Ok(made) => unsafe { value.as_ptr().write(made) },
            Err(panic) => {
                self.slabs().give_back(&locked.place);
                core::mem::forget(locked);
                std::panic::resume_unwind(panic)
            }
        }
        Ok(locked)
    }

    fn slabs(&self) -> std::sync::MutexGuard<'_, Slabs> {
        // Every change to the lists is complete before anything can panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Arena {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Arena({:?}, {} bytes used)", self.backing(), self.used())
    }
}

/// A value in an arena: wiped, slot and all, when dropped. `Debug` shows nothing of it.
pub struct Locked<T> {
    value: NonNull<T>,
    place: Place,
    arena: Arena,
}

// SAFETY: a `Locked<T>` owns its `T` alone, as a `Box<T>` does, and the arena is behind a mutex.
unsafe impl<T: Send> Send for Locked<T> {}
// SAFETY: as above; a shared reference gives no more than `&T`.
unsafe impl<T: Sync> Sync for Locked<T> {}

impl<T> Deref for Locked<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the slot holds a `T` from the end of `place` until `drop`.
        unsafe { self.value.as_ref() }
    }
}

impl<T> DerefMut for Locked<T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as for `deref`, and the borrow of `self` is exclusive.
        unsafe { self.value.as_mut() }
    }
}

impl<T> Drop for Locked<T> {
    fn drop(&mut self) {
        // SAFETY: the slot holds a `T`, and nobody can reach it after this.
        unsafe { self.value.as_ptr().drop_in_place() };
        self.arena.slabs().give_back(&self.place);
    }
}

impl<T> fmt::Debug for Locked<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Locked(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_zero_when_given_again() {
        let arena = Arena::new(1 << 20).unwrap();
        let mut first = arena.bytes::<32>().unwrap();
        first.fill(0xaa);
        let address = first.as_ptr() as usize;
        assert!(arena.ranges().iter().any(|range| range.contains(&address)));
        drop(first);
        assert_eq!(arena.used(), 0);
        let again = arena.bytes::<32>().unwrap();
        assert_eq!(again.as_ptr() as usize, address, "the slot is used again");
        assert_eq!(*again, [0; 32]);
    }

    #[test]
    fn a_full_arena_says_so() {
        let arena = Arena::new(region::page_size()).unwrap();
        let mut held = Vec::new();
        let error = loop {
            match arena.bytes::<256>() {
                Ok(slot) => held.push(slot),
                Err(error) => break error,
            }
        };
        assert_eq!(held.len(), region::page_size() / 256);
        assert!(matches!(error, ArenaError::Full { .. }), "{error}");
        held.pop();
        assert!(arena.bytes::<256>().is_ok());
    }

    #[test]
    fn a_panic_while_building_leaves_no_slot_behind() {
        let arena = Arena::new(1 << 20).unwrap();
        let panicking = std::panic::AssertUnwindSafe(|| arena.place::<[u8; 64]>(|| panic!("no")));
        assert!(std::panic::catch_unwind(panicking).is_err());
        assert_eq!(arena.used(), 0);
    }

    #[test]
    fn values_are_dropped_in_their_slot() {
        let arena = Arena::new(1 << 20).unwrap();
        let counted = Arc::new(());
        let slot = arena.place(|| counted.clone()).unwrap();
        assert_eq!(Arc::strong_count(&slot), 2);
        drop(slot);
        assert_eq!(Arc::strong_count(&counted), 1);
    }
}
