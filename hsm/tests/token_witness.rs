//! The token remembers how far a vault's log has come, so a restored copy of the whole folder is
//! refused.

mod support;

use std::path::Path;
use std::process::Command;

use pairlane_hsm::custodian::{BlsScheme, Message};
use pairlane_hsm::guard::{Accept, Act, Digest, Duty, GuardError, GuardKey, Position};
use pairlane_hsm::keystore::{Custody, KeyType, Record};
use pairlane_hsm::token::Token;
use pairlane_hsm::vault::{SignError, SignRequest, Vault, VaultError, VaultOptions, VaultReport};
use support::{Provider, Setup, on};

const ACTOR: &str = "test";
const TOKENS: [Provider; 2] = [Provider::SoftHsm, Provider::Kryoptic];

fn create(folder: &Path, token: &Token) -> Vault {
    let custody = Custody::Token { token: token.clone(), level: None, native_bls: None };
    Vault::create(folder, custody, VaultOptions::default(), ACTOR).unwrap()
}

fn open(folder: &Path, token: &Token) -> Result<(Vault, VaultReport), Box<VaultError>> {
    Vault::open(folder, Some(token.clone()), VaultOptions::default(), ACTOR).map_err(Box::new)
}

fn accepting(folder: &Path, token: &Token, accept: Accept) -> Result<Vault, Box<VaultError>> {
    let options = VaultOptions { accept: Some(accept), ..VaultOptions::default() };
    Vault::open(folder, Some(token.clone()), options, ACTOR)
        .map(|opened| opened.0)
        .map_err(Box::new)
}

fn sign(vault: &Vault, record: &Record, height: u64) -> Result<Vec<u8>, SignError> {
    vault.unlock(ACTOR, record.id, None).unwrap();
    let act = Act::Consensus(Position { height, round: 0, phase: 1 });
    let scheme = BlsScheme::Standard(pairlane::Scheme::ProofOfPossession);
    let message = Message::Bls { scheme, message: &height.to_be_bytes() };
    vault.sign(&[SignRequest { actor: ACTOR, key: record.id, act, message }]).remove(0)
}

/// Puts a copy of one folder in the place of another.
fn copy(from: &Path, to: &Path) {
    let _ = std::fs::remove_dir_all(to);
    assert!(Command::new("cp").arg("-a").args([from, to]).status().unwrap().success());
}

#[track_caller]
fn behind(refused: Result<(Vault, VaultReport), Box<VaultError>>) {
    let error = refused.map(|_| ()).unwrap_err();
    assert!(matches!(*error, VaultError::Guard(GuardError::LogBehind { .. })), "{error}");
    let text = error.to_string();
    for part in ["the token \"", "restored from a backup", "pairlane guard accept older-log"] {
        assert!(text.contains(part), "no {part:?} in: {text}");
    }
}

fn a_restored_folder_is_refused_on(setup: &Setup) {
    let (folder, backup) = (setup.folder.join("vault"), setup.folder.join("copy"));
    let token = setup.token();
    let vault = create(&folder, &token);
    assert!(vault.token_remembers());
    let record = vault.create_key(ACTOR, KeyType::BlsMinPk, None, None).unwrap();
    sign(&vault, &record, 1).unwrap();
    vault.checkpoint().unwrap();
    drop(vault);
    copy(&folder, &backup);

    let (vault, report) = open(&folder, &token).unwrap();
    assert!(report.token_remembers);
    sign(&vault, &record, 2).unwrap();
    vault.checkpoint().unwrap();
    drop(vault);

    // All of the folder goes back, the witness file in it too: only the token knows.
    copy(&backup, &folder);
    behind(open(&folder, &token));
    // Refused again: the refusal changed nothing.
    behind(open(&folder, &token));
    let wrong = accepting(&folder, &token, Accept::LostLog).unwrap_err();
    assert!(matches!(*wrong, VaultError::Guard(GuardError::LogBehind { .. })), "{wrong}");

    // Accepted, the key waits to be enabled, and the token goes on from there.
    let vault = accepting(&folder, &token, Accept::OlderLog).unwrap();
    let refused = vault.unlock(ACTOR, record.id, None).unwrap_err();
    assert!(matches!(refused, VaultError::Disabled(_)), "{refused}");
    // So it opens again, too.
    drop(vault);
    let (vault, _) = open(&folder, &token).unwrap();
    vault.enable(ACTOR, record.id).unwrap();
    sign(&vault, &record, 3).unwrap();
    drop(vault);
    drop(open(&folder, &token).unwrap());
    copy(&backup, &folder);
    behind(open(&folder, &token));
}

#[test]
fn a_restored_folder_is_refused() {
    on(&TOKENS, "a_restored_folder_is_refused", a_restored_folder_is_refused_on);
}

