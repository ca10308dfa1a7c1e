//! Distributed key generation.

use pairlane::threshold::{
    Blame, CeremonyError, Dealing, Dispute, Fault, Index, Outcome, ReceiveError, Threshold, dkg,
};
use pairlane::{MinPk, Sequential, Variant};
use pairlane_tests::random::Random;

use crate::adversary::{Act, Acting, Nobody, some_acts};
use crate::network::{CONTEXT, V, agreed, generate, index, seed};

/// Dealings that dishonest dealers could have made as well.
fn others<V: Variant>(threshold: Threshold, dealers: &[Index]) -> Vec<Dealing<V>> {
    let other = |dealer: &Index| {
        let seed = seed(u64::MAX, dealer.get());
        let (state, _) = dkg::start_with_test_seed(threshold, *dealer, CONTEXT, seed).unwrap();
        state.advance().1.unwrap()
    };
    dealers.iter().map(other).collect()
}

/// The ending when dealer 2 does these things and dealer and receiver 3 those.
fn ending(acts: &[Act], complaints: &[Act]) -> Result<Outcome<V>, CeremonyError> {
    let threshold = Threshold::new(3, 5).unwrap();
    let dishonest = [index(2), index(3)];
    let mut acting = Acting {
        dealers: vec![(index(2), acts.to_vec())],
        complainers: vec![(index(3), complaints.to_vec())],
        others: others(threshold, &dishonest),
        all: 5,
    };
    agreed(generate::<V>(threshold, 1, &dishonest, &mut acting)).map(|(outcome, _)| outcome)
}

/// The fault that dealer 2 is blamed for; everybody else must be qualified.
fn fault(acts: &[Act]) -> Fault {
    let outcome = ending(acts, &[]).unwrap();
    assert_eq!(outcome.qualified, [1, 3, 4, 5].map(index));
    assert_eq!((outcome.blamed.len(), outcome.blamed[0].dealer), (1, index(2)));
    outcome.blamed[0].fault
}

fn honest<V: Variant>() {
    for (t, n) in [(1, 1), (1, 3), (2, 2), (2, 3), (3, 5), (5, 5), (4, 7)] {
        let threshold = Threshold::new(t, n).unwrap();
        let (outcome, shares) = agreed(generate::<V>(threshold, 3, &[], &mut Nobody)).unwrap();
        assert_eq!(shares.len(), usize::from(n));
        assert_eq!(outcome.qualified.len(), usize::from(n));
        assert!(outcome.blamed.is_empty() && outcome.disputes.is_empty());
        let key = pairlane::threshold::recover_secret(usize::from(t), &shares).unwrap();
        assert_eq!(key.public_key::<V>(), *outcome.group.public_key());
    }
}

#[test]
fn honest_parties_agree() {
    honest::<MinPk>();
    honest::<V>();
}

#[test]
fn each_fault_is_named() {
    assert_eq!(fault(&[Act::NoPledge]), Fault::NoPledge);
    assert_eq!(fault(&[Act::TwoPledges]), Fault::ConflictingPledges);
    assert_eq!(fault(&[Act::NoDealing]), Fault::NoDealing);
    assert_eq!(fault(&[Act::TwoDealings]), Fault::ConflictingDealings);
    assert_eq!(fault(&[Act::OtherDealing]), Fault::BrokenPledge);
    assert_eq!(fault(&[Act::ShortDealing]), Fault::WrongLength { coefficients: 2 });
    assert_eq!(fault(&[Act::WrongShares(9)]), Fault::TooManyComplaints { complaints: 4 });
    assert_eq!(fault(&[Act::NoShares(9)]), Fault::TooManyComplaints { complaints: 4 });
    for act in [Act::WrongShares(1), Act::NoShares(1)] {
        let complainer = index(1);
        assert_eq!(fault(&[act, Act::NoAnswer]), Fault::Unanswered { complainer });
        assert_eq!(fault(&[act, Act::WrongAnswer]), Fault::WrongAnswer { complainer });
        assert_eq!(fault(&[act, Act::TwoAnswers]), Fault::WrongAnswer { complainer });
    }
}

/// A dealer that answers stays in, and the receiver takes the share from the answer.
#[test]
fn answered_complaints_are_disputes() {
    for act in [Act::WrongShares(1), Act::NoShares(1), Act::TwoShares] {
        let outcome = ending(&[act], &[]).unwrap();
        assert_eq!(outcome.qualified.len(), 5);
        assert_eq!(outcome.disputes, [Dispute { dealer: index(2), complainer: index(1) }]);
    }
    let outcome = ending(&[Act::WrongShares(2)], &[]).unwrap();
    assert_eq!(outcome.disputes.len(), 2);
}

