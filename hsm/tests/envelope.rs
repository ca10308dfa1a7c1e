//! What each module can do, and that sealed secrets open for their own record alone.

mod support;

use pairlane_hsm::arena::{Arena, Locked};
use pairlane_hsm::envelope::{Binding, Level, SealError, Sealed, Sealer, probe};
use pairlane_hsm::keystore::{KeyId, KeyType};
use pairlane_hsm::token::{KekId, TokenError};
use support::{EVERY, Provider, Setup, not_on, on, skipped};

const SEALING: [Level; 4] =
    [Level::EnvelopeGcm, Level::EnvelopeCbcHmac, Level::UnwrapObject, Level::SecretObject];

fn secret(byte: u8) -> Locked<[u8; 32]> {
    let mut secret = Arena::process().unwrap().bytes().unwrap();
    secret.fill(byte);
    secret
}

fn binding(public_key: &[u8]) -> Binding<'_> {
    let key_type = KeyType::Ed25519;
    Binding { key: KeyId::of(key_type, public_key), key_type, public_key }
}

/// The levels that a module offers; the others are printed.
fn offered(setup: &Setup, token: &pairlane_hsm::token::Token) -> Vec<Level> {
    let can = probe(token).unwrap();
    for (level, path) in can.levels.iter().filter(|(_, path)| !path.works()) {
        skipped(&format!("{level} on {}", setup.provider.name()), &path.to_string());
    }
    if !can.ed25519.works() {
        skipped(&format!("ed25519 on {}", setup.provider.name()), &can.ed25519.to_string());
    }
    SEALING.into_iter().filter(|l| can.levels.iter().any(|(t, p)| t == l && p.works())).collect()
}

#[test]
fn the_probe_tells_what_works() {
    on(&EVERY, "the_probe_tells_what_works", |setup| {
        let token = setup.token();
        let can = probe(&token).unwrap();
        eprintln!("{}:\n{can}", setup.provider.name());
        assert!(can.random.works() && can.hmac.works(), "{can}");
        let works = |level| can.levels.iter().any(|(l, p)| *l == level && p.works());
        assert!(works(Level::EnvelopeCbcHmac), "what every module has: {can}");
        if setup.provider != Provider::Nss {
            assert_eq!(can.best(), Some(Level::EnvelopeGcm), "{can}");
            assert!(works(Level::UnwrapObject) && works(Level::SecretObject), "{can}");
        }
        assert_eq!(can.ed25519.works(), setup.provider == Provider::SoftHsm, "{can}");
        assert!(can.warnings.iter().any(|w| w.contains("software")), "{can}");
        // The failures that were asked for have left the token as it was.
        assert_eq!(token.health().state.to_string(), "up");
        assert_eq!(probe(&token).unwrap(), can);
    });
}

#[test]
fn a_generator_that_repeats_itself_repeats_no_iv() {
    on(&[Provider::Fault], "a_generator_that_repeats_itself_repeats_no_iv", |setup| {
        let token = setup.token();
        for level in [Level::EnvelopeGcm, Level::EnvelopeCbcHmac] {
            let sealer = Sealer::create(&token, level).unwrap();
            setup.faults("same_random 1");
            let iv = || match sealer.seal(&binding(b"key"), &secret(1)).unwrap() {
                Sealed::EnvelopeGcm { iv, .. } => iv.0.to_vec(),
                Sealed::EnvelopeCbcHmac { iv, .. } => iv.0.to_vec(),
                other => panic!("{other:?}"),
            };
            assert_ne!(iv(), iv(), "{level}");
            setup.faults("");
        }
    });
}

/// Where more than one level can be tried on a token. NSS does not find a second sealing key once
/// the first has been used.
fn robust(test: &str) -> [Provider; 2] {
    not_on(Provider::Nss, test, "softokn finds one of two sealing keys only");
    [Provider::SoftHsm, Provider::Kryoptic]
}

#[test]
fn what_is_sealed_opens() {
    on(&EVERY, "what_is_sealed_opens", |setup| {
        let token = setup.token();
        let sealers: Vec<Sealer> = SEALING
            .into_iter()
            .filter(|l| setup.provider != Provider::Nss || *l == Level::EnvelopeGcm)
            .map(|level| Sealer::create(&token, level).unwrap())
            .collect();
        for sealer in sealers {
            let sealed = sealer.seal(&binding(b"one"), &secret(7)).unwrap();
            let mut out = secret(0);
            sealer.unseal(&binding(b"one"), &sealed, &mut out).unwrap();
            assert_eq!(*out, [7; 32], "{}", sealer.level());
        }
    });
}

