//! What dishonest parties do to messages before anybody gets them. It sees all of a phase first,
//! those of the honest included: it is a rushing adversary.

use pairlane::Variant;
use pairlane::threshold::{Answers, Complaints, Dealing, DealtShare, Index, Pledge};
use pairlane_tests::random::Random;

/// A hand on each phase's messages; by default it lies still.
pub(crate) trait Adversary<V: Variant> {
    fn pledges(&mut self, _: &mut Vec<Pledge>) {}
    fn dealings(&mut self, _: &mut Vec<Dealing<V>>) {}
    fn shares(&mut self, _: &mut Vec<DealtShare>) {}
    fn complaints(&mut self, _: &mut Vec<Complaints>) {}
    fn answers(&mut self, _: &mut Vec<Answers>) {}
}

/// Nobody is dishonest.
pub(crate) struct Nobody;

impl<V: Variant> Adversary<V> for Nobody {}

/// What a dishonest dealer or receiver does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    NoPledge,
    TwoPledges,
    NoDealing,
    /// Another dealing beside the one that was pledged.
    TwoDealings,
    /// Another dealing than the one that was pledged.
    OtherDealing,
    /// One coefficient fewer.
    ShortDealing,
    /// Wrong shares for so many receivers.
    WrongShares(usize),
    /// No shares for so many receivers.
    NoShares(usize),
    /// Two different shares for one receiver.
    TwoShares,
    /// Complains about everybody.
    ComplainOfAll,
    /// Says nothing where it has a complaint.
    NoComplaint,
    NoAnswer,
    WrongAnswer,
    /// A right answer and a wrong one.
    TwoAnswers,
}

pub(crate) const ACTS: [Act; 17] = [
    Act::NoPledge,
    Act::TwoPledges,
    Act::NoDealing,
    Act::TwoDealings,
    Act::OtherDealing,
    Act::ShortDealing,
    Act::WrongShares(1),
    Act::WrongShares(2),
    Act::WrongShares(9),
    Act::NoShares(1),
    Act::NoShares(9),
    Act::TwoShares,
    Act::ComplainOfAll,
    Act::NoComplaint,
    Act::NoAnswer,
    Act::WrongAnswer,
    Act::TwoAnswers,
];

/// Dishonest parties, each with its acts.
pub(crate) struct Acting<V: Variant> {
    pub(crate) dealers: Vec<(Index, Vec<Act>)>,
    pub(crate) complainers: Vec<(Index, Vec<Act>)>,
    /// Dealings of the same dealers from other polynomials.
    pub(crate) others: Vec<Dealing<V>>,
    /// How many dealers there are to complain of.
    pub(crate) all: u16,
}

/// Some acts of each dishonest party.
pub(crate) fn some_acts(parties: &[Index], random: &mut Random) -> Vec<(Index, Vec<Act>)> {
    let acts = |random: &mut Random| {
        (0..=random.below(4)).map(|_| *random.choose(&ACTS)).collect::<Vec<_>>()
    };
    parties.iter().map(|party| (*party, acts(random))).collect()
}

impl<V: Variant> Acting<V> {
    fn does(&self, dealer: Index, act: Act) -> bool {
        self.dealers.iter().any(|(party, acts)| *party == dealer && acts.contains(&act))
    }

    /// For how many receivers an act on shares is meant.
    fn count(&self, dealer: Index, of: fn(&Act) -> Option<usize>) -> usize {
        let acts = self.dealers.iter().find(|(party, _)| *party == dealer);
        acts.and_then(|(_, acts)| acts.iter().filter_map(of).max()).unwrap_or(0)
    }
}

/// A share or an answer with its last byte changed.
fn spoil(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    *bytes.last_mut().unwrap() ^= 1;
    bytes
}

impl<V: Variant> Adversary<V> for Acting<V> {
    fn pledges(&mut self, pledges: &mut Vec<Pledge>) {
        pledges.retain(|pledge| !self.does(pledge.dealer(), Act::NoPledge));
        for pledge in pledges.clone() {
            if self.does(pledge.dealer(), Act::TwoPledges) {
                pledges.push(Pledge::from_bytes(&spoil(&pledge.to_bytes())).unwrap());
            }
        }
    }

