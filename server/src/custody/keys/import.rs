//! `pairlane keys import`.

use std::path::PathBuf;

use anyhow::{Context, anyhow, ensure};
use clap::Args;
use pairlane_hsm::arena::Arena;
use pairlane_hsm::keystore::{KeyType, RawImport};

use super::super::access::{SourceArg, VaultArgs, actor, level_text};
use super::key_type;
use crate::ending::Ending;
use crate::{complain, print_line, secret_file};

/// Take in a key that was made elsewhere
///
/// From an EIP-2335 file under its password, or, with --raw-secret, from a file of hex that lay in
/// the clear. The key stays disabled: import what it has signed (`pairlane guard import`), then
/// `pairlane keys enable`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  pairlane keys import --vault vault keystore.json --password file:password
  pairlane keys import --vault vault --raw-secret alice.key")]
pub(super) struct ImportArgs {
    #[command(flatten)]
    vault: VaultArgs,

    /// The file
    file: PathBuf,

    /// Where the password of the EIP-2335 file comes from; forms as for --pin
    #[arg(long, value_name = "SOURCE", default_value = "prompt")]
    password: SourceArg,

    /// The file is a bare secret in hex, which has been outside of any protection
    #[arg(long)]
    raw_secret: bool,

    /// bls-min-pk (Ethereum), bls-min-sig, ecvrf-tai, ecvrf-ell2 or ed25519
    #[arg(long = "type", value_name = "TYPE", default_value = "bls-min-pk", value_parser = key_type)]
    key_type: KeyType,

    /// A name for it
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
}

/// Most bytes of an EIP-2335 file.
const FILE_BYTES_MAX: u64 = 1 << 20;

impl ImportArgs {
    pub(super) fn run(&self) -> anyhow::Result<Ending> {
        let opened = self.vault.open()?;
        let (vault, name) = (&opened.vault, self.name.as_deref());
        let file = || self.file.display().to_string();
        let record = if self.raw_secret {
            let seed = secret_file::read_seed(&self.file)?;
            let bytes: &[u8; 32] = seed
                .as_slice()
                .try_into()
                .map_err(|_| anyhow!("{}: {} bytes; a secret has 32", file(), seed.len()))?;
            let mut secret = Arena::process()?.bytes::<32>()?;
            secret.copy_from_slice(bytes);
            let accepted = RawImport::SecretWasInTheClear;
            vault.import_raw(&actor(), self.key_type, secret, accepted, name, opened.password())?
        } else {
            let size = std::fs::metadata(&self.file).map_or(0, |metadata| metadata.len());
            ensure!(size <= FILE_BYTES_MAX, "{}: {size} bytes; at most {FILE_BYTES_MAX}", file());
            let json = std::fs::read(&self.file).with_context(file)?;
            let password = self.password.read("--password", "password of the keystore file")?;
            vault
                .import_keystore(&actor(), &json, &password, self.key_type, name)
                .with_context(file)?
        };
        vault.checkpoint()?;
        complain(format_args!(
            "key {}; {}\nIt is disabled: import what it has signed, if anything (`pairlane guard \
             import`), then `pairlane keys enable`",
            record.id,
            level_text(record.protection.level())
        ));
        print_line(&format_args!("0x{}", hex::encode(&record.public_key)))?;
        Ok(Ending::Good)
    }
}
