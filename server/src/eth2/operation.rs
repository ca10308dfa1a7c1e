//! What a validator signs now and then: exits, deposits, registrations with builders.

use serde::Deserialize;
use serde_utils::quoted_u64;
use tree_hash_derive::TreeHash;

use super::bytes::{Bytes, PublicKey, Root, Version};

#[derive(Debug, Deserialize, TreeHash)]
#[serde(deny_unknown_fields)]
pub(super) struct VoluntaryExit {
    #[serde(with = "quoted_u64")]
    pub(super) epoch: u64,
    #[serde(with = "quoted_u64")]
    validator_index: u64,
}

/// A deposit as it is asked for: with the network that it is meant for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DepositRequest {
    pubkey: PublicKey,
    withdrawal_credentials: Root,
    #[serde(with = "quoted_u64")]
    amount: u64,
    pub(super) genesis_fork_version: Version,
}

#[derive(Debug, TreeHash)]
pub(super) struct DepositMessage {
    pubkey: PublicKey,
    withdrawal_credentials: Root,
    amount: u64,
}

impl DepositRequest {
    /// What is signed of it.
    pub(super) fn message(&self) -> DepositMessage {
        DepositMessage {
            pubkey: self.pubkey,
            withdrawal_credentials: self.withdrawal_credentials,
            amount: self.amount,
        }
    }
}

#[derive(Debug, Deserialize, TreeHash)]
#[serde(deny_unknown_fields)]
pub(super) struct ValidatorRegistration {
    fee_recipient: Bytes<20>,
    #[serde(with = "quoted_u64")]
    gas_limit: u64,
    #[serde(with = "quoted_u64")]
    timestamp: u64,
    pubkey: PublicKey,
}
