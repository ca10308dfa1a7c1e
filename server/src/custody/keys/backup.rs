//! `pairlane keys backup` and `pairlane keys restore`.

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use clap::Args;
use pairlane_hsm::keystore::{Backup, BackupShare};
use zeroize::Zeroizing;

use super::super::access::{VaultArgs, actor};
use crate::ending::Ending;
use crate::secret_file::{self, MODE, write_new};
use crate::{complain, print_line};

/// Seal all keys into a backup that several people open together
///
/// Writes FOLDER/backup.json, and FOLDER/share-1 to share-N: give each to another person. Any
/// --required of them restore the backup; fewer learn nothing. Keys that the token keeps to itself
/// cannot be in it, and are named. The guard's log is not in it either: `pairlane guard export`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  pairlane keys backup --vault vault --required 2 --shares 3 --out backup")]
pub(super) struct BackupArgs {
    #[command(flatten)]
    vault: VaultArgs,

    /// How many shares restore the backup
    #[arg(long, value_name = "M")]
    required: u16,

    /// How many shares there are
    #[arg(long, value_name = "N")]
    shares: u16,

    /// A folder for the backup and the shares; nothing in it is overwritten
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
}

/// The backup itself is worth nothing without shares; still nobody else's business.
const BACKUP_FILE: &str = "backup.json";

impl BackupArgs {
    pub(super) fn run(&self) -> anyhow::Result<Ending> {
        let opened = self.vault.open()?;
        std::fs::create_dir_all(&self.out).with_context(|| self.out.display().to_string())?;
        let made = opened.vault.backup(&actor(), self.required, self.shares, opened.password());
        let (backup, shares) = made?;
        write_new(&self.out.join(BACKUP_FILE), backup.to_json().as_bytes(), MODE)?;
        for (number, share) in (1..).zip(&shares) {
            let mut text = Zeroizing::new(Vec::with_capacity(256));
            text.extend_from_slice(share.expose_text().as_bytes());
            text.push(b'\n');
            write_new(&self.out.join(format!("share-{number}")), &text, MODE)?;
        }
        for id in &backup.left_out {
            complain(format_args!("left out: {id}, which the token keeps to itself"));
        }
        print_line(&format_args!(
            "{} keys in {}; {} of {} shares restore them",
            backup.ids().len(),
            self.out.join(BACKUP_FILE).display(),
            self.required,
            self.shares
        ))?;
        Ok(Ending::Good)
    }
}

/// Restore the keys of a backup that are not here
///
/// They stay disabled: import what they have signed (`pairlane guard import`), then `pairlane keys
/// enable` each.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  pairlane keys restore --vault new backup/backup.json --share share-1 --share share-3")]
pub(super) struct RestoreArgs {
    #[command(flatten)]
    vault: VaultArgs,

    /// The backup
    file: PathBuf,

    /// A file that holds a share; as many as are required
    #[arg(long, value_name = "FILE", required = true)]
    share: Vec<PathBuf>,
}

impl RestoreArgs {
    pub(super) fn run(&self) -> anyhow::Result<Ending> {
        let json = std::fs::read(&self.file).with_context(|| self.file.display().to_string())?;
        let backup = Backup::from_json(&json).with_context(|| self.file.display().to_string())?;
        let shares =
            self.share.iter().map(|path| read_share(path)).collect::<Result<Vec<_>, _>>()?;
        let opened = self.vault.open()?;
        let restored = opened.vault.restore(&actor(), &backup, &shares, opened.password())?;
        opened.vault.checkpoint()?;
        for id in &restored.already_here {
            complain(format_args!("here already: {id}"));
        }
        print_line(&format_args!(
            "restored {} keys, disabled: import what they have signed, then enable each",
            restored.restored.len()
        ))?;
        Ok(Ending::Good)
    }
}

fn read_share(path: &Path) -> anyhow::Result<BackupShare> {
    let (_, text) = secret_file::read(path)?;
    let text = core::str::from_utf8(&text).with_context(|| path.display().to_string())?;
    text.parse().map_err(|why| anyhow!("{}: {why}", path.display()))
}
