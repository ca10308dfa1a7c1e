//! After keys have been unlocked and used, their secrets are in the arena and nowhere else.
//!
//! Three processes: the test; one that makes a store with secrets that it knows, and writes them
//! down masked; one that uses the keys and never sees the secrets but through the code under test.
//! The last reads all of its own memory, and is dumped into a core file from outside, and neither
//! shows a secret. The same with one secret planted on the heap must find it, or the search is no
//! search.

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::process::{Command, Stdio};

use pairlane::Scheme;
use pairlane_hsm::arena::{Arena, Backing, harden};
use pairlane_hsm::custodian::{BlsScheme, Clearance, Custodian, Message};
use pairlane_hsm::envelope::Level;
use pairlane_hsm::keystore::{Custody, KeyStore, KeyType, RawImport};
use pairlane_hsm::token::{Pin, Token, TokenConfig, TokenSelector};
use sha2::{Digest, Sha512};
use support::{LABEL, Provider, Setup, on, skipped};

/// Secrets are written down and searched for under this mask, so that no search makes a copy.
const MASK: u8 = 0x5a;
/// What to plant in the process under test.
const PLANT: &str = "PAIRLANE_TEST_PLANT";
const STORE: &str = "PAIRLANE_TEST_STORE";
/// Half a secret is found as well as a whole.
const NEEDLE: usize = 16;

type Needle = [u8; NEEDLE];

/// Halves of a secret in every form that it is used in, masked.
fn needles(key_type: KeyType, secret: &[u8; 32]) -> Vec<Needle> {
    let mut forms = vec![secret.to_vec(), secret.iter().rev().copied().collect()];
    if !key_type.is_bls() {
        let expanded = Sha512::digest(secret);
        forms.push(expanded[32..].to_vec());
        let mut scalar: [u8; 32] = expanded[..32].try_into().unwrap();
        scalar[0] &= 0b1111_1000;
        scalar[31] = scalar[31] & 0b0111_1111 | 0b0100_0000;
        forms.push(scalar.to_vec());
    }
    let halves = |form: Vec<u8>| [form[..16].to_vec(), form[16..].to_vec()];
    forms.into_iter().flat_map(halves).map(|half| mask(&half)).collect()
}

fn mask(half: &[u8]) -> Needle {
    let masked: Vec<u8> = half.iter().map(|byte| byte ^ MASK).collect();
    masked.try_into().unwrap()
}

/// How many needles occur in some bytes. By the first two bytes first: they come masked, and stay so.
fn count(haystack: &[u8], needles: &[Needle], by_start: &[Vec<usize>]) -> usize {
    let mut found = 0;
    for window in haystack.windows(NEEDLE) {
        let start = usize::from(window[0] ^ MASK) << 8 | usize::from(window[1] ^ MASK);
        for index in &by_start[start] {
            found += usize::from(window.iter().zip(&needles[*index]).all(|(a, b)| a ^ MASK == *b));
        }
    }
    found
}

fn index(needles: &[Needle]) -> Vec<Vec<usize>> {
    let mut by_start = vec![Vec::new(); 1 << 16];
    for (index, needle) in needles.iter().enumerate() {
        by_start[usize::from(needle[0]) << 8 | usize::from(needle[1])].push(index);
    }
    by_start
}

fn read_needles(path: &Path) -> Vec<Needle> {
    fs::read(path).unwrap().chunks_exact(NEEDLE).map(|c| c.try_into().unwrap()).collect()
}

#[test]
fn secrets_are_in_the_arena_and_nowhere_else() {
    let test = "secrets_are_in_the_arena_and_nowhere_else";
    on(&[Provider::SoftHsm, Provider::Kryoptic], test, |setup| {
        let token = setup.token();
        for level in [Level::EnvelopeGcm, Level::EnvelopeCbcHmac] {
            prepare(setup, &token, level);
        }
        drop(token);
        for level in [Level::EnvelopeGcm, Level::EnvelopeCbcHmac] {
            let (own, core) = use_and_search(setup, level, false);
            eprintln!("{} {level}: {own} in memory, {core:?} in the core", setup.provider.name());
            assert_eq!(own, 0, "{level}: secrets in memory outside of the arena");
            assert!(core.is_none_or(|found| found == 0), "{level}: secrets in a core file");
        }
        let (own, core) = use_and_search(setup, Level::EnvelopeGcm, true);
        assert!(own > 0, "a planted secret was not found: the search is none");
        assert!(core.is_none_or(|found| found > 0), "a planted secret is not in the core");
    });
}

