//! A secret of 32 bytes, sealed by a token.
//!
//! A [`Sealer`] holds a token's sealing keys at one [`Level`] and turns secrets into [`Sealed`] and
//! back. What is sealed is bound to a [`Binding`]: the key's id, its public key, its purpose, the
//! format's version and the sealing key's id. Put into another record it does not open.
//!
//! [`probe`] finds out which levels a token can really offer, by doing each once.

mod binding;
mod error;
mod level;
mod probe;
mod sealed;
mod sealer;

pub use binding::Binding;
pub use error::SealError;
pub use level::Level;
pub use probe::{Capabilities, Path, probe};
pub use sealed::Sealed;
pub use sealer::Sealer;

/// Bytes of a secret: a scalar or a seed.
pub const SECRET_LENGTH: usize = 32;
