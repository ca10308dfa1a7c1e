//! Sharing, partial signatures and recovery.

use pairlane::threshold::{
    Commitment, GroupKey, Index, KeyShare, PartialSignature, RecoverError, Threshold,
    ThresholdError, deal, deal_with_test_seed, recover, recover_secret,
};
use pairlane::{
    MinPk, MinSig, Reason, Scheme, SecretKey, Sequential, Signature, Suite, Variant, Verifier,
    VerifyError,
};
use pairlane_tests::random::Random;

const MESSAGE: &[u8] = b"round 7";

struct Group<V: Variant> {
    secret: SecretKey,
    key: GroupKey<V>,
    shares: Vec<KeyShare>,
}

fn group<V: Variant>(t: u16, n: u16) -> Group<V> {
    let secret = SecretKey::from_seed(&[u8::try_from(t).unwrap(); 32], b"threshold").unwrap();
    let threshold = Threshold::new(t, n).unwrap();
    let (key, shares) = deal_with_test_seed(&secret, threshold, [2; 32]).unwrap();
    Group { secret, key, shares }
}

impl<V: Variant> Group<V> {
    fn partials(&self, suite: &Suite<V>, message: &[u8]) -> Vec<PartialSignature<V>> {
        let point = self.key.message_point(suite, message);
        self.shares.iter().map(|share| share.sign(&point)).collect()
    }
}

/// Every subset of every size, in falling order of index: the signature is the secret key's own if
/// and only if there are enough.
fn every_subset<V: Variant>() {
    let suite = Suite::<V>::basic();
    for (t, n) in [(1, 1), (1, 4), (2, 2), (2, 4), (3, 5), (5, 5), (4, 7)] {
        let group = group::<V>(t, n);
        let expected = group.secret.sign(&suite, MESSAGE);
        let partials = group.partials(&suite, MESSAGE);
        let mut recovered = 0;
        for subset in 0..1u32 << n {
            let chosen: Vec<_> = (0..n).rev().filter(|k| subset >> k & 1 == 1).collect();
            let some: Vec<_> = chosen.iter().map(|k| partials[usize::from(*k)]).collect();
            let required = usize::from(t);
            if chosen.len() < required {
                let error =
                    RecoverError::TooFew { required, given: chosen.len(), wrong: Vec::new() };
                assert_eq!(recover(required, &some), Err(error));
                continue;
            }
            assert_eq!(recover(required, &some), Ok(expected));
            let shares: Vec<_> =
                chosen.iter().map(|k| group.shares[usize::from(*k)].clone()).collect();
            assert!(recover_secret(required, &shares).unwrap() == group.secret);
            // One fewer than needed, taken for enough, gives something else.
            if required > 1 {
                assert_ne!(recover(required - 1, &some), Ok(expected));
            }
            recovered += 1;
        }
        assert!(recovered > 0);
    }
}

#[test]
fn every_subset_min_pk() {
    every_subset::<MinPk>();
}

#[test]
fn every_subset_min_sig() {
    every_subset::<MinSig>();
}

fn subsets_of_a_hundred<V: Variant>() {
    let suite = Suite::<V>::proof_of_possession();
    let group = group::<V>(67, 100);
    let expected = group.secret.sign(&suite, MESSAGE);
    let mut partials = group.partials(&suite, MESSAGE);
    let mut random = Random::new(6);
    for _ in 0..20 {
        random.shuffle(&mut partials);
        assert_eq!(recover(67, &partials[..67 + random.below(34)]), Ok(expected));
    }
    assert!(matches!(recover(67, &partials[..66]), Err(RecoverError::TooFew { given: 66, .. })));
}

#[test]
fn subsets_of_a_hundred_holders() {
    subsets_of_a_hundred::<MinPk>();
    subsets_of_a_hundred::<MinSig>();
}

/// The signature of any `t` is one and the same in each scheme, the augmented one included.
#[test]
fn all_schemes() {
    for scheme in [Scheme::Basic, Scheme::Augmented, Scheme::ProofOfPossession] {
        let suite = Suite::<MinPk>::standard(scheme);
        let group = group(2, 3);
        let partials = group.partials(&suite, MESSAGE);
        let signature = recover(2, &partials[1..]).unwrap();
        assert_eq!(signature, group.secret.sign(&suite, MESSAGE));
        signature.verify(&suite, group.key.public_key(), MESSAGE).unwrap();
    }
}

