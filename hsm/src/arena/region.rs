//! Pages from the kernel: reserved with a guard page on each side, locked, kept out of dumps.

use core::ptr::NonNull;
use std::io;

use super::ArenaError;

/// What kind of memory an arena stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backing {
    /// `memfd_secret`: unmapped from the kernel itself, unreadable through `/proc/PID/mem` and
    /// `ptrace` even for root.
    SecretMemory,
    /// Anonymous pages under `mlock`, out of dumps and zero in children. Root can read them.
    LockedPages,
}

/// Pages between two guard pages, all zero at first. Unmapped when dropped.
pub(super) struct Region {
    reserved: NonNull<u8>,
    length: usize,
    backing: Backing,
}

// SAFETY: a region is an address and a length; whoever holds it owns the pages.
unsafe impl Send for Region {}

/// Bytes of one page.
pub(super) fn page_size() -> usize {
    // SAFETY: reads a constant of the system.
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    usize::try_from(size).unwrap_or(4096)
}

fn kernel(call: &'static str) -> ArenaError {
    ArenaError::Kernel { call, cause: io::Error::last_os_error() }
}

impl Region {
    /// Maps `length` bytes, rounded up to pages, as secret memory where there is any.
    pub(super) fn map(length: usize) -> Result<Self, ArenaError> {
        Self::map_on(Backing::SecretMemory, length)
    }

    fn map_on(wanted: Backing, length: usize) -> Result<Self, ArenaError> {
        let page = page_size();
        let length = length.next_multiple_of(page);
        // SAFETY: a fresh mapping at an address of the kernel's choice; nothing is behind it yet.
        let reserved = unsafe {
            libc::mmap(
                core::ptr::null_mut(),
                length + 2 * page,
                libc::PROT_NONE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
                -1,
                0,
            )
        };
        if reserved == libc::MAP_FAILED {
            return Err(kernel("mmap"));
        }
        let reserved = NonNull::new(reserved.cast()).ok_or_else(|| kernel("mmap"))?;
        let mut region = Self { reserved, length, backing: Backing::SecretMemory };
        if wanted == Backing::LockedPages || !region.secret_memory() {
            region.backing = Backing::LockedPages;
            region.locked_pages()?;
        }
        // Out of core dumps. Secret memory is never in one; asking again does no harm.
        region.advise(libc::MADV_DONTDUMP, "madvise(MADV_DONTDUMP)")?;
        match region.backing {
            // A shared mapping cannot be wiped on fork; the child does not get it at all.
            Backing::SecretMemory => {
                region.advise(libc::MADV_DONTFORK, "madvise(MADV_DONTFORK)")?;
            }
            Backing::LockedPages => {
                region.advise(libc::MADV_WIPEONFORK, "madvise(MADV_WIPEONFORK)")?;
            }
        }
        // Touch each page now: running out of memory later would be a signal, not an error.
        // SAFETY: `length` bytes from `start` were mapped readable and writable just now.
        unsafe { region.start().as_ptr().write_bytes(0, length) };
        Ok(region)
    }

    pub(super) fn start(&self) -> NonNull<u8> {
        // SAFETY: the reservation is two pages longer than `length`, so this stays within it.
        unsafe { self.reserved.add(page_size()) }
    }

    pub(super) fn length(&self) -> usize {
        self.length
    }

    pub(super) fn backing(&self) -> Backing {
        self.backing
    }

    /// Maps secret memory over the middle; false where the kernel has none to give.
    fn secret_memory(&self) -> bool {
        // SAFETY: creates a file descriptor and nothing else.
        let fd = unsafe { libc::syscall(libc::SYS_memfd_secret, libc::O_CLOEXEC) };
        let Ok(fd) = i32::try_from(fd) else { return false };
        if fd < 0 {
            return false;
        }
        let Ok(size) = libc::off_t::try_from(self.length) else { return false };
        // SAFETY: the fixed address lies within our own reservation, which nobody uses yet. The
        // descriptor is ours; the mapping outlives it.
        unsafe {
            let mapped = libc::ftruncate(fd, size) == 0
                && libc::mmap(
                    self.start().as_ptr().cast(),
                    self.length,
                    libc::PROT_READ | libc::PROT_WRITE,
                    libc::MAP_SHARED | libc::MAP_FIXED,
                    fd,
                    0,
                ) != libc::MAP_FAILED;
            libc::close(fd);
            mapped
        }
    }

