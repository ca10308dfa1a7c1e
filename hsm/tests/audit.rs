//! The audit log: what can be done to the file, and who notices.

use std::fs;
use std::path::{Path, PathBuf};

use pairlane_hsm::audit::{
    self, Action, AuditError, AuditLog, Authenticator, AuthenticatorError, Event, Head, Outcome,
    SoftwareKey, Tag,
};
use pairlane_hsm::journal::{Purpose, scan};

fn key(byte: u8) -> SoftwareKey {
    SoftwareKey::new([byte; 32].into())
}

fn open(path: &Path) -> AuditLog {
    AuditLog::open(path, Box::new(key(1))).unwrap().0
}

fn event(i: u32) -> Event {
    Event::new(Action::Sign, "validator-1", Outcome::Done)
        .about(format!("0x{i:08x}"))
        .with("duties", i.to_string())
}

/// A log of eight entries in four commits, and its head.
fn sample(directory: &Path) -> (PathBuf, Head) {
    let path = directory.join("audit.log");
    let log = open(&path);
    for commit in [0..1, 1..4, 4..6, 6..8] {
        let numbers = log.append(&commit.clone().map(event).collect::<Vec<_>>()).unwrap();
        assert_eq!(numbers, u64::from(commit.start)..u64::from(commit.end));
    }
    assert_eq!(log.syncs(), 4, "one for each append");
    let head = log.head().unwrap();
    (path, head)
}

fn verify(path: &Path, head: Option<&Head>) -> Result<audit::Report, AuditError> {
    audit::verify(path, &key(1), head)
}

fn entries(path: &Path) -> Vec<Vec<u8>> {
    let mut entries = Vec::new();
    scan(path, Purpose::new("audit"), |entry| {
        entries.push(entry.bytes.to_vec());
        Ok(())
    })
    .unwrap();
    entries
}

/// Writes a log anew, all checksums right, as somebody with the file but not the key would.
fn forge(path: &Path, entries: &[Vec<u8>]) {
    let header = fs::read(path).unwrap()[..64].to_vec();
    let seed = u32::from_le_bytes(header[60..].try_into().unwrap());
    let mut file = header;
    for (number, entry) in (0_u64..).zip(entries) {
        let length = u32::try_from(entry.len()).unwrap();
        let mut payload = [&length.to_le_bytes(), entry.as_slice()].concat();
        payload.resize((payload.len() + 4).next_multiple_of(16), 0xFF);
        let mut head = b"frm\x01".to_vec();
        head.extend_from_slice(&(length + 4).to_le_bytes());
        head.extend_from_slice(&number.to_le_bytes());
        head.extend_from_slice(&1_u32.to_le_bytes());
        head.extend_from_slice(&crc32c::crc32c_append(seed, &payload).to_le_bytes());
        head.extend_from_slice(b"\xA5fr\n");
        head.extend_from_slice(&crc32c::crc32c_append(seed, &head).to_le_bytes());
        file.extend_from_slice(&head);
        file.extend_from_slice(&payload);
    }
    fs::write(path, file).unwrap();
}

#[test]
fn what_nobody_waits_for_goes_to_the_disk_in_time() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(&directory.path().join("audit.log"));
    let before = log.syncs();
    for i in 0..4095 {
        log.append_soon(&[event(i)]).unwrap();
    }
    assert_eq!(log.syncs(), before);
    log.append_soon(&[event(4095)]).unwrap();
    assert_eq!(log.syncs(), before + 1);
}

