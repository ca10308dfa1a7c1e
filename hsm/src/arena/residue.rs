//! What operations on a secret leave behind, overwritten.

use core::ffi::c_void;
use core::hint::black_box;

/// Deepest that an operation on a secret goes, with room to spare: scalar multiplication with its
/// tables, or a call into a token's module.
const STACK_BYTES: usize = 96 << 10;
/// glibc's thread cache: blocks of 24 to 1,032 bytes in steps of 16, at most 7 of each.
const CACHED_LENGTHS: core::ops::RangeInclusive<usize> = 24..=1032;
const CACHED_STEP: usize = 16;
const CACHED_EACH: usize = 7;

/// Overwrites what the operation before it may have left on this thread: the stack below the
/// caller, and the blocks that the allocator keeps for the thread. About 10 microseconds.
pub fn after_secret() {
    wipe_stack();
    wipe_cached_blocks();
}

#[inline(never)]
#[expect(clippy::large_stack_arrays, reason = "the stack is what is to be overwritten")]
fn wipe_stack() {
    let mut below = [0u8; STACK_BYTES];
    // Seen from outside, so that the zeros are really written.
    black_box(&mut below);
}

/// Takes every block that the thread's cache can hold, zeroes it and gives it back.
fn wipe_cached_blocks() {
    let mut taken = [core::ptr::null_mut::<c_void>(); CACHED_EACH];
    for length in CACHED_LENGTHS.step_by(CACHED_STEP) {
        for block in &mut taken {
            // SAFETY: `length` bytes are asked for, and as many written when they are given.
            unsafe {
                *block = libc::malloc(length);
                if !block.is_null() {
                    block.cast::<u8>().write_bytes(0, length);
                    black_box(*block);
                }
            }
        }
        for block in taken {
            // SAFETY: from `malloc` just now and not freed since; null is allowed.
            unsafe { libc::free(block) };
        }
    }
}
