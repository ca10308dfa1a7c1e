//! Handing a key on to other holders.

use pairlane::threshold::reshare::{self, Party as Role};
use pairlane::threshold::{
    CeremonyError, Dealing, DealtShare, Fault, GroupKey, Index, KeyShare, Outcome, Threshold,
    deal_with_test_seed,
};
use pairlane::{MinPk, SecretKey, Variant};
use pairlane_tests::random::Random;

use crate::adversary::{Act, Acting, Adversary, Nobody, some_acts};
use crate::network::{CONTEXT, Party, V, agreed, conduct, index, seed};

/// An old group and its shares.
fn old_group<V: Variant>(t: u16, n: u16, key: u8) -> (GroupKey<V>, Vec<KeyShare>) {
    let key = SecretKey::from_seed(&[key; 32], b"").unwrap();
    deal_with_test_seed(&key, Threshold::new(t, n).unwrap(), [1; 32]).unwrap()
}

/// Old holder i becomes new holder i where there is one; an observer watches.
fn reshare<V: Variant>(
    (old, shares): &(GroupKey<V>, Vec<KeyShare>),
    new: Threshold,
    run: u64,
    dishonest: &[Index],
    adversary: &mut dyn Adversary<V>,
) -> Result<(Outcome<V>, Vec<KeyShare>), CeremonyError> {
    let count = u16::try_from(shares.len().max(new.participants())).unwrap();
    let (mut parties, mut dealings, mut dealt) = (Vec::new(), Vec::new(), Vec::new());
    for k in 1..=count + 1 {
        let receiver = (usize::from(k) <= new.participants()).then(|| index(k));
        let share = shares.get(usize::from(k) - 1);
        let role = Role { share, receiver };
        let (state, dealing, sent) =
            reshare::start_with_test_seed(old, new, role, CONTEXT, seed(run, k)).unwrap();
        parties.push(Party { receiver, honest: !dishonest.contains(&index(k)), state });
        dealings.extend(dealing);
        dealt.extend(sent);
    }
    let endings = conduct(parties, dealings, dealt, adversary, &mut Random::new(run));
    let agreed = agreed(endings)?;
    assert_eq!(agreed.0.group.public_key(), old.public_key());
    Ok(agreed)
}

fn keeps_the_key<V: Variant>() {
    for (t, n, t_new, n_new) in
        [(1, 1, 2, 3), (2, 3, 3, 5), (3, 5, 2, 4), (3, 4, 3, 4), (4, 6, 1, 1)]
    {
        let old = old_group::<V>(t, n, 7);
        let new = Threshold::new(t_new, n_new).unwrap();
        let (outcome, shares) = reshare(&old, new, 1, &[], &mut Nobody).unwrap();
        assert_eq!(outcome.group.threshold(), new);
        assert_eq!(shares.len(), usize::from(n_new));
        // Old and new shares lie on different polynomials.
        if t > 1 && t_new > 1 {
            let mixed = [old.1[0].clone(), shares[1].clone(), shares[0].clone()];
            let key = pairlane::threshold::recover_secret(2, &mixed[..2]).unwrap();
            assert_ne!(key.public_key::<V>(), *old.0.public_key());
        }
        // And on again, from the new ones.
        let third = Threshold::new(2, 2).unwrap();
        reshare(&(outcome.group, shares), third, 2, &[], &mut Nobody).unwrap();
    }
}

#[test]
fn the_key_stays() {
    keeps_the_key::<MinPk>();
    keeps_the_key::<V>();
}

/// Dealings of the dishonest for another secret, under this ceremony's name.
struct OtherSecret(Vec<Dealing<V>>, Vec<DealtShare>);

impl Adversary<V> for OtherSecret {
    fn dealings(&mut self, dealings: &mut Vec<Dealing<V>>) {
        let name = dealings[0].to_bytes()[1..33].to_vec();
        for other in &self.0 {
            let mut bytes = other.to_bytes();
            bytes[1..33].copy_from_slice(&name);
            dealings.retain(|dealing| dealing.dealer() != other.dealer());
            dealings.push(Dealing::from_bytes(&bytes).unwrap());
        }
    }

    fn shares(&mut self, shares: &mut Vec<DealtShare>) {
        let name = shares[0].expose_bytes()[1..33].to_vec();
        for other in &self.1 {
            let mut bytes = other.expose_bytes();
            bytes[1..33].copy_from_slice(&name);
            shares.retain(|share| {
                (share.dealer(), share.receiver()) != (other.dealer(), other.receiver())
            });
            shares.push(DealtShare::from_bytes(&bytes).unwrap());
        }
    }
}

