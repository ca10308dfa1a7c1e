//! `pairlane threshold deal`.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, ensure};
use clap::Args;
use pairlane::threshold::{self, Threshold};
use pairlane::{MinPk, MinSig, SecretKey, Variant};

use super::files::{GroupFile, ShareFile};
use crate::ending::Ending;
use crate::secret_file;
use crate::suite::{VariantArgs, VariantName};
use crate::{complain, print_line};

/// Make a key in shares, and print its public key
///
/// Writes share-1.json to share-N.json, each for its holder's eyes only (mode 0600), and
/// group.json, which is public: the group's key and the commitment that partial signatures are
/// verified by. Nothing is written over. The whole key is in memory meanwhile, so whoever runs
/// this must be trusted, and must not keep the shares; a distributed key generation needs nobody.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct DealArgs {
    /// How many shares sign together
    #[arg(long, value_name = "T")]
    threshold: u16,

    /// How many shares there are
    #[arg(long, value_name = "N")]
    shares: u16,

    /// The folder to write to; made if it is not there
    #[arg(long, value_name = "DIR")]
    out_dir: PathBuf,

    #[command(flatten)]
    variant: VariantArgs,
}

const EXAMPLES: &str = "\
Examples:
  pairlane threshold deal --threshold 2 --shares 3 --out-dir group
  pairlane threshold deal --threshold 7 --shares 13 --out-dir beacon --variant min-sig";

impl DealArgs {
    /// Deals, in the variant asked for.
    pub(super) fn run(&self) -> anyhow::Result<Ending> {
        match self.variant.variant {
            VariantName::MinPk => self.deal::<MinPk>(),
            VariantName::MinSig => self.deal::<MinSig>(),
        }
    }

    /// The public file comes last: where it is, the rest is.
    fn deal<V: Variant>(&self) -> anyhow::Result<Ending> {
        let threshold = Threshold::new(self.threshold, self.shares)?;
        let public = self.out_dir.join("group.json");
        fs::create_dir_all(&self.out_dir).with_context(|| self.out_dir.display().to_string())?;
        ensure!(!public.try_exists()?, "{}: not overwritten", public.display());
        let (group, shares) = threshold::deal::<V>(&SecretKey::generate()?, threshold)?;
        let group_file = GroupFile::new(self.variant.variant, &group);
        let mut text = serde_json::to_vec_pretty(&group_file)?;
        text.push(b'\n');

        let mut written = Written::default();
        for share in &shares {
            let path = self.out_dir.join(format!("share-{}.json", share.index()));
            written.create(path, &ShareFile::text::<V>(&group_file, share), secret_file::MODE)?;
        }
        written.create(public, &text, PUBLIC_MODE)?;
        written.keep();
        let folder = self.out_dir.display();
        complain(format_args!("wrote {} shares and group.json to {folder}", shares.len()));
        print_line(group.public_key())?;
        Ok(Ending::Good)
    }
}

/// What the owner's umask leaves of it.
const PUBLIC_MODE: u32 = 0o644;

/// Files of a dealing. Shares of a key that never came to be are removed again.
#[derive(Default)]
struct Written(Vec<PathBuf>);

impl Written {
    fn create(&mut self, path: PathBuf, text: &[u8], mode: u32) -> anyhow::Result<()> {
        secret_file::write_new(&path, text, mode)?;
        self.0.push(path);
        Ok(())
    }

    fn keep(mut self) {
        self.0.clear();
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        for path in &self.0 {
            // Nothing better can be done about a file that will not go.
            let _ = fs::remove_file(path);
        }
    }
}
