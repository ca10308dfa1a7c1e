//! Resharing: the holders of a key hand it on to other holders, under another threshold.
//!
//! Each old holder deals its share as [`crate::threshold::dkg`] deals a fresh secret; new holders
//! interpolate what at least `t` old ones dealt. The group key stays, and so do signatures; old
//! shares and new ones do not go together. Old holders must destroy theirs: `t` old shares remain
//! the key.
//!
//! Four phases, each closed by the caller: deal (by [`start`]), complain, answer, finish. The same
//! channels are assumed as for key generation. A party may be an old holder, a new one, both, or
//! an observer.

use sha2::{Digest, Sha256};

use crate::threshold::ceremony::{Ceremony, CeremonyError, Purpose, Record, Sharing};
use crate::threshold::error::ThresholdError;
use crate::threshold::group_key::GroupKey;
use crate::threshold::index::{Index, Threshold};
use crate::threshold::message::{CeremonyId, Dealing, DealtShare};
use crate::threshold::polynomial::{Polynomial, Seed};
use crate::threshold::share::KeyShare;
use crate::variant::Variant;

/// What a party brings to a resharing.
#[derive(Clone, Copy)]
pub struct Party<'a> {
    /// Its share of the old group, if it deals.
    pub share: Option<&'a KeyShare>,
    /// Its index in the new group, if it receives.
    pub receiver: Option<Index>,
}

/// What the first phase starts with: its state, the dealing to broadcast and the shares to send.
pub type Started<V> = (Sharing<V>, Option<Dealing<V>>, Vec<DealtShare>);

/// Starts resharing of a group's key to the holders of `new`, for one party.
///
/// `context` names the ceremony: it must differ from that of every other one of this group, and all
/// must use the same.
///
/// # Errors
/// [`CeremonyError::Setup`] when the party's share is not of the old group, its new index is above
/// the new n, or the operating system gives no randomness.
pub fn start<V: Variant>(
    old: &GroupKey<V>,
    new: Threshold,
    party: Party<'_>,
    context: &[u8],
) -> Result<Started<V>, CeremonyError> {
    start_with(old, new, party, context, &Seed::system()?)
}

/// [`start`] with a polynomial drawn from a seed, so that a test repeats.
///
/// # Errors
/// As [`start`].
#[cfg(feature = "test-seed")]
pub fn start_with_test_seed<V: Variant>(
    old: &GroupKey<V>,
    new: Threshold,
    party: Party<'_>,
    context: &[u8],
    seed: [u8; 32],
) -> Result<Started<V>, CeremonyError> {
    start_with(old, new, party, context, &Seed::fixed(seed))
}

fn start_with<V: Variant>(
    old: &GroupKey<V>,
    new: Threshold,
    party: Party<'_>,
    context: &[u8],
    seed: &Seed,
) -> Result<Started<V>, CeremonyError> {
    if let Some(index) = party.receiver.filter(|index| !new.contains(*index)) {
        let participants = new.participants();
        return Err(ThresholdError::NotOfGroup { index, participants }.into());
    }
    let id = ceremony_id(old, new, context);
    let dealer = match party.share {
        None => None,
        Some(share) => {
            share.check(old)?;
            let secret = share.secret().clone();
            let polynomial = Polynomial::with_constant(secret, new.required(), seed);
            Some((share.index(), polynomial))
        }
    };
    let dealing = dealer.as_ref().map(|(index, polynomial)| Dealing {
        ceremony: id,
        dealer: *index,
        commitment: polynomial.commit(),
        possession: None,
    });
    let mut ceremony = Ceremony {
        id,
        purpose: Purpose::Reshare(Box::new(old.clone())),
        dealer,
        receiver: party.receiver,
        receivers: new,
        records: old.threshold().indices().map(|_| Record::new()).collect(),
    };
    let shares = ceremony.deal(dealing.as_ref());
    Ok((Sharing(ceremony), dealing, shares))
}

/// What the messages of this ceremony carry.
fn ceremony_id<V: Variant>(old: &GroupKey<V>, new: Threshold, context: &[u8]) -> CeremonyId {
    Sha256::new()
        .chain_update(b"PAIRLANE-RESHARE-V1 ")
        .chain_update(V::HASH_SUITE)
        .chain_update(old.threshold().to_bytes())
        .chain_update(new.to_bytes())
        .chain_update(old.commitment().to_bytes())
        .chain_update(context)
        .finalize()
        .into()
}
