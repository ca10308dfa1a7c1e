//! The guard through its front door: permits, refusals, one store at a time, and whom it believes
//! when it opens.

mod common;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use common::{attestation, block, consensus, key, open, options};
use pairlane_hsm::guard::{
    Accept, Act, Digest, Duty, FileWitness, Guard, GuardError, Marker, Options, Refusal, Unguarded,
    Witness, WitnessError,
};
use pairlane_hsm::journal::JournalError;

#[test]
fn a_permit_is_for_one_key_and_one_message() {
    let directory = tempfile::tempdir().unwrap();
    let guard = open(directory.path());
    guard.register(key(1)).unwrap();
    let act = consensus(1, (5, 0, 1), 0).act;
    let message = b"prepare";
    let duty = Duty { key: key(1), act, digest: Digest::of(message) };
    let permit = guard.authorise_one(duty).unwrap();
    assert!(permit.covers(&key(1), message));
    assert!(!permit.covers(&key(2), message) && !permit.covers(&key(1), b"other"));
    // An Ethereum message is its own root.
    let root = [9; 32];
    let permit = guard.authorise_one(Duty { digest: Digest(root), ..block(1, 7, 0) }).unwrap();
    assert!(permit.covers(&key(1), &root) && !permit.covers(&key(1), b"other"));
}

#[test]
fn our_consensus_goes_forward_only() {
    let directory = tempfile::tempdir().unwrap();
    let guard = open(directory.path());
    let unknown = guard.authorise_one(consensus(1, (5, 0, 1), 1)).unwrap_err();
    assert!(unknown.to_string().contains("register it before it is activated"), "{unknown}");
    guard.register(key(1)).unwrap();
    let syncs = guard.syncs();
    for (place, digest, permitted) in [
        ((5, 0, 1), 1, true),
        ((5, 0, 1), 1, true), // the same message again
        ((5, 0, 1), 2, false),
        ((5, 0, 0), 1, false),
        ((4, 9, 9), 1, false),
        ((5, 0, 2), 1, true),
        ((5, 0, 1), 1, false), // behind by now
        ((5, 1, 0), 1, true),
        ((6, 0, 0), 0, true),  // a digest of zeros is unknown
        ((6, 0, 0), 0, false), // and never the same
    ] {
        let answer = guard.authorise_one(consensus(1, place, digest));
        assert_eq!(answer.is_ok(), permitted, "{place:?} {digest}: {answer:?}");
    }
    assert_eq!(guard.syncs() - syncs, 4, "one for each new place, none for a repetition");
    let conflict = guard.authorise_one(consensus(1, (6, 0, 0), 7)).unwrap_err().to_string();
    assert!(conflict.contains(&key(1).to_string()) && conflict.contains("height 6"), "{conflict}");
}

#[test]
fn ethereum_duties_follow_the_minimal_conditions() {
    let directory = tempfile::tempdir().unwrap();
    let guard = open(directory.path());
    guard.register(key(1)).unwrap();
    for (slot, root, permitted) in
        [(10, 1, true), (10, 1, true), (10, 2, false), (9, 1, false), (11, 1, true)]
    {
        assert_eq!(guard.authorise_one(block(1, slot, root)).is_ok(), permitted, "{slot} {root}");
    }
    for (source, target, root, permitted) in [
        (0, 0, 1, true),  // genesis
        (0, 0, 2, false), // double vote
        (2, 5, 1, true),
        (2, 5, 1, true),
        (3, 5, 1, false), // double vote by another source, whatever the root
        (3, 4, 1, false), // surrounded
        (1, 6, 1, false), // surrounds
        (7, 6, 1, false), // backwards
        (2, 6, 1, true),
        (6, 7, 1, true),
    ] {
        let answer = guard.authorise_one(attestation(1, source, target, root));
        assert_eq!(answer.is_ok(), permitted, "{source} {target} {root}: {answer:?}");
    }
}

