//! Domains: what keeps a signature from counting for another kind of message, fork or network.

use serde::Deserialize;
use serde_utils::quoted_u64;
use tree_hash::TreeHash;
use tree_hash_derive::TreeHash;

use super::bytes::{Bytes, Root, Version};

/// The fork that the client is at, and its network.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ForkInfo {
    fork: Fork,
    pub(super) genesis_validators_root: Root,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fork {
    previous_version: Version,
    current_version: Version,
    #[serde(with = "quoted_u64")]
    epoch: u64,
}

impl ForkInfo {
    /// The version in force at an epoch.
    pub(super) fn version_at(&self, epoch: u64) -> Version {
        let fork = &self.fork;
        if epoch < fork.epoch { fork.previous_version } else { fork.current_version }
    }
}

/// The kinds of messages.
#[derive(Clone, Copy, Debug)]
pub(super) enum DomainType {
    BeaconProposer,
    BeaconAttester,
    Randao,
    Deposit,
    VoluntaryExit,
    SelectionProof,
    AggregateAndProof,
    SyncCommittee,
    SyncCommitteeSelectionProof,
    ContributionAndProof,
    ApplicationBuilder,
}

impl DomainType {
    fn tag(self) -> [u8; 4] {
        match self {
            Self::BeaconProposer => [0, 0, 0, 0],
            Self::BeaconAttester => [1, 0, 0, 0],
            Self::Randao => [2, 0, 0, 0],
            Self::Deposit => [3, 0, 0, 0],
            Self::VoluntaryExit => [4, 0, 0, 0],
            Self::SelectionProof => [5, 0, 0, 0],
            Self::AggregateAndProof => [6, 0, 0, 0],
            Self::SyncCommittee => [7, 0, 0, 0],
            Self::SyncCommitteeSelectionProof => [8, 0, 0, 0],
            Self::ContributionAndProof => [9, 0, 0, 0],
            Self::ApplicationBuilder => [0, 0, 0, 1],
        }
    }
}

/// Where a signature counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Domain(Root);

#[derive(TreeHash)]
struct ForkData {
    current_version: Version,
    genesis_validators_root: Root,
}

#[derive(TreeHash)]
struct SigningData {
    object_root: Root,
    domain: Root,
}

impl Domain {
    /// `compute_domain` of the consensus specification.
    pub(super) fn new(kind: DomainType, current_version: Version, network: Root) -> Self {
        let fork = ForkData { current_version, genesis_validators_root: network };
        let mut domain = [0; 32];
        domain[..4].copy_from_slice(&kind.tag());
        domain[4..].copy_from_slice(&fork.tree_hash_root()[..28]);
        Self(Bytes(domain))
    }

    /// `compute_signing_root` of the consensus specification.
    pub(super) fn signing_root(self, object: &impl TreeHash) -> Root {
        let object_root = Root::from(object.tree_hash_root());
        Root::from(SigningData { object_root, domain: self.0 }.tree_hash_root())
    }
}

impl From<tree_hash::Hash256> for Root {
    fn from(hash: tree_hash::Hash256) -> Self {
        Self(hash.0)
    }
}