/// False complaints put no honest dealer out.
#[test]
fn false_complaints_change_nothing() {
    let outcome = ending(&[], &[Act::ComplainOfAll]).unwrap();
    assert_eq!(outcome.qualified.len(), 5);
    assert!(outcome.blamed.is_empty());
    assert_eq!(outcome.disputes.len(), 5);
    assert!(outcome.disputes.iter().all(|dispute| dispute.complainer == index(3)));
}

/// More dishonest dealers than a threshold allows for: all abort, naming the same guilty.
#[test]
fn too_many_dishonest_abort() {
    let threshold = Threshold::new(3, 4).unwrap();
    let dishonest = [index(2), index(4)];
    let mut acting = Acting::<V> {
        dealers: vec![(index(2), vec![Act::NoDealing]), (index(4), vec![Act::TwoPledges])],
        complainers: Vec::new(),
        others: Vec::new(),
        all: 4,
    };
    let error = agreed(generate(threshold, 5, &dishonest, &mut acting)).err().unwrap();
    let blamed = vec![
        Blame { dealer: index(2), fault: Fault::NoDealing },
        Blame { dealer: index(4), fault: Fault::ConflictingPledges },
    ];
    assert_eq!(error, CeremonyError::TooFewDealers { qualified: 2, required: 3, blamed });
}

/// Up to t - 1 dishonest parties that do anything: whatever they do, the honest agree, no honest
/// party is blamed, and the group signs.
fn random_acts<V: Variant>(t: u16, n: u16, runs: u64) {
    let threshold = Threshold::new(t, n).unwrap();
    let mut ended = [0; 2];
    for run in 0..runs {
        let mut random = Random::new(1000 + run);
        let mut all: Vec<Index> = threshold.indices().collect();
        random.shuffle(&mut all);
        let dishonest = &all[..random.below(usize::from(t))];
        let mut acting = Acting::<V> {
            dealers: some_acts(dishonest, &mut random),
            complainers: some_acts(dishonest, &mut random),
            others: others(threshold, dishonest),
            all: n,
        };
        match agreed(generate(threshold, run, dishonest, &mut acting)) {
            Ok((outcome, shares)) => {
                ended[0] += 1;
                assert_eq!(shares.len(), usize::from(n) - dishonest.len());
                assert!(outcome.blamed.iter().all(|blame| dishonest.contains(&blame.dealer)));
                let is_dispute_with_one = |dispute: &Dispute| {
                    dishonest.contains(&dispute.dealer) || dishonest.contains(&dispute.complainer)
                };
                assert!(outcome.disputes.iter().all(is_dispute_with_one));
            }
            Err(CeremonyError::TooFewDealers { blamed, .. }) => {
                ended[1] += 1;
                assert!(blamed.iter().all(|blame| dishonest.contains(&blame.dealer)));
            }
            Err(other) => panic!("{other}"),
        }
    }
    // With an honest majority there is no abort.
    assert!(n < 2 * t - 1 || ended[1] == 0, "{ended:?}");
}

#[test]
fn whatever_the_dishonest_do() {
    random_acts::<V>(2, 3, 60);
    random_acts::<V>(3, 5, 120);
    random_acts::<V>(4, 5, 40);
    random_acts::<MinPk>(4, 7, 40);
}

#[test]
fn messages_of_others_are_refused() {
    let threshold = Threshold::new(2, 3).unwrap();
    let start =
        |k, context| dkg::start_with_test_seed::<V>(threshold, index(k), context, [9; 32]).unwrap();
    let ((mut ours, _), (theirs, their_pledge)) = (start(1, CONTEXT), start(2, b"another"));
    assert_eq!(ours.receive_pledge(&their_pledge), Err(ReceiveError::OtherCeremony));
    let (mut ours, _, _) = ours.advance();
    let (_, dealing, shares) = theirs.advance();
    assert_eq!(ours.receive_dealing(dealing.unwrap()), Err(ReceiveError::OtherCeremony));
    for share in shares {
        let expected = match share.receiver().get() {
            1 => ReceiveError::OtherCeremony,
            k => ReceiveError::NotForUs { receiver: index(k) },
        };
        assert_eq!(ours.receive_share(share), Err(expected));
    }
    let (_, none) = ours.advance(&Sequential);
    assert!(none.is_none(), "dealers that pledged nothing are out, not complained about");
    assert!(dkg::start::<V>(threshold, index(4), CONTEXT).is_err());
}
