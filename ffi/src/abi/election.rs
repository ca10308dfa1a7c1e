//! Selection by stake from a random output.

use core::ffi::c_char;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use pairlane::Tag;
use pairlane::election::{Stakes, committee, select};

use super::pointer::{Numbers, Output, Place, apart, bytes, check_count, free, guard, handle};
use crate::status::{Failure, PL_BAD_LENGTH, PlStatus};

/// Validators and their stakes, in the order that everybody agrees on. May be used by any number of
/// threads at once; one that changes it or draws a committee waits for those that read.
pub struct PlStakes(RwLock<Stakes<Vec<u8>>>);

impl PlStakes {
    /// Stakes are changed by single calls that leave them whole, also when they fail.
    fn read(&self) -> RwLockReadGuard<'_, Stakes<Vec<u8>>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Stakes<Vec<u8>>> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn joined(high: u64, low: u64) -> u128 {
    (u128::from(high) << 64) | u128::from(low)
}

/// Makes the list of `count` validators. Their identifiers have `id_length` bytes each, side by
/// side in `ids`, and no two are equal. `stakes` has two numbers for each validator, the high and
/// the low 64 bits of its stake; the total is below 2^128. Free it with `pl_stakes_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_stakes_new(
    count: usize,
    ids: *const u8,
    id_length: usize,
    stakes: *const u64,
    table: *mut *mut PlStakes,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let place = Place::new("table", table)?;
            check_count("validators", count)?;
            if id_length == 0 {
                return Err(Failure::new(PL_BAD_LENGTH, "identifiers of no bytes"));
            }
            let ids = bytes("ids", ids, count.saturating_mul(id_length))?;
            let stakes = Numbers::new("stakes", stakes, 2 * count)?;
            apart(&[place.span()], &[ids, stakes.as_bytes()])?;
            let mut numbers = stakes.iter();
            let amounts = core::iter::from_fn(|| Some(joined(numbers.next()?, numbers.next()?)));
            let ids = ids.chunks_exact(id_length).map(<[u8]>::to_vec);
            place.give(PlStakes(RwLock::new(Stakes::new(ids.zip(amounts))?)));
            Ok(())
        })
    }
}

/// Frees a list of stakes; NULL does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_stakes_free(table: *mut PlStakes) {
    // SAFETY: the header's rules.
    unsafe { free(table) };
}

/// Number of validators, those without stake included; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_stakes_count(table: *const PlStakes) -> usize {
    // SAFETY: the header's rules.
    unsafe { handle("table", table) }.map_or(0, |table| table.read().len())
}

/// Adds a validator at the end and writes its position.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_stakes_add(
    table: *mut PlStakes,
    id: *const u8,
    id_length: usize,
    stake_high: u64,
    stake_low: u64,
    position: *mut u64,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let table = handle("table", table)?;
            let id = bytes("id", id, id_length)?;
            let place = Place::new("position", position)?;
            apart(&[place.span()], &[id])?;
            if id.is_empty() {
                return Err(Failure::new(PL_BAD_LENGTH, "an identifier of no bytes"));
            }
            let position = table.write().add(id.to_vec(), joined(stake_high, stake_low))?;
            place.write(position as u64);
            Ok(())
        })
    }
}

/// Changes the stake of the validator with this identifier; zero is allowed, and keeps its place.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_stakes_update(
    table: *mut PlStakes,
    id: *const u8,
    id_length: usize,
    stake_high: u64,
    stake_low: u64,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let table = handle("table", table)?;
            let id = bytes("id", id, id_length)?.to_vec();
            table.write().set(&id, joined(stake_high, stake_low))?;
            Ok(())
        })
    }
}

/// Writes the total of all stakes: its high and its low 64 bits.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_stakes_total(
    table: *const PlStakes,
    total_high: *mut u64,
    total_low: *mut u64,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let table = handle("table", table)?;
            let (high, low) =
                (Place::new("total_high", total_high)?, Place::new("total_low", total_low)?);
            apart(&[high.span(), low.span()], &[])?;
            let total = table.read().total().to_be_bytes();
            let (above, below) = total.split_at(8);
            high.write(u64::from_be_bytes(above.try_into().expect("eight bytes")));
            low.write(u64::from_be_bytes(below.try_into().expect("eight bytes")));
            Ok(())
        })
    }
}

/// Selects one validator by stake from a random output under a tag of its own, and writes its
/// position. Public and variable-time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_stakes_select(
    table: *const PlStakes,
    tag: *const u8,
    tag_length: usize,
    output: *const u8,
    output_length: usize,
    position: *mut u64,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let table = handle("table", table)?;
            let tag = bytes("tag", tag, tag_length)?;
            let output = bytes("output", output, output_length)?;
            let place = Place::new("position", position)?;
            apart(&[place.span()], &[tag, output])?;
            let selection = select(&Tag::new(tag)?, output, &table.read())?;
            place.write(selection.position as u64);
            Ok(())
        })
    }
}

/// Selects `seats` different validators, each by stake among those not drawn yet, and writes their
/// positions in the order drawn to `positions`, `seats` numbers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_stakes_committee(
    table: *const PlStakes,
    tag: *const u8,
    tag_length: usize,
    output: *const u8,
    output_length: usize,
    seats: usize,
    positions: *mut u64,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let table = handle("table", table)?;
            let tag = bytes("tag", tag, tag_length)?;
            let output = bytes("output", output, output_length)?;
            check_count("seats", seats)?;
            let length = seats * size_of::<u64>();
            let out = Output::exact("positions", positions.cast(), length, length)?;
            apart(&[out.span()], &[tag, output])?;
            let drawn = committee(&Tag::new(tag)?, output, &mut table.write(), seats)?;
            let numbers = drawn.positions.iter().flat_map(|&p| (p as u64).to_ne_bytes());
            out.write(&numbers.collect::<Vec<u8>>());
            Ok(())
        })
    }
}
