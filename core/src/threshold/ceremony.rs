//! What key generation and resharing have in common: dealers deal, receivers complain, dealers
//! answer, and everybody comes to the same conclusion.
//!
//! The phases are types, so that a message of the wrong phase does not compile. Each phase takes
//! messages in any order, any number of times, and `advance` closes it: the caller decides when,
//! which is where its assumption about time comes in.

mod error;
mod record;

pub use error::{Blame, CeremonyError, Dispute, Fault, ReceiveError};

use crate::arch::SecretFr;
use crate::strategy::Strategy;
use crate::threshold::commitment::Commitment;
use crate::threshold::group_key::GroupKey;
use crate::threshold::index::{Index, Threshold};
use crate::threshold::lagrange::{Weights, coefficients_at_zero};
use crate::threshold::message::{Answers, CeremonyId, Complaints, Dealing, DealtShare};
use crate::threshold::polynomial::Polynomial;
use crate::threshold::share::KeyShare;
use crate::variant::Variant;
pub(crate) use record::{Record, possession_tag};

/// What a ceremony comes to.
pub struct Outcome<V: Variant> {
    /// The same for every honest party.
    pub group: GroupKey<V>,
    /// This party's share, if it is a receiver.
    pub share: Option<KeyShare>,
    /// Dealers without fault, in rising order. The same for every honest party.
    pub qualified: Vec<Index>,
    /// Dealers at fault and why, in rising order. The same for every honest party.
    pub blamed: Vec<Blame>,
    /// Complaints that were answered with a right share. One of the two is dishonest, or the
    /// private channel failed: nobody else can tell which.
    pub disputes: Vec<Dispute>,
}

/// Dealings are broadcast and shares are sent.
pub struct Sharing<V: Variant>(pub(crate) Ceremony<V>);

/// Receivers have looked at their shares and broadcast complaints.
pub struct Complaining<V: Variant>(Ceremony<V>);

/// Dealers broadcast the shares that were complained about.
pub struct Answering<V: Variant>(Ceremony<V>);

/// Where the dealt secrets come from, and what is made of them.
pub(crate) enum Purpose<V: Variant> {
    /// Fresh secrets, added up.
    Generate,
    /// Shares of this group's key, interpolated.
    Reshare(Box<GroupKey<V>>),
}

/// One party's view.
pub(crate) struct Ceremony<V: Variant> {
    pub(crate) id: CeremonyId,
    pub(crate) purpose: Purpose<V>,
    /// This party's index among the dealers, and what it deals.
    pub(crate) dealer: Option<(Index, Polynomial)>,
    /// This party's index among the receivers.
    pub(crate) receiver: Option<Index>,
    /// Who receives.
    pub(crate) receivers: Threshold,
    /// What is known of each dealer, from index 1 up.
    pub(crate) records: Vec<Record<V>>,
}

impl<V: Variant> Sharing<V> {
    /// Takes in a broadcast dealing.
    ///
    /// # Errors
    /// [`ReceiveError`]; the message then counts as not sent.
    pub fn receive_dealing(&mut self, dealing: Dealing<V>) -> Result<(), ReceiveError> {
        let record = self.0.record(&dealing.ceremony, dealing.dealer)?;
        record.take_dealing(dealing);
        Ok(())
    }

    /// Takes in a share that was sent to this party.
    ///
    /// # Errors
    /// [`ReceiveError`]; the message then counts as not sent.
    pub fn receive_share(&mut self, share: DealtShare) -> Result<(), ReceiveError> {
        if self.0.receiver != Some(share.receiver) {
            return Err(ReceiveError::NotForUs { receiver: share.receiver });
        }
        let record = self.0.record(&share.ceremony, share.dealer)?;
        record.take_share(share.value);
        Ok(())
    }

