//! A request to sign, read and reduced to what is signed.

use std::fmt::{self, Display};

use pairlane_hsm::guard::{Act, Unguarded, Vote};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_utils::quoted_u64;
use tree_hash::TreeHash;

use super::attestation::{AggregateAndProof, AggregateAndProofElectra, AttestationData};
use super::block::{BeaconBlock, BeaconBlockHeader, BodyAltair, BodyPhase0};
use super::bytes::{Bytes, Root};
use super::chain::Chain;
use super::fork::{Domain, DomainType, ForkInfo};
use super::operation::{DepositRequest, ValidatorRegistration, VoluntaryExit};
use super::sync_committee::{
    ContributionAndProof, SyncAggregatorSelectionData, SyncCommitteeMessage,
};

/// What is to be signed, and what the guard has to know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Signable {
    /// The duty.
    pub(crate) act: Act,
    /// The message.
    pub(crate) signing_root: [u8; 32],
}

/// Why a request says nothing that can be signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Malformed(String);

impl Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What all requests have in common; the rest depends on the type.
#[derive(Deserialize)]
struct Head {
    r#type: Kind,
    #[serde(rename = "signingRoot", alias = "signing_root")]
    signing_root: Option<Root>,
    fork_info: Option<ForkInfo>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Kind {
    AggregationSlot,
    AggregateAndProof,
    AggregateAndProofV2,
    Attestation,
    Block,
    BlockV2,
    Deposit,
    RandaoReveal,
    VoluntaryExit,
    SyncCommitteeMessage,
    SyncCommitteeSelectionProof,
    SyncCommitteeContributionAndProof,
    ValidatorRegistration,
}

/// The forks, as far as they differ in what is signed.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Milestone {
    Phase0,
    Altair,
    Bellatrix,
    Capella,
    Deneb,
    Electra,
    Fulu,
    Gloas,
}

/// Slots of an epoch in the mainnet preset.
const SLOTS_PER_EPOCH: u64 = 32;

/// Reads a request. A root that the client computed is compared, never believed.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn read(body: &[u8], chain: &Chain) -> Result<Signable, Malformed> {
    let head: Head = parse(body)?;
    let (act, root) = Reader { body, chain, fork_info: head.fork_info }.read(head.r#type)?;
    match head.signing_root {
        Some(given) if given != root => Err(Malformed(format!(
            "signingRoot is 0x{}, but the fields of the request have the root 0x{}: client and \
             signer disagree about the fork or the network, or a field is missing",
            hex::encode(given.0),
            hex::encode(root.0)
        ))),
        _ => Ok(Signable { act, signing_root: root.0 }),
    }
}

struct Reader<'a> {
    body: &'a [u8],
    chain: &'a Chain,
    fork_info: Option<ForkInfo>,
}

/// A type's own field, by its name in JSON.
macro_rules! field {
    ($reader:expr, $name:ident: $type:ty) => {{
        #[derive(Deserialize)]
        struct Body {
            $name: $type,
        }
        parse::<Body>($reader.body)?.$name
    }};
}