#[test]
fn unguarded_duties_need_a_known_key_and_no_record() {
    let directory = tempfile::tempdir().unwrap();
    let guard = open(directory.path());
    let reveal =
        Duty { key: key(1), act: Act::Unguarded(Unguarded::RandaoReveal), digest: Digest([1; 32]) };
    assert!(matches!(guard.authorise_one(reveal), Err(Refusal::NotRegistered { .. })));
    guard.register(key(1)).unwrap();
    let syncs = guard.syncs();
    for digest in 0..3 {
        guard.authorise_one(Duty { digest: Digest([digest; 32]), ..reveal }).unwrap();
    }
    assert_eq!(guard.syncs(), syncs);
    // Without a network, an Ethereum duty has no record to be compared with.
    let other = tempfile::tempdir().unwrap();
    let (bare, _) = Guard::open(other.path(), Options::default()).unwrap();
    bare.register(key(1)).unwrap();
    assert_eq!(bare.authorise_one(block(1, 1, 1)), Err(Refusal::NoNetwork));
    bare.authorise_one(consensus(1, (1, 0, 0), 1)).unwrap();
}

#[test]
fn a_batch_is_one_sync_and_contradicts_itself_nowhere() {
    let directory = tempfile::tempdir().unwrap();
    let guard = open(directory.path());
    for i in 0..1000 {
        if i < 4 {
            guard.register(key(i)).unwrap();
        }
    }
    let syncs = guard.syncs();
    let batch = [
        consensus(0, (1, 0, 0), 1),
        consensus(0, (1, 0, 0), 2), // conflicts with the first
        consensus(0, (1, 0, 0), 1), // repeats it
        consensus(1, (1, 0, 0), 2), // another key
        consensus(9, (1, 0, 0), 2), // unknown
        consensus(0, (1, 0, 1), 2), // goes on
        consensus(0, (1, 0, 0), 1), // no longer
        block(0, 3, 1),
        attestation(0, 0, 1, 1),
        attestation(0, 0, 1, 2),
    ];
    let permitted: Vec<bool> = guard.authorise(&batch).iter().map(Result::is_ok).collect();
    assert_eq!(permitted, [true, false, true, true, false, true, false, true, true, false]);
    assert_eq!(guard.syncs() - syncs, 1);
    assert!(guard.authorise(&[]).is_empty());

    let many = vec![batch[0]; pairlane_hsm::guard::DUTIES_MAX + 1];
    let answers = guard.authorise(&many);
    assert!(answers.len() == many.len() && answers.iter().all(Result::is_err));
}

#[test]
fn a_thousand_keys_are_one_sync() {
    let directory = tempfile::tempdir().unwrap();
    let mut interchange = guard_file();
    interchange.push_str(&(0..1000).map(consensus_line).collect::<Vec<_>>().join(","));
    interchange.push_str("]}");
    let interchange =
        pairlane_hsm::guard::Interchange::from_consensus(interchange.as_bytes()).unwrap();
    let guard = open(directory.path());
    let report = guard.import(&interchange).unwrap();
    assert_eq!((report.new, report.raised), (1000, 0));
    std::thread::scope(|scope| {
        for thread in 0..16 {
            let guard = &guard;
            scope.spawn(move || {
                for i in (thread..1000).step_by(16) {
                    assert!(guard.register(key(i)).unwrap());
                }
            });
        }
    });
    let syncs = guard.syncs();
    let duties: Vec<Duty> = (0..1000).map(|i| consensus(i, (2, 0, 0), 1)).collect();
    assert!(guard.authorise(&duties).iter().all(Result::is_ok));
    assert_eq!(guard.syncs() - syncs, 1);
    // All of it again: on record, so nothing to sync.
    assert!(guard.authorise(&duties).iter().all(Result::is_ok));
    assert_eq!(guard.syncs() - syncs, 1);
}

fn guard_file() -> String {
    r#"{"metadata":{"format":"pairlane-consensus","version":"1"},"data":["#.into()
}

