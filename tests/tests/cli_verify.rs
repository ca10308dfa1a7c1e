//! `pairlane verify`: verdicts, formats, errors that name the place, exit status.

mod cli_support;

use std::fs;

use cli_support::{Record, run, run_with_stdin, valid, wrong};
use pairlane::{MinPk, MinSig, Scheme, SecretKey, Suite, Variant};
use serde_json::json;
use tempfile::{TempDir, tempdir};

/// A folder with one file in it, and the file's path.
fn file(name: &str, contents: &[u8]) -> (TempDir, String) {
    let folder = tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, contents).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

#[test]
fn mixed_verdicts_come_in_order_with_reasons() {
    let garbage = Record { signature: vec![1, 2, 3], ..valid() };
    let text = [valid(), wrong(), garbage, valid()].map(|record| record.line()).concat();
    let (_folder, path) = file("a.ndjson", text.as_bytes());
    let run = run(["verify", "--output", "ndjson", &path]);
    run.expect(1, "4 records: 2 valid, 2 invalid");
    let wrong = "wrong signature for this key and message";
    let short = "signature: 3 bytes given; compressed form has 96, uncompressed twice that";
    assert_eq!(
        run.verdicts(),
        [
            json!({"line": 1, "valid": true}),
            json!({"line": 2, "valid": false, "code": "wrong_signature", "reason": wrong}),
            json!({"line": 3, "valid": false, "code": "signature_length", "reason": short}),
            json!({"line": 4, "valid": true}),
        ]
    );
}

#[test]
fn all_valid_ends_with_0() {
    run_with_stdin(["verify", "-"], valid().line().as_bytes()).expect(0, "1 valid, 0 invalid");
}

#[test]
fn a_table_has_fixed_columns() {
    let text = wrong().line() + &valid().line();
    let run = run_with_stdin(["verify", "-"], text.as_bytes());
    let key = &hex::encode(valid().public_key)[..16];
    let expected = format!(
        "      line  verdict  public key             reason\n\
         \u{20}        1  invalid  0x{key}...  wrong signature for this key and message\n\
         \u{20}        2  valid    0x{key}...\n"
    );
    assert_eq!(run.stdout, expected);
}

#[test]
fn invalid_only_prints_no_valid_ones() {
    let text = valid().line() + &wrong().line();
    let args = ["verify", "--invalid-only", "--output", "ndjson", "-"];
    let run = run_with_stdin(args, text.as_bytes());
    run.expect(1, "2 records: 1 valid");
    assert_eq!(run.verdicts().len(), 1);
    assert_eq!(run.verdicts()[0]["line"], 2);
    let run = run_with_stdin(args, valid().line().as_bytes());
    assert_eq!((run.code, &*run.stdout), (Some(0), ""));
}

#[test]
fn blank_lines_count_and_prefixes_are_free() {
    let Record { public_key, message, signature } = valid();
    let upper = |bytes: &[u8]| hex::encode_upper(bytes);
    let text = format!(
        "\n  \r\n{{ \"signature\": \"{}\", \"message\": \"{}\", \"public_key\": \"0x{}\" }}\r\n\n",
        upper(&signature),
        upper(&message),
        upper(&public_key)
    );
    let run = run_with_stdin(["verify", "--output", "ndjson", "-"], text.as_bytes());
    run.expect(0, "1 records");
    assert_eq!(run.verdicts()[0]["line"], 3);
}

#[test]
fn every_kind_of_bad_line_is_named() {
    let good = valid().line();
    let edit = |from: &str, to: &str| good.replacen(from, to, 1);
    let cases = [
        ("{\n".to_owned(), "bad JSON at column 1: EOF"),
        ("nonsense\n".to_owned(), "bad JSON at column 2: expected"),
        ("[]\n".to_owned(), "bad JSON"),
        (edit("\"message\"", "\"msg\""), "unknown field `msg`, expected one of"),
        (edit("}", ",\"extra\":1}"), "unknown field `extra`"),
        (edit("}", ",\"message\":\"\"}"), "duplicate field `message`"),
        ("{\"public_key\":\"\",\"message\":\"\"}\n".to_owned(), "missing field `signature`"),
        (edit("\"message\":\"", "\"message\":7,\"signature\":\""), "invalid type: integer `7`"),
        (edit("\"message\":\"0x", "\"message\":\"0xg"), "field `message`: bad hex: odd number"),
        (
            edit("\"message\":\"0x07", "\"message\":\"0x0z"),
            "field `message`: bad hex: the character at position 4 is not a hex digit",
        ),
        (edit("}", "}}"), "trailing characters"),
    ];
    for (bad, reason) in cases {
        let text = format!("{good}\n{bad}{good}");
        let run = run_with_stdin(["verify", "-"], text.as_bytes());
        run.expect(2, "standard input: line 3: ").expect(2, reason);
        assert_eq!(run.stdout.lines().count(), 2, "what came before has its verdict");
    }
}

