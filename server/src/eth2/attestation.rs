//! Votes, and aggregates of them.

use serde::Deserialize;
use serde_utils::quoted_u64;
use ssz_types::typenum::{U64, U2048, U131072};
use ssz_types::{BitList, BitVector};
use tree_hash_derive::TreeHash;

use super::bytes::{Root, Signature};

#[derive(Debug, Deserialize, TreeHash)]
#[serde(deny_unknown_fields)]
pub(super) struct AttestationData {
    #[serde(with = "quoted_u64")]
    pub(super) slot: u64,
    #[serde(with = "quoted_u64")]
    pub(super) index: u64,
    pub(super) beacon_block_root: Root,
    pub(super) source: Checkpoint,
    pub(super) target: Checkpoint,
}

#[derive(Debug, Deserialize, TreeHash)]
#[serde(deny_unknown_fields)]
pub(super) struct Checkpoint {
    #[serde(with = "quoted_u64")]
    pub(super) epoch: u64,
    pub(super) root: Root,
}

/// Until Electra.
#[derive(Debug, Deserialize, TreeHash)]
#[serde(deny_unknown_fields)]
pub(super) struct Attestation {
    pub(super) aggregation_bits: BitList<U2048>,
    pub(super) data: AttestationData,
    pub(super) signature: Signature,
}

/// From Electra on: of several committees of a slot.
#[derive(Debug, Deserialize, TreeHash)]
#[serde(deny_unknown_fields)]
pub(super) struct AttestationElectra {
    pub(super) aggregation_bits: BitList<U131072>,
    pub(super) data: AttestationData,
    pub(super) signature: Signature,
    pub(super) committee_bits: BitVector<U64>,
}

#[derive(Debug, Deserialize, TreeHash)]
#[serde(deny_unknown_fields)]
pub(super) struct AggregateAndProof {
    #[serde(with = "quoted_u64")]
    pub(super) aggregator_index: u64,
    pub(super) aggregate: Attestation,
    pub(super) selection_proof: Signature,
}

#[derive(Debug, Deserialize, TreeHash)]
#[serde(deny_unknown_fields)]
pub(super) struct AggregateAndProofElectra {
    #[serde(with = "quoted_u64")]
    pub(super) aggregator_index: u64,
    pub(super) aggregate: AttestationElectra,
    pub(super) selection_proof: Signature,
}