    /// Closes the phase: judges the dealings, checks this party's shares, and says what to
    /// broadcast, if anything.
    pub fn advance(mut self, strategy: &impl Strategy) -> (Complaining<V>, Option<Complaints>) {
        self.0.judge_dealings(strategy);
        let dealers = self.0.check_shares(strategy);
        let complaints = self.0.receiver.filter(|_| !dealers.is_empty()).map(|complainer| {
            let complaints = Complaints { ceremony: self.0.id, complainer, dealers };
            self.0.note(&complaints);
            complaints
        });
        (Complaining(self.0), complaints)
    }
}

impl<V: Variant> Complaining<V> {
    /// Takes in broadcast complaints.
    ///
    /// # Errors
    /// [`ReceiveError`]; the message then counts as not sent.
    pub fn receive_complaints(&mut self, complaints: &Complaints) -> Result<(), ReceiveError> {
        if complaints.ceremony != self.0.id {
            return Err(ReceiveError::OtherCeremony);
        }
        if !self.0.receivers.contains(complaints.complainer) {
            return Err(ReceiveError::UnknownSender { index: complaints.complainer });
        }
        self.0.note(complaints);
        Ok(())
    }

    /// Closes the phase and says what to broadcast, if this party deals and was complained about.
    ///
    /// A party with `t` complaints or more against it answers none of them: `t` shares shown would
    /// be its secret shown.
    pub fn advance(mut self) -> (Answering<V>, Option<Answers>) {
        let required = self.0.receivers.required();
        for record in &mut self.0.records {
            record.count_complaints(required);
        }
        let answers = self.0.answers();
        if let Some(answers) = &answers {
            self.0.note_answers(answers);
        }
        (Answering(self.0), answers)
    }
}

impl<V: Variant> Answering<V> {
    /// Takes in broadcast answers. Shares that nobody asked for are passed over.
    ///
    /// # Errors
    /// [`ReceiveError`]; the message then counts as not sent.
    pub fn receive_answers(&mut self, answers: &Answers) -> Result<(), ReceiveError> {
        self.0.record(&answers.ceremony, answers.dealer)?;
        self.0.note_answers(answers);
        Ok(())
    }

    /// Closes the ceremony.
    ///
    /// # Errors
    /// [`CeremonyError`]. All honest parties get the same answer, unless this one's own complaint
    /// was never broadcast.
    pub fn finish(mut self) -> Result<Outcome<V>, CeremonyError> {
        for record in &mut self.0.records {
            record.judge_answers();
        }
        self.0.conclude()
    }
}

impl<V: Variant> Ceremony<V> {
    pub(crate) fn record(
        &mut self,
        ceremony: &CeremonyId,
        dealer: Index,
    ) -> Result<&mut Record<V>, ReceiveError> {
        if *ceremony != self.id {
            return Err(ReceiveError::OtherCeremony);
        }
        let record = self.records.get_mut(dealer.place());
        record.ok_or(ReceiveError::UnknownSender { index: dealer })
    }

    /// Records this party's own dealing and share, and returns the shares for the others.
    pub(crate) fn deal(&mut self, dealing: Option<&Dealing<V>>) -> Vec<DealtShare> {
        let (Some(dealing), Some((dealer, polynomial))) = (dealing, &self.dealer) else {
            return Vec::new();
        };
        let (ceremony, dealer) = (self.id, *dealer);
        let record = &mut self.records[dealer.place()];
        record.take_dealing(dealing.clone());
        if let Some(us) = self.receiver {
            record.take_share(polynomial.evaluate(us));
        }
        self.receivers
            .indices()
            .filter(|receiver| self.receiver != Some(*receiver))
            .map(|receiver| {
                let value = polynomial.evaluate(receiver);
                DealtShare { ceremony, dealer, receiver, value }
            })
            .collect()
    }

    /// Takes note of complaints; those about nobody are passed over.
    fn note(&mut self, complaints: &Complaints) {
        for dealer in &complaints.dealers {
            if let Some(record) = self.records.get_mut(dealer.place()) {
                record.complainers.insert(complaints.complainer);
            }
        }
    }

