//! EIP-3076 and our own form: what files say, what they may not say, and what the guard makes of
//! them.
//!
//! The cases in `CASES` are written for this test. They go through the situations of the public
//! suite `eth-clients/slashing-protection-interchange-tests` and carry its names where they do, but
//! none of its files is copied. Where a complete history may permit what a minimal one refuses,
//! they expect the refusal.

mod common;

use std::fmt::Write as _;

use common::{attestation, block, consensus, key, options};
use pairlane_hsm::guard::{
    Digest, Duty, Guard, GuardError, ImportReport, Interchange, InterchangeError, Options,
};

/// Steps of a case, one after the other: `b` a block (key, slot, root), `a` an attestation (key,
/// source, target, root); root 0 is unknown and left out of files. `import` takes what was listed
/// since the last one; after it, `+` has to be permitted and `-` refused.
const CASES: [(&str, &str); 27] = [
    ("single_validator_import_only", "b1,22,0 a1,0,2,0 import"),
    ("single_validator_single_block", "b1,32,0 import -b1,32,0 +b1,33,0"),
    ("single_validator_single_attestation", "a1,15,16,0 import -a1,15,16,0 +a1,15,17,0"),
    (
        "single_validator_single_block_and_attestation",
        "b1,61,0 a1,0,1,0 import -b1,61,0 -a1,0,1,0 +b1,62,0 +a1,1,2,0",
    ),
    (
        "single_validator_single_block_and_attestation_signing_root",
        "b1,61,7 a1,0,1,8 import +b1,61,7 +a1,0,1,8 -b1,61,8 -a1,0,1,7",
    ),
    ("single_validator_genesis_attestation", "a1,0,0,0 import -a1,0,0,0 +a1,0,1,0"),
    (
        "single_validator_multiple_blocks_and_attestations",
        "b1,2,0 b1,3,0 b1,10,0 b1,1200,0 a1,10,11,0 a1,12,13,0 a1,20,24,0 import \
         -b1,1,0 -b1,2,0 -b1,10,0 -b1,1200,0 +b1,1201,0 \
         -a1,9,10,0 -a1,12,13,0 -a1,11,14,0 -a1,21,22,0 -a1,10,24,0 -a1,19,25,0 +a1,20,25,0",
    ),
    ("single_validator_out_of_order_blocks", "b1,6,0 b1,5,0 import -b1,5,0 -b1,6,0 +b1,7,0"),
    ("single_validator_out_of_order_attestations", "a1,4,5,0 a1,3,4,0 import -a1,3,5,0 +a1,4,6,0"),
    ("single_validator_resign_block", "b1,15,51 import -b1,15,0 -b1,15,1 +b1,15,51 -b1,14,51"),
    (
        "single_validator_resign_attestation",
        "a1,5,15,23 import -a1,5,15,0 -a1,5,15,1 +a1,5,15,23 -a1,6,15,67 -a1,5,14,23",
    ),
    ("single_validator_two_blocks_no_signing_root", "b1,10,0 b1,20,0 import -b1,20,0 +b1,21,0"),
    ("single_validator_slashable_blocks", "b1,10,0 b1,10,11 import -b1,10,11 -b1,10,0"),
    ("single_validator_slashable_blocks_no_root", "b1,10,0 b1,10,0 import -b1,10,0"),
    (
        "single_validator_slashable_attestations_double_vote",
        "a1,2,3,1 a1,2,3,2 import -a1,2,3,1 -a1,2,3,2 +a1,2,4,1",
    ),
    (
        "single_validator_slashable_attestations_surrounds_existing",
        "a1,2,3,0 a1,0,4,0 import -a1,0,4,0 -a1,1,5,0 +a1,2,5,0",
    ),
    ("single_validator_source_greater_than_target", "a1,8,7,0 import -a1,7,8,0 +a1,8,8,0"),
    ("single_validator_source_greater_than_target_surrounding", "a1,5,2,0 import -a1,3,4,0"),
    ("single_validator_source_greater_than_target_surrounded", "a1,5,2,0 import -a1,6,1,0"),
    (
        "single_validator_source_greater_than_target_sensible_iff_minified",
        "a1,5,2,0 a1,6,7,0 import -a1,5,8,0 +a1,6,8,0",
    ),
    (
        "duplicate_pubkey_slashable_attestation",
        "a1,0,3,3 a1,1,2,0 import -a1,0,1,0 -a1,0,2,0 -a1,0,4,0 -a1,0,3,3 +a1,1,4,0",
    ),
    (
        "multiple_validators_same_slot_blocks",
        "b1,1,2 b2,1,1 b3,1,2 import +b1,1,2 -b1,1,1 +b2,1,1 -b3,1,3 +b3,2,1",
    ),
    (
        "multiple_interchanges_single_validator_single_message_gap",
        "b1,40,0 a1,2,30,0 import b1,50,0 a1,10,50,0 import \
         -b1,41,0 -b1,49,0 -b1,50,0 +b1,51,0 -a1,3,31,0 -a1,9,49,0 -a1,9,51,0 +a1,10,51,0",
    ),
    (
        "multiple_interchanges_single_validator_first_surrounds_second",
        "a1,9,21,0 import a1,10,20,0 import -a1,10,20,0 -a1,10,21,0 -a1,9,21,0 -a1,9,22,0 +a1,10,22,0",
    ),
    (
        "multiple_interchanges_single_validator_multiple_blocks_out_of_order",
        "b1,0,0 import +b1,10,0 +b1,20,0 +b1,30,0 b1,20,0 import -b1,29,0 -b1,30,0 +b1,31,0",
    ),
    (
        "multiple_interchanges_overlapping_validators_merge_stale",
        "b1,100,0 a1,12,13,0 b2,101,0 b3,4,0 a3,4,5,0 import b1,2,0 a1,4,5,0 b2,3,0 b3,102,0 a3,12,13,0 import \
         -b1,100,0 -b2,101,0 -b3,102,0 -a1,12,13,0 -a1,11,14,0 -a3,11,14,0 \
         +b1,103,0 +b2,104,0 +b3,105,0 +a1,12,14,0 +a3,13,14,0",
    ),
    (
        "own_message_met_by_another_at_the_same_place_is_not_repeated",
        "+b1,7,1 +a1,2,3,1 b1,7,2 a1,1,3,2 import -b1,7,1 -b1,7,2 -a1,2,3,1 +b1,8,1 +a1,2,4,1",
    ),
];

