//! `pairlane elect`, `vrf` and `threshold`.

mod cli_support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use cli_support::{Run, run, run_with_stdin};
use pairlane::vrf::EdwardsTai;
use pairlane::vrf::edwards::SecretKey as VrfKey;
use pairlane::{MinPk, MinSig, PublicKey, Signature, Suite, Variant};
use serde_json::Value;
use tempfile::{TempDir, tempdir};

const STAKES: &str = "# chain 1\nalice,70\n\nbob 0 # left\ncarol , 29\ndave\t1\n";

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn elect(stakes: &str, args: &[&str]) -> Run {
    run_with_stdin(["elect", "--stakes", "-"].iter().chain(args), stakes.as_bytes())
}

#[test]
fn elect_prints_a_fair_table() {
    let run = elect(STAKES, &["--rounds", "2000", "--seed", "0xcafe"]);
    run.expect(0, "");
    for word in ["alice", "70.000 %", "dave", "chi-square", "degrees of freedom 2", "p-value"] {
        assert!(run.stdout.contains(word), "no {word:?} in {}", run.stdout);
    }
    let again = elect(STAKES, &["--rounds", "2000", "--seed", "CAFE"]);
    assert_eq!(run.stdout, again.stdout, "the seed decides");
}

#[test]
fn elect_in_json_adds_up() {
    let run = elect(STAKES, &["--rounds", "2000", "--output", "ndjson"]);
    let lines = run.expect(0, "").verdicts();
    let [alice, bob, carol, dave, summary] = &lines[..] else { panic!("{}", run.stdout) };
    let won: u64 = [alice, bob, carol, dave].map(|row| row["won"].as_u64().unwrap()).iter().sum();
    assert_eq!(won, 2000);
    assert_eq!((&alice["id"], &alice["stake"]), (&"alice".into(), &"70".into()));
    assert_eq!(bob["won"], 0);
    assert!((alice["won_share"].as_f64().unwrap() - 0.7).abs() < 0.06, "{alice}");
    assert_eq!(summary["rounds"], 2000);
    assert_eq!(summary["chi_square"]["degrees_of_freedom"], 2);
    let p_value = summary["chi_square"]["p_value"].as_f64().unwrap();
    assert!((1e-4..=1.0).contains(&p_value), "{summary}");
}

#[test]
fn elect_of_one_round_names_the_leader() {
    elect(STAKES, &["--rounds", "1"]).expect(0, "");
    let run = elect("zero,0\nonly,5\n", &["--rounds", "1"]);
    assert_eq!(run.expect(0, "").stdout, "only\n");
    let json = elect("zero,0\nonly,5\n", &["--rounds", "1", "--output", "ndjson"]).verdicts();
    assert_eq!((&json[2]["leader"], &json[2]["chi_square"]), (&"only".into(), &Value::Null));
}

