//! Aggregates and proofs of possession against blst's own.

use pairlane::{
    Possession, PublicKey, Scheme, SecretKey, Signature, Suite, VerifyError, possession_tag,
};
use pairlane_tests::both_variants;
use pairlane_tests::case::secret;
use pairlane_tests::group::Group;
use pairlane_tests::oracle::Oracle;

both_variants!(distinct_messages, one_message, repeated_messages, cancelling_keys, possession);

/// What blst is given of an aggregate of `count` signers, and its verdict.
fn oracle<V: Oracle>(
    suite: &Suite<V>,
    keys: &[PublicKey<V>],
    messages: &[&[u8]],
    s: &[u8],
) -> bool {
    let encoded: Vec<_> = keys.iter().map(PublicKey::to_bytes).collect();
    let augmented: Vec<_> = encoded
        .iter()
        .zip(messages)
        .map(|(key, message)| match suite.scheme() {
            Scheme::Augmented => [key, *message].concat(),
            _ => message.to_vec(),
        })
        .collect();
    let keys: Vec<&[u8]> = encoded.iter().map(Vec::as_slice).collect();
    let messages: Vec<&[u8]> = augmented.iter().map(Vec::as_slice).collect();
    V::aggregate_verify(suite.tag().as_bytes(), &keys, &messages, s)
}

fn distinct_messages<V: Oracle>() {
    for suite in [Suite::<V>::basic(), Suite::augmented(), Suite::proof_of_possession()] {
        for count in [1, 2, 3, 16, 17, 33] {
            let secrets: Vec<_> = (0..count).map(secret).collect();
            let keys: Vec<PublicKey<V>> = secrets.iter().map(SecretKey::public_key).collect();
            let texts: Vec<_> = (0..count).map(|k| format!("message {k}")).collect();
            let mut messages: Vec<&[u8]> = texts.iter().map(String::as_bytes).collect();
            let signatures: Vec<_> =
                secrets.iter().zip(&messages).map(|(key, m)| key.sign(&suite, m)).collect();
            let aggregate = Signature::aggregate(&signatures).unwrap();
            let sum = signatures
                .iter()
                .map(|s| V::Signatures::decode(&s.to_bytes()).unwrap())
                .reduce(|a, b| V::Signatures::add(&a, &b))
                .unwrap();
            assert_eq!(aggregate.to_bytes(), V::Signatures::compress(&sum));
            let verdict = |messages: &[&[u8]]| {
                let ours = aggregate.aggregate_verify(&suite, &keys, messages);
                assert_eq!(ours.is_ok(), oracle(&suite, &keys, messages, &aggregate.to_bytes()));
                ours
            };
            assert_eq!(verdict(&messages), Ok(()));
            let last = messages.len() - 1;
            messages[last] = b"another";
            assert_eq!(verdict(&messages), Err(VerifyError::WrongSignature));
            let ours = aggregate.aggregate_verify(&suite, &keys, &messages[..last]);
            let mismatch = VerifyError::LengthMismatch { keys: last + 1, messages: last };
            assert_eq!(ours, Err(mismatch));
        }
    }
}

fn one_message<V: Oracle>() {
    let suite = Suite::<V>::proof_of_possession();
    let secrets: Vec<_> = (0..9).map(secret).collect();
    let keys: Vec<PublicKey<V>> = secrets.iter().map(SecretKey::public_key).collect();
    let signatures: Vec<_> = secrets.iter().map(|key| key.sign(&suite, b"m")).collect();
    let aggregate = Signature::aggregate(&signatures).unwrap();
    let bytes = aggregate.to_bytes();
    assert_eq!(aggregate.fast_aggregate_verify(&suite, &keys, b"m"), Ok(()));
    assert_eq!(aggregate.aggregate_verify(&suite, &keys, &[b"m".as_slice(); 9]), Ok(()));
    assert!(oracle(&suite, &keys, &[b"m".as_slice(); 9], &bytes));
    let wrong = Err(VerifyError::WrongSignature);
    assert_eq!(aggregate.fast_aggregate_verify(&suite, &keys[1..], b"m"), wrong);
    assert_eq!(aggregate.fast_aggregate_verify(&suite, &keys, b"n"), wrong);
    assert_eq!(aggregate.fast_aggregate_verify(&suite, &[], b"m"), Err(VerifyError::Empty));
    for other in [Suite::basic(), Suite::augmented()] {
        let refused = aggregate.fast_aggregate_verify(&other, &keys, b"m");
        assert_eq!(refused, Err(VerifyError::SchemeNotPossession));
    }
}

