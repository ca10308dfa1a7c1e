//! The whole way: token, key, guard, signature, audit proof, and back after a restart.

mod support;

use std::path::Path;

use pairlane::{MinPk, PublicKey, Scheme, Signature, Suite};
use pairlane_hsm::audit::{self, Action, TokenKey};
use pairlane_hsm::custodian::{BlsScheme, CustodyError, Message};
use pairlane_hsm::guard::{Act, Interchange, Position, Vote};
use pairlane_hsm::keystore::{
    Custody, KeyState, KeyStore, KeyType, RawImport, Record, Scrypt, StoreError,
};
use pairlane_hsm::token::{Pin, Token};
use pairlane_hsm::vault::{Enabled, SignError, SignRequest, Vault, VaultError, VaultOptions};
use support::{Provider, Setup, on};

const ACTOR: &str = "test";

fn bls(message: &[u8]) -> Message<'_> {
    Message::Bls { scheme: BlsScheme::Standard(Scheme::ProofOfPossession), message }
}

fn at(height: u64) -> Act {
    Act::Consensus(Position { height, round: 0, phase: 1 })
}

fn sign_one(
    vault: &Vault,
    record: &Record,
    act: Act,
    message: &[u8],
) -> Result<Vec<u8>, SignError> {
    let request = SignRequest { actor: ACTOR, key: record.id, act, message: bls(message) };
    vault.sign(&[request]).remove(0)
}

fn is_valid(record: &Record, message: &[u8], signature: &[u8]) -> bool {
    let key = PublicKey::<MinPk>::from_bytes(&record.public_key).unwrap();
    let signature = Signature::from_bytes(signature).unwrap();
    signature.verify(&Suite::proof_of_possession(), &key, message).is_ok()
}

fn on_token(setup: &Setup, token: Token) -> Vault {
    let custody = Custody::Token { token, level: None, native_bls: None };
    Vault::create(&setup.folder.join("vault"), custody, VaultOptions::default(), ACTOR).unwrap()
}

#[test]
fn from_token_to_signature_to_audit_proof() {
    on(
        &[Provider::SoftHsm, Provider::Kryoptic],
        "from_token_to_signature_to_audit_proof",
        |setup| {
            let folder = setup.folder.join("vault");
            let token = setup.token();
            let vault = on_token(setup, token.clone());
            let record = vault.create_key(ACTOR, KeyType::BlsMinPk, Some("first"), None).unwrap();
            assert_eq!(record.state, KeyState::Active);
            let locked = sign_one(&vault, &record, at(7), b"block 7").unwrap_err();
            assert!(matches!(locked, SignError::Custody(CustodyError::Locked(_))), "{locked}");
            vault.unlock(ACTOR, record.id, None).unwrap();

            let signature = sign_one(&vault, &record, at(7), b"block 7").unwrap();
            assert!(is_valid(&record, b"block 7", &signature));
            // The same again is the same signature; another message at its place is refused.
            assert_eq!(sign_one(&vault, &record, at(7), b"block 7").unwrap(), signature);
            let refused = sign_one(&vault, &record, at(7), b"block 7'").unwrap_err();
            assert!(matches!(refused, SignError::Refused(_)), "{refused}");
            vault.checkpoint().unwrap();
            let head = vault.audit().head().unwrap();
            drop(vault);

            // After a restart the guard remembers, and the log proves itself with the token's key.
            let opened = Vault::open(&folder, Some(token.clone()), VaultOptions::default(), ACTOR);
            let (vault, report) = opened.unwrap();
            assert_eq!((report.guard.keys, report.guard.created), (1, false));
            vault.unlock(ACTOR, record.id, None).unwrap();
            sign_one(&vault, &record, at(6), b"block 6").unwrap_err();
            sign_one(&vault, &record, at(8), b"block 8").unwrap();
            drop(vault);
            let key = TokenKey::open(&token).unwrap();
            let path = folder.join("audit.log");
            let proof = audit::verify(&path, &key, Some(&head)).unwrap();
            assert!(proof.entries > head.entries());
            let mut signed = Vec::new();
            audit::read(&path, |entry| {
                if entry.event.action == Action::Sign {
                    signed.push((entry.event.outcome, entry.event.detail.get("duty").cloned()));
                }
                Ok(())
            })
            .unwrap();
            assert_eq!(signed.len(), 4, "{signed:?}");
        },
    );
}

fn files(folder: &Path) -> Vault {
    let custody = Custody::Files(Scrypt::Light);
    Vault::create(folder, custody, VaultOptions::default(), ACTOR).unwrap()
}

fn password() -> Pin {
    Pin::new(b"correct horse").unwrap()
}

