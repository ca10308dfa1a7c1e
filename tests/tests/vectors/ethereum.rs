//! The proof-of-possession scheme as Ethereum's consensus layer uses it.

use pairlane::{
    Item, MessagePoint, MinPk, MinSig, PointError, PublicKey, SecretKey, SecretKeyError,
    Sequential, Signature, Suite, Tag, Verifier, VerifyError,
};
use pairlane_tests::counted::Counted;
use pairlane_tests::oracle::Oracle;
use pairlane_tests::vectors::Hex;
use pairlane_tests::vectors::ethereum::{
    AggregateVerify, BatchVerify, Case, DeserializationG1, DeserializationG2, FastAggregateVerify,
    HashToG2, Sign, Verify, read,
};
use pairlane_tests::vectors::rfc9380::Point;

fn suite() -> Suite<MinPk> {
    Suite::proof_of_possession()
}

/// The keys, or the error of the first that is none.
fn keys(encoded: &[Hex]) -> Result<Vec<PublicKey<MinPk>>, PointError> {
    encoded.iter().map(|bytes| PublicKey::from_bytes(bytes)).collect()
}

#[test]
fn sign() {
    let mut counted = Counted::new("ethereum/sign", 10);
    for (name, Case { input, output }) in read::<Sign, Option<Hex>>("sign") {
        let secret = SecretKey::from_bytes(&input.privkey);
        match output {
            Some(expected) => {
                let signature = secret.unwrap().sign(&suite(), &input.message);
                assert_eq!(signature.to_bytes(), expected.0, "{name}");
            }
            None => assert_eq!(secret, Err(SecretKeyError::OutOfRange), "{name}"),
        }
        counted.case();
    }
}

#[test]
fn verify() {
    let mut counted = Counted::new("ethereum/verify", 29);
    let suite = suite();
    let cases = read::<Verify, bool>("verify");
    let mut items = Vec::new();
    for (name, Case { input, output }) in &cases {
        let singly = PublicKey::<MinPk>::from_bytes(&input.pubkey).is_ok_and(|key| {
            let signature = Signature::<MinPk>::from_bytes(&input.signature);
            signature.is_ok_and(|s| s.verify(&suite, &key, &input.message).is_ok())
        });
        assert_eq!(singly, *output, "{name}");
        items.push(Item::new(&suite, &input.pubkey.0, &input.message.0, &input.signature.0));
        counted.case();
    }
    let verdicts = Verifier::new().verify(&items, &Sequential);
    for ((name, Case { input, output }), verdict) in cases.iter().zip(verdicts) {
        assert_eq!(verdict.is_valid(), *output, "{name}");
        let tag = suite.tag().as_bytes();
        let oracle = MinPk::verdict(tag, &[], &input.pubkey, &input.message, &input.signature);
        assert_eq!(verdict, oracle, "{name}");
    }
}

#[test]
fn aggregate() {
    let mut counted = Counted::new("ethereum/aggregate", 6);
    for (name, Case { input, output }) in read::<Vec<Hex>, Option<Hex>>("aggregate") {
        let signatures: Result<Vec<_>, _> =
            input.iter().map(|bytes| Signature::<MinPk>::from_bytes(bytes)).collect();
        let aggregate = Signature::aggregate(&signatures.unwrap());
        match output {
            Some(expected) => assert_eq!(aggregate.unwrap().to_bytes(), expected.0, "{name}"),
            None => assert_eq!(aggregate, Err(VerifyError::Empty), "{name}"),
        }
        counted.case();
    }
}

#[test]
fn aggregate_verify() {
    let mut counted = Counted::new("ethereum/aggregate_verify", 5);
    for (name, Case { input, output }) in read::<AggregateVerify, bool>("aggregate_verify") {
        let messages: Vec<&[u8]> = input.messages.iter().map(|message| &**message).collect();
        let holds = keys(&input.pubkeys).is_ok_and(|keys| {
            Signature::from_bytes(&input.signature)
                .is_ok_and(|s| s.aggregate_verify(&suite(), &keys, &messages).is_ok())
        });
        assert_eq!(holds, output, "{name}");
        counted.case();
    }
}

#[test]
fn fast_aggregate_verify() {
    let mut counted = Counted::new("ethereum/fast_aggregate_verify", 12);
    for (name, Case { input, output }) in read::<FastAggregateVerify, bool>("fast_aggregate_verify")
    {
        counted.case();
        let keys = match keys(&input.pubkeys) {
            Ok(keys) => keys,
            Err(error) => {
                assert_eq!((error, output), (PointError::Identity, false), "{name}");
                continue;
            }
        };
        let Ok(signature) = Signature::from_bytes(&input.signature) else {
            assert!(!output, "{name}");
            continue;
        };
        let plain = signature.fast_aggregate_verify(&suite(), &keys, &input.message);
        let altair = signature.eth_fast_aggregate_verify(&suite(), &keys, &input.message);
        assert_eq!(plain.is_ok(), output, "{name}");
        if keys.is_empty() {
            assert_eq!(plain, Err(VerifyError::Empty), "{name}");
            // Altair's one difference: nobody signed, and the identity says so.
            assert_eq!(altair.is_ok(), signature.is_identity(), "{name}");
        } else {
            assert_eq!(altair, plain, "{name}");
        }
    }
}