#[test]
fn duplicates_and_foreign_indices_are_refused() {
    let suite = Suite::<MinSig>::basic();
    let group = group(3, 5);
    let mut partials = group.partials(&suite, MESSAGE);
    let again = PartialSignature::new(partials[1].index(), *partials[0].signature());
    partials.push(again);
    let duplicate = RecoverError::Duplicate { index: again.index() };
    assert_eq!(recover(3, &partials), Err(duplicate.clone()));
    let shares = [0, 1, 2, 1].map(|k: usize| group.shares[k].clone());
    assert!(recover_secret(3, &shares).is_err_and(|error| error == duplicate));
    let verifier = Verifier::new();
    let combine =
        |partials: &[_]| group.key.combine(&suite, MESSAGE, partials, &verifier, &Sequential);
    assert_eq!(combine(&partials), Err(duplicate));
    let index = Index::new(6).unwrap();
    *partials.last_mut().unwrap() = PartialSignature::new(index, *partials[0].signature());
    assert_eq!(combine(&partials), Err(RecoverError::NotOfGroup { index, participants: 5 }));
    assert!(recover::<MinSig>(0, &[]).is_err());

    assert_eq!(Index::new(0), Err(ThresholdError::Index { number: 0 }));
    assert!(Index::new(1024).is_ok() && Index::new(1025).is_err());
    for (t, n) in [(0, 0), (0, 3), (4, 3), (1, 1025), (1025, 1025)] {
        assert!(Threshold::new(t, n).is_err());
    }
}

/// Wrong partial signatures of every kind are named, singly and in batch, and recovery goes on
/// without them.
fn wrong_partials_are_blamed<V: Variant>() {
    let suite = Suite::<V>::proof_of_possession();
    let group = group::<V>(3, 7);
    let point = group.key.message_point(&suite, MESSAGE);
    let mut partials = group.partials(&suite, MESSAGE);
    let index = |k: usize| partials[k].index();
    let swapped = PartialSignature::new(index(0), *partials[1].signature());
    let other_message =
        PartialSignature::new(index(2), *group.partials(&suite, b"round 8")[2].signature());
    let mut infinity = vec![0; V::SIGNATURE_LENGTH];
    infinity[0] = 0xc0;
    let identity = PartialSignature::new(index(3), Signature::from_bytes(&infinity).unwrap());
    let stranger = PartialSignature::new(Index::new(8).unwrap(), *partials[1].signature());
    let wrong = [swapped.index(), other_message.index(), identity.index()];
    partials[0] = swapped;
    partials[2] = other_message;
    partials[3] = identity;

    for partial in &partials {
        let holds = group.key.verify_partial(&point, partial).is_ok();
        assert_eq!(holds, !wrong.contains(&partial.index()));
    }
    assert_eq!(group.key.verify_partial(&point, &stranger), Err(VerifyError::WrongSignature));
    let verifier = Verifier::new();
    let mut all = partials.clone();
    all.push(stranger);
    let verdicts = group.key.verify_partials(&suite, &point, &all, &verifier, &Sequential);
    for (partial, verdict) in partials.iter().zip(&verdicts) {
        assert_eq!(verdict.is_valid(), !wrong.contains(&partial.index()));
    }
    assert_eq!(verdicts[7].reason(), Some(Reason::UnknownKey));

    let combine =
        |partials: &[_]| group.key.combine(&suite, MESSAGE, partials, &verifier, &Sequential);
    let combined = combine(&partials).unwrap();
    assert_eq!(combined.signature, group.secret.sign(&suite, MESSAGE));
    assert_eq!(combined.wrong, wrong);
    // Good ones first: the rest is not even looked at.
    partials.reverse();
    assert!(combine(&partials).unwrap().wrong.is_empty());
    partials.reverse();
    partials.truncate(5);
    let too_few = RecoverError::TooFew { required: 3, given: 2, wrong: wrong.to_vec() };
    assert_eq!(combine(&partials), Err(too_few));
}

#[test]
fn wrong_partials_are_blamed_in_both_variants() {
    wrong_partials_are_blamed::<MinPk>();
    wrong_partials_are_blamed::<MinSig>();
}

/// Shares and group keys that do not belong together do not pass.
#[test]
fn shares_are_checked() {
    let group = group::<MinPk>(3, 5);
    let (other, others) = deal::<MinPk>(&group.secret, group.key.threshold()).unwrap();
    assert_eq!(other.public_key(), group.key.public_key());
    for (share, other) in group.shares.iter().zip(&others) {
        assert_eq!(share.check(&group.key), Ok(()));
        assert_eq!(
            other.check(&group.key),
            Err(ThresholdError::WrongShare { index: other.index() })
        );
    }
    let bytes = group.key.commitment().to_bytes();
    let commitment = Commitment::from_bytes(&bytes).unwrap();
    assert_eq!(GroupKey::new(group.key.threshold(), commitment.clone()), Ok(group.key));
    let wrong = GroupKey::new(Threshold::new(2, 5).unwrap(), commitment);
    assert_eq!(wrong, Err(ThresholdError::CommitmentLength { expected: 2, actual: 3 }));
}
