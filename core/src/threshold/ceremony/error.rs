//! Who was at fault in a ceremony, and why a message or a ceremony failed.

use thiserror::Error;

use crate::threshold::error::ThresholdError;
use crate::threshold::index::Index;

/// A dealer that is out, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("dealer {dealer}: {fault}")]
pub struct Blame {
    /// The dealer.
    pub dealer: Index,
    /// What it did, as the broadcast channel shows to all.
    pub fault: Fault,
}

/// A complaint that was answered with the right share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dispute {
    /// Who dealt.
    pub dealer: Index,
    /// Who said that its share was missing or wrong.
    pub complainer: Index,
}

/// What puts a dealer out. A message that does not decode counts as not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Fault {
    /// It pledged nothing.
    #[error("no pledge")]
    NoPledge,
    /// It pledged two different dealings.
    #[error("two different pledges")]
    ConflictingPledges,
    /// It broadcast no dealing.
    #[error("no dealing")]
    NoDealing,
    /// It broadcast two different dealings.
    #[error("two different dealings")]
    ConflictingDealings,
    /// It committed to another number of coefficients than shares are required.
    #[error("{coefficients} coefficients")]
    WrongLength {
        /// How many.
        coefficients: usize,
    },
    /// Its dealing is not the one it pledged.
    #[error("not the dealing that was pledged")]
    BrokenPledge,
    /// Its proof of possession is missing, wrong, or there where there should be none.
    #[error("wrong proof of possession")]
    Possession,
    /// It shares something else than its share of the old key.
    #[error("the secret dealt is not its share")]
    WrongConstant,
    /// As many as are required to sign complained, so an honest one did.
    #[error("{complaints} complaints")]
    TooManyComplaints {
        /// How many.
        complaints: usize,
    },
    /// It did not answer a complaint.
    #[error("no answer to the complaint of {complainer}")]
    Unanswered {
        /// Whose.
        complainer: Index,
    },
    /// It answered a complaint with a share that does not match its commitment.
    #[error("a wrong answer to the complaint of {complainer}")]
    WrongAnswer {
        /// Whose.
        complainer: Index,
    },
}

/// Why a message was not taken in. Nothing has changed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReceiveError {
    /// Another ceremony's message, or one of parties that disagree on thresholds or context.
    #[error("a message of another ceremony")]
    OtherCeremony,
    /// The sender has no part in this ceremony.
    #[error("{index} has no part in this ceremony")]
    UnknownSender {
        /// The index given as the sender's.
        index: Index,
    },
    /// A private share for another receiver.
    #[error("a share for {receiver}, who is not this party")]
    NotForUs {
        /// For whom it is.
        receiver: Index,
    },
}

/// Why a ceremony has no result. All honest parties that share the broadcast channel get the same
/// answer, except [`CeremonyError::MissingShare`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CeremonyError {
    /// More than `t - 1` dealers are at fault; here is who and why.
    #[error("{qualified} dealers qualified, {required} required; at fault: {}", listed(blamed))]
    TooFewDealers {
        /// Dealers without fault.
        qualified: usize,
        /// Dealers needed.
        required: usize,
        /// The others.
        blamed: Vec<Blame>,
    },
    /// This party has no valid share from a dealer that all others qualified: its own complaint
    /// did not reach the broadcast channel.
    #[error("no valid share from qualified dealer {dealer}: was the complaint broadcast?")]
    MissingShare {
        /// Whose share is missing.
        dealer: Index,
    },
    /// The result is no usable key. Happens by chance once in about 2^255 ceremonies.
    #[error("the ceremony's result is no key: {0}")]
    Key(ThresholdError),
    /// The parties or the thresholds do not fit together.
    #[error(transparent)]
    Setup(#[from] ThresholdError),
}

fn listed(blamed: &[Blame]) -> String {
    let each: Vec<String> = blamed.iter().map(ToString::to_string).collect();
    each.join("; ")
}