#[test]
fn batch_verify() {
    let mut counted = Counted::new("ethereum/batch_verify", 4);
    let suite = suite();
    for (name, Case { input, output }) in read::<BatchVerify, bool>("batch_verify") {
        let parts: Vec<_> = input
            .pubkeys
            .iter()
            .zip(&input.messages)
            .zip(&input.signatures)
            .map(|((key, message), signature)| (key, message, signature))
            .collect();
        assert_eq!([parts.len(); 2], [input.messages.len(), input.signatures.len()], "{name}");
        let items: Vec<_> = parts
            .iter()
            .map(|(key, message, signature)| Item::new(&suite, &key.0, &message.0, &signature.0))
            .collect();
        let verifier = Verifier::new();
        assert_eq!(verifier.all_valid(&items, &Sequential), output, "{name}");
        let verdicts = verifier.verify(&items, &Sequential);
        assert_eq!(verdicts.iter().all(|verdict| verdict.is_valid()), output, "{name}");
        let oracle: Vec<_> = parts
            .iter()
            .map(|(key, message, signature)| {
                MinPk::verdict(suite.tag().as_bytes(), &[], key, message, signature)
            })
            .collect();
        assert_eq!(verdicts, oracle, "{name}");
        counted.case();
    }
}

/// The generator hashes under the tag of RFC 9380's own examples, not under that of a signature
/// suite.
#[test]
fn hash_to_g2() {
    let mut counted = Counted::new("ethereum/hash_to_G2", 4);
    let tag = Tag::new("QUUX-V01-CS02-with-BLS12381G2_XMD:SHA-256_SSWU_RO_").unwrap();
    for (name, Case { input, output }) in read::<HashToG2, Point>("hash_to_G2") {
        let point = MessagePoint::<MinPk>::hash(&tag, input.msg.as_bytes());
        let expected = Signature::<MinPk>::from_bytes(&output.uncompressed()).unwrap();
        assert_eq!(point.to_bytes(), expected.to_bytes(), "{name}");
        counted.case();
    }
}

/// What the name of a deserialisation case says is wrong.
fn error_of(name: &str, expected: usize, actual: usize) -> PointError {
    match name.trim_start_matches("deserialization_fails_") {
        "not_in_G1" | "not_in_G2" => PointError::NotInSubgroup,
        // Not the identity, then, but x = 0: a point of order 3 on G1, none on G2.
        "infinity_with_false_b_flag" if expected == 48 => PointError::NotInSubgroup,
        "infinity_with_false_b_flag" | "not_in_curve" => PointError::NotOnCurve,
        "too_few_bytes" | "too_many_bytes" => PointError::Length { expected, actual },
        _ => PointError::Encoding,
    }
}

#[test]
fn deserialization_g1() {
    let mut counted = Counted::new("ethereum/deserialization_G1", 16);
    for (name, Case { input, output }) in read::<DeserializationG1, bool>("deserialization_G1") {
        // A signature of the other variant is any point of the subgroup, the identity included.
        let point = Signature::<MinSig>::from_bytes(&input.pubkey);
        let key = PublicKey::<MinPk>::from_bytes(&input.pubkey);
        if !output {
            let error = error_of(&name, 48, input.pubkey.len());
            assert_eq!(point, Err(error), "{name}");
            assert_eq!(key, Err(error), "{name}");
        } else if name.contains("infinity") {
            assert!(point.unwrap().is_identity(), "{name}");
            assert_eq!(key, Err(PointError::Identity), "{name}");
        } else {
            assert_eq!(point.unwrap().to_bytes(), input.pubkey.0, "{name}");
            assert_eq!(key.unwrap().to_bytes(), input.pubkey.0, "{name}");
        }
        counted.case();
    }
}

#[test]
fn deserialization_g2() {
    let mut counted = Counted::new("ethereum/deserialization_G2", 18);
    for (name, Case { input, output }) in read::<DeserializationG2, bool>("deserialization_G2") {
        let point = Signature::<MinPk>::from_bytes(&input.signature);
        let key = PublicKey::<MinSig>::from_bytes(&input.signature);
        if !output {
            let error = error_of(&name, 96, input.signature.len());
            assert_eq!(point, Err(error), "{name}");
            assert_eq!(key, Err(error), "{name}");
        } else if name.contains("infinity") {
            assert!(point.unwrap().is_identity(), "{name}");
            assert_eq!(key, Err(PointError::Identity), "{name}");
        } else {
            assert_eq!(point.unwrap().to_bytes(), input.signature.0, "{name}");
            assert_eq!(key.unwrap().to_bytes(), input.signature.0, "{name}");
        }
        counted.case();
    }
}
