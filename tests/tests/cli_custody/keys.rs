//! `pairlane keys`: made, imported, used, ended.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;

use pairlane::vrf::{EdwardsEll2, EdwardsTai, edwards};
use pairlane::{MinPk, MinSig, Possession, PublicKey, SecretKey, Signature, Suite, possession_tag};
use pairlane::{Scheme, Variant};
use serde_json::Value;

use crate::host::{Host, bytes};

const TYPES: [&str; 5] = ["bls-min-pk", "bls-min-sig", "ecvrf-tai", "ecvrf-ell2", "ed25519"];

fn bls_verifies<V: Variant>(key: &str, signature: &str, message: &[u8]) {
    let key = PublicKey::<V>::from_bytes(&bytes(key)).unwrap();
    let signature = Signature::<V>::from_bytes(&bytes(signature)).unwrap();
    let suite = Suite::<V>::standard(Scheme::ProofOfPossession);
    signature.verify(&suite, &key, message).unwrap();
}

fn proof_verifies<V: Variant>(key: &str, proof: &str) {
    let key = PublicKey::<V>::from_bytes(&bytes(key)).unwrap();
    let proof = Possession::<V>::from_bytes(&bytes(proof)).unwrap();
    proof.verify(&possession_tag::<V>(), &key).unwrap();
}

#[test]
fn keys_of_every_type_are_made_listed_and_used() {
    let test = "keys_of_every_type_are_made_listed_and_used";
    let Some(host) = Host::with_vault(test) else { return };
    let made = TYPES.map(|kind| {
        let made = host.on("vault", &["keys", "create", "--type", kind, "--name", kind]);
        let level = if kind == "ed25519" { "native" } else { "envelope-gcm" };
        made.expect(0, &format!("protection {level}: against"));
        made.stdout.trim_end().to_owned()
    });
    let listed = host.keys("vault");
    assert_eq!(listed.len(), TYPES.len());
    for (kind, public) in TYPES.iter().zip(&made) {
        let key = listed.iter().find(|key| key["name"] == *kind).expect("listed");
        assert_eq!((&key["type"], &key["state"]), (&Value::from(*kind), &Value::from("active")));
        assert_eq!(key["public_key"], **public);
    }
    let table = host.good(&["keys", "list"]);
    assert!(TYPES.iter().all(|kind| table.contains(kind)), "{table}");

    let used = TYPES.map(|kind| {
        let signed = host.sign("vault", kind, "7", "0xcafe");
        signed.expect(0, "");
        signed.stdout.trim_end().to_owned()
    });
    let message = [0xca, 0xfe];
    bls_verifies::<MinPk>(&made[0], &used[0], &message);
    bls_verifies::<MinSig>(&made[1], &used[1], &message);
    let (key, proof) = (bytes(&made[2]), bytes(&used[2]));
    let key = edwards::PublicKey::<EdwardsTai>::from_bytes(&key).unwrap();
    key.verify(&message, &edwards::Proof::from_bytes(&proof).unwrap()).unwrap();
    let (key, proof) = (bytes(&made[3]), bytes(&used[3]));
    let key = edwards::PublicKey::<EdwardsEll2>::from_bytes(&key).unwrap();
    key.verify(&message, &edwards::Proof::from_bytes(&proof).unwrap()).unwrap();
    let key = ed25519_dalek::VerifyingKey::try_from(&*bytes(&made[4])).unwrap();
    let signature = ed25519_dalek::Signature::try_from(&*bytes(&used[4])).unwrap();
    key.verify_strict(&message, &signature).unwrap();

    proof_verifies::<MinPk>(&made[0], &host.good(&["keys", "possession", "--key", TYPES[0]]));
    proof_verifies::<MinSig>(&made[1], &host.good(&["keys", "possession", "--key", &made[1]]));
    host.on("vault", &["keys", "possession", "--key", "ed25519"]).expect(2, "");
    host.on("vault", &["keys", "possession", "--key", "nobody"]).expect(2, "no key is called");
    host.on("vault", &["keys", "create", "--type", "rsa"]).expect(2, "bls-min-pk");
}

#[test]
fn a_double_sign_is_refused() {
    let Some(host) = Host::with_vault("a_double_sign_is_refused") else { return };
    for kind in ["bls-min-pk", "ed25519"] {
        host.good(&["keys", "create", "--type", kind, "--name", kind]);
        let sign = |height: &str, message: &str| host.sign("vault", kind, height, message);
        let first = sign("7", "0xcafe");
        first.expect(0, "");
        let refused = sign("7", "0xbeef");
        refused.expect(1, "refused: ").expect(1, "has signed another message for height 7");
        assert_eq!(refused.stdout, "", "no signature leaves");
        sign("6", "0xcafe").expect(1, "refused: ");
        let again = sign("7", "0xcafe");
        assert_eq!(again.expect(0, "").stdout, first.stdout, "the same message is no double sign");
        sign("8", "0xbeef").expect(0, "");
    }
}

