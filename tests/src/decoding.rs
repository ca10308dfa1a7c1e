//! What holds for any bytes given to a decoder: no panic, blst's answer, and a way back.

use pairlane::{KeyPath, PointError, Possession, PublicKey, SecretKey, Signature};

use crate::oracle::Oracle;

/// Bytes as a public key of a variant.
pub fn check_key<V: Oracle>(bytes: &[u8]) {
    let key = PublicKey::<V>::from_bytes(bytes);
    assert_eq!(key.map(drop), V::check_key(bytes));
    let Ok(key) = key else { return };
    let (short, long) = (key.to_bytes(), key.to_uncompressed());
    assert_eq!(bytes, if bytes.len() == short.len() { &short } else { &long });
    assert_eq!(PublicKey::from_bytes(&short), Ok(key));
    assert_eq!(PublicKey::from_bytes(&long), Ok(key));
    assert_eq!(key.to_string(), format!("0x{}", hex::encode(short)));
}

/// Bytes as a signature and as a proof of possession of a variant.
pub fn check_signature<V: Oracle>(bytes: &[u8]) {
    let signature = Signature::<V>::from_bytes(bytes);
    match V::check_signature(bytes) {
        // The identity is a value, which no verification accepts.
        Err(PointError::Identity) => {
            assert!(signature.is_ok_and(|signature| signature.is_identity()));
        }
        answer => assert_eq!(signature.map(drop), answer),
    }
    let proof = Possession::<V>::from_bytes(bytes);
    assert_eq!(proof.map(|proof| proof.to_bytes()), signature.map(|s| s.to_bytes()));
    let Ok(signature) = signature else { return };
    let (short, long) = (signature.to_bytes(), signature.to_uncompressed());
    assert_eq!(bytes, if bytes.len() == short.len() { &short } else { &long });
    assert_eq!(Signature::from_bytes(&short), Ok(signature));
    assert_eq!(Signature::from_bytes(&long), Ok(signature));
    assert_eq!(signature.to_string(), format!("0x{}", hex::encode(short)));
}

/// Bytes as a secret key, and as the seed of one.
pub fn check_secret_key(bytes: &[u8]) {
    let ours = SecretKey::from_bytes(bytes);
    let other = blst::min_pk::SecretKey::from_bytes(bytes);
    assert_eq!(ours.is_ok(), other.is_ok());
    if let Ok(ours) = ours {
        assert_eq!(&ours.expose_bytes()[..], bytes);
    }
    let same = |ours: Result<SecretKey, _>, other: Result<blst::min_pk::SecretKey, _>| {
        let other = other.map(|other| other.to_bytes()).ok();
        assert_eq!(ours.map(|ours| *ours.expose_bytes()).ok(), other);
    };
    same(SecretKey::from_seed(bytes, &[]), blst::min_pk::SecretKey::key_gen(bytes, &[]));
    let other = blst::min_pk::SecretKey::derive_master_eip2333(bytes);
    same(SecretKey::derive_master(bytes), other);
}

/// A text as a path in a key tree.
pub fn check_path(text: &str) {
    let Ok(path) = text.parse::<KeyPath>() else { return };
    let shown = path.to_string();
    assert_eq!(shown.parse().as_ref(), Ok(&path));
    let components = text.split('/').skip(1).map(|component| component.parse().ok());
    assert_eq!(components.collect::<Option<Vec<u32>>>().as_deref(), Some(path.indices()));
}
