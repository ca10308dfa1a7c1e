//! What each fuzz target does with its input. Here rather than in `fuzz`, so that the seeds, and
//! every finding that became one, run with the other tests.

use std::sync::{LazyLock, Mutex, PoisonError};

use pairlane::{Backend, MinPk, MinSig, SecretKey, Suite, Verifier, WeightBits};

use crate::batch::{Setting, check_with};
use crate::case::Case;
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

/// One byte of settings, then any bytes as the signatures of a batch, back to back: every backend
/// decodes them, and has to find in each what blst finds.
pub fn signatures(bytes: &[u8]) {
    let [settings, signatures @ ..] = bytes else { return };
    if settings & 1 == 0 {
        check_signatures::<MinPk>(signatures, 96);
    } else {
        check_signatures::<MinSig>(signatures, 48);
    }
}

/// Three vectors of the widest backend, which fill some lanes and leave others empty.
const SIGNATURES_MAX: usize = 24;

fn check_signatures<V: Oracle>(bytes: &[u8], length: usize) {
    let secret = SecretKey::from_seed(&[1; 32], &[]).expect("a seed of 32 bytes");
    let good = Case::<V>::good(&Suite::proof_of_possession(), &secret, b"message");
    let cases: Vec<_> = bytes
        .chunks(length)
        .take(SIGNATURES_MAX)
        .map(|signature| good.with_signature(signature.to_vec()))
        .collect();
    let cases: Vec<_> = cases.iter().collect();
    let setting = Setting { bits: WeightBits::Bits64, executor: Executor::Sequential };
    for backend in Backend::available() {
        check_with(&Verifier::new().with_backend(backend), &cases, setting);
    }
}

/// A batch: one byte of settings, one of the seed of weights, then two for each item. Verdicts are
/// blst's on whichever backend the settings choose.
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
    let backends = Backend::available();
    let backend = backends[usize::from(settings >> 3) % backends.len()];
    if settings & 1 == 0 {
        check_batch(&MIN_PK, &numbers, setting, *seed, backend);
    } else {
        check_batch(&MIN_SIG, &numbers, setting, *seed, backend);
    }
}

/// More would make the fuzzer slow and find nothing new: the engine's last crossover is below.
const ITEMS_MAX: usize = 110;

/// Together, and the first by itself.
fn check_batch<V: Oracle>(
    menu: &Mutex<Menu<V>>,
    numbers: &[u16],
    setting: Setting,
    seed: u8,
    backend: Backend,
) {
    let mut menu = menu.lock().unwrap_or_else(PoisonError::into_inner);
    menu.prepare(numbers);
    let cases: Vec<_> = numbers.iter().map(|&number| menu.case(number)).collect();
    let verifier = Verifier::new().with_test_seed([seed; 32]).with_backend(backend);
    check_with(&verifier, &cases, setting);
    check_with(&verifier, &cases[..cases.len().min(1)], setting);
}