impl Reader<'_> {
    fn read(&self, kind: Kind) -> Result<(Act, Root), Malformed> {
        match kind {
            Kind::AggregationSlot => {
                let Slot { slot } = field!(self, aggregation_slot: Slot);
                let root = self.root(DomainType::SelectionProof, epoch(slot), &slot)?;
                Ok((Act::Unguarded(Unguarded::SelectionProof), root))
            }
            Kind::AggregateAndProof => {
                self.aggregate(&field!(self, aggregate_and_proof: AggregateAndProof))
            }
            Kind::AggregateAndProofV2 => self.versioned_aggregate(),
            Kind::Attestation => {
                let data = field!(self, attestation: AttestationData);
                let (source_epoch, target_epoch) = (data.source.epoch, data.target.epoch);
                let root = self.root(DomainType::BeaconAttester, target_epoch, &data)?;
                Ok((Act::Attestation(Vote { source_epoch, target_epoch }), root))
            }
            Kind::Block => self.block(&field!(self, block: BeaconBlock<BodyPhase0>).header()),
            Kind::BlockV2 => self.versioned_block(),
            Kind::Deposit => {
                let deposit = field!(self, deposit: DepositRequest);
                let version = deposit.genesis_fork_version;
                let domain = Domain::new(DomainType::Deposit, version, NO_NETWORK);
                Ok((Act::Unguarded(Unguarded::Deposit), domain.signing_root(&deposit.message())))
            }
            Kind::RandaoReveal => {
                let Epoch { epoch } = field!(self, randao_reveal: Epoch);
                let root = self.root(DomainType::Randao, epoch, &epoch)?;
                Ok((Act::Unguarded(Unguarded::RandaoReveal), root))
            }
            Kind::VoluntaryExit => self.exit(&field!(self, voluntary_exit: VoluntaryExit)),
            Kind::SyncCommitteeMessage => {
                let message = field!(self, sync_committee_message: SyncCommitteeMessage);
                let (kind, epoch) = (DomainType::SyncCommittee, epoch(message.slot));
                let root = self.root(kind, epoch, &message.beacon_block_root)?;
                Ok((Act::Unguarded(Unguarded::SyncCommittee), root))
            }
            Kind::SyncCommitteeSelectionProof => {
                let data =
                    field!(self, sync_aggregator_selection_data: SyncAggregatorSelectionData);
                let kind = DomainType::SyncCommitteeSelectionProof;
                let root = self.root(kind, epoch(data.slot), &data)?;
                Ok((Act::Unguarded(Unguarded::SelectionProof), root))
            }
            Kind::SyncCommitteeContributionAndProof => {
                let proof = field!(self, contribution_and_proof: ContributionAndProof);
                let epoch = epoch(proof.contribution.slot);
                let root = self.root(DomainType::ContributionAndProof, epoch, &proof)?;
                Ok((Act::Unguarded(Unguarded::SyncCommittee), root))
            }
            Kind::ValidatorRegistration => {
                let registration = field!(self, validator_registration: ValidatorRegistration);
                let version = self.chain.genesis_fork_version.ok_or_else(|| {
                    Malformed(
                        "validator_registration: the fork version at this network's genesis is \
                         not known; set eth2.genesis_fork_version"
                            .to_owned(),
                    )
                })?;
                let domain = Domain::new(DomainType::ApplicationBuilder, version, NO_NETWORK);
                let root = domain.signing_root(&registration);
                Ok((Act::Unguarded(Unguarded::BuilderRegistration), root))
            }
        }
    }

    /// An exit counts for good, under one version on each public network.
    fn exit(&self, exit: &VoluntaryExit) -> Result<(Act, Root), Malformed> {
        let fork_info = self.fork_info()?;
        let at_epoch = || fork_info.version_at(exit.epoch);
        let version = self.chain.exit_fork_version.unwrap_or_else(at_epoch);
        let network = fork_info.genesis_validators_root;
        let domain = Domain::new(DomainType::VoluntaryExit, version, network);
        Ok((Act::Unguarded(Unguarded::VoluntaryExit), domain.signing_root(exit)))
    }

    fn versioned_aggregate(&self) -> Result<(Act, Root), Malformed> {
        #[derive(Deserialize)]
        struct Versioned<T> {
            data: T,
        }
        let Tagged { version } = field!(self, aggregate_and_proof: Tagged);
        match version {
            Milestone::Phase0
            | Milestone::Altair
            | Milestone::Bellatrix
            | Milestone::Capella
            | Milestone::Deneb => {
                let versioned = field!(self, aggregate_and_proof: Versioned<AggregateAndProof>);
                self.aggregate(&versioned.data)
            }
            Milestone::Electra | Milestone::Fulu | Milestone::Gloas => {
                let versioned =
                    field!(self, aggregate_and_proof: Versioned<AggregateAndProofElectra>);
                self.aggregate(&versioned.data)
            }
        }
    }

    fn aggregate(&self, proof: &(impl TreeHash + Aggregate)) -> Result<(Act, Root), Malformed> {
        let epoch = epoch(proof.data().slot);
        let root = self.root(DomainType::AggregateAndProof, epoch, proof)?;
        Ok((Act::Unguarded(Unguarded::AggregateAndProof), root))
    }

    fn versioned_block(&self) -> Result<(Act, Root), Malformed> {
        #[derive(Deserialize)]
        struct Whole<B> {
            block: BeaconBlock<B>,
        }
        #[derive(Deserialize)]
        struct Headed {
            block_header: Option<BeaconBlockHeader>,
        }
        let Tagged { version } = field!(self, beacon_block: Tagged);
        match version {
            Milestone::Phase0 => {
                self.block(&field!(self, beacon_block: Whole<BodyPhase0>).block.header())
            }
            Milestone::Altair => {
                self.block(&field!(self, beacon_block: Whole<BodyAltair>).block.header())
            }
            later => match field!(self, beacon_block: Headed).block_header {
                Some(header) => self.block(&header),
                None => Err(Malformed(format!(
                    "beacon_block.block_header: missing. From BELLATRIX on a block is signed by \
                     its header, and this one is {later:?}: send block_header, not block"
                ))),
            },
        }
    }

    fn block(&self, header: &BeaconBlockHeader) -> Result<(Act, Root), Malformed> {
        let root = self.root(DomainType::BeaconProposer, epoch(header.slot), header)?;
        Ok((Act::Block { slot: header.slot }, root))
    }

    /// The signing root of what is bound to the fork of an epoch.
    fn root(
        &self,
        kind: DomainType,
        epoch: u64,
        object: &impl TreeHash,
    ) -> Result<Root, Malformed> {
        let fork_info = self.fork_info()?;
        let version = fork_info.version_at(epoch);
        Ok(Domain::new(kind, version, fork_info.genesis_validators_root).signing_root(object))
    }

    /// The fork, of our network.
    fn fork_info(&self) -> Result<&ForkInfo, Malformed> {
        let info = self.fork_info.as_ref();
        let info = info.ok_or_else(|| Malformed("fork_info: missing".to_owned()))?;
        let (given, ours) = (info.genesis_validators_root, self.chain.genesis_validators_root);
        if given != ours {
            return Err(Malformed(format!(
                "fork_info.genesis_validators_root: 0x{} is another network than that of this \
                 signer's vault, 0x{}",
                hex::encode(given.0),
                hex::encode(ours.0)
            )));
        }
        Ok(info)
    }
}

/// Both forms of an aggregate.
trait Aggregate {
    fn data(&self) -> &AttestationData;
}

impl Aggregate for AggregateAndProof {
    fn data(&self) -> &AttestationData {
        &self.aggregate.data
    }
}

impl Aggregate for AggregateAndProofElectra {
    fn data(&self) -> &AttestationData {
        &self.aggregate.data
    }
}

#[derive(Deserialize)]
struct Slot {
    #[serde(with = "quoted_u64")]
    slot: u64,
}

#[derive(Deserialize)]
struct Epoch {
    #[serde(with = "quoted_u64")]
    epoch: u64,
}

#[derive(Deserialize)]
struct Tagged {
    version: Milestone,
}

fn epoch(slot: u64) -> u64 {
    slot / SLOTS_PER_EPOCH
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Malformed> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let parsed = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        match path.as_str() {
            "." => Malformed(inner.to_string()),
            path => Malformed(format!("{path}: {inner}")),
        }
    })?;
    reader.end().map_err(|error| Malformed(error.to_string()))?;
    Ok(parsed)
}

/// For what counts before a network has its root, or on any.
const NO_NETWORK: Root = Bytes([0; 32]);
