//! What one key has signed, as far as it matters: the highest place of each kind.

use super::{Act, Digest, Duty, Position, Refusal, Vote};

/// The highest places that a key has signed. Enough to refuse every contradiction, since places
/// only ever rise; what lies below is refused without a look at what it was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// Whether duties of this key are permitted at all.
    pub registered: bool,
    /// The highest place in our consensus.
    pub consensus: Option<Mark<Position>>,
    /// The highest slot of a block.
    pub block: Option<Mark<u64>>,
    /// The highest source epoch and the highest target epoch of an attestation. They are those of
    /// one attestation unless an import brought them together.
    pub attestation: Option<Mark<Vote>>,
}

/// A place and the message that was signed there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark<P> {
    /// The place.
    pub at: P,
    /// The message, if it is known and unique: only that one may be signed here again.
    pub digest: Option<Digest>,
}

/// What the rules say to a duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Goes on; to be recorded first.
    Record,
    /// The very message that is on record.
    Repeat,
    /// Needs no record.
    Free,
}

impl History {
    /// The rules. For Ethereum they are the conditions of EIP-3076 over its minimal history:
    ///
    /// - a block needs a slot above the highest on record (no double proposal);
    /// - an attestation needs a target above the highest (no double vote, and not surrounded) and
    ///   a source not below the highest (not surrounding);
    /// - the very signing root on record may be signed again, an unknown one may not.
    ///
    /// For our consensus a place above the highest is needed, or the very message there.
    pub(crate) fn decide(&self, duty: &Duty) -> Result<Verdict, Refusal> {
        let Duty { key, act: asked, digest } = *duty;
        let repeats = |known: Option<Digest>| known == Some(digest);
        let conflict = |signed| Refusal::Conflict { key: key.into(), asked, signed };
        let behind = |signed| Refusal::Behind { key: key.into(), asked, signed };
        match asked {
            Act::Unguarded(_) => Ok(Verdict::Free),
            Act::Consensus(at) => match self.consensus {
                Some(mark) if at == mark.at && repeats(mark.digest) => Ok(Verdict::Repeat),
                Some(mark) if at == mark.at => Err(conflict(Act::Consensus(mark.at))),
                Some(mark) if at < mark.at => Err(behind(Act::Consensus(mark.at))),
                _ => Ok(Verdict::Record),
            },
            Act::Block { slot } => match self.block {
                Some(mark) if slot == mark.at && repeats(mark.digest) => Ok(Verdict::Repeat),
                Some(mark) if slot == mark.at => Err(conflict(Act::Block { slot: mark.at })),
                Some(mark) if slot < mark.at => Err(behind(Act::Block { slot: mark.at })),
                _ => Ok(Verdict::Record),
            },
            Act::Attestation(vote) if vote.source_epoch > vote.target_epoch => {
                Err(Refusal::SourceAfterTarget { asked })
            }
            Act::Attestation(vote) => match self.attestation {
                Some(mark) if vote == mark.at && repeats(mark.digest) => Ok(Verdict::Repeat),
                Some(mark) if vote.target_epoch == mark.at.target_epoch => {
                    Err(conflict(Act::Attestation(mark.at)))
                }
                Some(mark)
                    if vote.target_epoch < mark.at.target_epoch
                        || vote.source_epoch < mark.at.source_epoch =>
                {
                    Err(behind(Act::Attestation(mark.at)))
                }
                _ => Ok(Verdict::Record),
            },
        }
    }

    /// Takes a duty on record that [`History::decide`] found to go on.
    pub(crate) fn advance(&mut self, act: Act, digest: Digest) {
        let digest = digest.known();
        match act {
            Act::Consensus(at) => self.consensus = Some(Mark { at, digest }),
            Act::Block { slot } => self.block = Some(Mark { at: slot, digest }),
            Act::Attestation(at) => self.attestation = Some(Mark { at, digest }),
            Act::Unguarded(_) => {}
        }
    }

    /// Takes in what the same key has signed elsewhere. The result refuses whatever either of the
    /// two refuses. Does not register.
    pub(crate) fn raise(&mut self, other: &Self) {
        self.consensus = higher(self.consensus, other.consensus);
        self.block = higher(self.block, other.block);
        self.attestation = match (self.attestation, other.attestation) {
            (Some(own), Some(other)) => Some(join(own, other)),
            (own, other) => own.or(other),
        };
    }
}

/// The mark with the higher place. Two messages at one place leave none that may be repeated: the
/// one on record here may never have left, and the other one has.
fn higher<P: Ord + Copy>(a: Option<Mark<P>>, b: Option<Mark<P>>) -> Option<Mark<P>> {
    let (Some(a), Some(b)) = (a, b) else { return a.or(b) };
    Some(match a.at.cmp(&b.at) {
        std::cmp::Ordering::Greater => a,
        std::cmp::Ordering::Less => b,
        std::cmp::Ordering::Equal => {
            Mark { at: a.at, digest: a.digest.filter(|_| a.digest == b.digest) }
        }
    })
}

/// The highest source and the highest target. A message stays repeatable only if its vote is the
/// result and the other history has no second vote for its target.
fn join(a: Mark<Vote>, b: Mark<Vote>) -> Mark<Vote> {
    let at = Vote {
        source_epoch: a.at.source_epoch.max(b.at.source_epoch),
        target_epoch: a.at.target_epoch.max(b.at.target_epoch),
    };
    let keeps = |own: &Mark<Vote>, other: &Mark<Vote>| {
        own.at == at && (other.at.target_epoch < at.target_epoch || own == other)
    };
    let digest = match (keeps(&a, &b), keeps(&b, &a)) {
        (true, _) => a.digest,
        (_, true) => b.digest,
        _ => None,
    };
    Mark { at, digest }
}