fn consensus_line(i: u32) -> String {
    format!(r#"{{"pubkey":"{}","height":"1","round":"0","phase":"0"}}"#, key(i))
}

#[test]
fn everything_survives_reopening_and_rewriting() {
    let directory = tempfile::tempdir().unwrap();
    let small = || Options { log_bytes_max: 4000, ..options() };
    let mut previous = 0;
    for round in 1..=5 {
        let (guard, report) = Guard::open(directory.path(), small()).unwrap();
        assert_eq!((report.created, report.torn), (round == 1, None));
        assert_eq!((report.index.rebuilt, report.index.off), (None, None));
        guard.register(key(1)).unwrap();
        if previous > 0 {
            assert!(guard.authorise_one(consensus(1, (previous, 0, 0), 9)).is_err());
            guard.authorise_one(consensus(1, (previous, 0, 0), 1)).unwrap();
            assert!(guard.authorise_one(block(1, previous, 9)).is_err());
            assert!(guard.authorise_one(attestation(1, previous, previous + 1, 9)).is_err());
        }
        for height in previous + 1..=previous + 20 {
            guard.authorise_one(consensus(1, (height, 0, 0), 1)).unwrap();
            guard.authorise_one(block(1, height, 1)).unwrap();
            guard.authorise_one(attestation(1, height, height + 1, 1)).unwrap();
        }
        previous += 20;
        assert!(guard.log_bytes() < 8000, "{} bytes: the log is rewritten", guard.log_bytes());
    }
}

#[test]
fn a_second_opener_is_refused_and_told_who_is_first() {
    let directory = tempfile::tempdir().unwrap();
    let _guard = open(directory.path());
    let error = Guard::open(directory.path(), options()).unwrap_err();
    let GuardError::Journal(JournalError::Locked { holder, .. }) = &error else {
        panic!("{error}")
    };
    assert_eq!(*holder, Some(std::process::id()));
    assert!(error.to_string().contains(&format!("process {}", std::process::id())), "{error}");
}

#[test]
fn the_index_may_be_deleted_broken_or_old() {
    let directory = tempfile::tempdir().unwrap();
    let index = directory.path().join("index.sled");
    let sign = |height| {
        let (guard, report) = Guard::open(directory.path(), options()).unwrap();
        assert!(guard.has_index(), "{report:?}");
        guard.register(key(1)).unwrap();
        guard.authorise_one(consensus(1, (height, 0, 0), 1)).unwrap();
        let seen = guard.look_up(&key(1)).unwrap().consensus.unwrap();
        assert_eq!((seen.at.height, seen.digest), (height, Some(Digest([1; 32]))));
        assert!(guard.authorise_one(consensus(1, (height, 0, 0), 2)).is_err());
        assert_eq!(guard.look_up(&key(8)), None);
        report.index
    };
    assert_eq!(sign(1).behind, 0);
    let old = tempfile::tempdir().unwrap();
    copy(&index, &old.path().join("index"));
    let log = fs::read(directory.path().join("guard.log")).unwrap();

    fs::remove_dir_all(&index).unwrap();
    assert_eq!(sign(2).behind, 1, "deleted: built anew");

    fs::remove_dir_all(&index).unwrap();
    copy(&old.path().join("index"), &index);
    assert_eq!(sign(3).behind, 1, "an old one: brought up to date");

    fs::write(directory.path().join("guard.log"), log).unwrap();
    assert_eq!(sign(4).ahead, 1, "newer than the log: taken back");

    for name in ["db", "conf"] {
        fs::write(index.join(name), vec![0xA5; 5000]).unwrap();
    }
    let report = sign(5);
    assert!(report.rebuilt.is_some(), "broken: deleted and built anew, {report:?}");
    fs::remove_dir_all(&index).unwrap();
    fs::write(&index, b"a file where a directory should be").unwrap();
    assert!(sign(6).rebuilt.is_some());
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// A store with a witness, and the log's file.
fn witnessed(directory: &Path) -> (Options, Arc<FileWitness>) {
    let witness = Arc::new(FileWitness::new(directory.join("witness")));
    (Options { witnesses: vec![witness.clone()], ..options() }, witness)
}

#[test]
fn a_missing_log_is_refused_while_anybody_remembers_it() {
    let directory = tempfile::tempdir().unwrap();
    let (options, _) = witnessed(directory.path());
    let store = directory.path().join("guard");
    let log = store.join("guard.log");
    // Keys in the key store and no log: it must have been lost.
    let keys = Options { keys: vec![key(1)], ..common::options() };
    let error = Guard::open(&store, keys).unwrap_err();
    assert!(error.to_string().contains("the key store has 1 active keys"), "{error}");
    assert!(!store.exists(), "nothing was created");

    let (guard, _) = Guard::open(&store, options.clone()).unwrap();
    guard.register(key(1)).unwrap();
    guard.authorise_one(consensus(1, (5, 0, 0), 1)).unwrap();
    drop(guard);
    fs::remove_file(&log).unwrap();
    let error = Guard::open(&store, options.clone()).unwrap_err();
    assert!(matches!(error, GuardError::LogMissing { .. }), "{error}");
    assert!(error.to_string().contains("Restore the newest copy"), "{error}");
    assert!(!log.exists());

    // A person says that it is lost for good: a new log, in which no key signs before it is
    // registered again.
    let lost = Options { accept: Some(Accept::LostLog), keys: vec![key(1)], ..options.clone() };
    let (guard, report) = Guard::open(&store, lost).unwrap();
    assert!(report.created);
    assert!(guard.authorise_one(consensus(1, (9, 0, 0), 1)).is_err());
    guard.register(key(1)).unwrap();
    drop(guard);
    Guard::open(&store, Options { keys: vec![key(1)], ..options }).unwrap();
}

#[test]
fn an_old_copy_of_the_log_is_refused_with_instructions() {
    let directory = tempfile::tempdir().unwrap();
    let (options, witness) = witnessed(directory.path());
    let store = directory.path().join("guard");
    let log = store.join("guard.log");
    let sign = |height| {
        let (guard, _) = Guard::open(&store, options.clone()).unwrap();
        guard.register(key(1)).unwrap();
        guard.authorise_one(consensus(1, (height, 0, 0), 1)).unwrap();
        guard
    };
    drop(sign(1));
    let backup = fs::read(&log).unwrap();
    drop(sign(2));
    let newest = fs::read(&log).unwrap();
    drop(Guard::open(&store, options.clone()).unwrap());
    fs::write(&log, &backup).unwrap();
    let error = Guard::open(&store, options.clone()).unwrap_err();
    assert!(matches!(error, GuardError::LogBehind { .. }), "{error}");
    assert!(error.to_string().contains("restored from a backup"), "{error}");
    assert_eq!(fs::read(&log).unwrap(), backup, "nothing was changed");

    // Not even the copy from just before the last opening.
    fs::write(&log, &newest).unwrap();
    assert!(matches!(Guard::open(&store, options.clone()), Err(GuardError::LogBehind { .. })));

    // A person accepts it: keys keep their history and lose their registration.
    let accept = Options { accept: Some(Accept::OlderLog), ..options.clone() };
    let (guard, _) = Guard::open(&store, accept).unwrap();
    assert!(guard.authorise_one(consensus(1, (8, 0, 0), 1)).is_err());
    assert!(guard.register(key(1)).unwrap());
    assert!(guard.authorise_one(consensus(1, (1, 0, 0), 1)).is_err());
    guard.authorise_one(consensus(1, (8, 0, 0), 1)).unwrap();

    // A place inside an epoch, by a checkpoint.
    let inside = fs::read(&log).unwrap();
    guard.authorise_one(consensus(1, (9, 0, 0), 1)).unwrap();
    let marker = guard.checkpoint().unwrap();
    assert_eq!(witness.recall().unwrap(), Some(marker));
    drop(guard);
    fs::write(&log, inside).unwrap();
    assert!(matches!(Guard::open(&store, options), Err(GuardError::LogBehind { .. })));
}

#[test]
fn a_restored_key_store_is_refused_with_instructions() {
    let directory = tempfile::tempdir().unwrap();
    let (options, witness) = witnessed(directory.path());
    let store = directory.path().join("guard");
    let sign = |height| {
        let (guard, _) = Guard::open(&store, options.clone()).unwrap();
        guard.register(key(1)).unwrap();
        guard.authorise_one(consensus(1, (height, 0, 0), 1)).unwrap();
    };
    sign(1);
    let backup = witness.recall().unwrap().unwrap();
    sign(2);
    sign(3);
    witness.record(&backup).unwrap();
    let error = Guard::open(&store, options.clone()).unwrap_err();
    assert!(matches!(error, GuardError::WitnessBehind { .. }), "{error}");
    assert!(error.to_string().contains("was restored from a backup"), "{error}");
    // The wrong acceptance does not help.
    let wrong = Options { accept: Some(Accept::OlderLog), ..options.clone() };
    assert!(Guard::open(&store, wrong).is_err());
    let accept = Options { accept: Some(Accept::OlderWitness), ..options.clone() };
    let (guard, _) = Guard::open(&store, accept).unwrap();
    guard.authorise_one(consensus(1, (4, 0, 0), 1)).unwrap();
    drop(guard);
    sign(5);

    // A witness that cannot be read is not one that has seen nothing.
    fs::write(directory.path().join("witness"), "pairlane-guard 12 x").unwrap();
    let error = Guard::open(&store, options.clone()).unwrap_err();
    assert!(error.to_string().contains("cannot be read: not a marker"), "{error}");

    // The log of another store.
    let other = directory.path().join("other");
    drop(Guard::open(&other, common::options()).unwrap());
    witness.record(&backup).unwrap();
    let error = Guard::open(&other, options).unwrap_err();
    assert!(matches!(error, GuardError::ForeignLog { .. }), "{error}");
}

/// A witness whose machine is off at every second marker: an opening records two, before its epoch and in it.
struct OffInBetween(Arc<FileWitness>, AtomicU64);

impl Witness for OffInBetween {
    fn name(&self) -> String {
        self.0.name()
    }

    fn recall(&self) -> Result<Option<Marker>, WitnessError> {
        self.0.recall()
    }

    fn record(&self, marker: &Marker) -> Result<(), WitnessError> {
        match self.1.fetch_add(1, Ordering::Relaxed) % 2 {
            0 => self.0.record(marker),
            _ => Err("it is off".into()),
        }
    }
}

#[test]
fn crashes_before_the_witness_do_not_add_up() {
    let directory = tempfile::tempdir().unwrap();
    let (options, witness) = witnessed(directory.path());
    let store = directory.path().join("guard");
    let (guard, _) = Guard::open(&store, options.clone()).unwrap();
    guard.register(key(1)).unwrap();
    drop(guard);
    let before = witness.recall().unwrap().unwrap();
    let off: Arc<dyn Witness> = Arc::new(OffInBetween(witness.clone(), AtomicU64::new(0)));
    for crash in 1..=5 {
        // The log has begun an epoch and the witness has not heard of it.
        let witnesses = vec![off.clone()];
        let error = Guard::open(&store, Options { witnesses, ..options.clone() }).unwrap_err();
        assert!(matches!(error, GuardError::Witness { .. }), "{error}");
        let remembered = witness.recall().unwrap().unwrap();
        assert_eq!(remembered.epoch, before.epoch + crash - 1);
    }
    let (guard, _) = Guard::open(&store, options).unwrap();
    assert_eq!(guard.checkpoint().unwrap().epoch, before.epoch + 6);
}

#[test]
fn a_witness_that_has_forgotten_everything_is_asked_about() {
    let directory = tempfile::tempdir().unwrap();
    let (options, _) = witnessed(directory.path());
    let store = directory.path().join("guard");
    for _ in 0..2 {
        drop(Guard::open(&store, options.clone()).unwrap());
    }
    fs::remove_file(directory.path().join("witness")).unwrap();
    let error = Guard::open(&store, options.clone()).unwrap_err();
    assert!(matches!(error, GuardError::WitnessBehind { remembered: 0, .. }), "{error}");
    let accept = Options { accept: Some(Accept::OlderWitness), ..options.clone() };
    drop(Guard::open(&store, accept).unwrap());
    drop(Guard::open(&store, options).unwrap());
}

#[test]
fn checkpoints_of_many_threads_come_in_order() {
    let directory = tempfile::tempdir().unwrap();
    let (options, witness) = witnessed(directory.path());
    let (guard, _) = Guard::open(&directory.path().join("guard"), options).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let guard = &guard;
            scope.spawn(move || {
                for i in 0..25 {
                    guard.register(key(thread * 100 + i)).unwrap();
                    guard.checkpoint().unwrap();
                }
            });
        }
    });
    let recorded = witness.recall().unwrap().unwrap();
    assert_eq!(recorded, guard.checkpoint().unwrap());
}

