//! The journal: what it promises about the end of a file, its middle, and many writers.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};

use pairlane_hsm::journal::{ENTRY_BYTES_MAX, Journal, JournalError, Purpose, scan};

const PURPOSE: Purpose = Purpose::new("test");

fn read(path: &Path) -> Result<Vec<Vec<u8>>, JournalError> {
    let mut entries = Vec::new();
    let (_, _) = Journal::open(path, PURPOSE, |entry| {
        assert_eq!(entry.sequence, entries.len() as u64);
        entries.push(entry.bytes.to_vec());
        Ok(())
    })?;
    Ok(entries)
}

/// A journal with commits of 1, 3 and 2 entries, one of them over a sector long, and the length
/// after each commit.
fn sample(path: &Path) -> (Vec<Vec<u8>>, Vec<(u64, usize)>) {
    let journal = Journal::create(path, PURPOSE).unwrap();
    let mut entries = Vec::new();
    let mut ends = vec![(journal.length_bytes(), 0)];
    for sizes in [&[5_usize][..], &[0, 700, 33], &[1, 40]] {
        let batch: Vec<Vec<u8>> =
            sizes.iter().map(|&size| (0..=250).cycle().take(size).collect()).collect();
        journal.append(&batch).unwrap();
        entries.extend(batch);
        ends.push((journal.length_bytes(), entries.len()));
    }
    assert_eq!(journal.syncs(), 3);
    (entries, ends)
}

#[test]
fn a_file_cut_at_any_byte_keeps_every_whole_commit() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal");
    let (entries, ends) = sample(&path);
    let bytes = fs::read(&path).unwrap();
    let mut cuts = 0;
    for length in 0..bytes.len() {
        fs::write(&path, &bytes[..length]).unwrap();
        let Some((end, count)) = ends.iter().rev().find(|(end, _)| *end <= length as u64) else {
            assert!(matches!(read(&path), Err(JournalError::Header { .. })), "{length}");
            continue;
        };
        assert_eq!(read(&path).unwrap(), entries[..*count], "cut at {length}");
        assert_eq!(fs::metadata(&path).unwrap().len(), *end, "the tail of {length} is cut");
        cuts += 1;
    }
    assert_eq!(cuts, bytes.len() - 64);
}

#[test]
fn zeros_after_the_last_commit_are_a_torn_tail() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal");
    let (entries, ends) = sample(&path);
    let bytes = fs::read(&path).unwrap();
    let [.., (before, count), (end, _)] = ends[..] else { panic!() };
    // Space allocated and never written, behind a whole commit.
    for extra in [1_usize, 15, 16, 31, 32, 33, 512, 4096] {
        let mut longer = bytes.clone();
        longer.resize(bytes.len() + extra, 0);
        fs::write(&path, &longer).unwrap();
        assert_eq!(read(&path).unwrap(), entries, "{extra} zeros");
    }
    // The last commit allocated, and none or only its first blocks written.
    let before = usize::try_from(before).unwrap();
    for written in (before..usize::try_from(end).unwrap()).step_by(16) {
        if written != before && written % 512 != 0 {
            continue;
        }
        let mut torn = bytes[..written].to_vec();
        torn.resize(bytes.len(), 0);
        fs::write(&path, &torn).unwrap();
        assert_eq!(read(&path).unwrap(), entries[..count], "written up to {written}");
    }
}

#[test]
fn every_flipped_byte_is_found_and_nothing_is_changed() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal");
    sample(&path);
    let bytes = fs::read(&path).unwrap();
    let mut flips = 0;
    for at in 0..bytes.len() {
        for mask in [0x01, 0x80, 0xFF, bytes[at]].into_iter().filter(|mask| *mask != 0) {
            let mut bad = bytes.clone();
            bad[at] ^= mask;
            fs::write(&path, &bad).unwrap();
            let error = read(&path).expect_err("a flipped byte is damage");
            let text = error.to_string();
            assert!(text.contains(path.to_str().unwrap()), "{text}");
            match error {
                JournalError::Damaged { offset, .. } => {
                    assert!(offset <= at as u64 && text.contains(&format!("byte {offset},")));
                }
                JournalError::Header { .. } => assert!(at < 64),
                other => panic!("byte {at}: {other}"),
            }
            assert_eq!(fs::read(&path).unwrap(), bad, "a damaged file is left as it is");
            flips += 1;
        }
    }
    assert!(flips > 3 * bytes.len());
}

#[test]
fn frames_that_are_moved_or_doubled_are_damage() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal");
    let (_, ends) = sample(&path);
    let bytes = fs::read(&path).unwrap();
    let at = |i: usize| usize::try_from(ends[i].0).unwrap();
    let (head, a, b) = (&bytes[..at(0)], &bytes[at(0)..at(1)], &bytes[at(1)..at(2)]);
    for frames in [[b, a], [a, a], [b, b]] {
        fs::write(&path, [head, frames[0], frames[1]].concat()).unwrap();
        assert!(matches!(read(&path), Err(JournalError::Damaged { .. })));
    }
    // A frame of another journal, at the right place.
    let other = directory.path().join("other");
    sample(&other);
    let foreign = fs::read(&other).unwrap();
    fs::write(&path, [head, &foreign[at(0)..at(1)]].concat()).unwrap();
    assert!(matches!(read(&path), Err(JournalError::Damaged { .. })));
}

#[test]
fn a_zeroed_sector_in_the_middle_is_damage() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal");
    let journal = Journal::create(&path, PURPOSE).unwrap();
    for _ in 0..200 {
        journal.append(&[[7; 40]]).unwrap();
    }
    drop(journal);
    let bytes = fs::read(&path).unwrap();
    for sector in 1..bytes.len() / 512 - 1 {
        let mut bad = bytes.clone();
        bad[sector * 512..(sector + 1) * 512].fill(0);
        fs::write(&path, &bad).unwrap();
        assert!(matches!(read(&path), Err(JournalError::Damaged { .. })), "sector {sector}");
    }
}