    fn dealings(&mut self, dealings: &mut Vec<Dealing<V>>) {
        dealings.retain(|dealing| !self.does(dealing.dealer(), Act::NoDealing));
        for dealing in dealings.iter_mut() {
            if self.does(dealing.dealer(), Act::ShortDealing) {
                *dealing = shorten(dealing);
            }
        }
        for other in self.others.clone() {
            let dealer = other.dealer();
            if self.does(dealer, Act::OtherDealing) {
                dealings.retain(|dealing| dealing.dealer() != dealer);
                dealings.push(other);
            } else if self.does(dealer, Act::TwoDealings) {
                dealings.push(other);
            }
        }
    }

    fn shares(&mut self, shares: &mut Vec<DealtShare>) {
        for (dealer, acts) in self.dealers.clone() {
            let wrong = self.count(dealer, |act| match act {
                Act::WrongShares(count) => Some(*count),
                _ => None,
            });
            let none = self.count(dealer, |act| match act {
                Act::NoShares(count) => Some(*count),
                _ => None,
            });
            let dealt = shares.iter_mut().filter(|share| share.dealer() == dealer);
            for share in dealt.take(wrong) {
                *share = DealtShare::from_bytes(&spoil(&share.expose_bytes())).unwrap();
            }
            let mut left = none;
            shares.retain(|share| {
                let out = share.dealer() == dealer && left > 0;
                left -= usize::from(out);
                !out
            });
            let first = shares.iter().find(|share| share.dealer() == dealer).cloned();
            if let Some(share) = first.filter(|_| acts.contains(&Act::TwoShares)) {
                shares.push(DealtShare::from_bytes(&spoil(&share.expose_bytes())).unwrap());
            }
        }
    }

    fn complaints(&mut self, complaints: &mut Vec<Complaints>) {
        // Every ceremony has a dealing or a complaint to take the ceremony's name from.
        let ceremony = complaints.first().map(Complaints::to_bytes);
        for (party, acts) in &self.complainers {
            if acts.contains(&Act::NoComplaint) {
                complaints.retain(|complaint| complaint.complainer() != *party);
            }
            if acts.contains(&Act::ComplainOfAll) {
                let name = ceremony.clone().or_else(|| self.others.first().map(Dealing::to_bytes));
                if let Some(name) = name {
                    complaints.push(complain(&name[1..33], *party, self.all));
                }
            }
        }
    }

    fn answers(&mut self, answers: &mut Vec<Answers>) {
        answers.retain(|answer| !self.does(answer.dealer(), Act::NoAnswer));
        for answer in answers.clone() {
            let wrong = Answers::from_bytes(&spoil(&answer.to_bytes())).unwrap();
            if self.does(answer.dealer(), Act::WrongAnswer) {
                answers.retain(|other| other.dealer() != answer.dealer());
                answers.push(wrong);
            } else if self.does(answer.dealer(), Act::TwoAnswers) {
                answers.push(wrong);
            }
        }
    }
}

/// A complaint about dealers 1 to `all`.
pub(crate) fn complain(ceremony: &[u8], complainer: Index, all: u16) -> Complaints {
    let mut bytes = vec![4];
    bytes.extend_from_slice(ceremony);
    bytes.extend_from_slice(&complainer.get().to_be_bytes());
    bytes.extend_from_slice(&all.to_be_bytes());
    (1..=all).for_each(|dealer| bytes.extend_from_slice(&dealer.to_be_bytes()));
    Complaints::from_bytes(&bytes).unwrap()
}

/// The same dealing without its last coefficient.
fn shorten<V: Variant>(dealing: &Dealing<V>) -> Dealing<V> {
    let mut bytes = dealing.to_bytes();
    let count = u16::from_be_bytes([bytes[35], bytes[36]]);
    if count == 1 {
        return dealing.clone();
    }
    bytes[35..37].copy_from_slice(&(count - 1).to_be_bytes());
    let end = 37 + usize::from(count) * V::PUBLIC_KEY_LENGTH;
    bytes.drain(end - V::PUBLIC_KEY_LENGTH..end);
    Dealing::from_bytes(&bytes).unwrap()
}