#[test]
fn a_whole_log_is_proved_and_shown() {
    let directory = tempfile::tempdir().unwrap();
    let (path, head) = sample(directory.path());
    let report = verify(&path, Some(&head)).unwrap();
    assert_eq!((report.entries, report.covered, report.torn), (8, Some(8), None));
    let (first, last) = report.times_unix_ms.unwrap();
    assert!(first <= last && first > 1_700_000_000_000);
    assert_eq!(verify(&path, None).unwrap().covered, None);
    let mut shown = Vec::new();
    audit::read(&path, |entry| {
        shown.push(entry);
        Ok(())
    })
    .unwrap();
    assert_eq!(shown.len(), 8);
    assert_eq!((shown[5].number, &shown[5].event), (5, &event(5)));

    // It goes on after a restart, and the old head still covers its beginning.
    let log = open(&path);
    log.append(&[event(8)]).unwrap();
    // Beside the running writer.
    let report = verify(&path, Some(&head)).unwrap();
    assert_eq!((report.entries, report.covered), (9, Some(8)));
    let exported = log.head().unwrap();
    let read = Head::from_json(&exported.to_json()).unwrap();
    assert_eq!(read, exported);
    verify(&path, Some(&read)).unwrap();
    assert!(AuditLog::open(&path, Box::new(key(1))).is_err(), "a second opener is refused");

    // An empty log has a head too.
    let empty = directory.path().join("empty");
    let head = open(&empty).head().unwrap();
    assert_eq!(verify(&empty, Some(&head)).unwrap().covered, Some(0));
}

#[test]
fn the_forger_of_this_test_writes_logs_that_pass() {
    // Otherwise the tests below would prove nothing.
    let directory = tempfile::tempdir().unwrap();
    let (path, head) = sample(directory.path());
    let all = entries(&path);
    forge(&path, &all);
    assert_eq!(verify(&path, Some(&head)).unwrap().entries, 8);
}

#[test]
fn every_changed_byte_of_every_entry_is_noticed() {
    let directory = tempfile::tempdir().unwrap();
    let (path, _) = sample(directory.path());
    let all = entries(&path);
    let mut changes = 0;
    for number in [0, 3, 7] {
        for at in 0..all[number].len() {
            let mut changed = all.clone();
            changed[number][at] ^= 1;
            forge(&path, &changed);
            let error = verify(&path, None).expect_err("a changed byte");
            let found = match error {
                AuditError::Tag { entry } => {
                    assert!(at < 32);
                    entry
                }
                AuditError::Chain { entry } => {
                    assert!(at >= 32);
                    entry
                }
                other => panic!("{other}"),
            };
            assert_eq!(found, number as u64);
            changes += 1;
        }
    }
    assert!(changes > 400);
}

#[test]
fn entries_moved_removed_doubled_or_spliced_are_noticed() {
    let directory = tempfile::tempdir().unwrap();
    let (path, head) = sample(directory.path());
    let all = entries(&path);
    let check = |what: &str, changed: &[Vec<u8>], place: u64| {
        forge(&path, changed);
        for head in [None, Some(&head)] {
            match verify(&path, head) {
                Err(AuditError::Chain { entry }) => assert_eq!(entry, place, "{what}"),
                other => panic!("{what}: {other:?}"),
            }
        }
        assert!(AuditLog::open(&path, Box::new(key(1))).is_err(), "{what}: opened");
    };
    let mut swapped = all.clone();
    swapped.swap(2, 3);
    check("reordered", &swapped, 2);
    let mut removed = all.clone();
    removed.remove(4);
    check("removed", &removed, 4);
    let mut doubled = all.clone();
    doubled.insert(5, all[4].clone());
    check("doubled", &doubled, 5);
    check("beginning cut", &all[1..], 0);

    // Another log, written with the same key: its entries do not fit into this one.
    let other = tempfile::tempdir().unwrap();
    let (other, _) = sample(other.path());
    let foreign = entries(&other);
    let spliced: Vec<_> = all[..4].iter().chain(&foreign[4..]).cloned().collect();
    check("spliced", &spliced, 4);
    check("replaced", &foreign, 0);
}

#[test]
fn an_end_that_was_cut_off_is_noticed_by_the_head() {
    let directory = tempfile::tempdir().unwrap();
    let (path, head) = sample(directory.path());
    let all = entries(&path);
    for left in 0..8 {
        forge(&path, &all[..left]);
        assert_eq!(verify(&path, None).unwrap().entries, left as u64, "no head, no notice");
        match verify(&path, Some(&head)) {
            Err(AuditError::Truncated { expected: 8, found }) => assert_eq!(found, left as u64),
            other => panic!("{other:?}"),
        }
    }
    // Cut off and written on, by a process that has the key.
    forge(&path, &all[..6]);
    let log = open(&path);
    log.append(&[event(66), event(77)]).unwrap();
    assert!(verify(&path, None).is_ok());
    assert!(matches!(verify(&path, Some(&head)), Err(AuditError::HeadDiffers { entries: 8 })));
}