    fn note_answers(&mut self, answers: &Answers) {
        let record = &mut self.records[answers.dealer.place()];
        for (complainer, share) in &answers.shares {
            record.take_answer(*complainer, share, self.receiver);
        }
    }

    /// This party's shares for those who complained about it.
    fn answers(&self) -> Option<Answers> {
        let (dealer, polynomial) = self.dealer.as_ref()?;
        let record = &self.records[dealer.place()];
        if record.fault.is_some() || record.complainers.is_empty() {
            return None;
        }
        let shares = record.complainers.iter().map(|i| (*i, polynomial.evaluate(*i))).collect();
        Some(Answers { ceremony: self.id, dealer: *dealer, shares })
    }

    /// The result, now that every record is judged.
    fn conclude(self) -> Result<Outcome<V>, CeremonyError> {
        let numbered =
            |place: usize| u16::try_from(place + 1).ok().and_then(|k| Index::new(k).ok());
        let (mut qualified, mut blamed, mut disputes) = (Vec::new(), Vec::new(), Vec::new());
        for (place, record) in self.records.iter().enumerate() {
            let dealer = numbered(place).expect("as many records as dealers");
            if let Some(fault) = record.fault {
                blamed.push(Blame { dealer, fault });
                continue;
            }
            qualified.push(dealer);
            let dispute = |complainer: &Index| Dispute { dealer, complainer: *complainer };
            disputes.extend(record.complainers.iter().map(dispute));
        }
        let required = match &self.purpose {
            Purpose::Generate => self.receivers.required(),
            Purpose::Reshare(old) => old.threshold().required(),
        };
        if qualified.len() < required {
            let qualified = qualified.len();
            return Err(CeremonyError::TooFewDealers { qualified, required, blamed });
        }
        let (commitment, secret) = self.put_together(&qualified, required)?;
        let group = GroupKey::new(self.receivers, commitment).map_err(CeremonyError::Key)?;
        let share = match (self.receiver, secret) {
            (Some(index), Some(secret)) => {
                let zero = CeremonyError::Key(crate::threshold::ThresholdError::IdentityKey {
                    index: index.get(),
                });
                Some(KeyShare::from_secret(index, &secret).ok_or(zero)?)
            }
            _ => None,
        };
        Ok(Outcome { group, share, qualified, blamed, disputes })
    }

    /// The commitment to the new polynomial, and this party's value of it.
    fn put_together(
        &self,
        qualified: &[Index],
        required: usize,
    ) -> Result<(Commitment<V>, Option<SecretFr>), CeremonyError> {
        // Resharing takes the first `t`: any would do, but all must take the same.
        let (chosen, lambdas) = match &self.purpose {
            Purpose::Generate => (qualified, None),
            Purpose::Reshare(_) => {
                let chosen = &qualified[..required];
                (chosen, Some(coefficients_at_zero(chosen)))
            }
        };
        let mut commitments = Vec::with_capacity(chosen.len());
        let mut secret = self.receiver.map(|_| SecretFr::zero());
        for (k, &dealer) in chosen.iter().enumerate() {
            let record = &self.records[dealer.place()];
            let dealing = record.dealing.as_ref().expect("a qualified dealer has dealt");
            commitments.push(&dealing.commitment);
            if let Some(sum) = &mut secret {
                let share = record.share.as_ref().ok_or(CeremonyError::MissingShare { dealer })?;
                *sum = match &lambdas {
                    None => sum.add(share),
                    Some(lambdas) => sum.add(&share.mul(&lambdas[k])),
                };
            }
        }
        let commitment = match &lambdas {
            None => Commitment::sum(commitments.into_iter()),
            Some(lambdas) => Commitment::weighted_sum(&commitments, &Weights::new(lambdas)),
        };
        Ok((commitment, secret))
    }
}
