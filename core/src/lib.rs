//! BLS12-381 signatures, and batch verification that names the bad ones.
//!
//! ```
//! use pairlane::{Item, MinPk, SecretKey, Sequential, Suite, Verifier};
//!
//! let suite = Suite::<MinPk>::proof_of_possession();
//! let secret = SecretKey::generate()?;
//! let (key, signature) = (secret.public_key::<MinPk>(), secret.sign(&suite, b"block 7"));
//!
//! let items = [
//!     Item::new(&suite, &key, b"block 7", &signature),
//!     Item::new(&suite, &key, b"block 8", &signature),
//!     Item::new(&suite, &key, b"block 7", b"garbage"),
//! ];
//! let verdicts = Verifier::new().verify(&items, &Sequential);
//! assert!(verdicts[0].is_valid());
//! assert_eq!(verdicts[1].to_string(), "invalid: wrong signature for this key and message");
//! assert!(verdicts[2].to_string().starts_with("invalid: signature: 7 bytes given"));
//! # Ok::<(), pairlane::SecretKeyError>(())
//! ```

mod aggregate;
mod arch;
mod batch;
mod cpu;
mod curve;
pub mod docs;
#[cfg(feature = "serde")]
mod encoding;
mod error;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod internals;
mod message;
mod message_cache;
mod possession;
mod public_key;
mod registry;
mod secret_key;
mod signature;
mod strategy;
mod tag;
mod usage;
mod variant;

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
