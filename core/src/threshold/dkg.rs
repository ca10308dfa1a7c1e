//! Distributed key generation: joint Feldman with pledges, proofs of possession and complaints.
//!
//! Five phases, each closed by the caller: pledge, deal, complain, answer, finish. The first four
//! may have something to broadcast; dealing also has a private share for each party. The caller
//! carries messages: broadcasts over a channel on which all honest parties see the same, before
//! the phase is closed; shares over private channels; all with authenticated senders.
//!
//! ```
//! use pairlane::threshold::{Threshold, dkg};
//! use pairlane::{MinSig, Sequential};
//!
//! let threshold = Threshold::new(2, 3)?;
//! let start = |index| dkg::start::<MinSig>(threshold, index, b"beacon 2031");
//! let (mut pledging, pledges): (Vec<_>, Vec<_>) =
//!     threshold.indices().map(start).collect::<Result<Vec<_>, _>>()?.into_iter().unzip();
//! for party in &mut pledging {
//!     for pledge in &pledges {
//!         party.receive_pledge(pledge)?;
//!     }
//! }
//! let (mut sharing, mut dealings, mut shares) = (vec![], vec![], vec![]);
//! for party in pledging {
//!     let (next, dealing, dealt) = party.advance();
//!     sharing.push(next);
//!     dealings.extend(dealing);
//!     shares.extend(dealt);
//! }
//! for (party, index) in sharing.iter_mut().zip(threshold.indices()) {
//!     for dealing in &dealings {
//!         party.receive_dealing(dealing.clone())?;
//!     }
//!     for share in shares.iter().filter(|share| share.receiver() == index) {
//!         party.receive_share(share.clone())?;
//!     }
//! }
//! // Nobody has a reason to complain, so nobody has to answer.
//! let outcomes: Vec<_> = sharing
//!     .into_iter()
//!     .map(|party| party.advance(&Sequential).0.advance().0.finish())
//!     .collect::<Result<_, _>>()?;
//! assert!(outcomes.iter().all(|outcome| outcome.group == outcomes[0].group));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use sha2::{Digest, Sha256};

use crate::message::MessagePoint;
use crate::signature::Signature;
use crate::threshold::ceremony::{
    Ceremony, CeremonyError, Fault, Purpose, ReceiveError, Record, Sharing, possession_tag,
};
use crate::threshold::error::ThresholdError;
use crate::threshold::index::{Index, Threshold};
use crate::threshold::message::{CeremonyId, Dealing, DealtShare, Pledge};
use crate::threshold::polynomial::{Polynomial, Seed};
use crate::variant::Variant;

/// Dealers pledge what they are going to deal.
pub struct Pledging<V: Variant> {
    ceremony: Ceremony<V>,
    dealing: Option<Dealing<V>>,
}

/// Starts key generation for the party with this index. Returns what to broadcast.
///
/// `context` names the ceremony: it must differ from that of every other one among these parties,
/// and all must use the same.
///
/// # Errors
/// [`CeremonyError::Setup`] for an index above n, or when the operating system gives no randomness.
pub fn start<V: Variant>(
    threshold: Threshold,
    index: Index,
    context: &[u8],
) -> Result<(Pledging<V>, Pledge), CeremonyError> {
    start_with(threshold, index, context, &Seed::system()?)
}

/// [`start`] with a polynomial drawn from a seed, so that a test repeats.
///
/// # Errors
/// As [`start`].
#[cfg(feature = "test-seed")]
pub fn start_with_test_seed<V: Variant>(
    threshold: Threshold,
    index: Index,
    context: &[u8],
    seed: [u8; 32],
) -> Result<(Pledging<V>, Pledge), CeremonyError> {
    start_with(threshold, index, context, &Seed::fixed(seed))
}

/// Follows key generation without a part in it: an observer learns the group key, and who was at
/// fault, from the broadcast channel alone.
pub fn observe<V: Variant>(threshold: Threshold, context: &[u8]) -> Pledging<V> {
    let ceremony = Ceremony {
        id: ceremony_id::<V>(threshold, context),
        purpose: Purpose::Generate,
        dealer: None,
        receiver: None,
        receivers: threshold,
        records: threshold.indices().map(|_| Record::new()).collect(),
    };
    Pledging { ceremony, dealing: None }
}

