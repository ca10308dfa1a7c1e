//! The key store, on tokens and without one.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use pairlane_hsm::arena::{Arena, Locked};
use pairlane_hsm::envelope::Level;
use pairlane_hsm::keystore::{
    Backup, BackupError, BackupShare, Custody, KeyId, KeyState, KeyStore, KeyType, RawImport,
    Scrypt, StoreError,
};
use pairlane_hsm::token::{Pin, Token, TokenConfig, TokenSelector, init_token};
use support::{Provider, Setup, on};

const BOTH: [Provider; 2] = [Provider::SoftHsm, Provider::Kryoptic];

fn locked(bytes: [u8; 32]) -> Locked<[u8; 32]> {
    let mut locked = Arena::process().unwrap().bytes().unwrap();
    *locked = bytes;
    locked
}

fn create(folder: &Path, token: &Token, level: Level) -> KeyStore {
    let custody = Custody::Token { token: token.clone(), level: Some(level), native_bls: None };
    KeyStore::create(folder, custody).unwrap()
}

fn files(folder: &Path) -> KeyStore {
    KeyStore::create(folder, Custody::Files(Scrypt::Light)).unwrap()
}

fn password() -> Pin {
    Pin::new(b"a password").unwrap()
}

fn only_file(folder: &Path) -> PathBuf {
    let mut entries = fs::read_dir(folder.join("keys")).unwrap();
    let path = entries.next().unwrap().unwrap().path();
    assert!(entries.next().is_none());
    path
}

#[test]
fn every_type_is_made_kept_and_opened_at_every_level() {
    on(&BOTH, "every_type_is_made_kept_and_opened_at_every_level", |setup| {
        let token = setup.token();
        for level in
            [Level::EnvelopeGcm, Level::EnvelopeCbcHmac, Level::UnwrapObject, Level::SecretObject]
        {
            let folder = setup.folder.join(level.name());
            let store = create(&folder, &token, level);
            let mut made = Vec::new();
            for key_type in KeyType::ALL {
                let record = store.generate(key_type, Some("a name"), None).unwrap();
                let native = key_type == KeyType::Ed25519 && setup.provider == Provider::SoftHsm;
                let expected = if native { Level::Native } else { level };
                assert_eq!(record.protection.level(), expected, "{key_type}");
                made.push(record);
            }
            drop(store);
            let store = KeyStore::open(&folder, Some(token.clone())).unwrap();
            assert_eq!(store.level(), level);
            assert_eq!(store.list().len(), made.len());
            for record in made {
                assert_eq!(store.get(record.id).unwrap(), record);
                assert_eq!(store.find(&record.public_key).unwrap(), record);
                let unlocked = store.load(record.id, None).unwrap();
                assert_eq!(unlocked.public_key(), record.public_key);
                store.set_state(record.id, KeyState::Disabled).unwrap();
                let refused = store.load(record.id, None);
                assert!(matches!(refused, Err(StoreError::Disabled(_))));
                store.delete(record.id).unwrap();
                assert!(matches!(store.get(record.id), Err(StoreError::Unknown(_))));
            }
            drop(store);
            assert!(KeyStore::open(&folder, Some(token.clone())).unwrap().list().is_empty());
        }
    });
}

/// What fails leaves nothing readable in the token, and nothing that signs.
#[test]
fn a_key_that_is_not_kept_leaves_nothing_in_the_token() {
    on(&BOTH, "a_key_that_is_not_kept_leaves_nothing_in_the_token", |setup| {
        let token = setup.token();
        let folder = setup.folder.join("store");
        let store = create(&folder, &token, Level::SecretObject);
        let session = {
            let slot = Token::list(&setup.module, None).unwrap()[0].0;
            let library = cryptoki::context::Pkcs11::new(&setup.module).unwrap();
            library.open_ro_session(slot.try_into().unwrap()).unwrap()
        };
        let objects = || session.find_objects(&[]).unwrap().len();
        let before = objects();
        let long = "n".repeat(200);
        for key_type in [KeyType::BlsMinPk, KeyType::Ed25519] {
            let error = store.generate(key_type, Some(&long), None).unwrap_err();
            assert!(matches!(error, StoreError::Name { .. }), "{error}");
            assert_eq!(objects(), before, "{key_type}");
        }
        // A folder that cannot be written to.
        fs::rename(folder.join("keys"), folder.join("away")).unwrap();
        for key_type in [KeyType::BlsMinPk, KeyType::Ed25519] {
            let error = store.generate(key_type, None, None).unwrap_err();
            assert!(matches!(error, StoreError::File { .. }), "{error}");
            assert_eq!(objects(), before, "{key_type}");
        }
        fs::rename(folder.join("away"), folder.join("keys")).unwrap();
        let kept = store.generate(KeyType::BlsMinPk, None, None).unwrap();
        assert!(objects() > before);
        store.delete(kept.id).unwrap();
        assert_eq!(objects(), before);
    });
}