/// An opening that signs nothing is one all the same: a copy made after it is told from what came then.
fn an_idle_opening_counts_on(setup: &Setup) {
    let (folder, backup) = (setup.folder.join("vault"), setup.folder.join("copy"));
    let token = setup.token();
    let vault = create(&folder, &token);
    let record = vault.create_key(ACTOR, KeyType::BlsMinPk, None, None).unwrap();
    sign(&vault, &record, 1).unwrap();
    drop(vault);
    drop(open(&folder, &token).unwrap());
    copy(&folder, &backup);
    let (vault, _) = open(&folder, &token).unwrap();
    sign(&vault, &record, 2).unwrap();
    drop(vault);
    copy(&backup, &folder);
    behind(open(&folder, &token));
}

#[test]
fn an_idle_opening_counts() {
    on(&TOKENS, "an_idle_opening_counts", an_idle_opening_counts_on);
}

/// Of two copies of a vault, the one that was opened first goes on.
fn of_two_copies_one_goes_on_with(setup: &Setup) {
    let (folder, twin) = (setup.folder.join("vault"), setup.folder.join("twin"));
    let token = setup.token();
    let vault = create(&folder, &token);
    let record = vault.create_key(ACTOR, KeyType::BlsMinPk, None, None).unwrap();
    sign(&vault, &record, 1).unwrap();
    drop(vault);
    copy(&folder, &twin);
    let (vault, _) = open(&twin, &token).unwrap();
    // Even while the twin is open, and before it has signed anything.
    behind(open(&folder, &token));
    sign(&vault, &record, 2).unwrap();
    drop(vault);
    behind(open(&folder, &token));
    open(&twin, &token).unwrap();
}

#[test]
fn of_two_copies_one_goes_on() {
    on(&TOKENS, "of_two_copies_one_goes_on", of_two_copies_one_goes_on_with);
}

/// A copy from within the last opening shows once 9,999 entries have followed the marker.
fn a_long_run_is_seen_on(setup: &Setup) {
    const ENTRIES: u64 = 10_000;
    let (folder, backup) = (setup.folder.join("vault"), setup.folder.join("copy"));
    let token = setup.token();
    let vault = create(&folder, &token);
    let record = vault.create_key(ACTOR, KeyType::BlsMinPk, None, None).unwrap();
    let key = GuardKey::new(&record.public_key).unwrap();
    let sign_up_to = |from: u64, to: u64| {
        let duties: Vec<Duty> = (from..to)
            .map(|height| {
                let act = Act::Consensus(Position { height, round: 0, phase: 0 });
                Duty { key, act, digest: Digest([1; 32]) }
            })
            .collect();
        assert!(vault.guard().authorise(&duties).iter().all(Result::is_ok));
        vault.checkpoint().unwrap();
    };
    sign_up_to(0, 10);
    copy(&folder, &backup);
    sign_up_to(10, ENTRIES + 10);
    drop(vault);
    copy(&backup, &folder);
    behind(open(&folder, &token));
}

#[test]
fn a_long_run_is_seen() {
    on(&TOKENS, "a_long_run_is_seen", a_long_run_is_seen_on);
}

/// Vaults of one token do not meet, and a token that keeps no such objects is done without.
fn vaults_of_one_token_do_not_meet_on(setup: &Setup) {
    let token = setup.token();
    let (one, other) = (setup.folder.join("one"), setup.folder.join("other"));
    drop(create(&one, &token));
    drop(create(&other, &token));
    for folder in [&one, &other] {
        drop(open(folder, &token).unwrap());
    }
    std::fs::write(one.join("guard.token"), "no name\n").unwrap();
    let error = open(&one, &token).unwrap_err().to_string();
    assert!(error.contains("guard.token: not the name of a witness"), "{error}");
}

#[test]
fn vaults_of_one_token_do_not_meet() {
    on(&TOKENS, "vaults_of_one_token_do_not_meet", vaults_of_one_token_do_not_meet_on);
}

/// NSS hands out no private data objects: its vaults work without this witness, and say so.
fn a_token_without_data_objects_is_no_witness_on(setup: &Setup) {
    let token = setup.token();
    let folder = setup.folder.join("vault");
    let vault = create(&folder, &token);
    assert!(!vault.token_remembers());
    let record = vault.create_key(ACTOR, KeyType::BlsMinPk, None, None).unwrap();
    sign(&vault, &record, 1).unwrap();
    drop(vault);
    let (_, report) = open(&folder, &token).unwrap();
    assert!(!report.token_remembers);
}

#[test]
fn a_token_without_data_objects_is_no_witness() {
    let name = "a_token_without_data_objects_is_no_witness";
    on(&[Provider::Nss], name, a_token_without_data_objects_is_no_witness_on);
}