#[test]
fn a_line_without_end_is_not_swallowed() {
    let mut text = valid().line().into_bytes();
    text.extend(vec![b' '; (1 << 20) + 1]);
    let expected = "standard input: line 2: longer than 1048576 bytes";
    run_with_stdin(["verify", "-"], &text).expect(2, expected);
}

#[test]
fn nothing_is_never_all_valid() {
    for nothing in ["", "\n", " \n\n"] {
        let run = run_with_stdin(["verify", "--format", "ndjson", "-"], nothing.as_bytes());
        run.expect(2, "standard input: nothing to read: no records in it");
    }
    let (_folder, path) = file("empty.bin", b"");
    run(["verify", &path]).expect(2, "empty.bin: nothing to read");
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let folder = tempdir().unwrap();
    let missing = folder.path().join("missing");
    run(["verify", missing.to_str().unwrap()]).expect(2, "missing: cannot open: No such file");
    run(["verify", folder.path().to_str().unwrap()]).expect(2, "is a directory");
}

#[test]
fn bad_usage_ends_with_2() {
    let usages: [&[&str]; 6] = [
        &[],
        &["verify"],
        &["verify", "--threads", "0", "-"],
        &["verify", "--weight-bits", "96", "-"],
        &["verify", "--variant", "min", "-"],
        &["no-such-command"],
    ];
    for usage in usages {
        assert!(!run(usage).expect(2, "").stderr.is_empty());
    }
    run(["verify", "--tag", "", "-"]).expect(2, "--tag: a domain-separation tag must not be empty");
}

#[test]
fn binary_records_by_extension_and_by_first_byte() {
    let records = [valid().bytes(), wrong().bytes()].concat();
    let (_folder, path) = file("a.bin", &records);
    let by_name = run(["verify", "--output", "ndjson", &path]);
    by_name.expect(1, "2 records: 1 valid");
    let by_byte = run_with_stdin(["verify", "--output", "ndjson", "-"], &records);
    assert_eq!(by_byte.stdout, by_name.stdout);
    assert_eq!(by_name.verdicts()[1]["line"], 2);
    let table = run(["verify", &path]);
    assert!(table.stdout.starts_with("    record  verdict"), "{}", table.stdout);
}

#[test]
fn binary_message_length_is_free() {
    for length in [0usize, 1, 100] {
        let record = Record::valid::<MinSig>(3, &vec![5; length]);
        let bytes = [record.bytes(), record.bytes()].concat();
        let length = length.to_string();
        let args = ["verify", "--variant", "min-sig", "--message-length", &length, "-"];
        run_with_stdin(args, &bytes).expect(0, "2 records: 2 valid");
    }
    let args = ["verify", "--message-length", "32", "-"];
    run_with_stdin(args, valid().line().as_bytes())
        .expect(2, "--message-length is for binary input");
}

#[test]
fn a_truncated_record_is_named() {
    let bytes = [valid().bytes(), valid().bytes()].concat();
    for missing in [1, 175] {
        let run = run_with_stdin(["verify", "-"], &bytes[..bytes.len() - missing]);
        let expected =
            format!("record 2: truncated: {} bytes where a record has 176", 176 - missing);
        run.expect(2, &expected);
        assert_eq!(run.stdout.lines().count(), 2, "the whole record has its verdict");
    }
}

