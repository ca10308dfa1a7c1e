//! Blocks: whole ones of the first two forks, headers since.

use serde::Deserialize;
use serde_utils::quoted_u64;
use ssz_types::serde_utils::quoted_u64_var_list;
use ssz_types::typenum::{U2, U16, U33, U128, U512, U2048};
use ssz_types::{BitVector, FixedVector, VariableList};
use tree_hash::TreeHash;
use tree_hash_derive::TreeHash;

use super::attestation::{Attestation, AttestationData};
use super::bytes::{PublicKey, Root, Signature};
use super::operation::VoluntaryExit;

#[derive(Debug, Deserialize, TreeHash)]
#[serde(deny_unknown_fields)]
pub(super) struct BeaconBlockHeader {
    #[serde(with = "quoted_u64")]
    pub(super) slot: u64,
    #[serde(with = "quoted_u64")]
    proposer_index: u64,
    parent_root: Root,
    state_root: Root,
    body_root: Root,
}

/// A block with its body.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BeaconBlock<B> {
    #[serde(with = "quoted_u64")]
    slot: u64,
    #[serde(with = "quoted_u64")]
    proposer_index: u64,
    parent_root: Root,
    state_root: Root,
    body: B,
}

impl<B: TreeHash> BeaconBlock<B> {
    /// The header, which has the block's root: only the body's root counts in either.
    pub(super) fn header(&self) -> BeaconBlockHeader {
        BeaconBlockHeader {
            slot: self.slot,
            proposer_index: self.proposer_index,
            parent_root: self.parent_root,
            state_root: self.state_root,
            body_root: Root::from(self.body.tree_hash_root()),
        }
    }
}

#[derive(Debug, Deserialize, TreeHash)]
#[serde(deny_unknown_fields)]
pub(super) struct BodyPhase0 {
    randao_reveal: Signature,
    eth1_data: Eth1Data,
    graffiti: Root,
    proposer_slashings: VariableList<ProposerSlashing, U16>,
    attester_slashings: VariableList<AttesterSlashing, U2>,
    attestations: VariableList<Attestation, U128>,
    deposits: VariableList<Deposit, U16>,
    voluntary_exits: VariableList<SignedVoluntaryExit, U16>,
}

#[derive(Debug, Deserialize, TreeHash)]
#[serde(deny_unknown_fields)]
pub(super) struct BodyAltair {
    randao_reveal: Signature,
    eth1_data: Eth1Data,
    graffiti: Root,
    proposer_slashings: VariableList<ProposerSlashing, U16>,
    attester_slashings: VariableList<AttesterSlashing, U2>,
    attestations: VariableList<Attestation, U128>,
    deposits: VariableList<Deposit, U16>,
    voluntary_exits: VariableList<SignedVoluntaryExit, U16>,
    sync_aggregate: SyncAggregate,
}

#[derive(Debug, Deserialize, TreeHash)]
#[serde(deny_unknown_fields)]
struct Eth1Data {
    deposit_root: Root,
    #[serde(with = "quoted_u64")]
    deposit_count: u64,
    block_hash: Root,
}

#[derive(Debug, Deserialize, TreeHash)]
#[serde(deny_unknown_fields)]
struct ProposerSlashing {
    signed_header_1: SignedBeaconBlockHeader,
    signed_header_2: SignedBeaconBlockHeader,
}

#[derive(Debug, Deserialize, TreeHash)]
#[serde(deny_unknown_fields)]
struct SignedBeaconBlockHeader {
    message: BeaconBlockHeader,
    signature: Signature,
}

#[derive(Debug, Deserialize, TreeHash)]
#[serde(deny_unknown_fields)]
struct AttesterSlashing {
    attestation_1: IndexedAttestation,
    attestation_2: IndexedAttestation,
}

#[derive(Debug, Deserialize, TreeHash)]
#[serde(deny_unknown_fields)]
struct IndexedAttestation {
    #[serde(with = "quoted_u64_var_list")]
    attesting_indices: VariableList<u64, U2048>,
    data: AttestationData,
    signature: Signature,
}

#[derive(Debug, Deserialize, TreeHash)]
#[serde(deny_unknown_fields)]
struct Deposit {
    /// One more than the contract's tree is deep: its length is mixed in.
    proof: FixedVector<Root, U33>,
    data: DepositData,
}

#[derive(Debug, Deserialize, TreeHash)]
#[serde(deny_unknown_fields)]
struct DepositData {
    pubkey: PublicKey,
    withdrawal_credentials: Root,
    #[serde(with = "quoted_u64")]
    amount: u64,
    signature: Signature,
}

#[derive(Debug, Deserialize, TreeHash)]
#[serde(deny_unknown_fields)]
struct SignedVoluntaryExit {
    message: VoluntaryExit,
    signature: Signature,
}

#[derive(Debug, Deserialize, TreeHash)]
#[serde(deny_unknown_fields)]
struct SyncAggregate {
    sync_committee_bits: BitVector<U512>,
    sync_committee_signature: Signature,
}