#[test]
fn what_is_sealed_opens_for_its_record_alone() {
    let test = "what_is_sealed_opens_for_its_record_alone";
    on(&robust(test), test, |setup| {
        let token = setup.token();
        for level in offered(setup, &token) {
            let sealer = Sealer::create(&token, level).unwrap();
            let sealed = sealer.seal(&binding(b"one"), &secret(7)).unwrap();
            let again = sealer.seal(&binding(b"one"), &secret(7)).unwrap();
            if matches!(level, Level::EnvelopeGcm | Level::EnvelopeCbcHmac) {
                assert_ne!(sealed, again, "{level}: a fresh initialisation vector each time");
            }
            let mut out = secret(0);
            sealer.unseal(&binding(b"one"), &sealed, &mut out).unwrap();
            assert_eq!(*out, [7; 32], "{level}");

            let error = sealer.unseal(&binding(b"two"), &sealed, &mut out).unwrap_err();
            assert!(matches!(error, SealError::Damaged { .. }), "{level}: {error}");
            assert_eq!(*out, [0; 32], "{level}: nothing of it is left");
            let other_type = Binding { key_type: KeyType::EcvrfTai, ..binding(b"one") };
            let error = sealer.unseal(&other_type, &sealed, &mut out).unwrap_err();
            assert!(matches!(error, SealError::Damaged { .. }), "{level}: {error}");

            let other = Sealer::create(&token, level).unwrap();
            let error = other.unseal(&binding(b"one"), &sealed, &mut out).unwrap_err();
            assert!(matches!(error, SealError::OtherSealer { .. }), "{level}: {error}");
            let reopened = Sealer::open(&token, level, sealer.kek()).unwrap();
            reopened.unseal(&binding(b"one"), &sealed, &mut out).unwrap();
            assert_eq!(*out, [7; 32], "{level}");
            other.destroy().unwrap();
        }
        assert_eq!(token.health().state.to_string(), "up");
    });
}

#[test]
fn every_flipped_bit_is_noticed() {
    let test = "every_flipped_bit_is_noticed";
    on(&robust(test), test, |setup| {
        let token = setup.token();
        for level in offered(setup, &token) {
            let sealer = Sealer::create(&token, level).unwrap();
            let sealed = sealer.seal(&binding(b"one"), &secret(7)).unwrap();
            let text = serde_json::to_value(&sealed).unwrap();
            let fields: Vec<String> = text
                .as_object()
                .unwrap()
                .keys()
                .filter(|key| !["level", "kek"].contains(&key.as_str()))
                .cloned()
                .collect();
            for field in fields {
                let bytes = hex::decode(text[&field].as_str().unwrap()).unwrap();
                for position in [0, bytes.len() / 2, bytes.len() - 1] {
                    let mut bytes = bytes.clone();
                    bytes[position] ^= 1;
                    let mut text = text.clone();
                    text[&field] = hex::encode(bytes).into();
                    let sealed: Sealed = serde_json::from_value(text).unwrap();
                    let mut out = secret(1);
                    let error = sealer.unseal(&binding(b"one"), &sealed, &mut out).unwrap_err();
                    let what = format!("{level} {field}[{position}]: {error}");
                    assert!(matches!(error, SealError::Damaged { .. }), "{what}");
                    assert_eq!(*out, [0; 32], "{what}");
                }
            }
            let mut out = secret(1);
            sealer.unseal(&binding(b"one"), &sealed, &mut out).unwrap();
        }
    });
}

#[test]
fn a_sealing_key_that_is_missing_is_named() {
    on(&[Provider::SoftHsm], "a_sealing_key_that_is_missing_is_named", |setup| {
        let token = setup.token();
        let kek = KekId::from_bytes([9; 16]);
        let error = Sealer::open(&token, Level::EnvelopeGcm, kek).unwrap_err();
        assert!(
            matches!(&error, SealError::Token(TokenError::ObjectMissing { object })
                if object.contains(&kek.to_string())),
            "{error}"
        );
        let error = Sealer::create(&token, Level::Native).unwrap_err();
        assert!(matches!(error, SealError::NotSealing { .. }), "{error}");
    });
}
