//! What the routes of Ethereum's families share.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use pairlane_hsm::keystore::KeyType;

use super::settings::Settings;
use super::signer::Signer;
use crate::eth2::Chain;

/// The Ethereum side of the service, as it is configured.
#[derive(Clone, Default)]
pub(crate) struct Ethereum {
    /// The network; none where nothing is signed for one.
    pub(crate) chain: Option<Chain>,
    /// Whether keys are managed over HTTP.
    pub(crate) keymanager: bool,
    pub(crate) reload: Arc<Reload>,
    /// Held by whoever changes keys: one at a time, since each may cost half a gigabyte.
    pub(crate) changing: Arc<tokio::sync::Mutex<()>>,
}

impl Ethereum {
    /// What the settings allow with this signer.
    pub(crate) fn new(settings: &Settings, signer: Option<&Signer>) -> Self {
        let network = signer.and_then(Signer::network).filter(|_| settings.eth2.enabled);
        let version = settings.eth2.genesis_fork_version.map(|version| version.0);
        Self {
            chain: network.map(|root| Chain::new(root, version)),
            keymanager: signer.is_some() && settings.keymanager.enabled,
            ..Self::default()
        }
    }
}

/// Opening keys that became active since the start.
#[derive(Default)]
pub(crate) struct Reload {
    running: AtomicBool,
    last: Mutex<Option<usize>>,
}

impl Reload {
    /// Marks the start; false where one runs already.
    pub(crate) fn begin(&self) -> bool {
        !self.running.swap(true, Ordering::AcqRel)
    }

    /// Opens what is not open. Blocks while the token is asked.
    pub(crate) fn run(&self, signer: &Signer) {
        let failed = signer.vault().custodian().unlock_all(signer.password());
        for (key, why) in &failed {
            tracing::error!(%key, %why, "a key does not open: nothing is signed with it");
        }
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(failed.len());
        self.running.store(false, Ordering::Release);
    }

    /// As Web3Signer names it.
    pub(crate) fn status(&self) -> &'static str {
        if self.running.load(Ordering::Acquire) {
            return "running";
        }
        match *self.last.lock().unwrap_or_else(PoisonError::into_inner) {
            None => "idle",
            Some(0) => "completed",
            Some(_) => "completed_with_errors",
        }
    }
}

/// The type of Ethereum's keys.
pub(crate) const VALIDATOR: KeyType = KeyType::BlsMinPk;