#[test]
fn the_best_level_is_chosen() {
    on(&BOTH, "the_best_level_is_chosen", |setup| {
        let custody = Custody::Token { token: setup.token(), level: None, native_bls: None };
        let store = KeyStore::create(&setup.folder.join("store"), custody).unwrap();
        assert_eq!(store.level(), Level::EnvelopeGcm);
        assert!(store.keks().0.is_some());
    });
}

#[test]
fn files_under_a_password_do_without_a_token() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let store = files(&path);
    let refused = store.generate(KeyType::BlsMinPk, None, None);
    assert!(matches!(refused, Err(StoreError::NeedsPassword(_))), "{refused:?}");
    let records: Vec<_> =
        KeyType::ALL.iter().map(|t| store.generate(*t, None, Some(&password())).unwrap()).collect();
    drop(store);
    let store = KeyStore::open(&path, None).unwrap();
    for record in records {
        assert_eq!(record.protection.level(), Level::KeystoreFile);
        let unlocked = store.load(record.id, Some(&password())).unwrap();
        assert_eq!(unlocked.public_key(), record.public_key);
        let wrong = store.load(record.id, Some(&Pin::new(b"another").unwrap()));
        assert!(matches!(wrong, Err(StoreError::Keystore(_))), "{wrong:?}");
    }
}

#[test]
fn keystores_are_imported() {
    on(&BOTH, "keystores_are_imported", |setup| {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("vectors/eip2335.json")).unwrap();
        let right = Pin::new(vectors["password"].as_str().unwrap().as_bytes()).unwrap();
        let file = vectors["keystores"][1].to_string();
        let store = create(&setup.folder.join("store"), &setup.token(), Level::EnvelopeGcm);
        let import = |text: &str, password: &Pin, key_type| {
            store.import_keystore(text.as_bytes(), password, key_type, None)
        };
        let wrong = import(&file, &password(), KeyType::BlsMinPk);
        assert!(matches!(wrong, Err(StoreError::Keystore(_))), "{wrong:?}");
        let other = import(&file, &right, KeyType::BlsMinSig);
        assert!(matches!(other, Err(StoreError::OtherKey { .. })), "{other:?}");
        let mut renamed = vectors["keystores"][1].clone();
        renamed["pubkey"] = "aa".repeat(48).into();
        let swapped = import(&renamed.to_string(), &right, KeyType::BlsMinPk);
        assert!(matches!(swapped, Err(StoreError::OtherKey { .. })), "{swapped:?}");
        assert!(store.list().is_empty());

        let record = import(&file, &right, KeyType::BlsMinPk).unwrap();
        assert_eq!(hex::encode(&record.public_key), vectors["keystores"][1]["pubkey"]);
        assert_eq!(record.protection.level(), Level::EnvelopeGcm);
        store.load(record.id, None).unwrap();
        let again = import(&file, &right, KeyType::BlsMinPk);
        assert!(matches!(again, Err(StoreError::Exists { .. })), "{again:?}");
    });
}