/// Makes a store of 8 keys of each type, and writes their secrets and the PIN down.
fn prepare(setup: &Setup, token: &Token, level: Level) {
    let folder = setup.folder.join(level.name());
    let custody = Custody::Token { token: token.clone(), level: Some(level), native_bls: None };
    let store = KeyStore::create(&folder.join("store"), custody).unwrap();
    let mut found = Vec::new();
    for key_type in KeyType::ALL {
        for _ in 0..8 {
            let mut secret = Arena::process().unwrap().bytes::<32>().unwrap();
            getrandom::fill(&mut *secret).unwrap();
            secret[0] &= 0x3f; // below the order of the BLS group
            found.extend(needles(key_type, &secret));
            let accepted = RawImport::SecretWasInTheClear;
            store.import_raw(key_type, secret, accepted, None, None).unwrap();
        }
    }
    found.push(mask(&setup.pin_bytes()[..16]));
    fs::write(folder.join("needles"), found.concat()).unwrap();
}

/// What the process under test found in itself, and what its core file shows.
fn use_and_search(setup: &Setup, level: Level, plant: bool) -> (usize, Option<usize>) {
    let folder = setup.folder.join(level.name());
    let pin_file = folder.join("pin");
    fs::write(&pin_file, setup.pin_bytes()).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    fs::set_permissions(&pin_file, mode).unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "process_under_test", "--nocapture", "--ignored"])
        .env(STORE, &folder)
        .env("PAIRLANE_TEST_MODULE", &setup.module)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    if plant {
        command.env(PLANT, "1");
    }
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let own = lines
        .find_map(|line| line.unwrap().strip_prefix("found ").map(|n| n.parse().unwrap()))
        .expect("the process under test tells what it found");
    let core = dump(child.id(), &folder);
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
    let needles = read_needles(&folder.join("needles"));
    let found = core.map(|path| {
        let core = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        assert!(core.len() > 1 << 20, "a core of {} bytes is none", core.len());
        count(&core, &needles, &index(&needles))
    });
    (own, found)
}

/// A core file of a process, taken from outside.
fn dump(pid: u32, folder: &Path) -> Option<std::path::PathBuf> {
    let prefix = folder.join("core");
    let mut command = Command::new("gcore");
    // Everything that can be read. Locked pages can, by root, and are only left out of honest dumps.
    if Arena::process().unwrap().backing() == Backing::SecretMemory {
        command.arg("-a");
    }
    let made = command.arg("-o").arg(&prefix).arg(pid.to_string()).output();
    let path = folder.join(format!("core.{pid}"));
    match made {
        Ok(output) if path.exists() => {
            let _ = output;
            Some(path)
        }
        Ok(output) => {
            skipped("core file", &format!("gcore: {}", String::from_utf8_lossy(&output.stderr)));
            None
        }
        Err(error) => {
            skipped("core file", &format!("gcore: {error}"));
            None
        }
    }
}

#[test]
#[ignore = "a process of the test above"]
fn process_under_test() {
    let Some(folder) = std::env::var_os(STORE).map(std::path::PathBuf::from) else { return };
    let hardening = harden().unwrap();
    assert!(hardening.not_dumpable && hardening.no_core && hardening.freed_blocks_overwritten);
    let module = std::env::var_os("PAIRLANE_TEST_MODULE").unwrap();
    let config = TokenConfig::new(module, TokenSelector::by_label(LABEL));
    let pin: Pin = format!("file:{}", folder.join("pin").display())
        .parse::<pairlane_hsm::token::PinSource>()
        .unwrap()
        .read("PIN")
        .unwrap();
    let token = Token::open(config, pin).unwrap();
    let custodian = Custodian::new(KeyStore::open(&folder.join("store"), Some(token)).unwrap());
    assert!(custodian.unlock_all(None).is_empty());

    // Threads that stay, so that their stacks are searched too.
    let done = std::sync::Barrier::new(5);
    let end = std::sync::Barrier::new(5);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                use_every_key(&custodian);
                done.wait();
                end.wait();
            });
        }
        use_every_key(&custodian);
        done.wait();
        let needles = read_needles(&folder.join("needles"));
        let _planted = std::env::var_os(PLANT).map(|_| {
            let unmasked: Vec<u8> = needles[0].iter().map(|byte| byte ^ MASK).collect();
            Box::leak(unmasked.into_boxed_slice())
        });
        println!("\nfound {}", search_own_memory(&needles));
        // The parent takes a core now.
        let _ = std::io::stdin().read(&mut [0]);
        end.wait();
    });
}

