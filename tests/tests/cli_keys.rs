//! `pairlane keygen`, `sign` and `aggregate`.

mod cli_support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use cli_support::{Record, run, run_with_stdin};
use pairlane::{MinPk, MinSig, SecretKey, Signature, Suite, Variant};
use tempfile::tempdir;

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn keygen_writes_for_its_owner_and_never_over() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("a.key");
    let made = run(["keygen", "--out", text(&path)]);
    made.expect(0, "wrote the secret key to");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
    let written = fs::read_to_string(&path).unwrap();
    let secret = hex::decode(written.trim_end().strip_prefix("0x").unwrap()).unwrap();
    let key = SecretKey::from_bytes(&secret).unwrap();
    assert_eq!(made.stdout, format!("{}\n", key.public_key::<MinPk>()));
    assert!(!made.stderr.contains(written.trim_end()), "the secret goes to the file alone");

    run(["keygen", "--out", text(&path)]).expect(2, "a.key: not overwritten");
    assert_eq!(fs::read_to_string(&path).unwrap(), written);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn keygen_follows_no_link() {
    let folder = tempdir().unwrap();
    let (link, aim) = (folder.path().join("link"), folder.path().join("aim"));
    std::os::unix::fs::symlink(&aim, &link).unwrap();
    run(["keygen", "--out", text(&link)]).expect(2, "link");
    assert!(!aim.exists());
}

#[test]
fn keygen_prints_the_secret_only_when_told() {
    let run = run(["keygen", "--variant", "min-sig", "--out", "-"]);
    let secret = hex::decode(run.stdout.trim_end().strip_prefix("0x").unwrap()).unwrap();
    let key = SecretKey::from_bytes(&secret).unwrap().public_key::<MinSig>();
    run.expect(0, &format!("public key {key}"));
    cli_support::run(["keygen"]).expect(2, "--out <FILE>");
}

/// The first case of EIP-2333, from the vector file.
#[test]
fn keygen_derives_from_a_seed() {
    let folder = tempdir().unwrap();
    let (seed, out) = (folder.path().join("seed"), folder.path().join("child.key"));
    let bytes = [5u8; 64];
    fs::write(&seed, format!("0x{}\n", hex::encode(bytes))).unwrap();
    fs::set_permissions(&seed, fs::Permissions::from_mode(0o600)).unwrap();
    let master = SecretKey::derive_master(&bytes).unwrap();

    let path = "m/12381/3600/7/0/0";
    let run_1 = run(["keygen", "--seed-file", text(&seed), "--path", path, "--out", text(&out)]);
    run_1.expect(0, "");
    let key = master.derive_path(&path.parse().unwrap());
    assert_eq!(run_1.stdout, format!("{}\n", key.public_key::<MinPk>()));
    assert_eq!(fs::read_to_string(&out).unwrap().trim_end().len(), 66);

    let shown = run(["keygen", "--seed-file", text(&seed)]);
    shown.expect(0, "");
    let first = master.derive_path(&"m/12381/3600/0/0/0".parse().unwrap());
    assert_eq!(shown.stdout, format!("{}\n", first.public_key::<MinPk>()));

    run(["keygen", "--seed-file", text(&seed), "--path", "m/x"]).expect(2, "component 1");
    run(["keygen", "--path", "m", "--out", "x"]).expect(2, "--seed-file");
    fs::write(&seed, "00".repeat(31)).unwrap();
    run(["keygen", "--seed-file", text(&seed)]).expect(2, "31 bytes of seed given");
}

#[test]
fn bad_key_files_are_named_without_their_contents() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("bad.key");
    let sign = || run(["sign", "--key", text(&path), "--message", "00"]);
    let cases = [
        (String::new(), "nothing to read"),
        ("5eed".to_owned(), "2 bytes where 32 are needed"),
        ("z".repeat(64), "bad hex: the character at position 1"),
        ("00".repeat(32), "the secret key is zero or not below the group order"),
        ("00".repeat(4000), "longer than 4096 bytes"),
    ];
    for (contents, reason) in cases {
        fs::write(&path, &contents).unwrap();
        let run = sign();
        run.expect(2, reason).expect(2, "bad.key: ");
        assert!(contents.is_empty() || !run.stderr.contains(&contents));
    }
}