#[test]
fn forged_entries_and_heads_fail_without_the_key() {
    let directory = tempfile::tempdir().unwrap();
    let (path, head) = sample(directory.path());
    assert!(matches!(audit::verify(&path, &key(2), None), Err(AuditError::Tag { entry: 0 })));
    assert!(matches!(audit::verify(&path, &key(2), Some(&head)), Err(AuditError::HeadTag)));
    // The chain is public: somebody appends with a key of their own.
    let forger = AuditLog::open(&path, Box::new(key(2))).unwrap().0;
    forger.append(&[event(9)]).unwrap();
    drop(forger);
    assert!(matches!(verify(&path, Some(&head)), Err(AuditError::Tag { entry: 8 })));

    let json = head.to_json();
    let forged = Head::from_json(&json.replace("\"entries\":8", "\"entries\":7")).unwrap();
    assert!(matches!(verify(&path, Some(&forged)), Err(AuditError::HeadTag)));
    for bad in
        ["", "{}", &json.replace("\"log\"", "\"lag\""), &json.replace("\"tag\":\"", "\"tag\":\"zz")]
    {
        assert!(matches!(Head::from_json(bad), Err(AuditError::HeadForm { .. })), "{bad}");
    }
    let other = tempfile::tempdir().unwrap();
    let (other, _) = sample(other.path());
    assert!(matches!(verify(&other, Some(&head)), Err(AuditError::ForeignHead { .. })));
}

#[test]
fn a_file_cut_or_changed_at_any_byte_never_passes_for_more_than_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let (path, head) = sample(directory.path());
    let bytes = fs::read(&path).unwrap();
    for length in 64..bytes.len() {
        fs::write(&path, &bytes[..length]).unwrap();
        assert!(verify(&path, Some(&head)).is_err(), "cut at {length}");
        let report = verify(&path, None).unwrap();
        assert!(report.entries < 8);
    }
    for at in 0..bytes.len() {
        let mut bad = bytes.clone();
        bad[at] ^= 0x10;
        fs::write(&path, &bad).unwrap();
        assert!(verify(&path, None).is_err(), "byte {at}");
    }
}

#[test]
fn limits_hold_and_a_lost_key_writes_nothing() {
    /// A token that is away.
    struct Away;
    impl Authenticator for Away {
        fn authenticate(&self, _: &[u8]) -> Result<Tag, AuthenticatorError> {
            Err(AuthenticatorError::new("the token was removed"))
        }
        fn verify(&self, _: &[u8], _: &Tag) -> Result<bool, AuthenticatorError> {
            Err(AuthenticatorError::new("the token was removed"))
        }
    }
    let directory = tempfile::tempdir().unwrap();
    let (path, head) = sample(directory.path());
    let before = fs::read(&path).unwrap();
    let log = open(&path);
    let long = event(1).with("x", "y".repeat(1025));
    let error = log.append(&[event(8), long]).unwrap_err();
    assert!(error.to_string().contains("a detail has 1025 bytes"), "{error}");
    let many = (0..40).fold(event(1), |event, i| event.with(i.to_string(), ""));
    assert!(matches!(log.append(&[many]), Err(AuditError::TooManyDetails { .. })));
    drop(log);
    let (log, _) = AuditLog::open(&path, Box::new(Away)).unwrap();
    let error = log.append(&[event(8)]).unwrap_err();
    assert!(error.to_string().contains("the token was removed"), "{error}");
    assert_eq!(fs::read(&path).unwrap(), before);
    assert!(matches!(audit::verify(&path, &Away, Some(&head)), Err(AuditError::Authenticator(_))));
}

#[test]
fn sixteen_threads_write_one_chain() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("audit.log");
    let log = open(&path);
    std::thread::scope(|scope| {
        for thread in 0..16 {
            let log = &log;
            scope.spawn(move || {
                for i in 0..25 {
                    log.append(&[event(thread * 100 + i)]).unwrap();
                }
            });
        }
    });
    let head = log.head().unwrap();
    assert!(log.syncs() < 400);
    assert_eq!(verify(&path, Some(&head)).unwrap().covered, Some(400));
}