#[test]
fn one_record_with_one_sync_for_a_batch() {
    let folder = tempfile::tempdir().unwrap();
    let vault = files(&folder.path().join("vault"));
    let password = password();
    let records: Vec<Record> = (0..8)
        .map(|_| vault.create_key(ACTOR, KeyType::BlsMinPk, None, Some(&password)).unwrap())
        .collect();
    for record in &records {
        vault.unlock(ACTOR, record.id, Some(&password)).unwrap();
    }
    let syncs = vault.guard().syncs();
    let requests: Vec<_> = records
        .iter()
        .map(|record| SignRequest {
            actor: ACTOR,
            key: record.id,
            act: at(1),
            message: bls(b"block 1"),
        })
        .collect();
    let made = vault.sign(&requests);
    for (record, signature) in records.iter().zip(made) {
        assert!(is_valid(record, b"block 1", &signature.unwrap()));
    }
    assert_eq!(vault.guard().syncs(), syncs + 1);
}

#[test]
fn a_batch_that_contradicts_itself_gets_one_signature() {
    let folder = tempfile::tempdir().unwrap();
    let vault = files(&folder.path().join("vault"));
    let record = vault.create_key(ACTOR, KeyType::BlsMinPk, None, Some(&password())).unwrap();
    vault.unlock(ACTOR, record.id, Some(&password())).unwrap();
    let request =
        |message| SignRequest { actor: ACTOR, key: record.id, act: at(1), message: bls(message) };
    let made = vault.sign(&[request(b"A"), request(b"B"), request(b"A")]);
    assert!(made[0].is_ok() && made[2].is_ok());
    assert!(matches!(made[1], Err(SignError::Refused(_))));
}

#[test]
fn a_message_has_to_fit_its_duty() {
    let folder = tempfile::tempdir().unwrap();
    let vault = files(&folder.path().join("vault"));
    let record = vault.create_key(ACTOR, KeyType::BlsMinPk, None, Some(&password())).unwrap();
    vault.unlock(ACTOR, record.id, Some(&password())).unwrap();
    let vote = Act::Attestation(Vote { source_epoch: 1, target_epoch: 2 });
    let error = sign_one(&vault, &record, vote, b"not a root").unwrap_err();
    assert!(matches!(error, SignError::NotARoot { bytes: 10 }), "{error}");
    let message = Message::Ed25519 { message: b"block 7" };
    let request = SignRequest { actor: ACTOR, key: record.id, act: at(1), message };
    let error = vault.sign(&[request]).remove(0).unwrap_err();
    assert!(matches!(error, SignError::Custody(CustodyError::WrongType { .. })), "{error}");
    // Neither used up the place.
    sign_one(&vault, &record, at(1), b"block 1").unwrap();
}

/// The log of our consensus knows nothing of Ethereum's slots.
#[test]
fn a_root_is_signed_as_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let custody = Custody::Files(Scrypt::Light);
    let options = VaultOptions { network: Some([7; 32]), ..VaultOptions::default() };
    let vault = Vault::create(&folder.path().join("vault"), custody, options, ACTOR).unwrap();
    let record = vault.create_key(ACTOR, KeyType::BlsMinPk, None, Some(&password())).unwrap();
    vault.unlock(ACTOR, record.id, Some(&password())).unwrap();
    let error = sign_one(&vault, &record, at(1), &[1; 32]).unwrap_err();
    assert!(matches!(error, SignError::Root), "{error}");
    let tag = Suite::<MinPk>::proof_of_possession().tag().clone();
    let scheme = BlsScheme::Tagged(Scheme::Basic, &tag);
    let message = Message::Bls { scheme, message: &[1; 32] };
    let request = SignRequest { actor: ACTOR, key: record.id, act: at(1), message };
    let error = vault.sign(&[request]).remove(0).unwrap_err();
    assert!(matches!(error, SignError::Root), "{error}");
    sign_one(&vault, &record, at(1), &[1; 31]).unwrap();
    sign_one(&vault, &record, Act::Block { slot: 1 }, &[1; 32]).unwrap();
}

