//! The token as a witness of the guard's log: who restores the folder does not restore the token.
//!
//! The marker is a private data object of the token, replaced by making the new one before the old
//! ones are destroyed; of several, which a crash leaves, the furthest counts.
//!
//! An object costs a token tens of milliseconds and wears its memory, so the marker is written when a
//! log is opened for use, and then every 10,000 entries. **What remains unseen:** a copy of the folder
//! that was made since its last opening and after the marker's last writing: at most the last 9,999
//! entries of that one run. A copy from before the last opening is always seen.

use std::sync::{Mutex, PoisonError};

use cryptoki::object::{Attribute, ObjectClass, ObjectHandle};

use crate::guard::{Marker, Witness, WitnessError};
use crate::token::{Lease, Token, TokenError};

/// A data object of the token that remembers how far a log has come.
pub(super) struct TokenWitness {
    token: Token,
    label: String,
    /// What the token holds, as far as we know.
    held: Mutex<Option<Marker>>,
}

impl TokenWitness {
    /// The object that carries a vault's id.
    pub(super) fn new(token: &Token, vault: &str) -> Self {
        let label = format!("pairlane-guard {vault}");
        Self { token: token.clone(), label, held: Mutex::new(None) }
    }

    /// Whether the token keeps such objects and gives them back: not all do. Leaves nothing in it.
    pub(super) fn works(token: &Token, vault: &str) -> bool {
        let trial = Self::new(token, &format!("trial {vault}"));
        let text = "pairlane-guard trial";
        let kept = token.run(|lease| {
            let object = lease.create(&trial.object(text))?;
            let kept = read(lease, object);
            let found = trial.find(lease)?;
            for object in &found {
                lease.destroy(*object)?;
            }
            Ok(kept? == text && found.len() == 1 && trial.find(lease)?.is_empty())
        });
        kept.unwrap_or(false)
    }

    fn find(&self, lease: &Lease<'_>) -> Result<Vec<ObjectHandle>, TokenError> {
        lease.find_all(&self.template())
    }

    fn template(&self) -> Vec<Attribute> {
        let label = self.label.clone().into_bytes();
        vec![Attribute::Class(ObjectClass::DATA), Attribute::Label(label)]
    }

    fn object(&self, text: &str) -> Vec<Attribute> {
        let mut object = self.template();
        object.extend([
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Application(b"pairlane".to_vec()),
            Attribute::Value(text.as_bytes().to_vec()),
        ]);
        object
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Option<Marker>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Witness for TokenWitness {
    fn name(&self) -> String {
        format!("the token \"{}\"", self.token.identity().label)
    }

    fn recall(&self) -> Result<Option<Marker>, WitnessError> {
        let texts = self.token.run(|lease| {
            let objects = self.find(lease)?;
            objects.into_iter().map(|object| read(lease, object)).collect::<Result<Vec<_>, _>>()
        })?;
        let markers = texts.iter().map(|text| text.parse::<Marker>());
        let markers = markers.collect::<Result<Vec<_>, _>>()?;
        let furthest = markers.into_iter().max_by_key(|marker| (marker.epoch, marker.sequence));
        *self.held() = furthest;
        Ok(furthest)
    }

    fn record(&self, marker: &Marker) -> Result<(), WitnessError> {
        let mut held = self.held();
        if held.is_some_and(|held| is_near(held, *marker)) {
            return Ok(());
        }
        let text = marker.to_string();
        self.token.run(|lease| {
            // A repetition after a lost reply finds the object of the first attempt.
            let mut old = Vec::new();
            let mut is_there = false;
            for object in self.find(lease)? {
                if !is_there && read(lease, object)? == text {
                    is_there = true;
                } else {
                    old.push(object);
                }
            }
            if !is_there {
                lease.create(&self.object(&text))?;
            }
            old.into_iter().try_for_each(|object| lease.destroy(object))
        })?;
        *held = Some(*marker);
        Ok(())
    }
}

/// Whether what the token holds says enough of where the log is.
fn is_near(held: Marker, log: Marker) -> bool {
    let unseen = log.sequence.saturating_sub(held.sequence);
    (held.log, held.epoch) == (log.log, log.epoch) && unseen < ENTRIES_UNSEEN_MAX
}

fn read(lease: &Lease<'_>, object: ObjectHandle) -> Result<String, TokenError> {
    let mut text = [0; 256]; // a marker has 100 bytes at most
    let length = lease.value(object, &mut text)?;
    Ok(String::from_utf8_lossy(&text[..length]).into_owned())
}

/// Entries of one run after which the marker is written again.
const ENTRIES_UNSEEN_MAX: u64 = 10_000;