#[test]
fn states_hold_until_somebody_changes_them() {
    let Some(host) = Host::with_vault("states_hold_until_somebody_changes_them") else { return };
    let act = |what: &str| host.on("vault", &["keys", what, "--key", "k"]);
    host.good(&["keys", "create", "--name", "k"]);
    act("lock").expect(0, "");
    assert_eq!(host.state("k"), "locked");
    host.sign("vault", "k", "1", "0x01").expect(2, "is locked: `pairlane keys unlock` first");
    act("possession").expect(2, "is locked");
    assert_eq!(host.state("k"), "locked");
    act("unlock").expect(0, "");
    assert_eq!(host.state("k"), "active");
    host.sign("vault", "k", "1", "0x01").expect(0, "");

    act("disable").expect(0, "");
    assert_eq!(host.state("k"), "disabled");
    host.sign("vault", "k", "2", "0x02").expect(2, "is disabled: enable it first");
    act("unlock").expect(2, "is disabled");
    let enabled = act("enable");
    assert!(enabled.expect(0, "").stdout.contains("its history is known"));
    host.sign("vault", "k", "1", "0x03").expect(1, "refused: ");

    act("delete").expect(0, "");
    assert!(host.keys("vault").is_empty());
    act("enable").expect(2, "no key is called k");
}

const KEYSTORES: &str = include_str!("../../../hsm/tests/vectors/eip2335.json");

#[test]
fn keystore_files_come_in_under_their_password() {
    let test = "keystore_files_come_in_under_their_password";
    let Some(host) = Host::with_vault(test) else { return };
    let vectors: Value = serde_json::from_str(KEYSTORES).unwrap();
    let keystore = &vectors["keystores"][1];
    fs::write(host.path("keystore.json"), keystore.to_string()).unwrap();
    host.write_secret("password", vectors["password"].as_str().unwrap());
    host.write_secret("wrong", "correct horse");
    let import = |password: &str| {
        let source = format!("file:{password}");
        let args = ["keys", "import", "keystore.json", "--name", "old", "--password", &source];
        host.on("vault", &args)
    };
    import("wrong").expect(2, "keystore.json");
    assert!(host.keys("vault").is_empty(), "a wrong password leaves nothing behind");

    let taken = import("password");
    taken.expect(0, "It is disabled: import what it has signed");
    let public = keystore["pubkey"].as_str().unwrap();
    assert_eq!(taken.stdout, format!("0x{public}\n"));
    assert_eq!(host.state("old"), "disabled");
    host.sign("vault", "old", "1", "0x01").expect(2, "is disabled");
    let enabled = host.good(&["keys", "enable", "--key", "old"]);
    assert!(enabled.contains("the guard knows of nothing that it signed"), "{enabled}");
    let signed = host.sign("vault", "old", "1", "0x01");
    signed.expect(0, "");
    bls_verifies::<MinPk>(&taken.stdout, &signed.stdout, &[1]);

    import("password").expect(2, "");
    assert_eq!(host.keys("vault").len(), 1, "a key is here once");
    let damaged = keystore.to_string().replace("aes-128-ctr", "aes-128-cbc");
    fs::write(host.path("keystore.json"), damaged).unwrap();
    import("password").expect(2, "keystore.json");
}

#[test]
fn bare_secrets_come_in_with_a_flag_that_says_so() {
    let test = "bare_secrets_come_in_with_a_flag_that_says_so";
    let Some(host) = Host::with_vault(test) else { return };
    let secret = SecretKey::from_seed(&[9; 32], &[]).unwrap();
    let text = hex::encode(secret.expose_bytes());
    host.write_secret("bare", &format!("0x{text}"));
    let import = ["keys", "import", "bare", "--name", "bare", "--password", "file:user.pin"];
    host.on("vault", &import).expect(2, "bare");
    assert!(host.keys("vault").is_empty());
    let taken = host.on("vault", &[&import[..], &["--raw-secret"]].concat());
    taken.expect(0, "It is disabled");
    assert_eq!(taken.stdout, format!("{}\n", secret.public_key::<MinPk>()));
    assert!(!taken.stderr.contains(&text));
    assert_eq!(host.state("bare"), "disabled");
    host.write_secret("short", "0x0102");
    let short = ["keys", "import", "short", "--raw-secret"];
    host.on("vault", &short).expect(2, "short: 2 bytes; a secret has 32");
    host.write_secret("zero", &"00".repeat(32));
    host.on("vault", &["keys", "import", "zero", "--raw-secret"]).expect(2, "");
    assert_eq!(host.keys("vault").len(), 1);
}

