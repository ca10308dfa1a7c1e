//! The key store and locked memory under one roof: keys are unlocked, used by reference, and locked
//! again.
//!
//! A signature is made only against a [`Clearance`]: the word of the double-sign guard that the
//! duty is on record. The custodian asks nothing else about a message.

mod clearance;
mod error;
mod message;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use pairlane::{MinPk, MinSig, Scheme, Suite, Variant, possession_tag};
use serde::Serialize;

pub use clearance::Clearance;
pub use error::CustodyError;
pub use message::{BlsScheme, Message};

use crate::arena::{Arena, Backing, after_secret};
use crate::envelope::Level;
use crate::keystore::InToken;
use crate::keystore::{KeyId, KeyState, KeyStore, KeyType, StoreError, Unlocked};
use crate::token::{Health, Pin};

/// Unlocks, signs and locks. Any thread may use it.
#[derive(Debug)]
pub struct Custodian {
    store: KeyStore,
    unlocked: RwLock<HashMap<KeyId, Arc<Unlocked>>>,
}

/// What a health report says of custody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CustodyStatus {
    /// The level at which new keys are kept.
    pub level: Level,
    /// Keys there are.
    pub keys: usize,
    /// Keys that may be used.
    pub active: usize,
    /// Keys in locked memory, or ready in the token.
    pub unlocked: usize,
    /// The memory that secrets are in: `memfd_secret` or `mlock`.
    pub memory: &'static str,
    /// The token, where there is one.
    pub token: Option<Health>,
}

impl Custodian {
    /// A custodian of a store, with all keys locked.
    pub fn new(store: KeyStore) -> Self {
        Self { store, unlocked: RwLock::new(HashMap::new()) }
    }

    /// The store.
    pub fn store(&self) -> &KeyStore {
        &self.store
    }

    /// Unlocks a key; a key that is unlocked stays so.
    ///
    /// # Errors
    /// [`CustodyError::Store`].
    pub fn unlock(&self, id: KeyId, password: Option<&Pin>) -> Result<(), CustodyError> {
        if self.is_unlocked(id) {
            return Ok(());
        }
        let unlocked = Arc::new(self.store.load(id, password)?);
        self.write().insert(id, unlocked);
        Ok(())
    }

    /// Unlocks every active key. What could not be unlocked, and why.
    pub fn unlock_all(&self, password: Option<&Pin>) -> Vec<(KeyId, CustodyError)> {
        let active = self.store.list().into_iter().filter(|r| r.state == KeyState::Active);
        active.filter_map(|r| self.unlock(r.id, password).err().map(|e| (r.id, e))).collect()
    }

    /// Locks a key: its secret is wiped when the last signature under way is made. Whether it was
    /// unlocked.
    pub fn lock(&self, id: KeyId) -> bool {
        self.write().remove(&id).is_some()
    }

    /// Locks every key; how many were unlocked.
    pub fn lock_all(&self) -> usize {
        let locked = core::mem::take(&mut *self.write());
        locked.len()
    }

    /// Whether a key is unlocked.
    pub fn is_unlocked(&self, id: KeyId) -> bool {
        self.unlocked.read().unwrap_or_else(PoisonError::into_inner).contains_key(&id)
    }

    /// Disables a key, and locks it.
    ///
    /// # Errors
    /// [`CustodyError::Store`].
    pub fn disable(&self, id: KeyId) -> Result<(), CustodyError> {
        self.store.set_state(id, KeyState::Disabled)?;
        self.lock(id);
        Ok(())
    }

    /// Locks a key and deletes it for good.
    ///
    /// # Errors
    /// [`CustodyError::Store`].
    pub fn delete(&self, id: KeyId) -> Result<(), CustodyError> {
        self.lock(id);
        Ok(self.store.delete(id)?)
    }

    /// The public facts for a health report. No call to the token.
    pub fn status(&self) -> CustodyStatus {
        let records = self.store.list();
        let memory = match Arena::process().map(|arena| arena.backing()) {
            Ok(Backing::SecretMemory) => "memfd_secret",
            Ok(Backing::LockedPages) => "mlock",
            Err(_) => "none",
        };
        CustodyStatus {
            level: self.store.level(),
            keys: records.len(),
            active: records.iter().filter(|r| r.state == KeyState::Active).count(),
            unlocked: self.unlocked.read().unwrap_or_else(PoisonError::into_inner).len(),
            memory,
            token: self.store.token().map(crate::token::Token::health),
        }
    }

