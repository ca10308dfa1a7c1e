//! Other people's vectors, through HTTP and through the library.

use pairlane::{Item, MinPk, MinSig, Scheme, Sequential, Suite, Tag, Variant, Verifier};
use pairlane_tests::vectors::ethereum::{self, BatchVerify, Verify};
use pairlane_tests::vectors::signatures::{drand, signing};
use pairlane_tests::vectors::{read, wycheproof};
use serde_json::{Value, json};

use crate::cli_support;
use crate::serve_support::Server;

struct Case {
    name: String,
    key: Vec<u8>,
    message: Vec<u8>,
    signature: Vec<u8>,
    valid: bool,
}

fn hex(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

/// One by one, and all of them as a batch.
fn compare<V: Variant>(server: &Server, scheme: Scheme, tag: Option<&str>, cases: &[Case]) {
    let suite = match tag {
        Some(tag) => Suite::<V>::new(scheme, Tag::new(tag).unwrap()),
        None => Suite::standard(scheme),
    };
    let scheme = match scheme {
        Scheme::Basic => "basic",
        Scheme::Augmented => "augmented",
        Scheme::ProofOfPossession => "possession",
    };
    let named = json!({"variant": V::NAME, "scheme": scheme, "tag": tag});
    let items: Vec<_> = cases
        .iter()
        .map(|case| Item::new(&suite, &case.key[..], &case.message, &case.signature))
        .collect();
    let verdicts = Verifier::new().verify(&items, &Sequential);
    let objects: Vec<Value> = cases
        .iter()
        .map(|case| {
            json!({
                "public_key": hex(&case.key), "message": hex(&case.message),
                "signature": hex(&case.signature),
            })
        })
        .collect();
    let batch = json!({"suite": named, "items": objects});
    let together = server.post_json("/v1/verify/batch", &batch).json();
    for (i, (case, verdict)) in cases.iter().zip(verdicts).enumerate() {
        assert_eq!(verdict.is_valid(), case.valid, "{}", case.name);
        let mut request = objects[i].clone();
        request["suite"] = named.clone();
        let alone = server.post_json("/v1/verify", &request);
        let judged = alone.json();
        assert_eq!(alone.status, 200, "{}: {judged}", case.name);
        assert_eq!(judged["valid"], case.valid, "{}: {judged}", case.name);
        let code = verdict.reason().map(pairlane::Reason::code);
        assert_eq!(judged["code"].as_str(), code, "{}", case.name);
        assert_eq!(judged, together["verdicts"][i], "{}", case.name);
    }
}

#[test]
fn every_verification_vector_gets_the_library_s_verdict() {
    let server = Server::start(cli_support::binary(), &[], &[]);
    let mut compared = 0;
    let mut check = |cases: &[Case], run: &dyn Fn(&[Case])| {
        run(cases);
        compared += cases.len();
    };

    let possession = |cases: &[Case]| {
        compare::<MinPk>(&server, Scheme::ProofOfPossession, None, cases);
    };
    let verify: Vec<Case> = ethereum::read::<Verify, bool>("verify")
        .into_iter()
        .map(|(name, case)| Case {
            name,
            key: case.input.pubkey.0,
            message: case.input.message.0,
            signature: case.input.signature.0,
            valid: case.output,
        })
        .collect();
    check(&verify, &possession);

    for (file, scheme) in [
        ("bls_sig_g2_basic_verify_test", Scheme::Basic),
        ("bls_sig_g2_pop_verify_test", Scheme::ProofOfPossession),
    ] {
        let groups = wycheproof::suite::<wycheproof::VerifyGroup>(file).test_groups;
        let cases: Vec<Case> = groups
            .into_iter()
            .flat_map(|group| {
                let key = group.public_key.pk.0;
                group.tests.into_iter().map(move |test| Case {
                    name: format!("{file} {}", test.tc_id),
                    key: key.clone(),
                    message: test.msg.0,
                    signature: test.sig.0,
                    valid: test.result == "valid",
                })
            })
            .collect();
        check(&cases, &|cases| compare::<MinPk>(&server, scheme, None, cases));
    }

    for round in drand() {
        let case = Case {
            name: round.name,
            key: round.public_keys[0].0.clone(),
            message: round.message.0,
            signature: round.signature.0,
            valid: round.valid,
        };
        let tag = Some(round.dst.as_str());
        check(&[case], &|cases| match round.scheme.as_str() {
            "min_pk" => compare::<MinPk>(&server, Scheme::Basic, tag, cases),
            _ => compare::<MinSig>(&server, Scheme::Basic, tag, cases),
        });
    }

    check(&signed::<MinPk>("min_pk_sign"), &|cases| {
        compare::<MinPk>(&server, Scheme::Basic, Some(&signing("min_pk_sign").0), cases);
    });
    check(&signed::<MinSig>("min_sig_sign"), &|cases| {
        compare::<MinSig>(&server, Scheme::Basic, Some(&signing("min_sig_sign").0), cases);
    });
    assert!(compared > 150, "{compared}");
}

/// One verdict a file: whether all of its signatures are valid.
#[test]
fn every_batch_vector_has_the_invalid_it_should() {
    let server = Server::start(cli_support::binary(), &["--threads", "1"], &[]);
    let mut read = 0;
    for (name, case) in ethereum::read::<BatchVerify, bool>("batch_verify") {
        let BatchVerify { pubkeys, messages, signatures } = case.input;
        let triples = pubkeys.iter().zip(&messages).zip(&signatures);
        let items: Vec<Value> = triples
            .map(|((key, message), signature)| {
                json!({
                    "public_key": hex(key), "message": hex(message), "signature": hex(signature),
                })
            })
            .collect();
        let answer = server.post_json("/v1/verify/batch", &json!({"items": items})).json();
        assert_eq!(answer["invalid"] == 0, case.output, "{name}: {answer}");
        read += 1;
    }
    assert_eq!(read, 4);
}

/// The rows of a signing file, under the keys that made them.
fn signed<V: Variant>(file: &str) -> Vec<Case> {
    let case = |(i, row): (usize, pairlane_tests::vectors::signatures::Row)| Case {
        name: format!("{file} row {i}"),
        key: pairlane::SecretKey::from_bytes(&row.0).unwrap().public_key::<V>().to_bytes(),
        message: row.1.0,
        signature: row.2.0,
        valid: true,
    };
    signing(file).1.into_iter().enumerate().map(case).collect()
}

#[test]
fn the_proofs_of_rfc_9381_are_valid_over_http() {
    let file: Value = read("vrf/rfc9381.json");
    let server = Server::start(cli_support::binary(), &["--threads", "1"], &[]);
    let mut judged = 0;
    for (name, suite) in [
        ("ECVRF-P256-SHA256-TAI", "p256-tai"),
        ("ECVRF-P256-SHA256-SSWU", "p256-sswu"),
        ("ECVRF-EDWARDS25519-SHA512-TAI", "edwards25519-tai"),
        ("ECVRF-EDWARDS25519-SHA512-ELL2", "edwards25519-ell2"),
    ] {
        for case in file["suites"][name]["vectors"].as_array().unwrap() {
            let mut request = json!({
                "suite": suite, "public_key": case["pk"], "alpha": case["alpha"],
                "proof": case["pi"],
            });
            let answer = server.post_json("/v1/vrf/verify", &request).json();
            assert_eq!(answer["output"], format!("0x{}", case["beta"].as_str().unwrap()), "{case}");
            request["alpha"] = json!("0xbad0");
            assert_eq!(server.post_json("/v1/vrf/verify", &request).json()["valid"], false);
            judged += 1;
        }
    }
    assert_eq!(judged, 12);
}
