//! The floating-point environment of a piece of work.
//!
//! Arithmetic on doubles in `lanes::radix48` is exact where sums are rounded to nearest. That is
//! what Rust code may count on, but a library is called by hosts in other languages, and those can
//! have set another mode for the thread.

use core::arch::asm;

/// MXCSR with every exception masked, rounding to nearest, and subnormals as IEEE 754 has them: its
/// value at reset, and the one that the ABI wants at a call.
const NEAREST: u32 = 0x1f80;

/// Runs a piece of work with sums rounded to nearest. The caller's environment is back when it
/// returns or unwinds, flags of exceptions included.
pub(crate) fn with_nearest_rounding<R>(work: impl FnOnce() -> R) -> R {
    let _caller = Caller(read());
    write(NEAREST);
    work()
}

/// The caller's environment, to go back to.
struct Caller(u32);

impl Drop for Caller {
    fn drop(&mut self) {
        write(self.0);
    }
}

fn read() -> u32 {
    let mut value = 0u32;
    // SAFETY: SSE is part of x86-64; the instruction writes four bytes at the pointer.
    unsafe { asm!("stmxcsr [{}]", in(reg) &raw mut value, options(nostack, preserves_flags)) };
    value
}

/// Sets the register to a value that was read from it, or to [`NEAREST`].
///
/// The compiler takes the mode to be that of reset and may move arithmetic on doubles across this. Ours
/// is all in kernels that are called out of line, and the work in between is what the mode is set for.
fn write(value: u32) {
    // SAFETY: SSE is part of x86-64; the instruction reads four bytes at the pointer, which are a
    // value that the register takes without a fault.
    unsafe { asm!("ldmxcsr [{}]", in(reg) &raw const value, options(nostack)) };
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;
    use crate::arch::Fma;
    use crate::lanes::tests::{field_agrees_with_blst, rounds};

    /// Each rounding mode alone, then with subnormals flushed and taken for zero.
    fn environments() -> impl Iterator<Item = u32> {
        [0, 0x8040]
            .into_iter()
            .flat_map(|flush| (0..4).map(move |mode| NEAREST | mode << 13 | flush))
    }

    /// Runs a test as a caller with another environment would.
    fn as_caller(environment: u32, test: impl FnOnce()) {
        let _own = Caller(read());
        write(environment);
        test();
        assert_eq!(read(), environment, "the caller's environment is back");
    }

    #[test]
    fn every_caller_gets_right_products_and_keeps_its_environment() {
        let Some(backend) = Fma::detect() else {
            crate::lanes::tests::skip("AVX2 and FMA");
            return;
        };
        for environment in environments() {
            as_caller(environment, || {
                with_nearest_rounding(|| field_agrees_with_blst(backend, rounds(1_000)));
            });
        }
    }

    #[test]
    fn a_panic_leaves_the_environment_as_well() {
        for environment in environments() {
            as_caller(environment, || {
                let work = || with_nearest_rounding(|| std::panic::resume_unwind(Box::new(())));
                let result: Result<(), _> = catch_unwind(AssertUnwindSafe(work));
                assert!(result.is_err());
            });
        }
    }

    #[test]
    fn work_runs_in_its_own_environment() {
        for environment in environments() {
            as_caller(environment, || with_nearest_rounding(|| assert_eq!(read(), NEAREST)));
        }
    }
}
