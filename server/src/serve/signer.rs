//! The signer behind the service: a vault that is open, and threads that sign with it.
//!
//! A signature waits for the disk and takes most of a millisecond of a core, so it is never made on
//! the threads that speak HTTP. Requests gather while a batch is signed; a thread that is free
//! takes what has gathered, and the guard has it all on disk with one `fdatasync`.

mod fault;
mod health;
mod message;
mod worker;

use std::sync::mpsc::{Sender, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use anyhow::Context;
use pairlane_hsm::audit::{Action, Event, Outcome};
use pairlane_hsm::guard::Act;
use pairlane_hsm::keystore::{KeyId, KeyState, Record};
use pairlane_hsm::token::Pin;
use pairlane_hsm::vault::Vault;
use tokio::sync::{Semaphore, oneshot};

pub(crate) use fault::SignFault;
pub(crate) use message::OwnedMessage;

use super::metrics::Metrics;
use super::settings::Signing;
use crate::custody::{Opened, level_text};
use health::Watch;
use worker::{Answers, Waiting};

/// Signs with the keys of a vault. Cloning gives another handle.
#[derive(Clone)]
pub(crate) struct Signer(Arc<Inner>);

struct Inner {
    vault: Arc<Vault>,
    network: Option<[u8; 32]>,
    /// The password of a vault of files, for keys that are unlocked later.
    password: Option<Pin>,
    places: Arc<Semaphore>,
    places_max: usize,
    watch: Arc<Watch>,
    metrics: Arc<Metrics>,
    running: Mutex<Option<Running>>,
}

/// What ends when the signer is closed.
struct Running {
    queue: SyncSender<Waiting>,
    stop: Sender<()>,
    threads: Vec<JoinHandle<()>>,
}

/// One signature asked for. Who asks has the right to it.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) key: KeyId,
    pub(crate) act: Act,
    pub(crate) message: OwnedMessage,
}

impl Signer {
    /// Opens the vault and every active key, and starts the threads; none where no vault is named.
    /// Blocks while the token is asked for each key.
    pub(crate) fn open(
        settings: &Signing,
        threads: usize,
        metrics: &Arc<Metrics>,
    ) -> anyhow::Result<Option<Self>> {
        let (Some(folder), Some(pin)) = (&settings.vault, &settings.pin_source) else {
            return Ok(None);
        };
        let read =
            |_: &str| pin.0.read("PIN").with_context(|| format!("signing.pin_source {}", pin.0));
        let opened = Opened::open(folder, read, None, ACTOR)
            .with_context(|| format!("signing.vault {}", folder.display()))?;
        let vault = &opened.vault;
        // As the guard has it on record, whatever the vault's file says now.
        let network = vault.guard().network();
        for (key, why) in vault.custodian().unlock_all(opened.password()) {
            tracing::error!(%key, %why, "a key does not open: nothing is signed with it");
        }
        let keys = vault.custodian().status().unlocked.to_string();
        let event = Event::new(Action::Start, ACTOR, Outcome::Done).with("keys", keys);
        vault.audit().append(&[event]).context("the audit log")?;
        let (vault, password) = opened.into_parts();
        let vault = Arc::new(vault);
        let watch = Arc::new(Watch::default());
        let (queue, receiver) = sync_channel(settings.requests_waiting_max);
        let (stop, stopped) = std::sync::mpsc::channel();
        let mut started = worker::start(threads, receiver, settings.batch_max, &vault, metrics)?;
        started.push(health::start(vault.clone(), watch.clone(), metrics.clone(), stopped)?);
        Ok(Some(Self(Arc::new(Inner {
            vault,
            network,
            password,
            places: Arc::new(Semaphore::new(settings.requests_waiting_max)),
            places_max: settings.requests_waiting_max,
            watch,
            metrics: metrics.clone(),
            running: Mutex::new(Some(Running { queue, stop, threads: started })),
        }))))
    }

    /// A guarded signature, or a VRF proof. Calls that arrive together are signed together.
    pub(crate) async fn sign(
        &self,
        actor: &str,
        key: KeyId,
        act: Act,
        message: OwnedMessage,
    ) -> Result<Vec<u8>, SignFault> {
        let asked = self.sign_all(actor, vec![Ask { key, act, message }]).await?;
        let lost = || Err(SignFault::Broken("the signer gave no answer".to_owned()));
        asked.into_iter().next().unwrap_or_else(lost)
    }