#[test]
fn imported_and_restored_keys_wait_for_their_history() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (folder.path().join("old"), folder.path().join("new"));
    let password = password();
    let vault = files(&old);
    let record = vault.create_key(ACTOR, KeyType::BlsMinPk, None, Some(&password)).unwrap();
    vault.unlock(ACTOR, record.id, Some(&password)).unwrap();
    sign_one(&vault, &record, at(100), b"block 100").unwrap();
    let history = vault.export_history(ACTOR).unwrap().to_consensus();
    let (backup, shares) = vault.backup(ACTOR, 2, 3, Some(&password)).unwrap();
    drop(vault);

    let vault = files(&new);
    let restored = vault.restore(ACTOR, &backup, &shares[1..], Some(&password)).unwrap();
    assert_eq!(restored.restored, [record.id]);
    let error = vault.unlock(ACTOR, record.id, Some(&password)).unwrap_err();
    assert!(matches!(error, VaultError::Disabled(_)), "{error}");
    // A restart with a key that is not enabled yet is no trouble.
    drop(vault);
    let (vault, _) = Vault::open(&new, None, VaultOptions::default(), ACTOR).unwrap();
    let history = Interchange::from_consensus(history.as_bytes()).unwrap();
    assert_eq!(vault.import_history(ACTOR, &history).unwrap().new, 1);
    assert_eq!(vault.enable(ACTOR, record.id).unwrap(), Enabled::WithHistory);
    vault.unlock(ACTOR, record.id, Some(&password)).unwrap();
    sign_one(&vault, &record, at(99), b"block 99").unwrap_err();
    sign_one(&vault, &record, at(101), b"block 101").unwrap();
}

#[test]
fn states_of_a_key_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault");
    let password = password();
    let vault = files(&path);
    let [locked, disabled, deleted] = [(); 3]
        .map(|()| vault.create_key(ACTOR, KeyType::BlsMinPk, None, Some(&password)).unwrap());
    vault.lock(ACTOR, locked.id).unwrap();
    vault.disable(ACTOR, disabled.id).unwrap();
    vault.delete(ACTOR, deleted.id).unwrap();
    drop(vault);
    let (vault, _) = Vault::open(&path, None, VaultOptions::default(), ACTOR).unwrap();
    assert!(vault.custodian().unlock_all(Some(&password)).is_empty());
    assert!(!vault.custodian().is_unlocked(locked.id), "it waits for somebody to unlock it");
    vault.unlock(ACTOR, locked.id, Some(&password)).unwrap();
    assert_eq!(vault.store().get(locked.id).unwrap().state, KeyState::Active);
    let error = vault.unlock(ACTOR, disabled.id, Some(&password)).unwrap_err();
    assert!(matches!(error, VaultError::Disabled(_)), "{error}");
    let error = vault.unlock(ACTOR, deleted.id, Some(&password)).unwrap_err();
    assert!(matches!(error, VaultError::Store(StoreError::Unknown(_))), "{error}");
    assert_eq!(vault.enable(ACTOR, disabled.id).unwrap(), Enabled::WithHistory);
}

#[test]
fn raw_secrets_come_in_with_a_word_for_it_and_wait_too() {
    let folder = tempfile::tempdir().unwrap();
    let vault = files(&folder.path().join("vault"));
    let mut secret = pairlane_hsm::arena::Arena::process().unwrap().bytes::<32>().unwrap();
    secret[31] = 7;
    let accepted = RawImport::SecretWasInTheClear;
    let kind = KeyType::BlsMinPk;
    let record = vault.import_raw(ACTOR, kind, secret, accepted, None, Some(&password())).unwrap();
    assert_eq!(record.state, KeyState::Disabled);
    assert_eq!(vault.enable(ACTOR, record.id).unwrap(), Enabled::WithoutHistory);
}

#[test]
fn a_second_opener_and_a_lost_log_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault");
    let vault = files(&path);
    vault.create_key(ACTOR, KeyType::BlsMinPk, None, Some(&password())).unwrap();
    let second = Vault::open(&path, None, VaultOptions::default(), ACTOR).unwrap_err();
    assert!(matches!(second, VaultError::Store(StoreError::InUse { .. })), "{second}");
    drop(vault);
    std::fs::remove_file(path.join("guard/guard.log")).unwrap();
    let lost = Vault::open(&path, None, VaultOptions::default(), ACTOR).unwrap_err();
    assert!(lost.to_string().contains("is missing, but"), "{lost}");
    let missing = Vault::open(&folder.path().join("no"), None, VaultOptions::default(), ACTOR);
    assert!(matches!(missing, Err(VaultError::Missing { .. })));
    let again = Custody::Files(Scrypt::Light);
    let exists = Vault::create(&path, again, VaultOptions::default(), ACTOR).unwrap_err();
    assert!(matches!(exists, VaultError::Exists { .. }), "{exists}");
    // The key store by itself is not what a vault opens: its lock is shared.
    drop(KeyStore::open(&path.join("store"), None).unwrap());
}

/// A process that starts holds copies of all open files for a moment, locks among them.
#[test]
fn a_closed_vault_opens_again_while_processes_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault");
    drop(files(&path));
    let starting = std::thread::spawn(|| {
        for _ in 0..200 {
            assert!(std::process::Command::new("true").status().unwrap().success());
        }
    });
    while !starting.is_finished() {
        drop(Vault::open(&path, None, VaultOptions::default(), ACTOR).unwrap());
    }
    starting.join().unwrap();
}
