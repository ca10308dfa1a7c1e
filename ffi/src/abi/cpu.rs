//! What runs, and on what.

use core::ffi::c_char;

use pairlane::Cpu;

use super::pointer::{Place, TextOutput, apart, guard};
use crate::status::PlStatus;

/// Writes what the processor offers and which arithmetic runs, as lines `model: ...`,
/// `features: ...`, `backend: ...`, `reason: ...` ended by NUL, and to `needed` (may be NULL) the
/// bytes of the whole text, NUL included. PL_BAD_LENGTH if `capacity` is less; `needed` is written
/// then too, so that a first call may ask with a capacity of 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_cpu_report(
    out: *mut c_char,
    capacity: usize,
    needed: *mut usize,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let out = TextOutput::new("out", out, capacity)?;
            let needed = Place::optional(needed);
            apart(&[out.span(), needed.span()], &[])?;
            let cpu = Cpu::detect();
            let features: Vec<_> =
                cpu.features.iter().filter(|feature| feature.present).map(|f| f.name).collect();
            let text = format!(
                "model: {}\nfeatures: {}\nbackend: {}\nreason: {}\n",
                cpu.model,
                features.join(" "),
                cpu.backend,
                cpu.reason
            );
            needed.write(text.len() + 1);
            out.write(&text)
        })
    }
}
