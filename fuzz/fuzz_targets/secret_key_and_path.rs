//! See `pairlane_tests::fuzzed::secret_key_and_path`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| pairlane_tests::fuzzed::secret_key_and_path(input));