    /// As [`Self::sign`], many: an answer for each, in order.
    pub(crate) async fn sign_all(&self, actor: &str, asks: Vec<Ask>) -> Result<Answers, SignFault> {
        if asks.is_empty() {
            return Ok(Vec::new());
        }
        let count = asks.len();
        let Some(answer) = self.enqueue(actor, asks) else {
            (0..count).for_each(|_| self.0.metrics.duty_refused(SignFault::Busy.reason()));
            return Err(SignFault::Busy);
        };
        let lost = |_| SignFault::Broken("the signer lost this request".to_owned());
        answer.await.map_err(lost)
    }

    /// Puts requests into the queue, all or none, where it has room for them.
    fn enqueue(&self, actor: &str, asks: Vec<Ask>) -> Option<oneshot::Receiver<Answers>> {
        let places = u32::try_from(asks.len()).ok()?;
        let permit = self.0.places.clone().try_acquire_many_owned(places).ok()?;
        let (reply, answer) = oneshot::channel();
        let queue = {
            let running = self.0.running.lock().unwrap_or_else(PoisonError::into_inner);
            running.as_ref()?.queue.clone()
        };
        let waiting = Waiting { actor: actor.to_owned(), asks, reply, _place: permit };
        // There is room: the queue has as many places as the semaphore.
        queue.try_send(waiting).ok()?;
        Some(answer)
    }

    /// The key that has this id, this public key in hex, or this name; none where a name is several
    /// keys'.
    pub(crate) fn named(&self, text: &str) -> Option<Record> {
        let store = self.vault().store();
        // A public key of 32 bytes is written as an id is.
        if let Some(record) = text.parse().ok().and_then(|id| store.get(id).ok()) {
            return Some(record);
        }
        let digits = text.strip_prefix("0x").unwrap_or(text);
        if let Some(record) = hex::decode(digits).ok().and_then(|key| store.find(&key)) {
            return Some(record);
        }
        store.find_name(text)
    }

    /// The record of a public key that can sign.
    pub(crate) fn find(&self, public_key: &[u8]) -> Option<Record> {
        let record = self.vault().store().find(public_key)?;
        self.vault().custodian().is_unlocked(record.id).then_some(record)
    }

    /// Keys that can sign.
    pub(crate) fn keys(&self) -> Vec<Record> {
        let custodian = self.vault().custodian();
        let records = self.vault().store().list().into_iter();
        records.filter(|record| custodian.is_unlocked(record.id)).collect()
    }

    /// The vault.
    pub(crate) fn vault(&self) -> &Arc<Vault> {
        &self.0.vault
    }

    /// The Ethereum network that the vault serves: its `genesis_validators_root`.
    pub(crate) fn network(&self) -> Option<[u8; 32]> {
        self.0.network
    }

    /// What keys of a vault of files are opened with.
    pub(crate) fn password(&self) -> Option<&Pin> {
        self.0.password.as_ref()
    }

    /// Most signatures that may wait.
    pub(crate) fn places_max(&self) -> usize {
        self.0.places_max
    }

    /// Why nothing can be signed now, if so.
    pub(crate) fn unready(&self) -> Option<String> {
        health::unready(self.vault(), &self.0.watch)
    }

    /// What the log and the greeting say: how many keys, and what protects them.
    pub(crate) fn account(&self) -> String {
        let records = self.vault().store().list();
        let usable = self.keys().len();
        let shut = records.iter().filter(|r| r.state == KeyState::Active).count() - usable;
        let shut = if shut == 0 { String::new() } else { format!(" ({shut} more do not open)") };
        let level = level_text(self.vault().store().level());
        let memory = match self.vault().custodian().status().memory {
            "memfd_secret" => "memfd_secret, which root cannot read",
            _ => "mlock, which root can read: the system gives no memfd_secret",
        };
        format!(
            "Signing is on: {usable} keys{shut}; {level} What is unlocked into memory is in {memory}."
        )
    }

    /// Signs what waits, takes nothing more, puts everything on disk, wipes the keys. Blocks.
    pub(crate) fn close(&self) -> anyhow::Result<()> {
        let running = self.0.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(Running { queue, stop, threads }) = running else { return Ok(()) };
        drop((queue, stop));
        for thread in threads {
            let name = thread.thread().name().unwrap_or_default().to_owned();
            if thread.join().is_err() {
                tracing::error!(name, "a thread of the signer panicked");
            }
        }
        let keys = self.vault().custodian().lock_all();
        let event = Event::new(Action::Stop, ACTOR, Outcome::Done).with("keys", keys.to_string());
        self.vault().audit().append(&[event]).context("the audit log")?;
        self.vault().checkpoint().context("the vault")
    }
}

/// Who the audit log says it was, where no client asked.
pub(crate) const ACTOR: &str = "service";
