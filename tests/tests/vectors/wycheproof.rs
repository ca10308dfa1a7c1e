//! Known ways to get BLS verification and hashing wrong: verdicts, and reasons that fit the flags.

use pairlane::{
    Item, MessagePoint, MinPk, PointError, Reason, Scheme, Sequential, Suite, Tag, Verdict,
    Verifier,
};
use pairlane_tests::counted::Counted;
use pairlane_tests::oracle::Oracle;
use pairlane_tests::vectors::wycheproof::{HashGroup, VerifyGroup, VerifyTest, suite};

#[test]
fn basic() {
    verify("bls_sig_g2_basic_verify_test", Scheme::Basic, 88);
}

#[test]
fn proof_of_possession() {
    verify("bls_sig_g2_pop_verify_test", Scheme::ProofOfPossession, 26);
}

fn verify(file: &'static str, scheme: Scheme, cases: usize) {
    let mut counted = Counted::new(file, cases);
    let file = suite::<VerifyGroup>(file);
    assert_eq!(file.number_of_tests, cases);
    let standard = Suite::<MinPk>::standard(scheme);
    let tests: Vec<_> = file
        .test_groups
        .iter()
        .flat_map(|group| group.tests.iter().map(move |test| (group, test)))
        .collect();
    let items: Vec<_> = tests
        .iter()
        .map(|(group, test)| {
            assert_eq!(group.ciphersuite.as_bytes(), standard.tag().as_bytes());
            Item::new(&standard, &group.public_key.pk.0, &test.msg.0, &test.sig.0)
        })
        .collect();
    // The whole file as one batch, and every case as a batch of its own.
    let together = Verifier::new().verify(&items, &Sequential);
    for (((group, test), item), together) in tests.iter().zip(&items).zip(together) {
        let what = format!("{} {}", test.tc_id, test.comment);
        let key = &group.public_key.pk;
        assert_eq!(together.is_valid(), test.result == "valid", "{what}");
        assert_eq!(Verifier::new().verify(&[*item], &Sequential), [together], "{what}");
        let tag = standard.tag().as_bytes();
        assert_eq!(together, MinPk::verdict(tag, &[], key, &test.msg, &test.sig), "{what}");
        assert!(fits(test, together), "{what}: {:?}, {together}", test.flags);
        counted.case();
    }
}

/// Whether a verdict is what the flags tell.
fn fits(test: &VerifyTest, verdict: Verdict) -> bool {
    use PointError::{Encoding, Identity, Length, NotInSubgroup, NotOnCurve};
    let reason = verdict.reason();
    let point = match reason {
        Some(Reason::PublicKey(error) | Reason::Signature(error)) => Some(error),
        _ => None,
    };
    // Flags do not tell which input is spoilt; comments do.
    let spoilt_key = ["key", "PK", "G1 identity"].iter().any(|word| test.comment.contains(word));
    test.flags.iter().all(|flag| match flag.as_str() {
        "Valid" | "EmptyMessage" | "LargeMessage" | "MinimalInput" => verdict.is_valid(),
        "WrongMessage" | "WrongKey" | "WrongDST" | "SignatureMalleability" => {
            reason == Some(Reason::WrongSignature)
        }
        flag => {
            let side = match reason {
                Some(Reason::PublicKey(_)) => spoilt_key,
                Some(_) => !spoilt_key,
                None => false,
            };
            side && match flag {
                "IdentityPoint" => point == Some(Identity),
                "TruncatedSignature" => matches!(point, Some(Length { .. })),
                // One coordinate that is said to be out of range is below the modulus.
                "InvalidEncoding" if test.comment.contains("c1 coordinate >=") => {
                    point == Some(NotInSubgroup)
                }
                "InvalidEncoding" => matches!(point, Some(Length { .. } | Encoding)),
                "InvalidFlags" => point == Some(Encoding),
                // One case is flagged so whose coordinate is not in range to begin with.
                "NotOnCurve" if test.comment.contains(">= field prime") => point == Some(Encoding),
                "NotOnCurve" => point == Some(NotOnCurve),
                "NotInSubgroup" => point == Some(NotInSubgroup),
                "FieldBoundary" => matches!(point, Some(NotOnCurve | NotInSubgroup)),
                // A flipped bit may leave a point or none.
                "InvalidSignature" => !matches!(point, Some(Length { .. } | Identity)),
                other => panic!("a flag that this test does not know: {other}"),
            }
        }
    })
}

#[test]
fn hash_to_g2() {
    let mut counted = Counted::new("wycheproof/hash_to_g2", 34);
    let file = suite::<HashGroup>("bls_hash_to_g2_test");
    assert_eq!(file.number_of_tests, 34);
    for group in &file.test_groups {
        let tag = Tag::new(&group.dst).unwrap();
        for test in &group.tests {
            let point = MessagePoint::<MinPk>::hash(&tag, &test.msg);
            assert_eq!(test.result, "valid");
            assert_eq!(point.to_bytes(), test.expected.0, "{}", test.tc_id);
            counted.case();
        }
    }
}
