//! The keys of this host: one record each, on disk, sealed.
//!
//! A [`KeyStore`] is a folder: `store.json` says which token and which sealing keys are in force,
//! `keys/` holds a file for each key, named after its id. Every file is written beside its place,
//! synced, and moved over it, so after a crash each is old or new and whole. A lock on the folder
//! keeps a second process out.
//!
//! A record has no secret that would open without the token or a password. [`KeyStore::load`] opens
//! one into locked memory and checks that it is the secret of the record's public key.

mod backup;
mod disk;
mod eip2335;
mod error;
mod generate;
mod hex_bytes;
mod id;
pub(crate) mod native;
mod record;
mod rotation;
mod store;
mod unlocked;

pub use backup::{Backup, BackupError, BackupShare, Restored};
pub use eip2335::{Keystore, KeystoreError, Scrypt};
pub use error::StoreError;
pub use hex_bytes::HexBytes;
pub use id::{KeyId, KeyType};
pub use native::{InToken, NativeBls, ObjectId, Parameter, SchemeName, VendorMechanism};
pub use record::{KeyState, Protection, Record};
pub use rotation::Rotation;
pub use store::{Custody, KeyStore, RawImport};
pub use unlocked::{BadSecret, Unlocked};
