//! `pairlane keys`: keys from their making to their end.

mod backup;
mod import;
mod list;
mod sign;

use anyhow::Context;
use clap::{Args, Subcommand};
use pairlane_hsm::keystore::{KeyId, KeyState, KeyType, Record};
use pairlane_hsm::vault::Enabled;

use super::access::{Opened, VaultArgs, actor, level_text};
use crate::ending::Ending;
use crate::{complain, print_line};
use backup::{BackupArgs, RestoreArgs};
use import::ImportArgs;
use list::ListArgs;
use sign::SignArgs;

/// Make, import, use and end the keys of a vault
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES, arg_required_else_help = true)]
pub(crate) struct KeysArgs {
    #[command(subcommand)]
    command: KeysCommand,
}

#[derive(Debug, Subcommand)]
enum KeysCommand {
    Create(CreateArgs),
    Import(ImportArgs),
    List(ListArgs),
    Sign(SignArgs),
    /// Prove possession of a BLS key: print the proof that a registry of keys asks for
    #[command(after_long_help = "\
Examples:
  pairlane keys possession --vault vault --key validator-1")]
    Possession(OneKeyArgs),
    /// Keep a key sealed from now on, also when a service starts
    #[command(after_long_help = "\
Examples:
  pairlane keys lock --vault vault --key validator-1")]
    Lock(OneKeyArgs),
    /// Open a key, check that it is the one on record, and let services use it again
    #[command(after_long_help = "\
Examples:
  pairlane keys unlock --vault vault --key validator-1")]
    Unlock(OneKeyArgs),
    /// Take a key out of use; what it signed stays on record
    #[command(after_long_help = "\
Examples:
  pairlane keys disable --vault vault --key validator-1")]
    Disable(OneKeyArgs),
    /// Register a disabled key with the guard, and put it to use
    #[command(after_long_help = "\
Examples:
  pairlane keys enable --vault vault --key validator-1")]
    Enable(OneKeyArgs),
    /// Delete a key for good; what it signed stays on record
    #[command(after_long_help = "\
Examples:
  pairlane keys delete --vault vault --key validator-1")]
    Delete(OneKeyArgs),
    RotateKek(RotateArgs),
    Backup(BackupArgs),
    Restore(RestoreArgs),
}

const EXAMPLES: &str = "\
Examples:
  pairlane keys create --vault vault --name validator-1
  pairlane keys list --vault vault
  pairlane keys sign --vault vault --key validator-1 --height 7 --message 0xcafe
  pairlane keys backup --vault vault --required 2 --shares 3 --out backup";

impl KeysArgs {
    /// Runs the inner command.
    pub(crate) fn run(&self) -> anyhow::Result<Ending> {
        match &self.command {
            KeysCommand::Create(args) => args.run(),
            KeysCommand::Import(args) => args.run(),
            KeysCommand::List(args) => args.run(),
            KeysCommand::Sign(args) => args.run(),
            KeysCommand::Possession(args) => args.prove(),
            KeysCommand::Lock(args) => args.lock(),
            KeysCommand::Unlock(args) => args.unlock(),
            KeysCommand::Disable(args) => args.disable(),
            KeysCommand::Enable(args) => args.enable(),
            KeysCommand::Delete(args) => args.delete(),
            KeysCommand::RotateKek(args) => args.run(),
            KeysCommand::Backup(args) => args.run(),
            KeysCommand::Restore(args) => args.run(),
        }
    }
}

/// A key's type from its name.
pub(super) fn key_type(text: &str) -> Result<KeyType, String> {
    KeyType::ALL.into_iter().find(|key_type| key_type.name() == text).ok_or_else(|| {
        let names: Vec<&str> = KeyType::ALL.iter().map(|key_type| key_type.name()).collect();
        format!("one of {}", names.join(", "))
    })
}

/// The key that a person names: by its name, its id, or its public key in hex.
pub(super) fn find(opened: &Opened, text: &str) -> anyhow::Result<Record> {
    let records = opened.vault.store().list();
    let id = text.parse::<KeyId>().ok();
    let public_key = hex::decode(text.strip_prefix("0x").unwrap_or(text)).ok();
    let mut matching = records.into_iter().filter(|record| {
        Some(record.id) == id
            || public_key.as_deref() == Some(&record.public_key)
            || record.name.as_deref() == Some(text)
    });
    let found = matching.next().with_context(|| format!("no key is called {text}"))?;
    anyhow::ensure!(
        matching.next().is_none(),
        "{text} names several keys: use an id from `pairlane keys list`"
    );
    Ok(found)
}

/// That nobody set the key to stay sealed: a signature by the way must not undo that.
pub(super) fn ensure_not_locked(record: &Record) -> anyhow::Result<()> {
    anyhow::ensure!(
        record.state != KeyState::Locked,
        "key {} is locked: `pairlane keys unlock` first",
        record.id
    );
    Ok(())
}