#[test]
fn an_active_key_must_be_in_the_log_and_the_network_stays() {
    let directory = tempfile::tempdir().unwrap();
    drop(open(directory.path()));
    let active = Options { keys: vec![key(3), key(4)], ..options() };
    let error = Guard::open(directory.path(), active.clone()).unwrap_err().to_string();
    assert!(error.contains(&key(3).to_string()) && error.contains("and 1 more"), "{error}");
    let guard = open(directory.path());
    assert!(guard.register(key(3)).unwrap() && guard.register(key(4)).unwrap());
    assert!(!guard.register(key(3)).unwrap(), "already");
    drop(guard);
    let (guard, _) = Guard::open(directory.path(), active.clone()).unwrap();
    guard.authorise_one(consensus(3, (5, 0, 0), 1)).unwrap();
    assert!(guard.unregister(key(3)).unwrap());
    assert!(guard.authorise_one(consensus(3, (6, 0, 0), 1)).is_err());
    assert!(guard.register(key(3)).unwrap());
    assert!(guard.authorise_one(consensus(3, (5, 0, 0), 2)).is_err(), "the history stays");
    guard.unregister(key(3)).unwrap();
    drop(guard);
    assert!(matches!(Guard::open(directory.path(), active), Err(GuardError::KeyMissing { .. })));
    let other = Options { network: Some([2; 32]), ..options() };
    let error = Guard::open(directory.path(), other).unwrap_err();
    assert!(matches!(error, GuardError::Network { .. }), "{error}");
}

