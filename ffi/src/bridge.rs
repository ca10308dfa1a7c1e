//! The cxx bridge: a small part of the library as C++ types, for C++ programs that build it from
//! source (feature `cxx`). It has no stable ABI: the header that C++ includes and this library come
//! from one build.
//!
//! Failures are thrown as `rust::Error` with their detail; a defect of the library ends the process,
//! as cxx has it. No pointer reaches these files, so there is nothing to check but values.

mod batch;
mod key;
mod suite;

use batch::{Batch, Verifier, new_batch, new_verifier};
use key::{SecretKey, generate_key, key_from_bytes, key_from_seed, verify};
use suite::{Suite, standard_suite, suite_with_tag};

use crate::verdict;

#[cxx::bridge(namespace = "pairlane::bridge")]
#[allow(unsafe_code, reason = "cxx writes the border's unsafe code; none of it is ours")]
#[allow(unreachable_pub, reason = "cxx makes what is shared public")]
mod ffi {
    /// Which group has the keys, which the signatures.
    #[repr(i32)]
    enum Variant {
        /// Public keys of 48 bytes in G1, signatures of 96 bytes in G2.
        MinPk = 1,
        /// Public keys of 96 bytes in G2, signatures of 48 bytes in G1.
        MinSig = 2,
    }

    /// The scheme of a suite.
    #[repr(i32)]
    enum Scheme {
        /// Basic (NUL).
        Basic = 1,
        /// Message augmentation (AUG).
        Augmented = 2,
        /// Proof of possession (POP).
        ProofOfPossession = 3,
    }

    extern "Rust" {
        /// A ciphersuite: variant, scheme, tag. Immutable: for any number of threads at once.
        type Suite;
        /// The draft's own suite of a variant and scheme.
        fn standard_suite(variant: Variant, scheme: Scheme) -> Result<Box<Suite>>;
        /// A suite under a tag of your own.
        fn suite_with_tag(variant: Variant, scheme: Scheme, tag: &[u8]) -> Result<Box<Suite>>;

        /// A secret key; wiped when it goes. Immutable: for any number of threads at once.
        type SecretKey;
        /// A key from the operating system's randomness.
        fn generate_key() -> Result<Box<SecretKey>>;
        /// A key from at least 32 bytes of seed and optional info.
        fn key_from_seed(seed: &[u8], info: &[u8]) -> Result<Box<SecretKey>>;
        /// A key from its 32 big-endian bytes.
        fn key_from_bytes(encoded: &[u8]) -> Result<Box<SecretKey>>;
        /// The compressed public key.
        fn public_key(self: &SecretKey, variant: Variant) -> Result<Vec<u8>>;
        /// The compressed signature.
        fn sign(self: &SecretKey, suite: &Suite, message: &[u8]) -> Vec<u8>;

        /// Throws unless the signature is the key's on the message. Keys and signatures may be
        /// compressed or not.
        fn verify(suite: &Suite, key: &[u8], message: &[u8], signature: &[u8]) -> Result<()>;

        /// Items to verify. One thread at a time may change it.
        type Batch;
        /// An empty batch for so many items and so many bytes of keys, messages and signatures.
        fn new_batch(items_max: usize, bytes_max: usize) -> Result<Box<Batch>>;
        /// Copies an item in; throws if it would take the batch over a limit. Bytes of any length
        /// are taken: what is wrong with them, the verdict says.
        fn push(
            self: &mut Batch,
            suite: &Suite,
            key: &[u8],
            message: &[u8],
            signature: &[u8],
        ) -> Result<()>;
        /// The same, the key given by its number in the verifier.
        fn push_number(
            self: &mut Batch,
            suite: &Suite,
            key_number: u64,
            message: &[u8],
            signature: &[u8],
        ) -> Result<()>;
        /// Number of items.
        fn count(self: &Batch) -> usize;
        /// Leaves the batch empty.
        fn clear(self: &mut Batch);

        /// Verifies batches: holds keys that are checked once, and threads. One thread at a time
        /// may change it; any number may verify.
        type Verifier;
        /// A verifier of a variant for at most so many keys; it runs batches on so many threads of
        /// its own, with 0 on the calling thread.
        fn new_verifier(variant: Variant, keys_max: usize, threads: usize)
        -> Result<Box<Verifier>>;
        /// Checks a key and answers its number. A key that is there already keeps its number.
        fn insert(self: &mut Verifier, key: &[u8]) -> Result<u64>;
        /// Removes a key; false if the number names none.
        fn remove(self: &mut Verifier, key_number: u64) -> bool;
        /// A verdict for each item, in their order: 0 is valid, the others are PL_INVALID_... of
        /// pairlane.h. Throws if an item's suite is of the other variant.
        fn verify(self: &Verifier, batch: &Batch) -> Result<Vec<u8>>;

        /// The text of a verdict, in English.
        fn verdict_text(verdict: u8) -> String;
    }
}

fn verdict_text(verdict: u8) -> String {
    verdict::verdict_text(verdict).to_string_lossy().into_owned()
}