#[test]
fn sealing_keys_change_and_signature_keys_do_not() {
    let test = "sealing_keys_change_and_signature_keys_do_not";
    let Some(host) = Host::with_vault(test) else { return };
    for kind in TYPES {
        host.good(&["keys", "create", "--type", kind, "--name", kind]);
    }
    let before = host.keys("vault");
    host.copy("vault", "older");
    let said = host.good(&["keys", "rotate-kek"]);
    assert!(said.starts_with("4 keys are sealed under ") && said.ends_with("kept for old backups"));
    assert_eq!(host.keys("vault"), before);
    let said = host.good(&["keys", "rotate-kek", "--retire"]);
    assert!(said.ends_with("is destroyed"), "{said}");
    assert_eq!(host.keys("vault"), before);
    for kind in TYPES {
        host.sign("vault", kind, "1", "0x01").expect(0, "");
    }
    // A folder from before the second rotation asks for a key that is no more, by name.
    host.good(&["keys", "rotate-kek", "--retire"]);
    host.copy("vault", "newest");
    host.good(&["keys", "rotate-kek", "--retire"]);
    host.on("newest", &["keys", "list"]).expect(2, "the token has no secret key \"pairlane-kek\"");
}

#[test]
fn a_damaged_key_file_is_named() {
    let Some(host) = Host::with_vault("a_damaged_key_file_is_named") else { return };
    host.good(&["keys", "create", "--name", "whole"]);
    host.good(&["keys", "create", "--name", "hurt"]);
    let keys = host.keys("vault");
    let id = keys.iter().find(|key| key["name"] == "hurt").unwrap()["id"].as_str().unwrap();
    let file = format!("{id}.json");
    let is_it = |(path, _): &(std::path::PathBuf, Vec<u8>)| path.ends_with(&file);
    let (path, whole) = host.files("vault").into_iter().find(is_it).expect("its file");
    let text = String::from_utf8(whole.clone()).unwrap();
    let at = text.find("ciphertext").expect("a sealed key") + "ciphertext\": \"".len();
    let mut swapped = text.clone();
    let digit = if &text[at..=at] == "0" { "1" } else { "0" };
    swapped.replace_range(at..=at, digit);
    for damaged in ["", "{}", &text[..text.len() / 2], &text.replace("bls-min-pk", "ecvrf-tai")] {
        fs::write(&path, damaged).unwrap();
        host.on("vault", &["keys", "list"]).expect(2, &file);
        assert_eq!(fs::read(&path).unwrap(), damaged.as_bytes(), "left as it was found");
    }
    // What only the token can tell shows when the key is opened, and hurts no other key.
    fs::write(&path, &swapped).unwrap();
    host.sign("vault", "hurt", "1", "0x01").expect(2, id);
    host.sign("vault", "whole", "1", "0x01").expect(0, "");
    fs::write(&path, whole).unwrap();
    host.sign("vault", "hurt", "1", "0x01").expect(0, "");
}

/// Opens a pipe for writing as soon as the child reads it.
fn pipe_to(child: &mut std::process::Child, path: &std::path::Path) -> fs::File {
    const O_NONBLOCK: i32 = 0o4000;
    loop {
        match fs::OpenOptions::new().write(true).custom_flags(O_NONBLOCK).open(path) {
            Ok(pipe) => return pipe,
            Err(_) => assert_eq!(child.try_wait().unwrap(), None, "it ended before it read"),
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

#[test]
fn a_vault_is_open_once() {
    let Some(host) = Host::with_vault("a_vault_is_open_once") else { return };
    let pipe = host.path("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    // It has the vault open while it waits for its secret.
    let mut first = host.command("vault");
    let mut first = first.args(["keys", "import", "pipe", "--raw-secret"]).spawn().unwrap();
    let mut writer = pipe_to(&mut first, &pipe);
    for command in [&["keys", "list"][..], &["keys", "create"], &["audit", "head"]] {
        host.on("vault", command).expect(2, "is in use by another process");
    }
    // Proofs and looks need no vault of their own.
    assert!(host.good(&["audit", "verify"]).starts_with("whole: "));
    host.good(&["audit", "show"]);
    writeln!(writer, "0x{}", "07".repeat(32)).unwrap();
    drop(writer);
    assert!(first.wait().unwrap().success());
    assert_eq!(host.keys("vault").len(), 1);
}
