//! Verifiable random functions: an output that only the secret key gives, and that everybody can
//! check.

pub mod edwards;
mod error;
mod output;

pub use error::{EncodingError, VrfError, VrfKeyError};
pub use output::Output;