#[test]
fn bad_secrets_and_reused_ones_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = files(&folder.path().join("store"));
    let import = |key_type, secret| {
        let accepted = RawImport::SecretWasInTheClear;
        store.import_raw(key_type, locked(secret), accepted, None, Some(&password()))
    };
    let r = hex::decode("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001");
    for bad in [[0; 32], r.unwrap().try_into().unwrap(), [0xff; 32]] {
        let refused = import(KeyType::BlsMinPk, bad);
        assert!(matches!(refused, Err(StoreError::Secret(_))), "{refused:?}");
    }
    import(KeyType::BlsMinPk, [1; 32]).unwrap();
    import(KeyType::Ed25519, [2; 32]).unwrap();
    let again = import(KeyType::BlsMinPk, [1; 32]).unwrap_err().to_string();
    assert!(again.ends_with("is stored already"), "{again}");
    for (key_type, secret) in [
        (KeyType::BlsMinSig, [1; 32]),
        // One proof and one signature under one seed would give it away.
        (KeyType::EcvrfTai, [2; 32]),
        (KeyType::EcvrfEll2, [2; 32]),
    ] {
        let refused = import(key_type, secret);
        assert!(matches!(refused, Err(StoreError::SecretReused { .. })), "{refused:?}");
    }
    assert_eq!(store.list().len(), 2);
}

#[test]
fn a_second_process_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let store = files(&path);
    // A lock of this kind belongs to the open file, so a second open is as good as a process.
    let second = KeyStore::open(&path, None);
    assert!(matches!(second, Err(StoreError::InUse { .. })), "{second:?}");
    drop(store);
    KeyStore::open(&path, None).unwrap();
}

#[test]
fn a_folder_with_something_in_it_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("letter"), "dear").unwrap();
    let refused = KeyStore::create(folder.path(), Custody::Files(Scrypt::Light));
    assert!(matches!(refused, Err(StoreError::NotEmpty { .. })), "{refused:?}");
    let missing = KeyStore::open(&folder.path().join("none"), None);
    assert!(matches!(missing, Err(StoreError::Corrupt { .. })), "{missing:?}");
}

#[test]
fn damaged_records_stop_the_start_and_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let store = files(&path);
    store.generate(KeyType::BlsMinPk, None, Some(&password())).unwrap();
    drop(store);
    let file = only_file(&path);
    let good = fs::read_to_string(&file).unwrap();
    let other_id = KeyId::of(KeyType::BlsMinPk, b"another").to_string();
    let id = file.file_stem().unwrap().to_str().unwrap().to_owned();
    let damages = [
        String::new(),
        good[..good.len() / 2].to_owned(),
        good.replace("\"version\": 1", "\"version\": 2"),
        good.replace("bls-min-pk", "bls-min-sig"),
        good.replace("bls-min-pk", "rsa"),
        good.replace(&id, &other_id),
        good.replacen('{', "{ \"more\": 1,", 1),
        "x".repeat(100_000),
    ];
    for damaged in damages {
        assert_ne!(damaged, good);
        fs::write(&file, &damaged).unwrap();
        let refused = KeyStore::open(&path, None);
        let Err(StoreError::Corrupt { path: named, .. }) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(named, file);
        assert_eq!(fs::read_to_string(&file).unwrap(), damaged);
    }
    fs::write(&file, good).unwrap();
    // What a crash left beside a record is no record.
    fs::write(file.with_extension("unfinished"), "half").unwrap();
    assert_eq!(KeyStore::open(&path, None).unwrap().list().len(), 1);
    assert_eq!(only_file(&path), file);
}

#[test]
fn a_swapped_public_key_is_refused() {
    on(&BOTH, "a_swapped_public_key_is_refused", |setup| {
        let token = setup.token();
        let folder = setup.folder.join("store");
        let store = create(&folder, &token, Level::EnvelopeGcm);
        let (one, two) = (
            store.generate(KeyType::BlsMinPk, None, None).unwrap(),
            store.generate(KeyType::BlsMinPk, None, None).unwrap(),
        );
        drop(store);
        // The envelope of one in the record of the other, in all else consistent.
        let path = |id: KeyId| folder.join("keys").join(format!("{id}.json"));
        let read = |id| -> serde_json::Value {
            serde_json::from_str(&fs::read_to_string(path(id)).unwrap()).unwrap()
        };
        let mut forged = read(one.id);
        forged["protection"] = read(two.id)["protection"].clone();
        fs::write(path(one.id), forged.to_string()).unwrap();
        let store = KeyStore::open(&folder, Some(token)).unwrap();
        let refused = store.load(one.id, None);
        assert!(matches!(refused, Err(StoreError::Damaged { .. })), "{refused:?}");
        store.load(two.id, None).unwrap();
    });
}

