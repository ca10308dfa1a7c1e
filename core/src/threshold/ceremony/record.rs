//! What a party knows of one dealer, and how it judges.
//!
//! Every judgement rests on broadcast messages alone and on no order among those of one phase, so
//! that all honest parties come to the same one.

use std::collections::BTreeSet;

use super::{Ceremony, Fault, Purpose};
use crate::arch::SecretFr;
use crate::batch::{Item, Verifier};
use crate::message::MessagePoint;
use crate::public_key::PublicKey;
use crate::strategy::Strategy;
use crate::tag::{Suite, Tag};
use crate::threshold::index::Index;
use crate::threshold::message::Dealing;
use crate::variant::Variant;

/// One dealer.
pub(crate) struct Record<V: Variant> {
    pub(crate) pledge: Option<[u8; 32]>,
    pub(crate) dealing: Option<Dealing<V>>,
    /// The first fault found; a dealer with one is out.
    pub(crate) fault: Option<Fault>,
    /// What this party was dealt, checked once the phase is over.
    pub(crate) share: Option<SecretFr>,
    pub(crate) complainers: BTreeSet<Index>,
    conflicting_dealings: bool,
    conflicting_shares: bool,
    answered: BTreeSet<Index>,
    answered_wrongly: BTreeSet<Index>,
}

impl<V: Variant> Record<V> {
    pub(crate) fn new() -> Self {
        Self {
            pledge: None,
            dealing: None,
            fault: None,
            share: None,
            complainers: BTreeSet::new(),
            conflicting_dealings: false,
            conflicting_shares: false,
            answered: BTreeSet::new(),
            answered_wrongly: BTreeSet::new(),
        }
    }

    pub(crate) fn take_pledge(&mut self, digest: [u8; 32]) {
        if *self.pledge.get_or_insert(digest) != digest {
            self.fault = Some(Fault::ConflictingPledges);
        }
    }

    pub(crate) fn take_dealing(&mut self, dealing: Dealing<V>) {
        match &self.dealing {
            Some(before) => self.conflicting_dealings |= *before != dealing,
            None => self.dealing = Some(dealing),
        }
    }

    pub(crate) fn take_share(&mut self, share: SecretFr) {
        match &self.share {
            Some(before) => self.conflicting_shares |= !before.equals(&share),
            None => self.share = Some(share),
        }
    }

    /// An answer with the right share settles a complaint; one wrong share is a fault, whatever
    /// else was answered.
    pub(crate) fn take_answer(&mut self, to: Index, share: &SecretFr, us: Option<Index>) {
        let Some(dealing) = self.dealing.as_ref().filter(|_| self.fault.is_none()) else { return };
        if !self.complainers.contains(&to) {
            return;
        }
        if !dealing.commitment.matches(to, share) {
            self.answered_wrongly.insert(to);
            return;
        }
        self.answered.insert(to);
        if us == Some(to) {
            self.share = Some(share.clone());
        }
    }

    /// Among `t` complainers at least one is honest.
    pub(crate) fn count_complaints(&mut self, required: usize) {
        if self.fault.is_none() && self.complainers.len() >= required {
            let complaints = self.complainers.len();
            self.fault = Some(Fault::TooManyComplaints { complaints });
        }
    }

    pub(crate) fn judge_answers(&mut self) {
        if self.fault.is_some() {
            return;
        }
        self.fault = self.complainers.iter().find_map(|&complainer| {
            if self.answered_wrongly.contains(&complainer) {
                Some(Fault::WrongAnswer { complainer })
            } else if !self.answered.contains(&complainer) {
                Some(Fault::Unanswered { complainer })
            } else {
                None
            }
        });
    }

    /// All that the dealing alone shows, except the proof of possession.
    fn judge_dealing(&mut self, dealer: Index, coefficients: usize, purpose: &Purpose<V>) {
        if self.fault.is_some() {
            return;
        }
        let Some(dealing) = &self.dealing else {
            self.fault = Some(Fault::NoDealing);
            return;
        };
        let right_source = match purpose {
            Purpose::Generate => self.pledge == Some(dealing.digest()),
            Purpose::Reshare(old) => {
                old.holder(dealer).is_some_and(|key| key.point() == dealing.commitment.constant())
            }
        };
        let is_generation = matches!(purpose, Purpose::Generate);
        self.fault = if self.conflicting_dealings {
            Some(Fault::ConflictingDealings)
        } else if dealing.commitment.coefficients() != coefficients {
            Some(Fault::WrongLength { coefficients: dealing.commitment.coefficients() })
        } else if !right_source {
            Some(if is_generation { Fault::BrokenPledge } else { Fault::WrongConstant })
        } else if dealing.possession.is_some() != is_generation {
            Some(Fault::Possession)
        } else {
            None
        };
    }
}

impl<V: Variant> Ceremony<V> {
    /// Judges every dealing, proofs of possession in one batch.
    pub(crate) fn judge_dealings(&mut self, strategy: &impl Strategy) {
        let coefficients = self.receivers.required();
        for (record, dealer) in self.records.iter_mut().zip(indices()) {
            record.judge_dealing(dealer, coefficients, &self.purpose);
        }
        let suite = Suite::basic();
        let tag = possession_tag::<V>();
        let (mut places, mut proofs) = (Vec::new(), Vec::new());
        for (place, record) in self.records.iter().enumerate() {
            let Some(dealing) = record.dealing.as_ref().filter(|_| record.fault.is_none()) else {
                continue;
            };
            let Some(proof) = dealing.possession else { continue };
            let point = MessagePoint::hash(&tag, &dealing.possession_message());
            let key = PublicKey::from_point(*dealing.commitment.constant());
            places.push(place);
            proofs.push((key.expect("a dealing has no identity in it"), point, proof));
        }
        // The messages are hashed already, so that the suite plays no part.
        let items: Vec<_> =
            proofs.iter().map(|(key, point, proof)| Item::new(&suite, key, point, proof)).collect();
        let verdicts = Verifier::new().verify(&items, strategy);
        for (place, verdict) in places.into_iter().zip(verdicts) {
            if !verdict.is_valid() {
                self.records[place].fault = Some(Fault::Possession);
            }
        }
    }

    /// Keeps the good ones of this party's shares; the dealers of the others, if not out already.
    pub(super) fn check_shares(&mut self, strategy: &impl Strategy) -> Vec<Index> {
        let Some(us) = self.receiver else { return Vec::new() };
        let good = strategy.map(self.records.len(), |place| {
            let record = &self.records[place];
            match (&record.dealing, &record.share) {
                (Some(dealing), Some(share)) if record.fault.is_none() => {
                    !record.conflicting_shares && dealing.commitment.matches(us, share)
                }
                _ => false,
            }
        });
        let mut missing = Vec::new();
        for ((record, dealer), good) in self.records.iter_mut().zip(indices()).zip(good) {
            if !good {
                record.share = None;
                if record.fault.is_none() {
                    missing.push(dealer);
                }
            }
        }
        missing
    }
}

/// The tag of proofs of possession in key generation.
pub(crate) fn possession_tag<V: Variant>() -> Tag {
    Tag::new(format!("PAIRLANE_DKG_POP_V1_{}", V::HASH_SUITE)).expect("not empty")
}

/// Indices from 1 up, as many as there can be.
fn indices() -> impl Iterator<Item = Index> {
    (1..=crate::threshold::PARTICIPANTS_MAX).filter_map(|k| Index::new(k).ok())
}
