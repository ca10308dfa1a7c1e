//! What validator clients ask a remote signer to sign, and the one message that follows from it.
//!
//! A request names its fields, never just its root: the signing root is computed here, by SSZ, and
//! the duty that the double-sign guard sees is taken from the same fields. The dialect is that of
//! Web3Signer and of the standard API that grew out of it; containers have the sizes of Ethereum's
//! mainnet preset.

mod attestation;
mod block;
mod bytes;
mod chain;
mod fork;
mod operation;
mod request;
mod sync_committee;

pub(crate) use bytes::Version;
pub(crate) use chain::Chain;
pub(crate) use request::read;

#[cfg(test)]
mod tests;
