//! EIP-2335: the standard's own vectors, and files that are refused.

use pairlane_hsm::arena::Arena;
use pairlane_hsm::keystore::{Keystore, KeystoreError, Scrypt};
use pairlane_hsm::token::Pin;
use serde_json::{Value, json};

fn vectors() -> Value {
    serde_json::from_str(include_str!("vectors/eip2335.json")).unwrap()
}

fn pin(text: &Value) -> Pin {
    Pin::new(text.as_str().unwrap().as_bytes()).unwrap()
}

fn read(value: &Value) -> Result<Keystore, KeystoreError> {
    Keystore::from_json(value.to_string().as_bytes())
}

#[test]
fn the_standards_vectors_open() {
    let vectors = vectors();
    for vector in vectors["keystores"].as_array().unwrap() {
        let file = read(vector).unwrap();
        let secret = file.open(&pin(&vectors["password"])).unwrap();
        assert_eq!(hex::encode(&secret[..]), vectors["secret"].as_str().unwrap());
        assert_eq!(hex::encode(file.public_key().unwrap().unwrap()), vector["pubkey"]);
        assert_eq!(file.path(), vector["path"].as_str().unwrap());
        assert_eq!(serde_json::from_str::<Value>(&file.to_json()).unwrap(), *vector);
        let wrong = file.open(&pin(&json!("testpassword"))).unwrap_err();
        assert!(matches!(wrong, KeystoreError::Password), "{wrong}");
    }
}

#[test]
fn what_is_sealed_here_opens_here() {
    let mut secret = Arena::process().unwrap().bytes::<32>().unwrap();
    secret.fill(9);
    let password = pin(&json!("a password"));
    let file = Keystore::seal(&secret, b"key", &password, Scrypt::Light).unwrap();
    let again = Keystore::from_json(file.to_json().as_bytes()).unwrap();
    assert_eq!(*again.open(&password).unwrap(), [9; 32]);
}

#[test]
fn what_is_no_keystore_is_refused() {
    let good = vectors()["keystores"][1].clone();
    let changes: [(&str, Value); 16] = [
        ("/version", json!(3)),
        ("/uuid", json!("1d85ae20")),
        ("/more", json!(1)),
        ("/crypto/more", json!(1)),
        ("/crypto/kdf/message", json!("00")),
        ("/crypto/kdf/function", json!("argon2")),
        ("/crypto/kdf/params/prf", json!("hmac-sha512")),
        ("/crypto/kdf/params/more", json!(1)),
        ("/crypto/kdf/params/c", json!(-1)),
        ("/crypto/kdf/params/salt", json!("0g")),
        ("/crypto/checksum/function", json!("md5")),
        ("/crypto/checksum/message", json!("00")),
        ("/crypto/cipher/function", json!("aes-256-ctr")),
        ("/crypto/cipher/params/iv", json!("00")),
        ("/crypto/cipher/message", json!("00".repeat(33))),
        ("/path", json!(7)),
    ];
    for (pointer, value) in changes {
        let mut changed = good.clone();
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        changed.pointer_mut(parent).unwrap()[field] = value;
        let refused = read(&changed);
        assert!(matches!(refused, Err(KeystoreError::Format(_))), "{pointer}: {refused:?}");
    }
    let long = Keystore::from_json(&vec![b' '; 20_000]);
    assert!(matches!(long, Err(KeystoreError::TooLong { .. })));
    for torn in [&b""[..], b"{", b"[]", b"null", &[0xff; 40]] {
        assert!(Keystore::from_json(torn).is_err());
    }
}

#[test]
fn scrypt_is_refused_for_all_its_memory_together() {
    let vectors = vectors();
    let mut changed = vectors["keystores"][0].clone();
    let params = &mut changed["crypto"]["kdf"]["params"];
    (params["n"], params["r"], params["p"]) = (json!(2), json!(1 << 21), json!(16));
    let refused = read(&changed).unwrap().open(&pin(&vectors["password"])).map(|_| ());
    assert!(matches!(refused, Err(KeystoreError::Parameters(_))), "{refused:?}");
}

#[test]
fn what_costs_too_much_is_refused_before_it_is_paid() {
    let vectors = vectors();
    let (scrypt, pbkdf2) = (&vectors["keystores"][0], &vectors["keystores"][1]);
    let changes = [
        (scrypt, "n", json!(1_u64 << 40)),
        (scrypt, "n", json!(262_143)),
        (scrypt, "n", json!(0)),
        (scrypt, "n", json!(1)),
        (scrypt, "r", json!(1 << 20)),
        (scrypt, "r", json!(0)),
        (scrypt, "p", json!(17)),
        (scrypt, "p", json!(0)),
        (scrypt, "dklen", json!(16)),
        (scrypt, "salt", json!("00".repeat(257))),
        (pbkdf2, "c", json!(0)),
        (pbkdf2, "c", json!(u32::MAX)),
        (pbkdf2, "dklen", json!(64)),
    ];
    for (file, field, value) in changes {
        let mut changed = file.clone();
        changed["crypto"]["kdf"]["params"][field] = value.clone();
        let refused = read(&changed).unwrap().open(&pin(&vectors["password"]));
        assert!(
            matches!(refused, Err(KeystoreError::Parameters(_))),
            "{field} {value}: {:?}",
            refused.err()
        );
    }
}
