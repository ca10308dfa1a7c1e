//! What the whole process gives up so that its memory stays its own.

use std::io;

/// What [`harden`] achieved. Nothing here is silent: print it at start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Hardening {
    /// The process cannot be traced or read by another of the same user, and dumps no core.
    pub not_dumpable: bool,
    /// `RLIMIT_CORE` is zero.
    pub no_core: bool,
    /// Freed heap blocks are overwritten (glibc's `M_PERTURB`).
    pub freed_blocks_overwritten: bool,
}

/// Turns core dumps and tracing off and has freed memory overwritten. Call it first thing, before
/// threads start and before a secret is in memory.
///
/// # Errors
/// What the kernel said when it refused; on Linux it has no reason to.
pub fn harden() -> io::Result<Hardening> {
    let none = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: sets a flag of this process.
    if unsafe { libc::prctl(libc::PR_SET_DUMPABLE, 0, 0, 0, 0) } != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: reads one rlimit.
    if unsafe { libc::setrlimit(libc::RLIMIT_CORE, &raw const none) } != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(Hardening {
        not_dumpable: true,
        no_core: true,
        freed_blocks_overwritten: overwrite_freed_blocks(),
    })
}

/// Foreign modules free buffers that held secrets. glibc overwrites freed blocks on request, all
/// but those in a thread's own cache, which [`super::after_secret`] sees to.
#[cfg(target_env = "gnu")]
fn overwrite_freed_blocks() -> bool {
    const M_PERTURB: i32 = -6;
    // SAFETY: sets a parameter of the allocator.
    unsafe { libc::mallopt(M_PERTURB, 0xa5) == 1 }
}

#[cfg(not(target_env = "gnu"))]
fn overwrite_freed_blocks() -> bool {
    false
}
