//! Why the key store did not do what it was asked to.

use std::io;
use std::path::PathBuf;

use super::backup::BackupError;
use super::eip2335::KeystoreError;
use super::id::KeyId;
use super::unlocked::BadSecret;
use crate::arena::ArenaError;
use crate::envelope::{Level, SealError};
use crate::token::{KekId, TokenError};

/// Why the key store did not do what it was asked to. Nothing was changed, unless said otherwise.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The file system.
    #[error("{path}: {call}: {cause}")]
    File {
        /// The file.
        path: PathBuf,
        /// What was attempted.
        call: &'static str,
        /// Why it failed.
        cause: io::Error,
    },
    /// Another process has the folder.
    #[error("{path} is in use by another process; two custodians of one store could sign twice")]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// A folder that holds something already.
    #[error("{path} is not empty; a key store is made in a folder of its own")]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// A file that does not say what it must.
    #[error("{path}: {what}; nothing was changed, restore it from a backup or move it away")]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// The store belongs to another token.
    #[error("the store belongs to the token with {wanted}, not to {given}")]
    OtherToken {
        /// The token of the store.
        wanted: String,
        /// The token that was given.
        given: String,
    },
    /// The store needs its token.
    #[error("the store is sealed at level {level}: its token is needed")]
    NeedsToken {
        /// The level.
        level: Level,
    },
    /// The token offers no level, or not the one asked for.
    #[error("the token cannot do {level}: {why}")]
    LevelUnavailable {
        /// The level.
        level: Level,
        /// Why.
        why: String,
    },
    /// No such key.
    #[error("there is no key {0}")]
    Unknown(KeyId),
    /// The key is here already.
    #[error("key {id} is stored already{}", if *.disabled { ", and disabled" } else { "" })]
    Exists {
        /// Its id.
        id: KeyId,
        /// Whether it is disabled.
        disabled: bool,
    },
    /// The same secret under two types. One VRF proof and one signature can give a secret away.
    #[error(
        "the secret is that of key {other} already, which has another type: a secret serves one"
    )]
    SecretReused {
        /// The other key.
        other: KeyId,
    },
    /// The key is disabled.
    #[error("key {0} is disabled")]
    Disabled(KeyId),
    /// There is a password, and it was not given.
    #[error("key {0} is in a keystore file: its password is needed")]
    NeedsPassword(KeyId),
    /// The secret is not that of the record.
    #[error("key {id}: the secret belongs to public key {derived}, not to the record's; refused")]
    OtherKey {
        /// The record's id.
        id: KeyId,
        /// The public key of the secret, in hex.
        derived: String,
    },
    /// A secret that is no key.
    #[error(transparent)]
    Secret(#[from] BadSecret),
    /// A key that the token signs with has no secret to give.
    #[error("key {0} is in the token and cannot leave it")]
    Native(KeyId),
    /// Too many keys.
    #[error("the store holds {limit} keys, which is its limit")]
    Full {
        /// The limit.
        limit: usize,
    },
    /// A name that is too long.
    #[error("a key's name has at most {limit} bytes")]
    Name {
        /// The limit.
        limit: usize,
    },
    /// A sealing key that is still in use.
    #[error("{keys} keys are sealed under {kek} still: finish the rotation first")]
    KekInUse {
        /// The sealing key.
        kek: KekId,
        /// How many.
        keys: usize,
    },
    /// The operating system gives no randomness.
    #[error("no randomness from the operating system: {0}")]
    Randomness(getrandom::Error),
    /// What is sealed in a key's file is not what was sealed for it.
    #[error("{}: {source}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What gave it away: [`SealError::Damaged`].
        source: Box<SealError>,
    },
    /// Sealing.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The token.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// A keystore file.
    #[error(transparent)]
    Keystore(#[from] KeystoreError),
    /// A backup.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// No locked memory.
    #[error(transparent)]
    Arena(#[from] ArenaError),
}
