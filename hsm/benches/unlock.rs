//! What unlocking costs, beside what it cannot do without: a decryption in the token and a public
//! key for each key. `cargo bench -p pairlane-hsm --bench unlock -- 10000`.

mod support;

use std::path::Path;
use std::time::Duration;

use cryptoki::context::Pkcs11;
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::aead::GcmParams;
use cryptoki::object::Attribute;
use pairlane::{MinPk, SecretKey};
use pairlane_hsm::custodian::Custodian;
use pairlane_hsm::envelope::Level;
use pairlane_hsm::keystore::{Custody, KeyStore, KeyType, Keystore, Scrypt};
use pairlane_hsm::token::{Listed, Token};
use support::{Bench, micros, time, verdict};

/// Opening and unlocking should cost at most so many times what cannot be done without.
const COST_BAR: f64 = 5.0;

fn main() {
    support::run("unlock", 1000, measure);
}

fn measure(bench: &Bench) {
    let Bench { token, folder, keys, .. } = bench;
    let keys = *keys;
    let level = Some(Level::EnvelopeGcm);
    let custody = Custody::Token { token: token.clone(), level, native_bls: None };
    let store = KeyStore::create(&folder.join("store"), custody).unwrap();
    let made = time(|| drop(store.generate_many(KeyType::BlsMinPk, keys).unwrap()));
    drop(store);

    let decryptions = decryptions(bench.module, token, keys);
    let secret = SecretKey::generate().unwrap();
    let derivations = time(|| {
        for _ in 0..keys {
            std::hint::black_box(secret.public_key::<MinPk>().to_bytes());
        }
    });
    let mut custodian = None;
    let opened = time(|| {
        let store = KeyStore::open(&folder.join("store"), Some(token.clone())).unwrap();
        custodian = Some(Custodian::new(store));
    });
    let unlocked = time(|| assert!(custodian.as_ref().unwrap().unlock_all(None).is_empty()));
    assert_eq!(custodian.unwrap().status().unlocked, keys);
    let file = Keystore::seal(&[1; 32], b"", &support::pin(), Scrypt::Standard).unwrap();
    let scrypt = time(|| drop(file.open(&support::pin()).unwrap()));

    let row =
        |name, total: Duration| println!("  {name:<26}{:>9.1} us", micros(total) / keys as f64);
    println!("{keys} keys, envelope-gcm on SoftHSM, each:");
    row("generate and store", made);
    row("decryption in the token", decryptions);
    row("public key", derivations);
    row("open the store", opened);
    row("unlock", unlocked);
    println!("  {:<26}{:>9.1} us", "EIP-2335 with scrypt", micros(scrypt));
    let (all, least) =
        ((opened + unlocked).as_secs_f64(), (decryptions + derivations).as_secs_f64());
    println!("open and unlock all         {all:>9.2} s");
    println!(
        "  / decrypt and derive all  {:>9.2}   bar <= {COST_BAR:.2}  {}",
        all / least,
        verdict(all / least <= COST_BAR)
    );
}

/// The token's own cost, through the binding and past our code.
fn decryptions(module: &Path, token: &Token, keys: usize) -> Duration {
    let library = Pkcs11::new(module).unwrap();
    let slots = Token::list(module, None).unwrap();
    let ours =
        |it: &&Listed| it.1.as_ref().is_ok_and(|there| there.serial == token.identity().serial);
    let slot = slots.iter().find(ours).unwrap().0;
    let session = library.open_rw_session(slot.try_into().unwrap()).unwrap();
    let label = Attribute::Label(b"pairlane-kek".to_vec());
    let key = session.find_objects(&[label]).unwrap()[0];
    let mut iv = [7; 12];
    let gcm = GcmParams::new(&mut iv, &[1; 150], 128.into()).unwrap();
    let mechanism = Mechanism::AesGcm(gcm);
    let sealed = session.encrypt(&mechanism, key, &[2; 32]).unwrap();
    time(|| {
        for _ in 0..keys {
            std::hint::black_box(session.decrypt(&mechanism, key, &sealed).unwrap());
        }
    })
}
