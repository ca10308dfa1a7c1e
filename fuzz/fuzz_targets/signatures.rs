//! See `pairlane_tests::fuzzed::signatures`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| pairlane_tests::fuzzed::signatures(input));