#[test]
fn another_token_is_refused() {
    on(&BOTH, "another_token_is_refused", |setup| {
        if setup.provider == Provider::Kryoptic {
            return support::skipped("another_token on kryoptic", "one slot in its configuration");
        }
        let folder = setup.folder.join("store");
        drop(create(&folder, &setup.token(), Level::EnvelopeGcm));
        let pin = setup.pin();
        init_token(&setup.module, None, None, "another", &pin, &pin).unwrap();
        let config = TokenConfig::new(&setup.module, TokenSelector::by_label("another"));
        let other = Token::open(config, pin).unwrap();
        let refused = KeyStore::open(&folder, Some(other));
        assert!(matches!(refused, Err(StoreError::OtherToken { .. })), "{refused:?}");
        let refused = KeyStore::open(&folder, None);
        assert!(matches!(refused, Err(StoreError::NeedsToken { .. })), "{refused:?}");
    });
}

#[test]
fn sealing_keys_rotate_and_old_ones_retire() {
    on(&BOTH, "sealing_keys_rotate_and_old_ones_retire", |setup| {
        let token = setup.token();
        for level in [Level::EnvelopeGcm, Level::SecretObject] {
            let folder = setup.folder.join(level.name());
            let store = create(&folder, &token, level);
            let before = store.generate_many(KeyType::BlsMinPk, 5).unwrap();
            let old = store.keks().0.unwrap();
            assert!(matches!(store.retire_kek(old), Err(StoreError::KekInUse { .. })));
            let rotation = store.rotate_kek().unwrap();
            assert_eq!((rotation.old, rotation.keys), (old, 5));
            assert_eq!(store.keks(), (Some(rotation.new), None));
            store.retire_kek(old).unwrap();
            drop(store);
            let store = KeyStore::open(&folder, Some(token.clone())).unwrap();
            for record in before {
                let after = store.get(record.id).unwrap();
                assert_eq!(after.public_key, record.public_key);
                assert_ne!(after.protection, record.protection);
                store.load(record.id, None).unwrap();
            }
        }
    });
}

/// A rotation that stops after any number of steps is taken up again, and every key opens in
/// between.
#[test]
fn a_rotation_cut_short_is_taken_up_again() {
    on(&BOTH, "a_rotation_cut_short_is_taken_up_again", |setup| {
        let token = setup.token();
        let folder = setup.folder.join("store");
        let store = create(&folder, &token, Level::EnvelopeGcm);
        let keys = store.generate_many(KeyType::BlsMinPk, 4).unwrap();
        let old_manifest = fs::read(folder.join("store.json")).unwrap();
        let old_files: Vec<_> = keys
            .iter()
            .map(|r| folder.join("keys").join(format!("{}.json", r.id)))
            .map(|path| (path.clone(), fs::read(path).unwrap()))
            .collect();
        let rotation = store.rotate_kek().unwrap();
        drop(store);
        // The states of the disk at each step: begun, `n` keys done, all done but the manifest.
        let mut begun: serde_json::Value = serde_json::from_slice(&old_manifest).unwrap();
        begun["next_kek"] = rotation.new.to_string().into();
        let new_files: Vec<_> = old_files.iter().map(|(path, _)| fs::read(path).unwrap()).collect();
        for done in 0..=keys.len() {
            fs::write(folder.join("store.json"), begun.to_string()).unwrap();
            for (index, (path, old)) in old_files.iter().enumerate() {
                let text = if index < done { &new_files[index] } else { old };
                fs::write(path, text).unwrap();
            }
            let store = KeyStore::open(&folder, Some(token.clone())).unwrap();
            for record in &keys {
                store.load(record.id, None).unwrap();
            }
            let again = store.rotate_kek().unwrap();
            assert_eq!((again.new, again.keys), (rotation.new, keys.len() - done), "after {done}");
            for record in &keys {
                store.load(record.id, None).unwrap();
            }
        }
    });
}