    fn locked_pages(&self) -> Result<(), ArenaError> {
        let start = self.start().as_ptr().cast();
        // SAFETY: the fixed address lies within our own reservation, which nobody uses yet.
        let mapped = unsafe {
            libc::mmap(
                start,
                self.length,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED,
                -1,
                0,
            )
        };
        if mapped == libc::MAP_FAILED {
            return Err(kernel("mmap"));
        }
        // SAFETY: locks pages that are ours.
        if unsafe { libc::mlock(start, self.length) } != 0 {
            let cause = io::Error::last_os_error();
            return Err(ArenaError::Lock { bytes: self.length, limit: lock_limit(), cause });
        }
        Ok(())
    }

    fn advise(&self, advice: i32, call: &'static str) -> Result<(), ArenaError> {
        // SAFETY: advice about pages that are ours.
        match unsafe { libc::madvise(self.start().as_ptr().cast(), self.length, advice) } {
            0 => Ok(()),
            _ => Err(kernel(call)),
        }
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        // SAFETY: the pages are ours and writable; nobody holds a slot when the arena goes. The
        // whole reservation is unmapped, guard pages with it.
        unsafe {
            self.start().as_ptr().write_bytes(0, self.length);
            core::hint::black_box(self.start());
            libc::munmap(self.reserved.as_ptr().cast(), self.length + 2 * page_size());
        }
    }
}

fn lock_limit() -> String {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: writes one rlimit.
    match unsafe { libc::getrlimit(libc::RLIMIT_MEMLOCK, &raw mut limit) } {
        0 if limit.rlim_cur == libc::RLIM_INFINITY => "unlimited".to_owned(),
        0 => format!("{} bytes", limit.rlim_cur),
        _ => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the kernel says of the mapping at an address: its line in `maps` and its flags.
    fn mapping(address: usize) -> (String, Vec<String>) {
        let all = std::fs::read_to_string("/proc/self/smaps").unwrap();
        let mut lines = all.lines();
        let head = lines.find(|line| {
            let range = line.split(' ').next().and_then(|range| range.split_once('-'));
            let number = |text| usize::from_str_radix(text, 16).ok();
            range.is_some_and(|(start, end)| {
                number(start).is_some_and(|start| start <= address)
                    && number(end).is_some_and(|end| address < end)
            })
        });
        let flags = lines.find_map(|line| line.strip_prefix("VmFlags:")).unwrap();
        let flags = flags.split_whitespace().map(str::to_owned).collect();
        (head.unwrap().to_owned(), flags)
    }

    #[test]
    fn pages_are_locked_guarded_and_out_of_dumps() {
        for wanted in [Backing::SecretMemory, Backing::LockedPages] {
            let region = Region::map_on(wanted, 3 * page_size()).unwrap();
            if region.backing() != wanted {
                eprintln!("skipped: {wanted:?}: the kernel has none");
                continue;
            }
            let start = region.start().as_ptr() as usize;
            let (line, flags) = mapping(start);
            assert!(line.contains(" rw-"), "{line}");
            let has = |flag: &str| flags.iter().any(|there| there == flag);
            assert!(has("dd"), "out of dumps: {flags:?}");
            assert!(has("lo"), "locked: {flags:?}");
            match wanted {
                Backing::SecretMemory => {
                    assert!(line.contains("secretmem"), "{line}");
                    assert!(has("dc"), "not in children: {flags:?}");
                }
                Backing::LockedPages => assert!(has("wf"), "wiped in children: {flags:?}"),
            }
            for guard in [start - 1, start + region.length()] {
                let (line, _) = mapping(guard);
                assert!(line.contains(" ---p "), "a guard page: {line}");
            }
        }
    }
}
