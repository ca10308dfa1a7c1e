//! Slots of equal size in regions, one list of regions for each size.

use core::ops::Range;
use core::ptr::NonNull;

use super::ArenaError;
use zeroize::Zeroize;

use super::region::{Backing, Region, page_size};

/// Every slot begins at a multiple of this, and has a multiple of it as size.
pub(super) const SLOT_ALIGN: usize = 32;
/// Largest slot.
pub(super) const SLOT_MAX: usize = 4096;
/// Bytes of a region after the first of its size.
const REGION_LENGTH: usize = 64 << 10;

/// Where a slot is.
pub(super) struct Place {
    pub(super) address: NonNull<u8>,
    slab: usize,
    slot: usize,
}

struct Slab {
    region: Region,
    slot_length: usize,
    free: Vec<usize>,
}

/// All slabs of an arena.
pub(super) struct Slabs {
    all: Vec<Slab>,
    bytes_max: usize,
    used: usize,
}

impl Slabs {
    pub(super) fn new(bytes_max: usize) -> Result<Self, ArenaError> {
        let mut slabs = Self { all: Vec::new(), bytes_max, used: 0 };
        // The size of a scalar: what there is most of, and proof that locking works at all.
        slabs.grow(SLOT_ALIGN, 0)?;
        Ok(slabs)
    }

    pub(super) fn backing(&self) -> Backing {
        let weakest = |slab: &Slab| slab.region.backing() == Backing::LockedPages;
        if self.all.iter().any(weakest) { Backing::LockedPages } else { Backing::SecretMemory }
    }

    pub(super) fn used(&self) -> usize {
        self.used
    }

    pub(super) fn ranges(&self) -> Vec<Range<usize>> {
        let range = |slab: &Slab| {
            let start = slab.region.start().as_ptr() as usize;
            start..start + slab.region.length()
        };
        self.all.iter().map(range).collect()
    }

    /// A slot of at least `length` bytes, all zero.
    pub(super) fn take(&mut self, length: usize) -> Result<Place, ArenaError> {
        let slot_length = length.max(1).next_multiple_of(SLOT_ALIGN);
        let fits = |slab: &Slab| slab.slot_length == slot_length && !slab.free.is_empty();
        let index = match self.all.iter().position(fits) {
            Some(index) => index,
            None => self.grow(slot_length, REGION_LENGTH)?,
        };
        let slab = &mut self.all[index];
        let slot = slab.free.pop().expect("a slab with a free slot was chosen");
        self.used += slot_length;
        // SAFETY: `slot` is one of the `length / slot_length` slots of the region.
        let address = unsafe { slab.region.start().add(slot * slot_length) };
        Ok(Place { address, slab: index, slot })
    }

    /// Wipes a slot and takes it back.
    pub(super) fn give_back(&mut self, place: &Place) {
        let slab = &mut self.all[place.slab];
        // SAFETY: the slot's own bytes, initialised since the region was mapped, and nobody's now.
        let bytes =
            unsafe { core::slice::from_raw_parts_mut(place.address.as_ptr(), slab.slot_length) };
        bytes.zeroize();
        slab.free.push(place.slot);
        self.used -= slab.slot_length;
    }

    /// Another region for slots of this size; its index.
    fn grow(&mut self, slot_length: usize, wanted: usize) -> Result<usize, ArenaError> {
        let mapped: usize = self.all.iter().map(|slab| slab.region.length()).sum();
        let first_of_its_size = !self.all.iter().any(|slab| slab.slot_length == slot_length);
        let smallest = slot_length.next_multiple_of(page_size());
        let wanted = if first_of_its_size { smallest } else { wanted };
        // An arena too small for the sizes asked of it still gives each of them one page.
        let room = self.bytes_max.saturating_sub(mapped);
        let length = if first_of_its_size { smallest } else { wanted.min(room) };
        if length < smallest {
            return Err(ArenaError::Full { limit: self.bytes_max });
        }
        let region = Region::map(length)?;
        let slots = region.length() / slot_length;
        let free = (0..slots).rev().collect();
        self.all.push(Slab { region, slot_length, free });
        Ok(self.all.len() - 1)
    }
}