    /// Whether a message could be signed: the key is unlocked and of its type. For callers that
    /// have something to lose by asking in vain.
    ///
    /// # Errors
    /// [`CustodyError::Locked`], [`CustodyError::WrongType`].
    pub fn check(&self, id: KeyId, message: &Message<'_>) -> Result<(), CustodyError> {
        let key_type = self.key(id)?.key_type();
        let fits = match message {
            Message::Bls { .. } => key_type.is_bls(),
            Message::Ed25519 { .. } => key_type == KeyType::Ed25519,
            Message::Vrf { .. } => matches!(key_type, KeyType::EcvrfTai | KeyType::EcvrfEll2),
        };
        let message = message.kind();
        if fits { Ok(()) } else { Err(CustodyError::WrongType { id, key_type, message }) }
    }

    /// Signs, or proves, with an unlocked key. The bytes of the signature or proof.
    ///
    /// # Errors
    /// [`CustodyError::Locked`]; [`CustodyError::WrongType`] for a message of another type than the
    /// key; [`CustodyError::Token`] for a key that the token keeps.
    pub fn sign(
        &self,
        id: KeyId,
        message: &Message<'_>,
        _clearance: Clearance,
    ) -> Result<Vec<u8>, CustodyError> {
        let key = self.key(id)?;
        let wrong =
            || CustodyError::WrongType { id, key_type: key.key_type(), message: message.kind() };
        match message {
            Message::Bls { scheme, message } if let Some(in_token) = key.bls_in_token() => {
                sign_in_token(id, in_token, scheme, message)
            }
            Message::Bls { scheme, message } => match key.key_type() {
                KeyType::BlsMinPk => sign_bls::<MinPk>(&key, scheme, message).ok_or_else(wrong),
                _ => sign_bls::<MinSig>(&key, scheme, message).ok_or_else(wrong),
            },
            Message::Ed25519 { message } => Ok(key.sign_ed25519(message).ok_or_else(wrong)??),
            Message::Vrf { alpha } => Ok(key.prove(alpha).ok_or_else(wrong)?.to_vec()),
        }
    }

    /// Proves possession of an unlocked BLS key, under the draft's tag. It is no duty: the message is
    /// the key itself, under a tag of its own.
    ///
    /// # Errors
    /// [`CustodyError::Locked`], [`CustodyError::WrongType`].
    pub fn prove_possession(&self, id: KeyId) -> Result<Vec<u8>, CustodyError> {
        let key = self.key(id)?;
        let proof = possession::<MinPk>(&key).or_else(|| possession::<MinSig>(&key));
        let (key_type, message) = (key.key_type(), "proof of possession");
        proof.ok_or(CustodyError::WrongType { id, key_type, message })
    }

    fn key(&self, id: KeyId) -> Result<Arc<Unlocked>, CustodyError> {
        let unlocked = self.unlocked.read().unwrap_or_else(PoisonError::into_inner);
        match unlocked.get(&id) {
            Some(key) => Ok(key.clone()),
            None => match self.store.get(id) {
                Ok(_) => Err(CustodyError::Locked(id)),
                Err(_) => Err(StoreError::Unknown(id).into()),
            },
        }
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, HashMap<KeyId, Arc<Unlocked>>> {
        self.unlocked.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn sign_bls<V: Variant>(key: &Unlocked, scheme: &BlsScheme<'_>, message: &[u8]) -> Option<Vec<u8>> {
    let secret = key.bls::<V>()?;
    let suite = match scheme {
        BlsScheme::Standard(scheme) => Suite::<V>::standard(*scheme),
        BlsScheme::Tagged(scheme, tag) => Suite::<V>::new(*scheme, (*tag).clone()),
    };
    let signature = secret.sign(&suite, message).to_bytes();
    after_secret();
    Some(signature)
}

/// A token signs under the one suite that it knows.
fn sign_in_token(
    id: KeyId,
    key: &InToken,
    wanted: &BlsScheme<'_>,
    message: &[u8],
) -> Result<Vec<u8>, CustodyError> {
    let there = key.native_bls().map(|native| Scheme::from(native.scheme));
    match (wanted, there) {
        (BlsScheme::Standard(wanted), Some(there)) if *wanted == there => Ok(key.sign(message)?),
        _ => Err(CustodyError::OtherSuite { id, there: format!("{there:?}") }),
    }
}

fn possession<V: Variant>(key: &Unlocked) -> Option<Vec<u8>> {
    let proof = key.bls::<V>()?.prove_possession::<V>(&possession_tag::<V>()).to_bytes();
    after_secret();
    Some(proof)
}
