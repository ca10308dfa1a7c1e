//! BLS12-381 signatures, and batch verification that names the bad ones.
//!
//! # One signature
//!
//! ```
//! use pairlane::{MinPk, PublicKey, SecretKey, Signature, Suite};
//!
//! let suite = Suite::<MinPk>::proof_of_possession(); // Ethereum's ciphersuite
//! let secret = SecretKey::generate()?;
//! let signature = secret.sign(&suite, b"block 7");
//!
//! // On the other side: decoding checks everything that can be checked without the message.
//! let key = PublicKey::<MinPk>::from_bytes(&secret.public_key::<MinPk>().to_bytes())?;
//! let signature = Signature::from_bytes(&signature.to_bytes())?;
//! signature.verify(&suite, &key, b"block 7")?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Many, with a verdict for each
//!
//! ```
//! use pairlane::{Item, MinPk, Registry, SecretKey, Sequential, Suite, Verifier};
//!
//! let suite = Suite::<MinPk>::proof_of_possession();
//! let secret = SecretKey::generate()?;
//! let signature = secret.sign(&suite, b"block 7").to_bytes();
//!
//! // Keys that come back are checked once and then used by handle.
//! let mut registry = Registry::new(100_000);
//! let key = registry.insert(&secret.public_key::<MinPk>().to_bytes())?;
//!
//! let items = [
//!     Item::new(&suite, key, b"block 7", &signature),
//!     Item::new(&suite, key, b"block 8", &signature),
//!     Item::new(&suite, key, b"block 7", b"garbage"),
//! ];
//! let verdicts = Verifier::new().with_registry(&registry).verify(&items, &Sequential);
//! assert!(verdicts[0].is_valid());
//! assert_eq!(verdicts[1].to_string(), "invalid: wrong signature for this key and message");
//! assert!(verdicts[2].to_string().starts_with("invalid: signature: 7 bytes given"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Items of one batch may differ in key, message and suite. Items that share a message, or a
//! signer, share a pairing: a thousand votes on one block cost about a tenth of a thousand separate
//! verifications. Bad items cost little more than the check that found them.
//!
//! # On your threads
//!
//! The library owns no threads. Every batch call takes an executor: [`Sequential`], or with the
//! feature `rayon` a pool that you built.
//!
//! ```
//! # #[cfg(feature = "rayon")] {
//! # use pairlane::{Item, MinPk, Pooled, Verifier};
//! # let items: [Item<'_, MinPk>; 0] = [];
//! let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
//! let verdicts = Verifier::new().verify(&items, &Pooled(&pool));
//! # assert!(verdicts.is_empty());
//! # }
//! ```
//!
//! # On your processor
//!
//! Batches run on vector lanes where the processor has them: four items at a time with AVX2 and
//! FMA, eight with AVX-512 IFMA. The choice is made at run time, from a portable build, once a
//! process; [`Cpu::detect`] says what it was and why. To force another, set the environment variable
//! `PAIRLANE_BACKEND`, or ask for it:
//!
//! ```
//! use pairlane::{Backend, MinPk, Verifier};
//!
//! let verifier = Verifier::<MinPk>::new().with_backend(Backend::BLST);
//! let here = Backend::available().iter().map(ToString::to_string).collect::<Vec<_>>();
//! println!("this processor can run {}", here.join(", "));
//! # let _ = verifier;
//! ```
//!
//! # What to know
//!
//! * **Variants.** [`MinPk`]: keys of 48 bytes, signatures of 96. [`MinSig`]: the reverse, with
//!   cheaper hashing and signing. The variant is a type parameter; mixing them does not compile.
//! * **Suites.** A [`Suite`] is a [`Scheme`] and a [`Tag`]. There is no default.
//! * **Soundness.** A batch with a bad item passes with probability at most 2^-64 or 2^-128, as
//!   chosen ([`WeightBits`]); a good item is never called bad. Proofs and exact bounds are in
//!   [`docs::batch_equation`], edge cases in [`docs::rules`].
//! * **Time.** Operations on a [`SecretKey`] are constant-time; verification is not, and need not
//!   be: all of its input is public.
//! * **Features.** `rayon` (default): [`Pooled`]. `serde`: public types as hex. `test-seed`: weights
//!   from a seed, for tests that must repeat. A feature only adds.

mod aggregate;
mod arch;
mod backend;
mod batch;
mod cpu;
mod curve;
pub mod docs;
pub mod election;
#[cfg(feature = "serde")]
mod encoding;
mod error;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod internals;
mod lanes;
mod message;
mod message_cache;
mod possession;
mod public_key;
mod registry;
mod secret_key;
mod signature;
mod strategy;
mod tag;
pub mod threshold;
mod usage;
mod variant;
pub mod vrf;

pub use backend::{BACKEND_VARIABLE, Backend, BackendError};
pub use batch::{
    FlushLimits, Item, ItemKey, ItemMessage, ItemSignature, OwnedItem, OwnedKey, PushError, Queue,
    Reason, Verdict, Verifier, WeightBits,
};
pub use cpu::{Cpu, Feature};
pub use error::{PathError, PointError, SecretKeyError, TagError, VerifyError};
pub use message::MessagePoint;
pub use message_cache::MessageCache;
pub use possession::Possession;
pub use public_key::PublicKey;
pub use registry::{KeyHandle, Registry, RegistryError};
pub use secret_key::{KeyPath, SECRET_KEY_LENGTH, SecretKey};
pub use signature::Signature;
#[cfg(feature = "rayon")]
pub use strategy::Pooled;
pub use strategy::{Sequential, Strategy};
pub use tag::{Scheme, Suite, Tag, possession_tag};
pub use usage::Usage;
pub use variant::{MinPk, MinSig, Variant};
