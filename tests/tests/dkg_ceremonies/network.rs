//! The channels that a ceremony assumes: every broadcast reaches all before the phase closes, in an
//! order of each party's own.

use pairlane::threshold::{
    Answers, CeremonyError, Complaints, Dealing, DealtShare, GroupKey, Index, KeyShare, Outcome,
    Pledge, Sharing, Threshold, dkg,
};
use pairlane::{MinSig, Sequential, Suite, Variant};
use pairlane_tests::random::Random;

use crate::adversary::Adversary;

pub(crate) const CONTEXT: &[u8] = b"test ceremony";

/// A party of the sharing phase: its index among the receivers, if it is one.
pub(crate) struct Party<V: Variant> {
    pub(crate) receiver: Option<Index>,
    pub(crate) honest: bool,
    pub(crate) state: Sharing<V>,
}

/// What honest parties ended with.
pub(crate) type Endings<V> = Vec<Result<Outcome<V>, CeremonyError>>;

pub(crate) fn index(k: u16) -> Index {
    Index::new(k).unwrap()
}

pub(crate) fn seed(run: u64, party: u16) -> [u8; 32] {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&run.to_be_bytes());
    seed[8..10].copy_from_slice(&party.to_be_bytes());
    seed
}

/// The values in an order of this receiver's own.
fn in_some_order<T: Clone>(values: &[T], random: &mut Random) -> Vec<T> {
    let mut values = values.to_vec();
    random.shuffle(&mut values);
    values
}

/// Key generation among all indices, those in `dishonest` under the adversary's hand. An observer
/// is the last of the honest.
pub(crate) fn generate<V: Variant>(
    threshold: Threshold,
    run: u64,
    dishonest: &[Index],
    adversary: &mut dyn Adversary<V>,
) -> Endings<V> {
    let mut random = Random::new(run);
    let (mut states, mut pledges) = (Vec::new(), Vec::<Pledge>::new());
    for index in threshold.indices() {
        let seed = seed(run, index.get());
        let (state, pledge) =
            dkg::start_with_test_seed::<V>(threshold, index, CONTEXT, seed).unwrap();
        states.push((Some(index), state));
        pledges.push(pledge);
    }
    states.push((None, dkg::observe(threshold, CONTEXT)));
    adversary.pledges(&mut pledges);
    let (mut parties, mut dealings, mut shares) = (Vec::new(), Vec::new(), Vec::new());
    for (receiver, mut state) in states {
        for pledge in in_some_order(&pledges, &mut random) {
            state.receive_pledge(&pledge).unwrap();
        }
        let (state, dealing, dealt) = state.advance();
        let honest = receiver.is_none_or(|index| !dishonest.contains(&index));
        parties.push(Party { receiver, honest, state });
        dealings.extend(dealing);
        shares.extend(dealt);
    }
    conduct(parties, dealings, shares, adversary, &mut random)
}

/// All phases after the pledges.
pub(crate) fn conduct<V: Variant>(
    mut parties: Vec<Party<V>>,
    mut dealings: Vec<Dealing<V>>,
    mut shares: Vec<DealtShare>,
    adversary: &mut dyn Adversary<V>,
    random: &mut Random,
) -> Endings<V> {
    adversary.dealings(&mut dealings);
    adversary.shares(&mut shares);
    for party in &mut parties {
        for dealing in in_some_order(&dealings, random) {
            party.state.receive_dealing(dealing).unwrap();
        }
        for share in in_some_order(&shares, random) {
            if Some(share.receiver()) == party.receiver {
                party.state.receive_share(share).unwrap();
            }
        }
    }
    let (mut complaining, mut complaints) = (Vec::new(), Vec::<Complaints>::new());
    for party in parties {
        let (state, said) = party.state.advance(&Sequential);
        complaining.push((party.honest, state));
        complaints.extend(said);
    }
    adversary.complaints(&mut complaints);
    let (mut answering, mut answers) = (Vec::new(), Vec::<Answers>::new());
    for (honest, mut state) in complaining {
        for complaint in in_some_order(&complaints, random) {
            state.receive_complaints(&complaint).unwrap();
        }
        let (state, said) = state.advance();
        answering.push((honest, state));
        answers.extend(said);
    }
    adversary.answers(&mut answers);
    let mut endings = Vec::new();
    for (honest, mut state) in answering {
        for answer in in_some_order(&answers, random) {
            state.receive_answers(&answer).unwrap();
        }
        if honest {
            endings.push(state.finish());
        }
    }
    endings
}

/// The same ending for all; a working group if it is not an abort. Returns the first.
pub(crate) fn agreed<V: Variant>(
    endings: Endings<V>,
) -> Result<(Outcome<V>, Vec<KeyShare>), CeremonyError> {
    let mut outcomes = Vec::new();
    let mut errors = Vec::new();
    for ending in endings {
        match ending {
            Ok(outcome) => outcomes.push(outcome),
            Err(error) => errors.push(error),
        }
    }
    if !errors.is_empty() {
        assert!(
            outcomes.is_empty() && errors.iter().all(|error| *error == errors[0]),
            "{errors:?}"
        );
        return Err(errors.remove(0));
    }
    let mut shares = Vec::new();
    for outcome in &outcomes {
        assert_eq!(outcome.group, outcomes[0].group);
        assert_eq!(outcome.qualified, outcomes[0].qualified);
        assert_eq!(outcome.blamed, outcomes[0].blamed);
        assert_eq!(outcome.disputes, outcomes[0].disputes);
        if let Some(share) = &outcome.share {
            share.check(&outcome.group).unwrap();
            shares.push(share.clone());
        }
    }
    let outcome = outcomes.remove(0);
    if shares.len() >= outcome.group.threshold().required() {
        signs(&outcome.group, &shares);
    }
    Ok((outcome, shares))
}

/// The last `t` shares make a signature of the group's key.
pub(crate) fn signs<V: Variant>(group: &GroupKey<V>, shares: &[KeyShare]) {
    let suite = Suite::<V>::proof_of_possession();
    let required = group.threshold().required();
    let point = group.message_point(&suite, b"message");
    let partials: Vec<_> =
        shares[shares.len() - required..].iter().map(|share| share.sign(&point)).collect();
    let signature = pairlane::threshold::recover(required, &partials).unwrap();
    signature.verify(&suite, group.public_key(), b"message").unwrap();
}

/// The variant that most tests use: its keys are the larger ones, its group operations not.
pub(crate) type V = MinSig;