fn start_with<V: Variant>(
    threshold: Threshold,
    index: Index,
    context: &[u8],
    seed: &Seed,
) -> Result<(Pledging<V>, Pledge), CeremonyError> {
    if !threshold.contains(index) {
        let participants = threshold.participants();
        return Err(ThresholdError::NotOfGroup { index, participants }.into());
    }
    let Pledging { mut ceremony, .. } = observe::<V>(threshold, context);
    let polynomial = Polynomial::random(threshold.required(), seed);
    let mut dealing = Dealing {
        ceremony: ceremony.id,
        dealer: index,
        commitment: polynomial.commit(),
        possession: None,
    };
    let point = MessagePoint::<V>::hash(&possession_tag::<V>(), &dealing.possession_message());
    let proof = V::sign(polynomial.constant(), &point.point().to_projective());
    dealing.possession = Some(Signature::from_point(proof.to_affine()));
    let pledge = Pledge { ceremony: ceremony.id, dealer: index, digest: dealing.digest() };
    ceremony.records[index.place()].take_pledge(pledge.digest);
    ceremony.dealer = Some((index, polynomial));
    ceremony.receiver = Some(index);
    Ok((Pledging { ceremony, dealing: Some(dealing) }, pledge))
}

impl<V: Variant> Pledging<V> {
    /// Takes in a broadcast pledge.
    ///
    /// # Errors
    /// [`ReceiveError`]; the message then counts as not sent.
    pub fn receive_pledge(&mut self, pledge: &Pledge) -> Result<(), ReceiveError> {
        self.ceremony.record(&pledge.ceremony, pledge.dealer)?.take_pledge(pledge.digest);
        Ok(())
    }

    /// Closes the phase. Returns the dealing to broadcast and the shares to send, none for an
    /// observer. The party keeps its own share.
    pub fn advance(mut self) -> (Sharing<V>, Option<Dealing<V>>, Vec<DealtShare>) {
        for record in &mut self.ceremony.records {
            if record.pledge.is_none() {
                record.fault = Some(Fault::NoPledge);
            }
        }
        let shares = self.ceremony.deal(self.dealing.as_ref());
        (Sharing(self.ceremony), self.dealing, shares)
    }
}

/// What the messages of this ceremony carry.
fn ceremony_id<V: Variant>(threshold: Threshold, context: &[u8]) -> CeremonyId {
    Sha256::new()
        .chain_update(b"PAIRLANE-DKG-V1 ")
        .chain_update(V::HASH_SUITE)
        .chain_update(threshold.to_bytes())
        .chain_update(context)
        .finalize()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::Sequential;
    use crate::variant::MinPk;

    type Start = (Pledging<MinPk>, Pledge);

    fn start(index: u16) -> Start {
        let threshold = Threshold::new(2, 2).unwrap();
        let seed = Seed::fixed([u8::try_from(index).unwrap(); 32]);
        start_with(threshold, Index::new(index).unwrap(), b"", &seed).unwrap()
    }

    /// What party 1 has to say of dealer 2, whose dealing is changed and pledged as changed.
    fn fault(change: impl FnOnce(&mut Dealing<MinPk>)) -> Option<Fault> {
        let ((mut ours, _), (theirs, mut pledge)) = (start(1), start(2));
        let mut dealing = theirs.dealing.unwrap();
        change(&mut dealing);
        pledge.digest = dealing.digest();
        ours.receive_pledge(&pledge).unwrap();
        let (mut sharing, _, _) = ours.advance();
        sharing.receive_dealing(dealing).unwrap();
        sharing.0.judge_dealings(&Sequential);
        assert_eq!(sharing.0.records[0].fault, None);
        sharing.0.records[1].fault
    }

    #[test]
    fn possession_must_be_proved() {
        assert_eq!(fault(|_| {}), None);
        assert_eq!(fault(|dealing| dealing.possession = None), Some(Fault::Possession));
        let first = start(1).0.dealing.unwrap();
        let wrong = |dealing: &mut Dealing<MinPk>| dealing.possession = first.possession;
        assert_eq!(fault(wrong), Some(Fault::Possession));
    }

    /// In a group of 2 of 2 the rogue dealer knows a point to deal that makes the sum its own key.
    /// It cannot prove possession, with the honest dealer's proof replayed neither.
    #[test]
    fn rogue_constants_are_refused() {
        use crate::curve::{Curve, to_affine_batch};
        let honest = start(1).0.dealing.unwrap();
        let rogue = |dealing: &mut Dealing<MinPk>| {
            let own = dealing.commitment.constant().to_projective();
            let negative = honest.commitment.constant().neg();
            let sum =
                <MinPk as crate::variant::sealed::Groups>::KeyCurve::add_affine(&own, &negative);
            let slope = honest.commitment.evaluate(Index::new(3).unwrap());
            dealing.commitment =
                crate::threshold::Commitment::from_points(to_affine_batch(&[sum, slope]));
        };
        assert_eq!(fault(rogue), Some(Fault::Possession));
        let copied = |dealing: &mut Dealing<MinPk>| {
            dealing.commitment = honest.commitment.clone();
            dealing.possession = honest.possession;
        };
        assert_eq!(fault(copied), Some(Fault::Possession));
    }
}