/// A dealer that deals a fresh secret, consistently, would change the key: it is seen at once.
#[test]
fn another_secret_is_refused() {
    let (old, other) = (old_group::<V>(3, 5, 7), old_group::<V>(3, 5, 8));
    let new = Threshold::new(2, 4).unwrap();
    let role = Role { share: Some(&other.1[1]), receiver: None };
    let (_, dealing, shares) =
        reshare::start_with_test_seed(&other.0, new, role, CONTEXT, [3; 32]).unwrap();
    let mut adversary = OtherSecret(dealing.into_iter().collect(), shares);
    let (outcome, _) = reshare(&old, new, 4, &[index(2)], &mut adversary).unwrap();
    assert_eq!(outcome.blamed.len(), 1);
    assert_eq!(
        (outcome.blamed[0].dealer, outcome.blamed[0].fault),
        (index(2), Fault::WrongConstant)
    );
}

/// Fewer than t old holders: all abort and say who was silent.
#[test]
fn too_few_old_holders_abort() {
    let old = old_group::<V>(3, 4, 7);
    let silent = [index(1), index(3)];
    let mut acting = Acting::<V> {
        dealers: silent.map(|dealer| (dealer, vec![Act::NoDealing])).to_vec(),
        complainers: Vec::new(),
        others: Vec::new(),
        all: 4,
    };
    let error = reshare(&old, Threshold::new(2, 3).unwrap(), 1, &silent, &mut acting);
    let Some(CeremonyError::TooFewDealers { qualified: 2, required: 3, blamed }) = error.err()
    else {
        panic!("an abort was expected")
    };
    assert_eq!(blamed.iter().map(|blame| blame.dealer).collect::<Vec<_>>(), silent);
}

/// Up to t - 1 dishonest dealers and t' - 1 dishonest receivers that do anything.
fn random_acts<V: Variant>((t, n): (u16, u16), (t_new, n_new): (u16, u16), runs: u64) {
    let old = old_group::<V>(t, n, 7);
    let new = Threshold::new(t_new, n_new).unwrap();
    for run in 0..runs {
        let mut random = Random::new(2000 + run);
        let most = usize::from(t.min(t_new));
        let mut all: Vec<Index> = (1..=n).map(index).collect();
        random.shuffle(&mut all);
        let dishonest = &all[..random.below(most)];
        let other = |dealer: &Index| {
            let role = Role { share: Some(&old.1[usize::from(dealer.get()) - 1]), receiver: None };
            let seed = seed(u64::MAX, dealer.get());
            reshare::start_with_test_seed(&old.0, new, role, CONTEXT, seed).unwrap().1.unwrap()
        };
        let others = dishonest.iter().map(other).collect();
        let receivers: Vec<Index> =
            dishonest.iter().copied().filter(|k| new.contains(*k)).collect();
        let mut acting = Acting::<V> {
            dealers: some_acts(dishonest, &mut random),
            complainers: some_acts(&receivers, &mut random),
            others,
            all: n,
        };
        match reshare(&old, new, run, dishonest, &mut acting) {
            Ok((outcome, shares)) => {
                assert_eq!(shares.len(), usize::from(n_new) - receivers.len());
                assert!(outcome.blamed.iter().all(|blame| dishonest.contains(&blame.dealer)));
            }
            Err(CeremonyError::TooFewDealers { blamed, .. }) => {
                assert!(n < 2 * t - 1, "an honest majority needs no abort");
                assert!(blamed.iter().all(|blame| dishonest.contains(&blame.dealer)));
            }
            Err(other) => panic!("{other}"),
        }
    }
}

#[test]
fn whatever_the_dishonest_do() {
    random_acts::<V>((2, 3), (3, 5), 60);
    random_acts::<V>((3, 5), (2, 4), 60);
    random_acts::<MinPk>((4, 7), (4, 7), 30);
    random_acts::<V>((3, 4), (3, 3), 30);
}

#[test]
fn foreign_shares_do_not_start() {
    let (old, other) = (old_group::<V>(2, 3, 7), old_group::<V>(2, 3, 8));
    let new = Threshold::new(2, 2).unwrap();
    let role = Role { share: Some(&other.1[0]), receiver: None };
    assert!(reshare::start(&old.0, new, role, CONTEXT).is_err());
    let role = Role { share: None, receiver: Some(index(3)) };
    assert!(reshare::start(&old.0, new, role, CONTEXT).is_err());
}
