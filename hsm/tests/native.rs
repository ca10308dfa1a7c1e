//! BLS in the token, by a vendor's mechanism: our own module stands in for one.

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};

use pairlane::{MinPk, PublicKey, Scheme, Signature, Suite};
use pairlane_hsm::custodian::{BlsScheme, Clearance, Custodian, CustodyError, Message};
use pairlane_hsm::envelope::Level;
use pairlane_hsm::keystore::{
    Custody, KeyStore, KeyType, NativeBls, Parameter, SchemeName, StoreError,
};
use pairlane_hsm::token::{Token, TokenConfig, TokenError};
use support::{Provider, Setup, on};

fn token(setup: &Setup) -> Token {
    let config = TokenConfig { retry_first_ms: 1, retry_ceiling_ms: 20, ..setup.config() };
    Token::open(config, setup.pin()).unwrap()
}

fn ep11() -> NativeBls {
    NativeBls::ibm_ep11(SchemeName::ProofOfPossession)
}

#[test]
fn a_mechanism_is_believed_only_after_it_has_signed() {
    on(&[Provider::Fault], "a_mechanism_is_believed_only_after_it_has_signed", |setup| {
        let token = token(setup);
        ep11().self_test(&token).unwrap();
        setup.faults("bls_suite 1");
        let error = ep11().self_test(&token).unwrap_err().to_string();
        assert!(error.contains("a signature of scheme Basic"), "{error}");
        NativeBls::ibm_ep11(SchemeName::Basic).self_test(&token).unwrap();
        setup.faults("bls_suite 2");
        let error = ep11().self_test(&token).unwrap_err().to_string();
        assert!(error.contains("under no suite of the draft"), "{error}");
        setup.faults("");
        let mut wrong = ep11();
        wrong.sign.parameter = Parameter::Number(7);
        let error = wrong.self_test(&token).unwrap_err().to_string();
        assert!(error.starts_with("C_SignInit: CKR_MECHANISM_PARAM_INVALID"), "{error}");
        let mut compressed = ep11();
        compressed.uncompressed = false;
        compressed.self_test(&token).unwrap_err();

        setup.faults("bls_suite 2");
        let custody = Custody::Token { token, level: None, native_bls: Some(ep11()) };
        let refused = KeyStore::create(&setup.folder.join("store"), custody);
        let Err(StoreError::LevelUnavailable { level: Level::Native, .. }) = refused else {
            panic!("{refused:?}");
        };
    });
}

#[test]
fn a_token_without_the_mechanism_is_refused() {
    let providers = [Provider::SoftHsm, Provider::Kryoptic];
    on(&providers, "a_token_without_the_mechanism_is_refused", |setup| {
        let error = ep11().self_test(&setup.token()).unwrap_err();
        assert!(matches!(error, TokenError::Call { .. }), "{error}");
    });
}

#[test]
fn keys_in_the_token_sign_and_stay() {
    on(&[Provider::Fault], "keys_in_the_token_sign_and_stay", |setup| {
        let token = token(setup);
        let folder = setup.folder.join("store");
        let custody =
            Custody::Token { token: token.clone(), level: None, native_bls: Some(ep11()) };
        let store = KeyStore::create(&folder, custody).unwrap();
        let record = store.generate(KeyType::BlsMinPk, None, None).unwrap();
        assert_eq!(record.protection.level(), Level::Native);
        let other = store.generate(KeyType::BlsMinSig, None, None).unwrap();
        assert_eq!(other.protection.level(), Level::EnvelopeGcm, "the vendor has one variant");
        let (backup, _) = store.backup(1, 1, None).unwrap();
        assert_eq!(backup.left_out, [record.id]);
        drop(store);

        let custodian = Custodian::new(KeyStore::open(&folder, Some(token)).unwrap());
        custodian.unlock(record.id, None).unwrap();
        let key = PublicKey::<MinPk>::from_bytes(&record.public_key).unwrap();
        let suite = Suite::<MinPk>::proof_of_possession();
        let message =
            |scheme| Message::Bls { scheme: BlsScheme::Standard(scheme), message: b"block 7" };
        let other_suite = message(Scheme::Basic);
        let refused = custodian.sign(record.id, &other_suite, Clearance::danger_unguarded());
        assert!(matches!(refused, Err(CustodyError::OtherSuite { .. })), "{refused:?}");

        // A token that hashes differently today, flips bits and loses sessions: what leaves is right.
        setup.faults("wrong_signature 3, vanish 7");
        let (right, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    for _ in 0..5 {
                        let message = message(Scheme::ProofOfPossession);
                        let made =
                            custodian.sign(record.id, &message, Clearance::danger_unguarded());
                        match made {
                            Ok(made) => {
                                let made = Signature::from_bytes(&made).unwrap();
                                made.verify(&suite, &key, b"block 7").unwrap();
                                right.fetch_add(1, Ordering::Relaxed);
                            }
                            Err(CustodyError::Token(TokenError::Faulty { .. })) => {
                                refused.fetch_add(1, Ordering::Relaxed);
                            }
                            Err(error) => panic!("{error}"),
                        }
                    }
                });
            }
        });
        let (right, refused) = (right.into_inner(), refused.into_inner());
        assert_eq!(right + refused, 80);
        assert!(right > 0 && refused > 0, "{right} right, {refused} refused");
        setup.faults("");
        custodian.delete(record.id).unwrap();
    });
}