#[test]
fn every_case_ends_as_the_conditions_say() {
    for (name, steps) in CASES {
        let directory = tempfile::tempdir().unwrap();
        let guard = common::open(directory.path());
        (1..=3).for_each(|i| assert!(guard.register(key(i)).unwrap()));
        let mut listed = String::new();
        for step in steps.split_whitespace() {
            if step == "import" {
                let listed = std::mem::take(&mut listed);
                let file = eip3076(listed.trim_end_matches(','));
                let interchange = Interchange::from_eip3076(file.as_bytes()).unwrap();
                guard.import(&interchange).unwrap();
            } else if let Some(duty) = step.strip_prefix('+') {
                let answer = guard.authorise_one(parse(duty));
                assert!(answer.is_ok(), "{name}: {step}: {answer:?}");
            } else if let Some(duty) = step.strip_prefix('-') {
                assert!(guard.authorise_one(parse(duty)).is_err(), "{name}: {step} was permitted");
            } else {
                write!(listed, "{},", validator(step)).unwrap();
            }
        }
        assert!(listed.is_empty(), "{name}: something was never imported");
    }
}

fn numbers(step: &str) -> Vec<u64> {
    step[1..].split(',').map(|number| number.parse().unwrap()).collect()
}

fn parse(step: &str) -> Duty {
    let small = |number: u64| u8::try_from(number).unwrap();
    match (&step[..1], &numbers(step)[..]) {
        ("b", &[i, slot, root]) => block(u32::try_from(i).unwrap(), slot, small(root)),
        ("a", &[i, source, target, root]) => {
            attestation(u32::try_from(i).unwrap(), source, target, small(root))
        }
        _ => panic!("{step}"),
    }
}