#[test]
fn elect_draws_a_chart() {
    let folder = tempdir().unwrap();
    let chart = folder.path().join("chart.svg");
    let args = ["--rounds", "500", "--plot", text(&chart)];
    elect("a<b>&\"c,70\ncarol,30\n", &args).expect(0, "");
    let svg = fs::read_to_string(&chart).unwrap();
    assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"), "{svg}");
    for word in ["carol", "expected", "won", "p-value"] {
        assert!(svg.contains(word), "no {word:?} in the chart");
    }
    assert!(!svg.contains("<b>"), "identifiers are text");
    assert!(svg.matches("<rect").count() > 4, "{svg}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);

    elect(STAKES, &["--rounds", "2", "--plot", text(folder.path())]).expect(2, "no regular file");
}

#[test]
fn elect_names_the_line() {
    let one = ["--rounds", "1"];
    elect("a,1\n\nb\n", &one).expect(2, "standard input: line 3: one identifier and one stake");
    elect("a,1\nb,-2\n", &one).expect(2, "line 2: stake `-2` is not a whole number");
    elect("#\na,1\nb,2\na 3\n", &one).expect(2, "line 4: `a` is on line 2 already");
    let most = u128::MAX;
    elect(&format!("a,{most}\nb,1\n"), &one).expect(2, "line 2: with the stake of");
    elect("a,0\n", &one).expect(2, "standard input: no validator has stake");
    elect("# nobody\n", &one).expect(2, "nothing to read: no stakes in it");
    elect("a,1\n", &["--rounds", "0"]).expect(2, "--rounds");
    elect("a,1\n", &["--rounds", "1", "--seed", "xy"]).expect(2, "--seed: bad hex");
    elect("a,1\n", &["--rounds", "1", "--tag", ""]).expect(2, "--tag");
    run(["elect", "--stakes", "/nowhere", "--rounds", "1"]).expect(2, "/nowhere: cannot open");
}

/// A key file of keygen's kind, open to its owner only.
fn key_file(folder: &TempDir) -> PathBuf {
    let path = folder.path().join("a.key");
    fs::write(&path, "07".repeat(32)).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    path
}

fn verify(proved: &Value, alpha: &str, more: &[&str]) -> Run {
    let (key, proof) = (proved["public_key"].as_str().unwrap(), proved["proof"].as_str().unwrap());
    let args = ["vrf", "verify", "--public-key", key, "--alpha", alpha, "--proof", proof];
    run(args.iter().chain(more))
}

#[test]
fn vrf_goes_round_in_every_suite() {
    let folder = tempdir().unwrap();
    let key = key_file(&folder);
    let cases = [
        &["--suite", "edwards25519-tai"][..],
        &["--suite", "edwards25519-tai", "--announced"],
        &["--suite", "edwards25519-ell2"],
        &["--suite", "edwards25519-ell2", "--announced"],
        &["--suite", "p256-tai"],
        &["--suite", "p256-sswu"],
        &["--suite", "bls-min-pk"],
        &["--suite", "bls-min-sig"],
    ];
    for case in cases {
        let prove = ["vrf", "prove", "--key", text(&key), "--alpha", "0x0102", "--json"];
        let proved = run(prove.iter().chain(case));
        let proved: Value = serde_json::from_str(&proved.expect(0, "").stdout).unwrap();
        let good = verify(&proved, "0102", case);
        assert_eq!(good.expect(0, "").stdout.trim_end(), proved["output"], "{case:?}");
        let wrong = verify(&proved, "0103", case);
        assert_eq!(wrong.expect(1, "the proof does not match").stdout, "");
    }
}

#[test]
fn vrf_prints_lines_of_the_derived_key() {
    let folder = tempdir().unwrap();
    let run = run(["vrf", "prove", "--key", text(&key_file(&folder)), "--alpha", "ab"]);
    let secret = VrfKey::<EdwardsTai>::from_seed(&[7; 32]);
    let proof = secret.prove(&[0xab]);
    let (key, output) = (secret.public_key(), proof.proof_to_hash());
    let expected = format!("public_key: {key}\nproof: {proof}\noutput: {output}\n");
    assert_eq!(run.expect(0, "").stdout, expected);
}

#[test]
fn vrf_says_what_is_wrong() {
    let folder = tempdir().unwrap();
    let key = key_file(&folder);
    let prove = ["vrf", "prove", "--key", text(&key), "--alpha"];
    run(prove.iter().chain(&["0"])).expect(2, "--alpha: bad hex: odd");
    run(prove.iter().chain(&["", "--suite", "p256-tai", "--announced"])).expect(2, "--announced");
    run(prove.iter().chain(&["", "--suite", "p384"])).expect(2, "edwards25519-ell2");
    fs::write(&key, "0707").unwrap();
    run(prove.iter().chain(&[""])).expect(2, "a.key: bad hex: 2 bytes where 32 are needed");

    let verify = |key: &str, proof: &str| {
        run(["vrf", "verify", "--public-key", key, "--alpha", "", "--proof", proof])
    };
    verify(&"00".repeat(31), "00").expect(1, "public key: 31 bytes given, 32 expected");
    verify(&format!("01{}", "00".repeat(31)), "00").expect(1, "public key: the point is of small");
    let good = VrfKey::<EdwardsTai>::from_seed(&[7; 32]).public_key().to_string();
    verify(&good, "00").expect(1, "proof: 1 bytes given, 80 expected");
    verify("0g", "").expect(2, "--public-key: bad hex");
}

/// A group in a folder, two of three.
fn deal(folder: &TempDir, variant: &str) -> PathBuf {
    let group = folder.path().join("group");
    let args = ["threshold", "deal", "--threshold", "2", "--shares", "3", "--variant", variant];
    run(args.iter().chain(&["--out-dir", text(&group)])).expect(0, "wrote 3 shares");
    group
}

fn partial(group: &Path, index: u8, message: &str, more: &[&str]) -> String {
    let share = group.join(format!("share-{index}.json"));
    let args = ["threshold", "sign", "--share", text(&share), "--message", message];
    let run = run(args.iter().chain(more));
    run.expect(0, "");
    assert!(run.stdout.starts_with(&format!("{index} 0x")), "{}", run.stdout);
    run.stdout
}

fn combine(group: &Path, partials: &str, more: &[&str]) -> Run {
    let file = group.join("group.json");
    let args = ["threshold", "combine", "--group", text(&file), "--message", "0xcafe"];
    run_with_stdin(args.iter().chain(more), partials.as_bytes())
}

fn threshold_goes_round<V: Variant>(scheme: &str, suite: &Suite<V>) {
    let folder = tempdir().unwrap();
    let group = deal(&folder, V::NAME);
    let more = ["--scheme", scheme];
    let sign = |index| partial(&group, index, "cafe", &more);
    let combined = combine(&group, &format!("{}\n{}", sign(3), sign(1)), &more);
    let other = combine(&group, &format!("{}{}", sign(1), sign(2)), &more);
    assert_eq!(combined.expect(0, "").stdout, other.stdout, "a signature is unique");

    let public = fs::read(group.join("group.json")).unwrap();
    let public: Value = serde_json::from_slice(&public).unwrap();
    let bytes = |text: &str| hex::decode(text.trim().strip_prefix("0x").unwrap()).unwrap();
    let key = PublicKey::<V>::from_bytes(&bytes(public["public_key"].as_str().unwrap())).unwrap();
    let signature = Signature::<V>::from_bytes(&bytes(&combined.stdout)).unwrap();
    signature.verify(suite, &key, &[0xca, 0xfe]).unwrap();
}

#[test]
fn threshold_goes_round_in_both_variants() {
    threshold_goes_round("possession", &Suite::<MinPk>::proof_of_possession());
    threshold_goes_round("augmented", &Suite::<MinPk>::augmented());
    threshold_goes_round("basic", &Suite::<MinSig>::basic());
    threshold_goes_round("augmented", &Suite::<MinSig>::augmented());
}

#[test]
fn threshold_names_the_wrong() {
    let folder = tempdir().unwrap();
    let group = deal(&folder, "min-sig");
    let [one, two, three] = [1, 2, 3].map(|index| partial(&group, index, "cafe", &[]));
    let wrong = partial(&group, 2, "cafd", &[]);

    let spoilt = combine(&group, &format!("{wrong}{one}{three}"), &[]);
    spoilt.expect(0, "the partial signature of holder 2 is wrong");
    assert_eq!(spoilt.stdout, combine(&group, &format!("{one}{two}"), &[]).stdout);

    let few = combine(&group, &format!("{wrong}{one}"), &[]);
    few.expect(1, "holder 2 is wrong").expect(1, "1 good partial signatures, 2 required");
    assert_eq!(few.stdout, "");
    combine(&group, &one, &[]).expect(2, "2 required");
    combine(&group, "", &[]).expect(2, "no partial signatures in it");
    combine(&group, &format!("{one}\n{one}"), &[]).expect(2, "line 3: the partial signature of");
    combine(&group, &format!("{one}x\n"), &[]).expect(2, "line 2: an index and a signature");
    combine(&group, "4 0x00\n", &[]).expect(2, "line 1: ");
    combine(&group, &one.replace("1 ", "4 "), &[]).expect(2, "line 1: holder 4 is not of this");
    combine(&group, &one, &["--variant", "min-pk"]).expect(2, "--variant: the group is of another");
}

#[test]
fn threshold_deals_for_owners_and_never_over() {
    let folder = tempdir().unwrap();
    let group = deal(&folder, "min-pk");
    let share = group.join("share-2.json");
    assert_eq!(fs::metadata(&share).unwrap().permissions().mode() & 0o7777, 0o600);
    let before = fs::read(&share).unwrap();
    let out = ["threshold", "deal", "--out-dir", text(&group), "--threshold"];
    run(out.iter().chain(&["1", "--shares", "3"])).expect(2, "group.json: not overwritten");
    fs::remove_file(group.join("group.json")).unwrap();
    fs::remove_file(group.join("share-1.json")).unwrap();
    run(out.iter().chain(&["1", "--shares", "3"])).expect(2, "share-2.json: not overwritten");
    assert_eq!(fs::read(&share).unwrap(), before);
    assert!(!group.join("share-1.json").exists(), "a dealing that failed leaves nothing");
    run(out.iter().chain(&["3", "--shares", "2"])).expect(2, "3 of 2");

    // What was the secret must not come back in a message.
    let text_before = String::from_utf8(before).unwrap();
    fs::write(&share, text_before.replace("\"share\":\"", "\"share\":7,\"x\":\"")).unwrap();
    let bad = run(["threshold", "sign", "--share", text(&share), "--message", ""]);
    bad.expect(2, "share-2.json: no share's file: bad at line 1");
    assert!(bad.stderr.len() < 300, "{}", bad.stderr);
}