#[test]
fn sixteen_threads_ask_for_one_place_and_one_message_wins() {
    let directory = tempfile::tempdir().unwrap();
    let guard = open(directory.path());
    guard.register(key(1)).unwrap();
    for height in 1..=30 {
        let won: Vec<u8> = std::thread::scope(|scope| {
            let ask = |digest| {
                let guard = &guard;
                move || guard.authorise_one(consensus(1, (height, 0, 0), digest)).ok()
            };
            let threads: Vec<_> = (0..16).map(|i| scope.spawn(ask(1 + i % 4))).collect();
            threads.into_iter().filter_map(|t| t.join().unwrap()).map(|p| p.digest().0[0]).collect()
        });
        assert_eq!(won.len(), 4, "four of sixteen had the winning message");
        assert!(won.iter().all(|digest| *digest == won[0]));
    }
}

#[test]
fn a_hundred_thousand_records_open_again() {
    let directory = tempfile::tempdir().unwrap();
    let big = || Options { log_bytes_max: 64 << 20, ..options() };
    let (guard, _) = Guard::open(directory.path(), big()).unwrap();
    for i in 0..100 {
        guard.register(key(i)).unwrap();
    }
    for height in 1..=100 {
        let duties: Vec<Duty> =
            (0..1000).map(|i| consensus(i % 100, (height, u64::from(i) / 100, 0), 1)).collect();
        assert!(guard.authorise(&duties).iter().all(Result::is_ok));
    }
    let bytes = guard.log_bytes();
    drop(guard);
    let start = std::time::Instant::now();
    let (guard, report) = Guard::open(directory.path(), big()).unwrap();
    println!("100,000 records, {bytes} bytes: opened in {:?}", start.elapsed());
    assert_eq!(report.keys, 100);
    assert!(guard.authorise_one(consensus(7, (100, 9, 0), 2)).is_err());
    guard.authorise_one(consensus(7, (100, 9, 0), 1)).unwrap();
}

#[test]
fn a_log_cut_at_any_byte_knows_every_whole_commit_and_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let store = directory.path().join("guard");
    let log = store.join("guard.log");
    let guard = open(&store);
    guard.register(key(1)).unwrap();
    // The length of the log after each permit.
    let mut ends = vec![guard.log_bytes()];
    for height in 1..=3 {
        guard.authorise_one(consensus(1, (height, 0, 0), 1)).unwrap();
        ends.push(guard.log_bytes());
    }
    drop(guard);
    let bytes = fs::read(&log).unwrap();
    for length in usize::try_from(ends[0]).unwrap()..=bytes.len() {
        fs::write(&log, &bytes[..length]).unwrap();
        let known = ends.iter().filter(|end| **end <= length as u64).count() as u64 - 1;
        let (guard, report) = Guard::open(&store, options()).unwrap();
        assert_eq!(report.torn.is_some(), !ends.contains(&(length as u64)), "cut at {length}");
        if known > 0 {
            assert!(guard.authorise_one(consensus(1, (known, 0, 0), 2)).is_err());
            guard.authorise_one(consensus(1, (known, 0, 0), 1)).unwrap();
        }
        guard.authorise_one(consensus(1, (known + 1, 0, 0), 1)).unwrap();
    }
}