#[test]
fn bad_points_are_invalid_not_unreadable() {
    let mut off_curve = valid();
    off_curve.signature[0] ^= 0x20;
    let cases = [
        (Record { public_key: vec![0xff; 48], ..valid() }, "public_key_encoding"),
        (Record { public_key: vec![], ..valid() }, "public_key_length"),
        (Record { public_key: [&[0xc0][..], &[0; 47]].concat(), ..valid() }, "public_key_identity"),
        (Record { signature: vec![0; 96], ..valid() }, "signature_encoding"),
        (Record { signature: vec![0; 97], ..valid() }, "signature_length"),
        (Record { signature: [&[0xc0][..], &[0; 95]].concat(), ..valid() }, "signature_identity"),
        (off_curve, "wrong_signature"),
    ];
    let text: String = cases.iter().map(|(record, _)| record.line()).collect();
    let run = run_with_stdin(["verify", "--output", "ndjson", "-"], text.as_bytes());
    run.expect(1, "7 records: 0 valid");
    let codes: Vec<_> =
        run.verdicts().iter().map(|v| v["code"].as_str().unwrap().to_owned()).collect();
    assert_eq!(codes, cases.map(|(_, code)| code));
}

#[test]
fn the_tag_is_free_and_defaults_to_the_drafts() {
    fn check<V: Variant>(scheme: Scheme, name: &str) {
        let secret = SecretKey::from_seed(&[9; 32], &[]).unwrap();
        let suites = [
            Suite::<V>::standard(scheme),
            Suite::new(scheme, pairlane::Tag::new("my own tag").unwrap()),
        ];
        for (suite, options) in suites.iter().zip([&[][..], &["--tag", "my own tag"]]) {
            let record = Record {
                public_key: secret.public_key::<V>().to_bytes(),
                message: b"m".to_vec(),
                signature: secret.sign(suite, b"m").to_bytes(),
            };
            let args = ["verify", "--variant", V::NAME, "--scheme", name, "-"];
            let args: Vec<_> = args.iter().chain(options).collect();
            run_with_stdin(&args, record.line().as_bytes()).expect(0, "1 valid");
            let other = ["--tag", "another"];
            let args: Vec<_> = args.into_iter().take(6).chain(&other).collect();
            run_with_stdin(&args, record.line().as_bytes()).expect(1, "1 invalid");
        }
    }
    let schemes = [
        (Scheme::Basic, "basic"),
        (Scheme::Augmented, "augmented"),
        (Scheme::ProofOfPossession, "possession"),
    ];
    for (scheme, name) in schemes {
        check::<MinPk>(scheme, name);
        check::<MinSig>(scheme, name);
    }
    let help = run(["verify", "--help"]).stdout;
    assert!(help.contains("min-sig augmented  BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_AUG_"));
}

#[test]
fn out_is_there_whole_or_not_at_all() {
    let folder = tempdir().unwrap();
    let out = folder.path().join("verdicts");
    let args = ["verify", "--output", "ndjson", "--out", out.to_str().unwrap(), "-"];
    let names = || fs::read_dir(folder.path()).unwrap().count();

    let bad = valid().line() + "{";
    run_with_stdin(args, bad.as_bytes()).expect(2, "line 2");
    assert_eq!(names(), 0, "a failed run leaves nothing");

    let run = run_with_stdin(args, (valid().line() + &wrong().line()).as_bytes());
    run.expect(1, "1 invalid");
    assert_eq!((names(), &*run.stdout), (1, ""));
    let written = fs::read_to_string(&out).unwrap();
    assert_eq!(written.lines().count(), 2);

    run_with_stdin(args, bad.as_bytes()).expect(2, "line 2");
    assert_eq!(fs::read_to_string(&out).unwrap(), written, "a failed run changes nothing");
    run_with_stdin(args, valid().line().as_bytes()).expect(0, "1 valid");
    assert_eq!(fs::read_to_string(&out).unwrap().lines().count(), 1);
    assert_eq!(names(), 1);
}

#[test]
fn out_replaces_nothing_but_files() {
    for out in ["/dev/null", "/"] {
        let args = ["verify", "--out", out, "-"];
        run_with_stdin(args, valid().line().as_bytes()).expect(2, out);
    }
    let args = ["verify", "--out", "/no-such-folder/verdicts", "-"];
    run_with_stdin(args, valid().line().as_bytes()).expect(2, "cannot create");
}

#[test]
fn threads_and_weights_change_no_verdict() {
    let text = [valid(), wrong(), valid(), wrong()].map(|record| record.line()).concat();
    let verdicts = |options: &[&str]| {
        let args = ["verify", "--output", "ndjson", "-"];
        run_with_stdin(args.iter().chain(options), text.as_bytes()).stdout
    };
    let expected = verdicts(&[]);
    assert_eq!(verdicts(&["--threads", "1"]), expected);
    assert_eq!(verdicts(&["--threads", "3", "--weight-bits", "128"]), expected);
}
