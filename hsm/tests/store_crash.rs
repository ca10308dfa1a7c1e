//! `kill -9` while keys are made and sealing keys rotate: what was reported stays, and what is there
//! opens.

mod support;

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use pairlane_hsm::envelope::Level;
use pairlane_hsm::keystore::{Custody, KeyId, KeyStore, KeyType};
use pairlane_hsm::token::{Token, TokenConfig, TokenSelector};
use support::{LABEL, Provider, Setup, on};

const WORK: &str = "PAIRLANE_TEST_WORK";
const ROUNDS: u64 = 40;

#[test]
fn keys_that_were_reported_survive_a_kill() {
    on(
        &[Provider::SoftHsm, Provider::Kryoptic],
        "keys_that_were_reported_survive_a_kill",
        |setup| {
            survive(setup, "generate");
        },
    );
}

#[test]
fn every_key_opens_after_a_kill_in_a_rotation() {
    let test = "every_key_opens_after_a_kill_in_a_rotation";
    on(&[Provider::SoftHsm, Provider::Kryoptic], test, |setup| survive(setup, "rotate"));
}

fn survive(setup: &Setup, work: &str) {
    let folder = setup.folder.join("store");
    let mut reported: Vec<KeyId> = Vec::new();
    {
        let (token, level) = (setup.token(), Some(Level::EnvelopeGcm));
        let store =
            KeyStore::create(&folder, Custody::Token { token, level, native_bls: None }).unwrap();
        let first = store.generate_many(KeyType::EcvrfTai, 10).unwrap();
        reported.extend(first.iter().map(|record| record.id));
    }
    for round in 0..ROUNDS {
        // From before the first step to after several whole ones.
        reported.extend(work_and_kill(setup, work, Duration::from_micros(700 * round)));
        let store = open(setup, &folder);
        for id in &reported {
            store.load(*id, None).unwrap_or_else(|error| panic!("round {round}: {id}: {error}"));
        }
        for record in store.list() {
            store.load(record.id, None).unwrap();
        }
    }
    eprintln!("{work} on {}: {} keys after {ROUNDS} kills", setup.provider.name(), reported.len());
}

fn open(setup: &Setup, folder: &Path) -> KeyStore {
    let config = TokenConfig::new(&setup.module, TokenSelector::by_label(LABEL));
    let token = Token::open(config, setup.pin()).unwrap();
    KeyStore::open(folder, Some(token)).unwrap()
}

/// Lets a process work, kills it, and returns what it had reported.
fn work_and_kill(setup: &Setup, work: &str, after: Duration) -> Vec<KeyId> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "worker", "--nocapture", "--ignored"])
        .env(WORK, work)
        .env("PAIRLANE_TEST_MODULE", &setup.module)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let pin = String::from_utf8(setup.pin_bytes()).unwrap();
    writeln!(input, "{}\n{pin}", setup.folder.display()).unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert!(lines.any(|line| line == "ready"), "the worker opens the store");
    std::thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
    lines.filter_map(|line| line.parse().ok()).collect()
}

#[test]
#[ignore = "a process of the tests above"]
fn worker() {
    let Ok(work) = std::env::var(WORK) else { return };
    let mut lines = std::io::stdin().lines().map(Result::unwrap);
    let (folder, pin) = (lines.next().unwrap(), lines.next().unwrap());
    let module = std::env::var_os("PAIRLANE_TEST_MODULE").unwrap();
    let config = TokenConfig::new(module, TokenSelector::by_label(LABEL));
    let pin = pairlane_hsm::token::Pin::new(pin.as_bytes()).unwrap();
    let token = Token::open(config, pin).unwrap();
    let store = KeyStore::open(&Path::new(&folder).join("store"), Some(token)).unwrap();
    println!("\nready");
    loop {
        match work.as_str() {
            "generate" => {
                let record = store.generate(KeyType::EcvrfTai, None, None).unwrap();
                println!("{}", record.id);
            }
            _ => drop(store.rotate_kek().unwrap()),
        }
    }
}