#[test]
fn a_key_file_open_to_others_is_warned_of() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("a.key");
    run(["keygen", "--out", text(&path)]).expect(0, "");
    let sign = || run(["sign", "--key", text(&path), "--message", "00"]);
    assert_eq!(sign().expect(0, "").stderr, "");
    for mode in [0o640, 0o604, 0o644] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        sign()
            .expect(0, &format!("warning: {} is open to others (mode 0{mode:o})", path.display()));
    }
}

/// Keys, signatures and verdicts of the program alone, for every suite.
#[test]
fn what_it_signs_it_verifies() {
    let folder = tempdir().unwrap();
    let message = folder.path().join("message");
    fs::write(&message, b"attack at dawn\n").unwrap();
    for variant in ["min-pk", "min-sig"] {
        let path = folder.path().join(variant);
        let key = run(["keygen", "--variant", variant, "--out", text(&path)]).stdout;
        for scheme in ["basic", "augmented", "possession"] {
            let suite = ["--variant", variant, "--scheme", scheme];
            let sign = ["sign", "--key", text(&path), "--message-file", text(&message)];
            let signature = run(sign.iter().chain(&suite));
            signature.expect(0, "");
            let hex = hex::encode(b"attack at dawn\n");
            let sign = ["sign", "--key", text(&path), "--message", &hex];
            assert_eq!(run(sign.iter().chain(&suite)).stdout, signature.stdout);
            let line = format!(
                "{{\"public_key\":\"{}\",\"message\":\"{hex}\",\"signature\":\"{}\"}}",
                key.trim_end(),
                signature.stdout.trim_end()
            );
            let verify = ["verify", "-"];
            run_with_stdin(verify.iter().chain(&suite), line.as_bytes()).expect(0, "1 valid");
            let other = if scheme == "basic" { "augmented" } else { "basic" };
            let verify = ["verify", "-", "--variant", variant, "--scheme", other];
            run_with_stdin(verify, line.as_bytes()).expect(1, "1 invalid");
        }
    }
}

#[test]
fn sign_takes_its_inputs_once() {
    run(["sign", "--key", "-", "--message-file", "-"]).expect(2, "cannot both be standard input");
    run(["sign", "--key", "k"]).expect(2, "--message");
    run(["sign", "--key", "k", "--message", "00", "--message-file", "f"])
        .expect(2, "cannot be used");
    let secret = "0x".to_owned() + &"11".repeat(32);
    let run = run_with_stdin(["sign", "--key", "-", "--message", "0x"], secret.as_bytes());
    let key = SecretKey::from_bytes(&[0x11; 32]).unwrap();
    let suite = Suite::<MinPk>::proof_of_possession();
    assert_eq!(run.stdout, format!("{}\n", key.sign(&suite, b"")));
    let bad = run_with_stdin(["sign", "--key", "-", "--message", "0x0"], secret.as_bytes());
    bad.expect(2, "--message: bad hex: odd number of digits");
}

/// Enough signatures for two partial sums.
#[test]
fn aggregate_sums() {
    fn check<V: Variant>(count: usize) {
        let two = [Record::valid::<V>(1, b"m"), Record::valid::<V>(2, b"m")];
        let signatures: Vec<_> =
            two.iter().map(|r| Signature::<V>::from_bytes(&r.signature).unwrap()).collect();
        let many: Vec<_> = (0..count).map(|k| signatures[k % 2]).collect();
        let lines: Vec<_> = many.iter().map(Signature::to_string).collect();
        let lines = lines.join("\n");
        let run = run_with_stdin(["aggregate", "--variant", V::NAME, "-"], lines.as_bytes());
        run.expect(0, "");
        assert_eq!(run.stdout, format!("{}\n", Signature::aggregate(&many).unwrap()));
    }
    check::<MinPk>(3);
    check::<MinSig>(1);
    check::<MinSig>(2050);
}

#[test]
fn aggregate_names_the_bad_line() {
    let good = format!("{}\n", hex::encode(Record::valid::<MinPk>(1, b"m").signature));
    let cases = [
        ("0x12", "2: 1 bytes given; compressed form has 96"),
        ("xy", "2: bad hex: the character at position 1"),
        (&*"0".repeat(1 << 21), "2: longer than 1048576 bytes"),
    ];
    for (bad, reason) in cases {
        let text = format!("{good}{bad}\n{good}");
        let run = run_with_stdin(["aggregate"], text.as_bytes());
        run.expect(2, &format!("standard input: line {reason}"));
        assert_eq!(run.stdout, "");
    }
    run_with_stdin(["aggregate"], b"\n").expect(2, "no signatures in it");
}
