//! What each fuzz target does with its input. Here rather than in `fuzz`, so that the seeds, and
//! every finding that became one, run with the other tests.

use std::sync::{LazyLock, Mutex, PoisonError};

use pairlane::{MinPk, MinSig, Verifier, WeightBits};

use crate::batch::{Setting, check_with};
use crate::decoding;
use crate::executor::Executor;
use crate::menu::Menu;
use crate::oracle::Oracle;

/// Any bytes as a public key of both variants.
pub fn public_key(bytes: &[u8]) {
    decoding::check_key::<MinPk>(bytes);
    decoding::check_key::<MinSig>(bytes);
}

/// Any bytes as a signature of both variants.
pub fn signature(bytes: &[u8]) {
    decoding::check_signature::<MinPk>(bytes);
    decoding::check_signature::<MinSig>(bytes);
}

/// Any bytes as a secret key, as a seed, and as a path.
pub fn secret_key_and_path(bytes: &[u8]) {
    decoding::check_secret_key(bytes);
    if let Ok(text) = core::str::from_utf8(bytes) {
        decoding::check_path(text);
    }
}

/// A batch: one byte of settings, one of the seed of weights, then two for each item.
pub fn batch(bytes: &[u8]) {
    static MIN_PK: LazyLock<Mutex<Menu<MinPk>>> = LazyLock::new(Mutex::default);
    static MIN_SIG: LazyLock<Mutex<Menu<MinSig>>> = LazyLock::new(Mutex::default);

    let [settings, seed, items @ ..] = bytes else { return };
    let numbers: Vec<u16> = items
        .chunks_exact(2)
        .take(ITEMS_MAX)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    let setting = Setting {
        bits: if settings & 2 == 0 { WeightBits::Bits64 } else { WeightBits::Bits128 },
        executor: if settings & 4 == 0 { Executor::Sequential } else { Executor::Backwards },
    };
    if settings & 1 == 0 {
        check_batch(&MIN_PK, &numbers, setting, *seed);
    } else {
        check_batch(&MIN_SIG, &numbers, setting, *seed);
    }
}

/// More would make the fuzzer slow and find nothing new: the engine's last crossover is below.
const ITEMS_MAX: usize = 110;

/// Together, and the first by itself.
fn check_batch<V: Oracle>(menu: &Mutex<Menu<V>>, numbers: &[u16], setting: Setting, seed: u8) {
    let mut menu = menu.lock().unwrap_or_else(PoisonError::into_inner);
    menu.prepare(numbers);
    let cases: Vec<_> = numbers.iter().map(|&number| menu.case(number)).collect();
    let verifier = Verifier::new().with_test_seed([seed; 32]);
    check_with(&verifier, &cases, setting);
    check_with(&verifier, &cases[..cases.len().min(1)], setting);
}
