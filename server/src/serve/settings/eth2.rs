//! Ethereum: the remote signer's paths, and the keymanager's.

use serde::{Deserialize, Serialize};

use crate::eth2::Version;

/// The paths of Web3Signer; there where the vault serves a network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Eth2 {
    pub(crate) enabled: bool,
    /// The fork version at the network's genesis, in hex; only private networks need it, for
    /// registrations with builders.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) genesis_fork_version: Option<Version>,
}

/// `/eth/v1/keystores`: keys come and go over HTTP.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Keymanager {
    pub(crate) enabled: bool,
}

impl Default for Eth2 {
    fn default() -> Self {
        Self { enabled: true, genesis_fork_version: None }
    }
}