fn backed_up(setup: &Setup) -> (KeyStore, Backup, Vec<BackupShare>) {
    let store = create(&setup.folder.join("store"), &setup.token(), Level::EnvelopeGcm);
    for key_type in [KeyType::BlsMinPk, KeyType::BlsMinSig, KeyType::EcvrfTai, KeyType::Ed25519] {
        store.generate(key_type, Some("kept"), None).unwrap();
    }
    let disabled = store.generate(KeyType::BlsMinPk, None, None).unwrap();
    store.set_state(disabled.id, KeyState::Disabled).unwrap();
    let (backup, shares) = store.backup(2, 3, None).unwrap();
    (store, backup, shares)
}

#[test]
fn a_backup_is_restored_by_any_two_of_three() {
    on(&BOTH, "a_backup_is_restored_by_any_two_of_three", |setup| {
        let (store, backup, shares) = backed_up(setup);
        let native = usize::from(setup.provider == Provider::SoftHsm);
        assert_eq!(backup.left_out.len(), native, "what the token keeps is named");
        assert_eq!(backup.ids().len(), 5 - native);
        // As it comes back from paper and from disk.
        let texts: Vec<_> = shares.iter().map(BackupShare::expose_text).collect();
        let backup = Backup::from_json(backup.to_json().as_bytes()).unwrap();
        for (round, pair) in [[0, 1], [0, 2], [2, 1]].into_iter().enumerate() {
            let shares: Vec<BackupShare> =
                pair.iter().map(|index| texts[*index].parse().unwrap()).collect();
            let fresh = files(&setup.folder.join(format!("restored {round}")));
            let outcome = fresh.restore(&backup, &shares, Some(&password())).unwrap();
            assert_eq!(outcome.restored, backup.ids());
            for id in backup.ids() {
                let (was, is) = (store.get(id).unwrap(), fresh.get(id).unwrap());
                assert_eq!(
                    (&was.public_key, &was.name, was.state),
                    (&is.public_key, &is.name, is.state)
                );
                if is.state == KeyState::Active {
                    fresh.load(id, Some(&password())).unwrap();
                }
            }
            let again = fresh.restore(&backup, &shares, Some(&password())).unwrap();
            assert_eq!((again.restored.len(), again.already_here), (0, backup.ids()));
        }
    });
}

#[test]
fn a_backup_without_its_shares_stays_shut() {
    on(&[Provider::SoftHsm], "a_backup_without_its_shares_stays_shut", |setup| {
        let (store, backup, shares) = backed_up(setup);
        let fresh = files(&setup.folder.join("restored"));
        let restore = |backup: &Backup, shares: &[BackupShare]| match fresh.restore(
            backup,
            shares,
            Some(&password()),
        ) {
            Err(StoreError::Backup(error)) => error,
            other => panic!("{other:?}"),
        };
        assert!(matches!(restore(&backup, &shares[..1]), BackupError::TooFew(_)));
        let text = shares[0].expose_text();
        let twice: [BackupShare; 2] = [text.parse().unwrap(), text.parse().unwrap()];
        assert!(matches!(restore(&backup, &twice), BackupError::TooFew(_)));
        let (other, other_shares) = store.backup(2, 3, None).unwrap();
        assert!(matches!(restore(&backup, &other_shares), BackupError::WrongShare { position: 1 }));
        assert!(matches!(restore(&other, &shares), BackupError::WrongShare { position: 1 }));

        let mut mistyped = text.to_string();
        let last = mistyped.pop().unwrap();
        mistyped.push(if last == '0' { '1' } else { '0' });
        assert!(mistyped.parse::<BackupShare>().unwrap_err().contains("checksum"));

        let json = backup.to_json();
        let entries: serde_json::Value = serde_json::from_str(&json).unwrap();
        let first = entries["keys"][0]["sealed"].as_str().unwrap();
        let flipped =
            first.replacen(&first[..1], if first.starts_with('0') { "1" } else { "0" }, 1);
        let damaged = Backup::from_json(json.replace(first, &flipped).as_bytes()).unwrap();
        assert!(matches!(restore(&damaged, &shares), BackupError::Damaged { position: 1 }));
        let enabled = json.replace("\"disabled\"", "\"active\"");
        let enabled = Backup::from_json(enabled.as_bytes()).unwrap();
        assert!(matches!(restore(&enabled, &shares), BackupError::Damaged { .. }));
        assert!(fresh.list().is_empty(), "nothing was stored");
        assert!(store.backup(3, 2, None).is_err());
    });
}