/// Make new keys
///
/// A key is made from the token's randomness and the system's together (an Ed25519 key inside the
/// token, where it can), registered with the double-sign guard, and sealed.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  pairlane keys create --vault vault --name validator-1
  pairlane keys create --vault vault --type ed25519 --pin file:user.pin")]
struct CreateArgs {
    #[command(flatten)]
    vault: VaultArgs,

    /// bls-min-pk (Ethereum), bls-min-sig, ecvrf-tai, ecvrf-ell2 or ed25519
    #[arg(long = "type", value_name = "TYPE", default_value = "bls-min-pk", value_parser = key_type)]
    key_type: KeyType,

    /// A name for it
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
}

impl CreateArgs {
    fn run(&self) -> anyhow::Result<Ending> {
        let opened = self.vault.open()?;
        let record = opened.vault.create_key(
            &actor(),
            self.key_type,
            self.name.as_deref(),
            opened.password(),
        )?;
        opened.vault.checkpoint()?;
        complain(format_args!("key {}; {}", record.id, level_text(record.protection.level())));
        print_line(&format_args!("0x{}", hex::encode(&record.public_key)))?;
        Ok(Ending::Good)
    }
}

/// One key of a vault.
#[derive(Debug, Args)]
struct OneKeyArgs {
    #[command(flatten)]
    vault: VaultArgs,

    /// Which key: its name, its id or its public key
    #[arg(long, value_name = "KEY")]
    key: String,
}

impl OneKeyArgs {
    fn with_key(
        &self,
        act: impl FnOnce(&Opened, &Record) -> anyhow::Result<String>,
    ) -> anyhow::Result<Ending> {
        let opened = self.vault.open()?;
        let record = find(&opened, &self.key)?;
        let said = act(&opened, &record)?;
        opened.vault.checkpoint()?;
        print_line(&said)?;
        Ok(Ending::Good)
    }

    fn prove(&self) -> anyhow::Result<Ending> {
        self.with_key(|opened, record| {
            ensure_not_locked(record)?;
            opened.vault.unlock(&actor(), record.id, opened.password())?;
            let proof = opened.vault.custodian().prove_possession(record.id)?;
            Ok(format!("0x{}", hex::encode(proof)))
        })
    }

    fn lock(&self) -> anyhow::Result<Ending> {
        self.with_key(|opened, record| {
            opened.vault.lock(&actor(), record.id)?;
            Ok(format!("locked {}", record.id))
        })
    }

    fn unlock(&self) -> anyhow::Result<Ending> {
        self.with_key(|opened, record| {
            opened.vault.unlock(&actor(), record.id, opened.password())?;
            Ok(format!("{} opens, and may be used", record.id))
        })
    }

    fn disable(&self) -> anyhow::Result<Ending> {
        self.with_key(|opened, record| {
            opened.vault.disable(&actor(), record.id)?;
            Ok(format!("disabled {}", record.id))
        })
    }

    fn enable(&self) -> anyhow::Result<Ending> {
        self.with_key(|opened, record| {
            let enabled = opened.vault.enable(&actor(), record.id)?;
            Ok(match enabled {
                Enabled::WithHistory => format!("enabled {}: its history is known", record.id),
                Enabled::WithoutHistory => format!(
                    "enabled {}: the guard knows of nothing that it signed. If it signed \
                     elsewhere, disable it and import that first: `pairlane guard import`",
                    record.id
                ),
            })
        })
    }

    fn delete(&self) -> anyhow::Result<Ending> {
        self.with_key(|opened, record| {
            opened.vault.delete(&actor(), record.id)?;
            Ok(format!("deleted {}", record.id))
        })
    }
}

/// Seal all keys under a new key-encryption key of the token
///
/// No key changes, and a rotation that is cut short is taken up where it stopped. The old
/// key-encryption key stays in the token, for old backups of the folder, until --retire.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  pairlane keys rotate-kek --vault vault
  pairlane keys rotate-kek --vault vault --retire")]
struct RotateArgs {
    #[command(flatten)]
    vault: VaultArgs,

    /// Destroy the old key-encryption key afterwards: older copies of the folder open no more
    #[arg(long)]
    retire: bool,
}

impl RotateArgs {
    fn run(&self) -> anyhow::Result<Ending> {
        let opened = self.vault.open()?;
        let rotation = opened.vault.rotate_kek(&actor())?;
        if self.retire {
            opened.vault.store().retire_kek(rotation.old)?;
        }
        opened.vault.checkpoint()?;
        let fate = if self.retire { "destroyed" } else { "kept for old backups" };
        print_line(&format_args!(
            "{} keys are sealed under {} now; {} is {fate}",
            rotation.keys, rotation.new, rotation.old
        ))?;
        Ok(Ending::Good)
    }
}
