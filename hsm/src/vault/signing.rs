//! A signature's way: the guard's log, the key, the audit log.

use std::collections::HashMap;

use pairlane::{MinPk, Scheme, Suite};
use thiserror::Error;

use super::Vault;
use crate::audit::{Action, Event, Outcome};
use crate::custodian::{BlsScheme, Clearance, CustodyError, Message};
use crate::guard::{Act, Digest, Duty, GuardKey, GuardKeyError, Permit, Refusal};
use crate::keystore::{KeyId, KeyType};

/// One signature asked for.
#[derive(Clone, Debug)]
pub struct SignRequest<'a> {
    /// Who asks, for the audit log.
    pub actor: &'a str,
    /// By which key.
    pub key: KeyId,
    /// For which duty; taken from the message by whoever understands it.
    pub act: Act,
    /// Over what.
    pub message: Message<'a>,
}

/// Why there is no signature.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SignError {
    /// A rule against double signing, or a guard that cannot record. Nothing was recorded.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// The key is not there, is locked, or is of another type. The duty may be on record.
    #[error(transparent)]
    Custody(#[from] CustodyError),
    /// A public key that the guard cannot keep apart from others.
    #[error(transparent)]
    Key(#[from] GuardKeyError),
    /// The message does not fit its duty: an Ethereum signing root has 32 bytes.
    #[error("the message of {bytes} bytes does not fit its duty: a signing root has 32")]
    NotARoot {
        /// Bytes given.
        bytes: usize,
    },
    /// What could be an Ethereum signing root, asked for as another duty: Ethereum's rules look at other
    /// places.
    #[error(
        "32 bytes could be a signing root of the Ethereum network that this vault serves: those are \
         signed as the duties that they are, at the remote signer's endpoint"
    )]
    Root,
    /// The audit log cannot be written, so nothing is signed.
    #[error("the audit log cannot be written: {0}")]
    Audit(String),
}

impl Vault {
    /// Signs a batch: a signature or a reason for each request, in order. The guard records all
    /// duties with one `fdatasync` before the first signature is made. What is refused leaves no
    /// record but in the audit log, which has an entry for each actor of the call.
    pub fn sign(&self, requests: &[SignRequest<'_>]) -> Vec<Result<Vec<u8>, SignError>> {
        let mut outcomes: Vec<Option<Result<Vec<u8>, SignError>>> = Vec::new();
        let mut duties = Vec::with_capacity(requests.len());
        for request in requests {
            match self.duty(request) {
                Ok(duty) => {
                    duties.push(duty);
                    outcomes.push(None);
                }
                Err(error) => outcomes.push(Some(Err(error))),
            }
        }
        let mut permits = self.guard().authorise(&duties).into_iter().zip(&duties);
        for (outcome, request) in outcomes.iter_mut().zip(requests) {
            if outcome.is_none() {
                *outcome = permits
                    .next()
                    .map(|(permit, duty)| self.sign_permitted(request, permit?, &duty.key));
            }
        }
        let outcomes: Vec<_> = outcomes.into_iter().flatten().collect();
        match self.audit.append_soon(&summaries(requests, &outcomes)) {
            Ok(()) => outcomes,
            Err(error) => outcomes
                .into_iter()
                .map(|outcome| outcome.and_then(|_| Err(SignError::Audit(error.to_string()))))
                .collect(),
        }
    }

    fn sign_permitted(
        &self,
        request: &SignRequest<'_>,
        permit: Permit,
        key: &GuardKey,
    ) -> Result<Vec<u8>, SignError> {
        let bytes = request.message.bytes();
        let misfit = SignError::NotARoot { bytes: bytes.len() };
        let clearance = Clearance::of(permit, key, bytes).ok_or(misfit)?;
        Ok(self.custodian.sign(request.key, &request.message, clearance)?)
    }

    /// The duty of a request whose key could sign it. Checked before anything is recorded: a key
    /// that is locked must not use up its place.
    fn duty(&self, request: &SignRequest<'_>) -> Result<Duty, SignError> {
        let record = self.store().get(request.key).map_err(CustodyError::from)?;
        self.custodian.check(request.key, &request.message)?;
        let bytes = request.message.bytes();
        if !request.act.signs_root()
            && record.key_type == KeyType::BlsMinPk
            && self.could_be_root(&request.message)
        {
            return Err(SignError::Root);
        }
        let digest = if request.act.signs_root() {
            Digest(bytes.try_into().map_err(|_| SignError::NotARoot { bytes: bytes.len() })?)
        } else {
            Digest::of(bytes)
        };
        let key = GuardKey::new(&record.public_key)?;
        Ok(Duty { key, act: request.act, digest })
    }
}

impl Vault {
    /// Whether a key's signature over this would count on the Ethereum network that the vault serves.
    fn could_be_root(&self, message: &Message<'_>) -> bool {
        const ROOT_BYTES: usize = 32;
        let Message::Bls { scheme, message } = message else { return false };
        let tag = match scheme {
            BlsScheme::Standard(scheme) => *scheme == Scheme::ProofOfPossession,
            BlsScheme::Tagged(_, tag) => **tag == *Suite::<MinPk>::proof_of_possession().tag(),
        };
        tag && message.len() == ROOT_BYTES && self.guard().network().is_some()
    }
}

/// A signature asked for, and what came of it.
type Answered<'a> = (&'a SignRequest<'a>, &'a Result<Vec<u8>, SignError>);

/// One entry for each actor of a call, in the order in which they came.
fn summaries(requests: &[SignRequest<'_>], outcomes: &[Result<Vec<u8>, SignError>]) -> Vec<Event> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut actors: Vec<(&str, Vec<Answered<'_>>)> = Vec::new();
    for (request, outcome) in requests.iter().zip(outcomes) {
        let place = *places.entry(request.actor).or_insert_with(|| {
            actors.push((request.actor, Vec::new()));
            actors.len() - 1
        });
        actors[place].1.push((request, outcome));
    }
    actors.iter().map(|(actor, answered)| summary(actor, answered)).collect()
}

/// How many were asked for and signed; for a single one which.
fn summary(actor: &str, answered: &[Answered<'_>]) -> Event {
    let signed = answered.iter().filter(|(_, outcome)| outcome.is_ok()).count();
    let refused = |(_, outcome): &Answered<'_>| matches!(outcome, Err(SignError::Refused(_)));
    let ending = if signed == answered.len() {
        Outcome::Done
    } else if answered.iter().all(refused) {
        Outcome::Refused
    } else {
        Outcome::Failed
    };
    let event = Event::new(Action::Sign, actor, ending);
    match answered {
        [(request, outcome)] => {
            let event = event.about(request.key.to_string()).with("duty", request.act.to_string());
            match outcome {
                Ok(_) => event,
                Err(error) => event.with("why", cut(&error.to_string())),
            }
        }
        _ => event.with("requests", answered.len().to_string()).with("signed", signed.to_string()),
    }
}

/// A reason, short enough for an entry.
fn cut(text: &str) -> String {
    const CHARS_MAX: usize = 200;
    text.chars().take(CHARS_MAX).collect()
}