/// Forbidden in the basic scheme alone.
fn repeated_messages<V: Oracle>() {
    let messages: [&[u8]; 4] = [b"a", b"b", b"c", b"b"];
    for scheme in [Scheme::Basic, Scheme::Augmented, Scheme::ProofOfPossession] {
        let suite = Suite::<V>::standard(scheme);
        let keys: Vec<_> = (0..4).map(|k| secret(k).public_key()).collect();
        let signatures: Vec<_> =
            messages.iter().zip(0..).map(|(m, k)| secret(k).sign(&suite, m)).collect();
        let aggregate = Signature::aggregate(&signatures).unwrap();
        let expected = match scheme {
            Scheme::Basic => Err(VerifyError::RepeatedMessage { first: 1, second: 3 }),
            _ => Ok(()),
        };
        assert_eq!(aggregate.aggregate_verify(&suite, &keys, &messages), expected);
    }
}

fn cancelling_keys<V: Oracle>() {
    let suite = Suite::<V>::proof_of_possession();
    let own = secret(1).public_key::<V>();
    let mut opposite = own.to_bytes();
    opposite[0] ^= 0x20;
    let keys = [own, PublicKey::from_bytes(&opposite).unwrap()];
    let cancelled = VerifyError::IdentityAggregateKey;
    assert_eq!(PublicKey::aggregate(&keys), Err(cancelled));
    let identity = Signature::from_bytes(&V::Signatures::compress(&V::Signatures::identity()));
    let identity = identity.unwrap();
    // Splitting zero: the identity would satisfy the equation of keys that cancel.
    assert_eq!(identity.fast_aggregate_verify(&suite, &keys, b"m"), Err(cancelled));
    assert_eq!(identity.eth_fast_aggregate_verify(&suite, &keys, b"m"), Err(cancelled));
    let refused = identity.aggregate_verify(&suite, &keys, &[b"m", b"m"]);
    assert_eq!(refused, Err(VerifyError::IdentitySignature));
    assert_eq!(identity.verify(&suite, &own, b"m"), Err(VerifyError::IdentitySignature));
    assert_eq!(identity.eth_fast_aggregate_verify(&suite, &[], b"m"), Ok(()));
}

fn possession<V: Oracle>() {
    let tag = possession_tag::<V>();
    let key = secret(1).public_key::<V>();
    let proof = secret(1).prove_possession::<V>(&tag);
    assert_eq!(proof.verify(&tag, &key), Ok(()));
    let (encoded, message) = (proof.to_bytes(), key.to_bytes());
    assert!(V::verify(tag.as_bytes(), &[], &key.to_bytes(), &message, &encoded));
    assert_eq!(Possession::from_bytes(&encoded).unwrap(), proof);
    let wrong = Err(VerifyError::WrongSignature);
    assert_eq!(proof.verify(&tag, &secret(2).public_key()), wrong);
    assert_eq!(proof.verify(Suite::<V>::proof_of_possession().tag(), &key), wrong);
    // A signature on the key's bytes is no proof: the tags differ.
    let signature = secret(1).sign(&Suite::<V>::proof_of_possession(), &key.to_bytes());
    let posed = Possession::<V>::from_bytes(&signature.to_bytes()).unwrap();
    assert_eq!(posed.verify(&tag, &key), wrong);
}
