//! Where things lie in a vault's folder.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::VaultError;
use super::token_witness::TokenWitness;
use crate::audit::{Authenticator, SoftwareKey, TokenKey};
use crate::token::{Token, TokenError};

/// A vault's folder.
pub(super) struct Layout(PathBuf);

impl Layout {
    /// Makes the folder, for its owner alone, if it is not there.
    pub(super) fn create(folder: &Path) -> Result<Self, VaultError> {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.map_err(file_error(folder, "make"))?;
        let layout = Self(folder.to_owned());
        if layout.store().join("store.json").exists() {
            return Err(VaultError::Exists { folder: folder.to_owned() });
        }
        Ok(layout)
    }

    /// The folder of a vault that is there.
    pub(super) fn open(folder: &Path) -> Result<Self, VaultError> {
        let layout = Self(folder.to_owned());
        if !layout.store().join("store.json").exists() {
            return Err(VaultError::Missing { folder: folder.to_owned() });
        }
        Ok(layout)
    }

    pub(super) fn store(&self) -> PathBuf {
        self.0.join("store")
    }

    pub(super) fn guard(&self) -> PathBuf {
        self.0.join("guard")
    }

    pub(super) fn witness(&self) -> PathBuf {
        self.0.join("guard.witness")
    }

    pub(super) fn audit(&self) -> PathBuf {
        self.0.join("audit.log")
    }

    fn token_witness(&self) -> PathBuf {
        self.0.join("guard.token")
    }

    fn audit_key(&self) -> PathBuf {
        self.0.join("audit.key")
    }

    /// A new key for the audit log: the token's, which is shared by the vaults of one token, or a
    /// file's.
    pub(super) fn make_authenticator(
        &self,
        token: Option<&Token>,
    ) -> Result<Box<dyn Authenticator>, VaultError> {
        if let Some(token) = token {
            return Ok(match TokenKey::open(token) {
                Ok(key) => Box::new(key),
                Err(TokenError::ObjectMissing { .. }) => Box::new(TokenKey::generate(token)?),
                Err(error) => return Err(error.into()),
            });
        }
        let mut key = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *key).map_err(|error| VaultError::Randomness(error.to_string()))?;
        self.write_new(&self.audit_key(), &*key)?;
        Ok(Box::new(SoftwareKey::new(key)))
    }

    /// A witness in the token, where it can be one; that it is, and its name, are noted in a file:
    /// from then on the token must answer.
    pub(super) fn make_token_witness(
        &self,
        token: Option<&Token>,
    ) -> Result<Option<TokenWitness>, VaultError> {
        let mut id = [0; 16];
        getrandom::fill(&mut id).map_err(|error| VaultError::Randomness(error.to_string()))?;
        let id = hex::encode(id);
        let Some(token) = token.filter(|token| TokenWitness::works(token, &id)) else {
            return Ok(None);
        };
        self.write_new(&self.token_witness(), format!("{id}\n").as_bytes())?;
        Ok(Some(TokenWitness::new(token, &id)))
    }

    /// The witness in the token, if there is to be one.
    pub(super) fn witness_in(
        &self,
        token: Option<&Token>,
    ) -> Result<Option<TokenWitness>, VaultError> {
        let path = self.token_witness();
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            read => read.map_err(file_error(&path, "read"))?,
        };
        let id = text.trim_end();
        if hex::decode_to_slice(id, &mut [0; 16]).is_err() {
            let what = "not the name of a witness: 32 hex digits";
            return Err(file_error(&path, "read")(io::Error::new(
                io::ErrorKind::InvalidData,
                what,
            )));
        }
        Ok(token.map(|token| TokenWitness::new(token, id)))
    }

    fn write_new(&self, path: &Path, bytes: &[u8]) -> Result<(), VaultError> {
        let written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        written
            .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
            .map_err(file_error(path, "write"))?;
        fs::File::open(&self.0)
            .and_then(|folder| folder.sync_all())
            .map_err(file_error(&self.0, "sync"))
    }

    /// The audit log's key.
    pub(super) fn authenticator(
        &self,
        token: Option<&Token>,
    ) -> Result<Box<dyn Authenticator>, VaultError> {
        if let Some(token) = token {
            return Ok(Box::new(TokenKey::open(token)?));
        }
        let path = self.audit_key();
        let mut key = Zeroizing::new([0; 32]);
        let mut file = fs::File::open(&path).map_err(file_error(&path, "read"))?;
        file.read_exact(&mut *key).map_err(file_error(&path, "read"))?;
        Ok(Box::new(SoftwareKey::new(key)))
    }
}

fn file_error(path: &Path, what: &'static str) -> impl FnOnce(io::Error) -> VaultError {
    let path = path.to_owned();
    move |source| VaultError::File { what, path, source }
}