#[test]
fn limits_are_errors_and_leave_the_journal_usable() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal");
    let journal = Journal::create(&path, PURPOSE).unwrap();
    let large = vec![1; ENTRY_BYTES_MAX];
    journal.append(&[&large]).unwrap();
    let error = journal.append(&[vec![1; ENTRY_BYTES_MAX + 1]]).unwrap_err();
    assert!(error.to_string().contains("1048577 bytes given; at most 1048576"), "{error}");
    let error = journal.append(&[&large; 16]).unwrap_err();
    assert!(matches!(error, JournalError::TooLarge { what: "a batch", .. }));
    assert!(matches!(Journal::create(&path, PURPOSE), Err(JournalError::Locked { .. })));
    drop(journal);
    assert!(matches!(Journal::create(&path, PURPOSE), Err(JournalError::Exists { .. })));
    assert_eq!(read(&path).unwrap(), [large]);
    let wrong = Journal::open(&path, Purpose::new("other"), |_| Ok(())).unwrap_err();
    assert!(wrong.to_string().contains("a journal for \"test\", not for \"other\""), "{wrong}");
    let missing = Journal::open(&directory.path().join("none"), PURPOSE, |_| Ok(()));
    assert!(matches!(missing, Err(JournalError::Missing { .. })));
}

#[test]
fn sixteen_threads_share_syncs_and_lose_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal");
    let journal = Journal::create(&path, PURPOSE).unwrap();
    let written = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for thread in 0..16_u8 {
            let (journal, written) = (&journal, &written);
            scope.spawn(move || {
                for i in 0..50_u8 {
                    let numbers = journal.append(&[[thread, i], [thread, i]]).unwrap();
                    written.fetch_add(numbers.end - numbers.start, Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!(written.into_inner(), 1600);
    assert!(journal.syncs() < 800, "{} syncs for 800 appends", journal.syncs());
    drop(journal);
    let entries = read(&path).unwrap();
    assert_eq!(entries.len(), 1600);
    for thread in 0..16 {
        let own: Vec<u8> = entries.iter().filter(|e| e[0] == thread).map(|e| e[1]).collect();
        let expected: Vec<u8> = (0..50).flat_map(|i| [i, i]).collect();
        assert_eq!(own, expected, "each thread's entries are in its order");
    }
}

#[test]
fn a_rewrite_replaces_the_entries_and_numbers_go_on() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal");
    let journal = Journal::create(&path, PURPOSE).unwrap();
    journal.append(&[[1], [2], [3]]).unwrap();
    let id = journal.id();
    journal.rewrite(&mut [vec![9; 600_000], vec![8; 600_000]].into_iter()).unwrap();
    assert_eq!(journal.next_sequence(), 5);
    assert_eq!(journal.append(&[[4]]).unwrap().start, 5);
    drop(journal);
    // What a crash in a rewrite leaves is no part of the journal.
    fs::write(directory.path().join("journal.new"), b"half").unwrap();
    let mut seen = Vec::new();
    let (journal, found) = Journal::open(&path, PURPOSE, |entry| {
        seen.push((entry.sequence, entry.bytes.len()));
        Ok(())
    })
    .unwrap();
    assert_eq!(seen, [(3, 600_000), (4, 600_000), (5, 1)]);
    assert_eq!((journal.id(), found.next_sequence), (id, 6));
    assert!(!directory.path().join("journal.new").exists());
}

#[test]
fn a_reader_needs_no_lock() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal");
    let journal = Journal::create(&path, PURPOSE).unwrap();
    journal.append(&[[1]]).unwrap();
    let mut entries = 0;
    let found = scan(&path, PURPOSE, |_| {
        entries += 1;
        Ok(())
    });
    assert_eq!((entries, found.unwrap().next_sequence), (1, 1));
    let refused = scan(&path, PURPOSE, |_| Err("no".into())).unwrap_err();
    assert!(refused.to_string().contains("entry 0, in the frame at byte 64: no"), "{refused}");
}

/// The second half of the next test: runs in a process whose files may not grow past 64 blocks.
#[test]
#[ignore = "the next test runs it, with a limit"]
fn child_fills_its_disk() {
    let path = std::env::var_os("JOURNAL").expect("the parent names the journal");
    let journal = Journal::create(path.as_ref(), PURPOSE).unwrap();
    let mut written = 0;
    let error = loop {
        match journal.append(&[[5; 1000]]) {
            Ok(numbers) => written = numbers.end,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, JournalError::Poisoned { .. }), "{error}");
    assert!(journal.is_poisoned());
    // A smaller entry would fit, and still nothing leaves.
    assert!(matches!(journal.append(&[[5]]), Err(JournalError::Poisoned { .. })));
    assert!(matches!(journal.submit(&[[5]]), Err(JournalError::Poisoned { .. })));
    assert!(journal.rewrite(&mut std::iter::empty()).is_err());
    assert!(written > 25);
    drop(journal);
    assert_eq!(read(path.as_ref()).unwrap().len() as u64, written);
}

#[test]
fn a_full_disk_poisons_the_journal_and_costs_nothing_acknowledged() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal");
    // The limit of the system on file size is a real failing write; its signal is ignored so that
    // the write returns an error.
    // Piped: the limit holds for a file that its output goes to as well.
    let ended = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "child_fills_its_disk", "--ignored", "--nocapture"])
        .env("JOURNAL", &path)
        .output()
        .unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    let entries = read(&path).unwrap();
    assert!(entries.len() > 25 && entries.iter().all(|entry| entry.len() == 1000));
}
