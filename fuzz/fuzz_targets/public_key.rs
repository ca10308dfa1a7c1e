//! See `pairlane_tests::fuzzed::public_key`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| pairlane_tests::fuzzed::public_key(input));
