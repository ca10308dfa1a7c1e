//! What the guard and the audit log cost: signatures through the vault, in turn with the same
//! signatures without it. `cargo bench -p pairlane-hsm --bench sign -- 1000`.

mod support;

use std::fs::File;
use std::io::Write;
use std::time::Duration;

use pairlane::Scheme;
use pairlane_hsm::custodian::{BlsScheme, Clearance, Message};
use pairlane_hsm::envelope::Level;
use pairlane_hsm::guard::{Act, Position};
use pairlane_hsm::keystore::{Custody, KeyId, KeyType};
use pairlane_hsm::vault::{SignRequest, Vault, VaultOptions};
use support::{Bench, micros, time, verdict};

const ACTOR: &str = "bench";
const BATCHES: usize = 15;
const SINGLES: usize = 2000;
/// Guarded throughput, as a part of unguarded throughput, should be at least this.
const THROUGHPUT_BAR: f64 = 0.9;

fn main() {
    support::run("sign", 1000, measure);
}

fn measure(bench: &Bench) {
    let level = Some(Level::EnvelopeGcm);
    let custody = Custody::Token { token: bench.token.clone(), level, native_bls: None };
    let folder = bench.folder.join("vault");
    let vault = Vault::create(&folder, custody, VaultOptions::default(), ACTOR).unwrap();
    let records = vault.store().generate_many(KeyType::BlsMinPk, bench.keys).unwrap();
    for record in &records {
        vault.enable(ACTOR, record.id).unwrap();
        vault.unlock(ACTOR, record.id, None).unwrap();
    }
    let duties: Vec<(KeyId, Vec<u8>)> = records
        .iter()
        .enumerate()
        .map(|(index, record)| (record.id, format!("prepare block {index}").into_bytes()))
        .collect();
    let mut height = 0;
    batches(&vault, &duties, &mut height);
    singles(&vault, &duties[0], &mut height, &mut File::create(bench.folder.join("disk")).unwrap());
}

/// All keys at once, each with a message of its own.
fn batches(vault: &Vault, duties: &[(KeyId, Vec<u8>)], height: &mut u64) {
    let mut guarded = || {
        *height += 1;
        sign_guarded(vault, duties, *height)
    };
    let unguarded = || sign_unguarded(vault, duties);
    assert_eq!(guarded(), unguarded(), "the guard changes no signature");
    let syncs = vault.guard().syncs();
    let (mut with, mut without, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..BATCHES {
        let bare = time(|| drop(unguarded()));
        let full = time(|| drop(guarded()));
        ratios.push(bare.as_secs_f64() / full.as_secs_f64());
        without.push(bare);
        with.push(full);
    }
    let syncs = (vault.guard().syncs() - syncs) as f64 / BATCHES as f64;
    ratios.sort_by(f64::total_cmp);
    let ratio = ratios[BATCHES / 2];
    let row = |name, times: &mut Vec<Duration>| {
        let batch = at(times, 50);
        let rate = duties.len() as f64 / batch.as_secs_f64();
        println!("  {name:<26}{:>9.2} ms {rate:>9.0} /s", micros(batch) / 1e3);
    };
    println!("{} keys in a batch, {BATCHES} batches in turn, one thread, medians:", duties.len());
    row("unguarded", &mut without);
    row("guarded", &mut with);
    println!(
        "  guarded / unguarded rate  {ratio:>9.3} ({:.3}..{:.3})   bar >= {THROUGHPUT_BAR:.2}  {}",
        ratios[0],
        ratios[BATCHES - 1],
        verdict(ratio >= THROUGHPUT_BAR)
    );
    println!("  guard's syncs per batch   {syncs:>9.2}   bar <= 1     {}", verdict(syncs <= 1.0));
}

/// One key, one signature at a time, in turn with what the disk needs for a sync.
fn singles(vault: &Vault, duty: &(KeyId, Vec<u8>), height: &mut u64, disk: &mut File) {
    let duty = core::slice::from_ref(duty);
    let (syncs, audit_syncs) = (vault.guard().syncs(), vault.audit().syncs());
    let (mut synced, mut bare, mut full, mut above) = (vec![], vec![], vec![], vec![]);
    for _ in 0..SINGLES {
        synced.push(time(|| {
            disk.write_all(&[7; 64]).unwrap();
            disk.sync_data().unwrap();
        }));
        let without = time(|| drop(sign_unguarded(vault, duty)));
        *height += 1;
        let with = time(|| drop(sign_guarded(vault, duty, *height)));
        bare.push(without);
        full.push(with);
        above.push(with.saturating_sub(without));
    }
    let syncs = vault.guard().syncs() - syncs + vault.audit().syncs() - audit_syncs;
    let syncs = syncs as f64 / SINGLES as f64;
    let row = |name, times: &mut Vec<Duration>| {
        let (p50, p99) = (micros(at(times, 50)), micros(at(times, 99)));
        println!("  {name:<26}{p50:>9.1} us {p99:>9.1} us");
    };
    println!("1 signature, {SINGLES} in turn{:>18}{:>13}", "p50", "p99");
    row("fdatasync of 64 bytes", &mut synced);
    row("unguarded", &mut bare);
    row("guarded", &mut full);
    row("guarded less unguarded", &mut above);
    println!("  syncs per signature       {syncs:>9.2}   bar <= 1     {}", verdict(syncs <= 1.0));
}

fn sign_guarded(vault: &Vault, duties: &[(KeyId, Vec<u8>)], height: u64) -> Vec<Vec<u8>> {
    let act = Act::Consensus(Position { height, round: 0, phase: 1 });
    let requests: Vec<_> = duties
        .iter()
        .map(|(key, message)| SignRequest { actor: ACTOR, key: *key, act, message: bls(message) })
        .collect();
    vault.sign(&requests).into_iter().map(Result::unwrap).collect()
}

fn sign_unguarded(vault: &Vault, duties: &[(KeyId, Vec<u8>)]) -> Vec<Vec<u8>> {
    duties
        .iter()
        .map(|(key, message)| {
            let clearance = Clearance::danger_unguarded();
            vault.custodian().sign(*key, &bls(message), clearance).unwrap()
        })
        .collect()
}

fn bls(message: &[u8]) -> Message<'_> {
    Message::Bls { scheme: BlsScheme::Standard(Scheme::ProofOfPossession), message }
}

/// A percentile.
fn at(times: &mut [Duration], percent: usize) -> Duration {
    times.sort();
    times[(times.len() - 1) * percent / 100]
}