fn use_every_key(custodian: &Custodian) {
    for record in custodian.store().list() {
        let message = match record.key_type {
            KeyType::BlsMinPk | KeyType::BlsMinSig => Message::Bls {
                scheme: BlsScheme::Standard(Scheme::ProofOfPossession),
                message: b"block 7",
            },
            KeyType::EcvrfTai | KeyType::EcvrfEll2 => Message::Vrf { alpha: b"epoch 7" },
            KeyType::Ed25519 => Message::Ed25519 { message: b"block 7" },
        };
        custodian.sign(record.id, &message, Clearance::danger_unguarded()).unwrap();
        if record.key_type.is_bls() {
            custodian.prove_possession(record.id).unwrap();
        }
    }
}

/// Reads every mapping but the arena's through `/proc/self/mem`.
fn search_own_memory(needles: &[Needle]) -> usize {
    let by_start = index(needles);
    let arena = Arena::process().unwrap().ranges();
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let mut memory = fs::File::open("/proc/self/mem").unwrap();
    let (mut found, mut searched) = (0, 0);
    let mut buffer = vec![0; 4 << 20];
    for line in maps.lines() {
        let mut fields = line.split_whitespace();
        let (range, mode) = (fields.next().unwrap(), fields.next().unwrap());
        let (start, end) = range.split_once('-').unwrap();
        let start = usize::from_str_radix(start, 16).unwrap();
        let end = usize::from_str_radix(end, 16).unwrap();
        if !mode.starts_with('r') || arena.iter().any(|a| a.contains(&start)) {
            continue;
        }
        if line.ends_with("[vvar]") || line.ends_with("[vsyscall]") {
            continue;
        }
        let mut at = start;
        while at < end {
            let length = buffer.len().min(end - at);
            memory.seek(SeekFrom::Start(at as u64)).unwrap();
            let Ok(length) = memory.read(&mut buffer[..length]) else { break };
            if length == 0 {
                break;
            }
            let hits = count(&buffer[..length], needles, &by_start);
            if hits > 0 {
                eprintln!("{hits} in {line}");
            }
            found += hits;
            searched += length;
            at += length;
            if at < end {
                at -= NEEDLE - 1; // across the seam
            }
        }
    }
    assert!(searched > 1 << 20, "only {searched} bytes searched");
    found
}

/// What `after_secret` is for: a function that is gone has left a secret on the stack, and a block
/// that is free one on the heap.
#[test]
fn after_secret_overwrites_the_stack_and_freed_blocks() {
    #[inline(never)]
    fn leave_behind(masked: &[u8; 32]) {
        let mut on_stack = [0; 32];
        let mut on_heap = vec![0; 96];
        for index in 0..32 {
            on_stack[index] = masked[index] ^ MASK;
            // The allocator writes its lists over the start of a free block.
            on_heap[index + 32] = masked[index] ^ MASK ^ 0xff;
        }
        std::hint::black_box((&mut on_stack, &mut on_heap));
    }
    let mut masked = [0; 32];
    getrandom::fill(&mut masked).unwrap();
    let other: Vec<u8> = masked.iter().map(|byte| byte ^ 0xff).collect();
    let needles: Vec<Needle> = [&masked[..16], &masked[16..], &other[..16], &other[16..]]
        .map(|h| h.try_into().unwrap())
        .to_vec();
    leave_behind(&masked);
    let before = search_own_memory(&needles);
    leave_behind(&masked);
    pairlane_hsm::arena::after_secret();
    let after = search_own_memory(&needles);
    assert!(before >= 2, "the stack and the heap show nothing to overwrite: {before}");
    assert_eq!(after, 0);
}