/// One entry of `data`; every message has one of its own, so keys repeat.
fn validator(step: &str) -> String {
    let numbers = numbers(step);
    let (i, root) = (numbers[0], numbers[numbers.len() - 1]);
    let root = match root {
        0 => String::new(),
        root => format!(r#","signing_root":"{}""#, Digest([u8::try_from(root).unwrap(); 32])),
    };
    let (blocks, attestations) = match numbers[..] {
        [_, slot, _] => (format!(r#"{{"slot":"{slot}"{root}}}"#), String::new()),
        [_, source, target, _] => (
            String::new(),
            format!(r#"{{"source_epoch":"{source}","target_epoch":"{target}"{root}}}"#),
        ),
        _ => panic!("{step}"),
    };
    let pubkey = key(u32::try_from(i).unwrap());
    format!(
        r#"{{"pubkey":"{pubkey}","signed_blocks":[{blocks}],"signed_attestations":[{attestations}]}}"#
    )
}

fn eip3076(data: &str) -> String {
    let root = Digest([1; 32]);
    format!(
        r#"{{"metadata":{{"interchange_format_version":"5","genesis_validators_root":"{root}"}},"data":[{data}]}}"#
    )
}

#[test]
fn a_file_of_another_network_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let guard = common::open(directory.path());
    let file = eip3076(&validator("b1,5,0")).replace("0x0101", "0x0201");
    let interchange = Interchange::from_eip3076(file.as_bytes()).unwrap();
    assert!(matches!(guard.import(&interchange), Err(GuardError::Network { .. })));
    let bare = tempfile::tempdir().unwrap();
    let (bare, _) = Guard::open(bare.path(), Options::default()).unwrap();
    assert!(matches!(bare.import(&interchange), Err(GuardError::NoNetwork)));
    assert!(bare.export(None).unwrap().to_eip3076().is_err());
}

#[test]
fn an_export_is_an_import_elsewhere() {
    let directory = tempfile::tempdir().unwrap();
    let guard = common::open(directory.path());
    for i in 1..=3 {
        guard.register(key(i)).unwrap();
    }
    let duties = [block(1, 9, 1), attestation(1, 2, 3, 2), attestation(2, 4, 5, 0)];
    let ours = [consensus(2, (7, 1, 2), 3), consensus(3, (8, 0, 0), 0)];
    assert!(guard.authorise(&duties).iter().chain(&guard.authorise(&ours)).all(Result::is_ok));
    let all = guard.export(None).unwrap();
    let ethereum = all.to_eip3076().unwrap();
    assert!(!ethereum.contains(&key(3).to_string()), "it has signed nothing for Ethereum");
    let one = guard.export(Some(&[key(2)])).unwrap().to_consensus();
    assert!(one.contains(&key(2).to_string()) && !one.contains(&key(3).to_string()));

    let elsewhere = tempfile::tempdir().unwrap();
    let other = common::open(elsewhere.path());
    let from = |text: &str| Interchange::from_eip3076(text.as_bytes()).unwrap();
    let report = other.import(&from(&ethereum)).unwrap();
    assert_eq!(report, ImportReport { new: 2, raised: 0, unchanged: 0 });
    assert_eq!(other.import(&from(&ethereum)).unwrap().unchanged, 2);
    let consensus_form = Interchange::from_consensus(all.to_consensus().as_bytes()).unwrap();
    let report = other.import(&consensus_form).unwrap();
    assert_eq!(report, ImportReport { new: 1, raised: 1, unchanged: 0 });
    // Protected, and not yet permitted.
    assert!(other.authorise_one(block(1, 10, 1)).is_err());
    drop(other);
    let (other, _) = Guard::open(elsewhere.path(), options()).unwrap();
    for i in 1..=3 {
        assert!(other.register(key(i)).unwrap());
    }
    for (duty, again) in duties.iter().chain(&ours).zip([true, true, false, true, false]) {
        assert_eq!(other.authorise_one(*duty).is_ok(), again, "{duty:?}");
        let conflict = Duty { digest: Digest([9; 32]), ..*duty };
        assert!(other.authorise_one(conflict).is_err(), "{duty:?}");
    }
}

#[test]
fn an_older_file_takes_nothing_away() {
    let directory = tempfile::tempdir().unwrap();
    let guard = common::open(directory.path());
    guard.register(key(1)).unwrap();
    let old = guard.export(None).unwrap();
    guard.authorise_one(consensus(1, (7, 0, 0), 1)).unwrap();
    guard.authorise_one(block(1, 7, 1)).unwrap();
    let middle = Interchange::from_consensus(guard.export(None).unwrap().to_consensus().as_bytes());
    guard.authorise_one(consensus(1, (9, 0, 0), 1)).unwrap();
    for file in [old, middle.unwrap()] {
        assert_eq!(guard.import(&file).unwrap().unchanged, 1);
    }
    assert!(guard.authorise_one(consensus(1, (8, 0, 0), 1)).is_err());
    guard.authorise_one(consensus(1, (9, 0, 0), 1)).unwrap();
    guard.authorise_one(block(1, 7, 1)).unwrap();
    assert!(!guard.register(key(1)).unwrap(), "an import does not unregister");
}

#[test]
fn every_bad_place_is_named() {
    let good = validator("b1,5,0");
    let bad = [
        good.replace("\"5\"", "5"),
        good.replace("\"5\"", "\"0x5\""),
        good.replace("\"5\"", "\"+5\""),
        good.replace("\"5\"", "\"18446744073709551616\""),
        good.replace("\"slot\":\"5\"", "\"slot\":\"5\",\"slut\":\"5\""),
        good.replace("\"slot\":\"5\"", ""),
        validator("b1,5,3").replace("0x03", "0x0"),
        validator("a1,5,6,0").replace("\"5\"", "null"),
        good.replace("\"signed_attestations\":[]", "\"attestations\":[]"),
        good.replace("0x", ""),
        good.replace("909090\"", "9090\""),
        "7".into(),
    ];
    let file = eip3076(&format!("{good},{}", bad.join(",")));
    let error = Interchange::from_eip3076(file.as_bytes()).unwrap_err();
    let text = error.to_string();
    assert_eq!(error.issues.len(), bad.len(), "{text}");
    for (i, issue) in error.issues.iter().enumerate() {
        assert!(issue.place.starts_with(&format!("data[{}]", i + 1)), "{text}");
        assert!(issue.pubkey.is_some() || i == 11, "{text}");
    }
    assert!(text.contains(&format!("data[2].signed_blocks[0] (key {}): slot \"0x5\"", key(1))));
    assert!(text.contains("unknown field `slut`") && !text.contains("line"), "{text}");

    let many = vec![bad[0].as_str(); 250].join(",");
    let error = Interchange::from_eip3076(eip3076(&many).as_bytes()).unwrap_err();
    assert_eq!((error.issues.len(), error.more), (100, 150));
    assert!(error.to_string().ends_with("and 150 more"));

    let whole = |text: &str| -> InterchangeError {
        let error = Interchange::from_eip3076(text.as_bytes()).unwrap_err();
        assert_eq!((error.issues.len(), error.issues[0].place.as_str()), (1, ""));
        error
    };
    let good = eip3076(&good);
    assert!(whole(&good.replace("\"5\",\"gen", "\"4\",\"gen")).to_string().contains("\"4\""));
    whole(&good.replace("genesis_validators_root", "genesis_root"));
    whole(&good.replace("0x0101", "0x01"));
    whole(&good[..good.len() - 1]);
    whole("");
    for cut in 0..good.len() {
        assert!(Interchange::from_eip3076(&good.as_bytes()[..cut]).is_err());
    }
}

#[test]
fn our_form_is_as_strict() {
    let line = |rest: &str| format!(r#"{{"pubkey":"{}",{rest}}}"#, key(1));
    let file = |data: &str| {
        format!(r#"{{"metadata":{{"format":"pairlane-consensus","version":"1"}},"data":[{data}]}}"#)
    };
    let good = line(r#""height":"5","round":"0","phase":"2""#);
    let read = |text: String| Interchange::from_consensus(text.as_bytes());
    assert_eq!(read(file(&good)).unwrap().histories.len(), 1);
    assert!(read(file(&good).replace("\"1\"},", "\"2\"},")).is_err());
    for bad in [
        good.replace("\"2\"", "\"256\""),
        good.replace("\"5\"", "5"),
        good.replace("\"5\"", "\"-5\""),
        good.replace("round", "view"),
        good.replace("0x", "0y"),
        line(r#""height":"5","round":"0","phase":"2","digest":"0x00""#),
    ] {
        let error = read(file(&format!("{good},{bad}"))).unwrap_err();
        assert_eq!((error.issues.len(), error.issues[0].place.as_str()), (1, "data[1]"), "{error}");
    }
}
