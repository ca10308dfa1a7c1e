//! `pairlane keys sign`: one guarded signature.

use clap::Args;
use pairlane::Scheme;
use pairlane_hsm::custodian::{BlsScheme, Message};
use pairlane_hsm::guard::{Act, Position, Unguarded};
use pairlane_hsm::keystore::KeyType;
use pairlane_hsm::vault::SignRequest;

use super::super::access::{VaultArgs, actor};
use super::{ensure_not_locked, find};
use crate::ending::Ending;
use crate::message::MessageArgs;
use crate::suite::SchemeName;
use crate::{complain, print_line};

/// Sign a message of our consensus, guarded against double signing
///
/// The place (height, round, phase) is recorded on disk before the signature is made. A second,
/// different message at a place, or one below the last, is refused: exit status 1. A VRF key
/// proves instead, and needs no place.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  pairlane keys sign --vault vault --key validator-1 --height 7 --message 0xcafe
  pairlane keys sign --vault vault --key validator-1 --height 7 --phase 1 --message-file block")]
pub(super) struct SignArgs {
    #[command(flatten)]
    vault: VaultArgs,

    /// Which key: its name, its id or its public key
    #[arg(long, value_name = "KEY")]
    key: String,

    /// Height of the block
    #[arg(long, value_name = "N", default_value = "0")]
    height: u64,

    /// Round at that height
    #[arg(long, value_name = "N", default_value = "0")]
    round: u64,

    /// Phase of the round
    #[arg(long, value_name = "N", default_value = "0")]
    phase: u8,

    /// The scheme of a BLS signature
    #[arg(long, value_enum, default_value = "possession")]
    scheme: SchemeName,

    #[command(flatten)]
    message: MessageArgs,
}

impl SignArgs {
    pub(super) fn run(&self) -> anyhow::Result<Ending> {
        let message = self.message.bytes()?;
        let opened = self.vault.open()?;
        let record = find(&opened, &self.key)?;
        ensure_not_locked(&record)?;
        opened.vault.unlock(&actor(), record.id, opened.password())?;
        let position = Position { height: self.height, round: self.round, phase: self.phase };
        let (act, message) = match record.key_type {
            KeyType::BlsMinPk | KeyType::BlsMinSig => {
                let scheme = BlsScheme::Standard(Scheme::from(self.scheme));
                (Act::Consensus(position), Message::Bls { scheme, message: &message })
            }
            KeyType::Ed25519 => (Act::Consensus(position), Message::Ed25519 { message: &message }),
            KeyType::EcvrfTai | KeyType::EcvrfEll2 => {
                (Act::Unguarded(Unguarded::VrfProof), Message::Vrf { alpha: &message })
            }
        };
        let request = SignRequest { actor: &actor(), key: record.id, act, message };
        let signed = opened.vault.sign(&[request]).remove(0);
        opened.vault.checkpoint()?;
        match signed {
            Ok(signature) => {
                print_line(&format_args!("0x{}", hex::encode(signature)))?;
                Ok(Ending::Good)
            }
            Err(refused) => {
                complain(format_args!("{refused}"));
                Ok(Ending::SomeInvalid)
            }
        }
    }
}
