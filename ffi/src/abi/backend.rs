//! Backends by number.

use pairlane::Backend;

use super::suite::unknown;
use crate::status::{Failure, PL_UNAVAILABLE};

/// What the library thinks the fastest, or what the environment variable `PAIRLANE_BACKEND` names.
pub const PL_BACKEND_DEFAULT: i32 = 0;
/// blst's scalar arithmetic.
pub const PL_BACKEND_BLST: i32 = 1;
/// Four items at a time, with AVX2 and FMA.
pub const PL_BACKEND_AVX2: i32 = 2;
/// Eight items at a time, with AVX-512 IFMA.
pub const PL_BACKEND_AVX512IFMA: i32 = 3;
/// A scalar model of the last, slow, for tests.
pub const PL_BACKEND_PORTABLE: i32 = 4;

pub(super) fn backend(number: i32) -> Result<Backend, Failure> {
    let name = match number {
        PL_BACKEND_DEFAULT => return Ok(Backend::default()),
        PL_BACKEND_BLST => "blst",
        PL_BACKEND_AVX2 => "avx2",
        PL_BACKEND_AVX512IFMA => "avx512ifma",
        PL_BACKEND_PORTABLE => "portable",
        other => return Err(unknown("backend", other)),
    };
    name.parse().map_err(|error| Failure::new(PL_UNAVAILABLE, error))
}
