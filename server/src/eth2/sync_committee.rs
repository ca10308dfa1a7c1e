//! The duties of sync committees.

use serde::Deserialize;
use serde_utils::quoted_u64;
use ssz_types::BitVector;
use ssz_types::typenum::U128;
use tree_hash_derive::TreeHash;

use super::bytes::{Root, Signature};

/// The block that a member sees at the head; its root is all that is signed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SyncCommitteeMessage {
    pub(super) beacon_block_root: Root,
    #[serde(with = "quoted_u64")]
    pub(super) slot: u64,
}

#[derive(Debug, Deserialize, TreeHash)]
#[serde(deny_unknown_fields)]
pub(super) struct SyncAggregatorSelectionData {
    #[serde(with = "quoted_u64")]
    pub(super) slot: u64,
    #[serde(with = "quoted_u64")]
    subcommittee_index: u64,
}

#[derive(Debug, Deserialize, TreeHash)]
#[serde(deny_unknown_fields)]
pub(super) struct ContributionAndProof {
    #[serde(with = "quoted_u64")]
    aggregator_index: u64,
    pub(super) contribution: SyncCommitteeContribution,
    selection_proof: Signature,
}

#[derive(Debug, Deserialize, TreeHash)]
#[serde(deny_unknown_fields)]
pub(super) struct SyncCommitteeContribution {
    #[serde(with = "quoted_u64")]
    pub(super) slot: u64,
    beacon_block_root: Root,
    #[serde(with = "quoted_u64")]
    subcommittee_index: u64,
    aggregation_bits: BitVector<U128>,
    signature: Signature,
}
