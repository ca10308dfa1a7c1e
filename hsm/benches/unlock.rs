//! What unlocking costs, beside what it cannot do without: a decryption in the token and a public
//! key for each key. `cargo bench -p pairlane-hsm -- 10000`.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use cryptoki::context::Pkcs11;
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::aead::GcmParams;
use cryptoki::object::Attribute;
use pairlane::{MinPk, SecretKey};
use pairlane_hsm::custodian::Custodian;
use pairlane_hsm::envelope::Level;
use pairlane_hsm::keystore::{Custody, KeyStore, KeyType, Keystore, Scrypt};
use pairlane_hsm::token::{Pin, Token, TokenConfig, TokenSelector, init_token};

const MODULES: [&str; 2] =
    ["/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"];

fn main() {
    let Some(module) = MODULES.iter().map(Path::new).find(|path| path.exists()) else {
        eprintln!("skipped: unlock: SoftHSM is not installed: apt-get install softhsm2");
        return;
    };
    let keys = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(1000);
    match std::env::var_os("PAIRLANE_BENCH_FOLDER") {
        Some(folder) => measure(module, &PathBuf::from(folder), keys),
        None => in_a_process_with_a_token(keys),
    }
}

/// SoftHSM reads where its tokens are from the environment.
fn in_a_process_with_a_token(keys: usize) {
    let folder = tempfile::tempdir().unwrap();
    let tokens = folder.path().join("tokens");
    std::fs::create_dir(&tokens).unwrap();
    let configuration = folder.path().join("softhsm2.conf");
    std::fs::write(&configuration, format!("directories.tokendir = {}\n", tokens.display()))
        .unwrap();
    let status = std::process::Command::new(std::env::current_exe().unwrap())
        .arg(keys.to_string())
        .env("SOFTHSM2_CONF", configuration)
        .env("PAIRLANE_BENCH_FOLDER", folder.path())
        .status();
    assert!(status.unwrap().success());
}

fn measure(module: &Path, folder: &Path, keys: usize) {
    let pin = || Pin::new(b"bench 4711").unwrap();
    init_token(module, None, None, "bench", &pin(), &pin()).unwrap();
    let config = TokenConfig::new(module, TokenSelector::by_label("bench"));
    let token = Token::open(config, pin()).unwrap();
    let level = Some(Level::EnvelopeGcm);
    let custody = Custody::Token { token: token.clone(), level, native_bls: None };
    let store = KeyStore::create(&folder.join("store"), custody).unwrap();
    let made = time(|| drop(store.generate_many(KeyType::BlsMinPk, keys).unwrap()));
    drop(store);

    let decryptions = decryptions(module, &token, keys);
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
    let file = Keystore::seal(&[1; 32], b"", &pin(), Scrypt::Standard).unwrap();
    let scrypt = time(|| drop(file.open(&pin()).unwrap()));

    let each = |total: Duration| format!("{:>9.1} us", total.as_secs_f64() * 1e6 / keys as f64);
    println!("{keys} keys, envelope-gcm on SoftHSM, each:");
    println!("  generate and store        {}", each(made));
    println!("  decryption in the token   {}", each(decryptions));
    println!("  public key                {}", each(derivations));
    println!("  open the store            {}", each(opened));
    println!("  unlock                    {}", each(unlocked));
    println!("  EIP-2335 with scrypt      {:>9.1} us", scrypt.as_secs_f64() * 1e6);
    let ratio = (opened + unlocked).as_secs_f64() / (decryptions + derivations).as_secs_f64();
    println!(
        "open and unlock: {:.2} s in all, {ratio:.2} times",
        (opened + unlocked).as_secs_f64()
    );
    println!("  what {keys} decryptions and public keys cost");
}

fn time(run: impl FnOnce()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}

/// The token's own cost, through the binding and past our code.
fn decryptions(module: &Path, token: &Token, keys: usize) -> Duration {
    let library = Pkcs11::new(module).unwrap();
    let slots = Token::list(module, None).unwrap();
    let ours = |it: &&pairlane_hsm::token::Listed| {
        it.1.as_ref().is_ok_and(|there| there.serial == token.identity().serial)
    };
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
