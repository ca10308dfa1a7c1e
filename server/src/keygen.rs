//! `pairlane keygen`: secret keys, at random or from a seed.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use pairlane::{KeyPath, MinPk, MinSig, SecretKey};

use crate::complain;
use crate::ending::Ending;
use crate::print_line;
use crate::secret_file;
use crate::suite::{VariantArgs, VariantName};

/// Make a secret key, at random or from a seed, and print its public key
///
/// The secret goes to a new file that only its owner can read, and nowhere else. Without --out,
/// a key derived from a seed is not written, only its public key is printed.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct KeygenArgs {
    #[command(flatten)]
    variant: VariantArgs,

    /// Derive the key from a seed (EIP-2333): a file of hex, 32 bytes or more
    #[arg(long, value_name = "FILE")]
    seed_file: Option<PathBuf>,

    /// Which key of the seed's tree (EIP-2334); `m` is the master key
    #[arg(long, value_name = "PATH", requires = "seed_file")]
    #[arg(default_value = "m/12381/3600/0/0/0")]
    path: KeyPath,

    /// Write the secret key here as hex, mode 0600, never over a file that is there;
    /// `-` prints it on stdout, and the public key on stderr
    #[arg(long, value_name = "FILE", required_unless_present = "seed_file")]
    out: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  pairlane keygen --out alice.key
  pairlane keygen --variant min-sig --out bob.key
  pairlane keygen --seed-file seed.hex --path m/12381/3600/7/0/0 --out validator-7.key
  pairlane keygen --seed-file seed.hex --path m/12381/3600/7/0/0";

impl KeygenArgs {
    /// Makes the key, writes it, and only then prints what is public.
    pub(crate) fn run(&self) -> anyhow::Result<Ending> {
        let key = match &self.seed_file {
            None => SecretKey::generate()?,
            Some(file) => {
                let seed = secret_file::read_seed(file)?;
                let master = SecretKey::derive_master(&seed);
                master.with_context(|| file.display().to_string())?.derive_path(&self.path)
            }
        };
        let public = match self.variant.variant {
            VariantName::MinPk => key.public_key::<MinPk>().to_string(),
            VariantName::MinSig => key.public_key::<MinSig>().to_string(),
        };
        match &self.out {
            Some(out) if out == Path::new("-") => {
                secret_file::print_key(&key)?;
                complain(format_args!("public key {public}"));
                return Ok(Ending::Good);
            }
            Some(out) => {
                secret_file::write_key(out, &key)?;
                complain(format_args!("wrote the secret key to {}", out.display()));
            }
            None => {}
        }
        print_line(&public)?;
        Ok(Ending::Good)
    }
}
