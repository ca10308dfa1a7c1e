//! What fails, and how often.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Faults in force. Zero is none; `n` of "every" is each n-th call of its kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// Wrong PINs before the token locks.
    pub lockout: u64,
    /// Every n-th cryptographic call finds its session closed.
    pub vanish: u64,
    /// Every n-th cryptographic call finds all sessions closed, and nobody logged in.
    pub vanish_all: u64,
    /// Milliseconds that each cryptographic call takes more.
    pub slow_ms: u64,
    /// Every n-th cryptographic call does not return while this fault is in force. While one hangs,
    /// there is a file beside that of the faults, ending in `.hanging`.
    pub hang: u64,
    /// No creation of an object returns.
    pub hang_create: u64,
    /// No login returns.
    pub hang_login: u64,
    /// Bytes that reported lengths are too long by.
    pub long: u64,
    /// Objects that each step of a search says it found beyond those asked for.
    pub found_more: u64,
    /// A clock that says no time.
    pub clock: u64,
    /// Every n-th creation of an object fails with a general error.
    pub fail_create: u64,
    /// Every n-th signature or tag has a flipped bit.
    pub wrong_signature: u64,
    /// Every n-th decryption gives a flipped bit.
    pub wrong_plaintext: u64,
    /// Every call says that the token was removed.
    pub removed: u64,
    /// Every n-th cryptographic call fails with a device error.
    pub device_error: u64,
    /// The generator repeats itself.
    pub same_random: u64,
    /// The suite that BLS hashes under: 0 proof of possession, 1 basic, 2 one of no standard's.
    pub bls_suite: u64,
}

impl Faults {
    /// Reads a file of `name number` lines. What is not there, or not understood, is no fault.
    pub fn parse(text: &str) -> Self {
        let mut faults = Self::default();
        for line in text.lines() {
            let Some((name, number)) = line.split_once(' ') else { continue };
            let number = number.trim().parse().unwrap_or(0);
            match name {
                "lockout" => faults.lockout = number,
                "vanish" => faults.vanish = number,
                "vanish_all" => faults.vanish_all = number,
                "slow_ms" => faults.slow_ms = number,
                "hang" => faults.hang = number,
                "hang_create" => faults.hang_create = number,
                "hang_login" => faults.hang_login = number,
                "long" => faults.long = number,
                "found_more" => faults.found_more = number,
                "clock" => faults.clock = number,
                "fail_create" => faults.fail_create = number,
                "wrong_signature" => faults.wrong_signature = number,
                "wrong_plaintext" => faults.wrong_plaintext = number,
                "removed" => faults.removed = number,
                "same_random" => faults.same_random = number,
                "bls_suite" => faults.bls_suite = number,
                "device_error" => faults.device_error = number,
                _ => {}
            }
        }
        faults
    }

    /// The faults in force now.
    pub(crate) fn now() -> Self {
        let path = std::env::var_os(crate::FAULTS);
        let text = path.and_then(|path| std::fs::read_to_string(path).ok());
        text.map_or(Self::default(), |text| Self::parse(&text))
    }
}

/// Whether this call is an n-th of its kind.
pub(crate) fn is_due(every: u64, counter: &AtomicU64) -> bool {
    every != 0 && (counter.fetch_add(1, Ordering::Relaxed) + 1).is_multiple_of(every)
}

/// Waits while a fault is in force. The file of faults has one beside it the while, ending in
/// `.hanging`, for a test to wait for.
pub(crate) fn hang(fault: fn(&Faults) -> u64) {
    let sign = std::path::PathBuf::from(std::env::var_os(crate::FAULTS).unwrap_or_default())
        .with_extension("hanging");
    let _ = std::fs::write(&sign, "");
    while fault(&Faults::now()) != 0 {
        std::thread::sleep(Duration::from_millis(1));
    }
    let _ = std::fs::remove_file(sign);
}
