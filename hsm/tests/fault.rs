//! A token that fails: nothing is lost, nothing wrong leaves, nothing is tried that should not be.

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use cryptoki::error::RvError;
use ed25519_dalek::{Signature, VerifyingKey};
use pairlane_hsm::custodian::{Clearance, Custodian, CustodyError, Message};
use pairlane_hsm::envelope::{Level, SealError, probe};
use pairlane_hsm::keystore::{Custody, KeyStore, KeyType, StoreError};
use pairlane_hsm::token::{
    Kek, KekUse, MacKey, MacPurpose, Pin, State, Token, TokenConfig, TokenError,
};
use support::{Provider, Setup, on};

const THREADS: usize = 16;
/// How long who comes beside a hang waits.
const HANG_WAIT_MS: u64 = 100;

fn quick(setup: &Setup) -> TokenConfig {
    TokenConfig { retry_first_ms: 1, retry_ceiling_ms: 20, ..setup.config() }
}

fn token(setup: &Setup) -> Token {
    Token::open(quick(setup), setup.pin()).unwrap()
}

#[test]
fn a_wrong_pin_is_tried_once_and_never_looped() {
    on(&[Provider::Fault], "a_wrong_pin_is_tried_once_and_never_looped", |setup| {
        let config = quick(setup);
        setup.faults("lockout 3");
        let before = setup.logins();
        let error = Token::open(config.clone(), Pin::new(b"wrong").unwrap()).unwrap_err();
        assert_eq!(error.return_value(), Some(RvError::PinIncorrect));
        assert_eq!(setup.logins(), before + 1);
        // The PIN is changed under a token in use: its next login is refused, and the last.
        let token = Token::open(config.clone(), setup.pin()).unwrap();
        let mac = MacKey::generate(&token, MacPurpose::Audit).unwrap();
        let slot = Token::list(&setup.module, None).unwrap()[0].0;
        let library = cryptoki::context::Pkcs11::new(&setup.module).unwrap();
        let session = library.open_rw_session(slot.try_into().unwrap()).unwrap();
        let old = String::from_utf8(setup.pin_bytes()).unwrap();
        session.set_pin(&old.into(), &"another pin".into()).unwrap();
        session.logout().unwrap();
        let before = setup.logins();
        std::thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| mac.authenticate(b"entry").unwrap_err());
            }
        });
        let error = mac.authenticate(b"entry").unwrap_err();
        assert!(matches!(error, TokenError::PinRefused { .. }), "{error}");
        assert_eq!(setup.logins(), before + 1, "16 threads, one try");
        assert_eq!(token.health().state, State::PinRefused);
        // Two more by other starts: the token locks, and says so.
        for _ in 0..2 {
            let wrong = Token::open(config.clone(), Pin::new(b"wrong").unwrap()).unwrap_err();
            assert_eq!(wrong.return_value(), Some(RvError::PinIncorrect));
        }
        let locked = Token::open(config, Pin::new(b"another pin").unwrap()).unwrap_err();
        assert!(locked.to_string().starts_with("C_Login: CKR_PIN_LOCKED: "), "{locked}");
    });
}

/// Faults that pass: every call gives the right answer in the end.
#[test]
fn nothing_is_lost_while_sessions_vanish() {
    on(&[Provider::Fault], "nothing_is_lost_while_sessions_vanish", |setup| {
        let token = token(setup);
        let mac = MacKey::generate(&token, MacPurpose::Audit).unwrap();
        let tag = mac.authenticate(b"entry").unwrap();
        for faults in ["vanish 7", "vanish_all 31", "device_error 29", "vanish 13, device_error 41"]
        {
            setup.faults(faults);
            let right = AtomicUsize::new(0);
            std::thread::scope(|scope| {
                for _ in 0..THREADS {
                    scope.spawn(|| {
                        for _ in 0..50 {
                            assert_eq!(mac.authenticate(b"entry").unwrap(), tag, "{faults}");
                            right.fetch_add(1, Ordering::Relaxed);
                        }
                    });
                }
            });
            assert_eq!(right.into_inner(), THREADS * 50);
            setup.faults("");
            assert_eq!(mac.authenticate(b"entry").unwrap(), tag);
            assert_eq!(token.health().state, State::Up, "{faults}");
        }
        assert!(token.health().relinks > 0, "{:?}", token.health());
    });
}

#[test]
fn what_is_hidden_is_not_taken_for_gone() {
    on(&[Provider::Fault], "what_is_hidden_is_not_taken_for_gone", |setup| {
        let token = token(setup);
        let kek = Kek::generate(&token, KekUse::Encrypt).unwrap();
        MacKey::generate(&token, MacPurpose::Audit).unwrap();
        let slot = Token::list(&setup.module, None).unwrap()[0].0.try_into().unwrap();
        let library = cryptoki::context::Pkcs11::new(&setup.module).unwrap();
        let session = library.open_rw_session(slot).unwrap();
        session.logout().unwrap();
        assert_eq!(Kek::list(&token, KekUse::Encrypt).unwrap(), [kek.id()]);
        session.logout().unwrap();
        let second = MacKey::generate(&token, MacPurpose::Audit);
        assert!(second.is_err(), "a second key of one name: {second:?}");
    });
}

#[test]
fn creation_that_fails_one_time_in_a_hundred_loses_no_key() {
    on(&[Provider::Fault], "creation_that_fails_one_time_in_a_hundred_loses_no_key", |setup| {
        let token = token(setup);
        // Two levels that create objects with each key: in the session, and in the token.
        for level in [Level::UnwrapObject, Level::SecretObject] {
            let custody =
                Custody::Token { token: token.clone(), level: Some(level), native_bls: None };
            let store = KeyStore::create(&setup.folder.join(level.name()), custody).unwrap();
            setup.faults("fail_create 100, vanish 53");
            let (store, each) = (&store, if level == Level::SecretObject { 4 } else { 10 });
            std::thread::scope(|scope| {
                for _ in 0..THREADS {
                    scope.spawn(move || {
                        for _ in 0..each {
                            let record = store.generate(KeyType::EcvrfTai, None, None).unwrap();
                            let key = store.load(record.id, None).unwrap();
                            assert_eq!(key.public_key(), record.public_key);
                        }
                    });
                }
            });
            setup.faults("");
            let records = store.list();
            assert_eq!(records.len(), THREADS * each);
            for record in records {
                store.load(record.id, None).unwrap();
            }
        }
        setup.faults("fail_create 2");
        let kek = Kek::generate(&token, KekUse::Encrypt).unwrap();
        assert!(Kek::list(&token, KekUse::Encrypt).unwrap().contains(&kek.id()));
    });
}

#[test]
fn no_wrong_signature_leaves() {
    on(&[Provider::Fault], "no_wrong_signature_leaves", |setup| {
        let custody = Custody::Token { token: token(setup), level: None, native_bls: None };
        let store = KeyStore::create(&setup.folder.join("store"), custody).unwrap();
        let record = store.generate(KeyType::Ed25519, None, None).unwrap();
        assert_eq!(record.protection.level(), Level::Native);
        let custodian = Custodian::new(store);
        custodian.unlock(record.id, None).unwrap();
        let key = VerifyingKey::from_bytes(record.public_key[..].try_into().unwrap()).unwrap();
        setup.faults("wrong_signature 5, vanish 11");
        let (right, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for thread in 0..THREADS {
                let (custodian, key, right, refused) = (&custodian, &key, &right, &refused);
                scope.spawn(move || {
                    for index in 0..25 {
                        let message = format!("block {thread}/{index}");
                        let message = Message::Ed25519 { message: message.as_bytes() };
                        let clearance = Clearance::danger_unguarded();
                        match custodian.sign(record.id, &message, clearance) {
                            Ok(made) => {
                                let Message::Ed25519 { message } = message else { unreachable!() };
                                let made = Signature::from_slice(&made).unwrap();
                                key.verify_strict(message, &made).unwrap();
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
        eprintln!("{right} right, {refused} refused");
        assert_eq!(right + refused, THREADS * 25);
        assert!(right > 0 && refused > 0);
    });
}

#[test]
fn a_wrong_plaintext_is_no_key() {
    on(&[Provider::Fault], "a_wrong_plaintext_is_no_key", |setup| {
        let custody = Custody::Token {
            token: token(setup),
            level: Some(Level::EnvelopeGcm),
            native_bls: None,
        };
        let store = KeyStore::create(&setup.folder.join("store"), custody).unwrap();
        let record = store.generate(KeyType::BlsMinPk, None, None).unwrap();
        setup.faults("wrong_plaintext 1");
        let refused = store.load(record.id, None);
        assert!(
            matches!(refused, Err(StoreError::OtherKey { .. } | StoreError::Secret(_))),
            "{refused:?}"
        );
        // A token that does not give back what it sealed seals nothing.
        let refused = store.generate(KeyType::BlsMinPk, None, None);
        assert!(matches!(refused, Err(StoreError::Seal(SealError::Unfaithful))), "{refused:?}");
        setup.faults("");
        store.load(record.id, None).unwrap();
        assert_eq!(store.list().len(), 1);
    });
}

#[test]
fn lengths_reported_too_long_are_cut() {
    on(&[Provider::Fault], "lengths_reported_too_long_are_cut", |setup| {
        let token = token(setup);
        let mac = MacKey::generate(&token, MacPurpose::Audit).unwrap();
        let tag = mac.authenticate(b"entry").unwrap();
        let honest = probe(&token).unwrap();
        for long in [1_u64, 8, 16, 1 << 40] {
            setup.faults(&format!("long {long}"));
            assert_eq!(mac.authenticate(b"entry").unwrap(), tag);
            assert_eq!(probe(&token).unwrap(), honest, "{long} bytes too long");
        }
    });
}

#[test]
fn a_clock_that_tells_no_time_is_passed_over() {
    on(&[Provider::Fault], "a_clock_that_tells_no_time_is_passed_over", |setup| {
        let config = quick(setup);
        setup.faults("clock 1");
        let token = Token::open(config, setup.pin()).unwrap();
        MacKey::generate(&token, MacPurpose::Audit).unwrap();
    });
}

#[test]
fn a_slow_token_lets_others_go() {
    on(&[Provider::Fault], "a_slow_token_lets_others_go", |setup| {
        let config = TokenConfig { sessions_max: 1, session_wait_ms: 20, ..quick(setup) };
        let token = Token::open(config, setup.pin()).unwrap();
        let mac = MacKey::generate(&token, MacPurpose::Audit).unwrap();
        let tag = mac.authenticate(b"entry").unwrap();
        setup.faults("slow_ms 1000");
        let results = std::thread::scope(|scope| {
            let call = || scope.spawn(|| mac.authenticate(b"entry"));
            let calls = [call(), call()];
            calls.map(|call| call.join().unwrap())
        });
        // One had the only session, the other was let go.
        let right = results.iter().filter(|result| matches!(result, Ok(t) if *t == tag)).count();
        let busy = |result: &&_| matches!(result, Err(TokenError::Busy { sessions: 1, .. }));
        assert_eq!((right, results.iter().filter(busy).count()), (1, 1), "{results:?}");
    });
}

/// Waits for a call that hangs.
fn until_one_hangs(setup: &Setup) {
    while !setup.folder.join("faults.hanging").exists() {
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// What calls of many threads answer while another hangs. Ends the hang where they wait for it.
fn beside_a_hang<T: Send + core::fmt::Debug>(
    setup: &Setup,
    call: impl Fn() -> Result<T, TokenError> + Sync,
) -> Vec<Result<T, TokenError>> {
    let (send, results) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            let (send, call) = (send.clone(), &call);
            scope.spawn(move || send.send(call()).unwrap());
        }
        let next = || {
            results
                .recv_timeout(Duration::from_millis(50 * HANG_WAIT_MS))
                .inspect_err(|_| setup.faults(""))
        };
        (0..THREADS).map(|_| next().expect("an answer while another call hangs")).collect()
    })
}

fn hangs<T>(result: &Result<T, TokenError>) -> bool {
    matches!(result, Err(TokenError::Hangs { .. }))
}

fn impatient(setup: &Setup) -> TokenConfig {
    TokenConfig { session_wait_ms: HANG_WAIT_MS, sessions_max: 32, ..quick(setup) }
}

#[test]
fn a_restart_does_not_wait_for_a_call_that_hangs() {
    on(&[Provider::Fault], "a_restart_does_not_wait_for_a_call_that_hangs", |setup| {
        let token = Token::open(impatient(setup), setup.pin()).unwrap();
        let mac = MacKey::generate(&token, MacPurpose::Audit).unwrap();
        let tag = mac.authenticate(b"entry").unwrap();
        std::thread::scope(|scope| {
            setup.faults("hang 1");
            let hung = scope.spawn(|| mac.authenticate(b"entry"));
            until_one_hangs(setup);
            // The library would be started anew, were nobody inside.
            setup.faults("hang 1000, removed 1");
            let results = beside_a_hang(setup, || mac.authenticate(b"entry"));
            let down = |result: &_| matches!(result, Err(TokenError::Down { .. }));
            assert!(results.iter().all(|result| hangs(result) || down(result)), "{results:?}");
            assert!(results.iter().any(hangs), "{results:?}");
            assert_eq!((token.health().state, token.health().restarts), (State::Down, 0));
            // The token is back, and the call still hangs.
            setup.faults("hang 1000");
            std::thread::sleep(Duration::from_millis(HANG_WAIT_MS));
            assert_eq!(mac.authenticate(b"entry").unwrap(), tag);
            setup.faults("");
            assert_eq!(hung.join().unwrap().unwrap(), tag);
        });
        assert_eq!(mac.authenticate(b"entry").unwrap(), tag);
        assert_eq!(token.health().state, State::Up);
    });
}

#[test]
fn a_login_that_hangs_keeps_nobody_else() {
    on(&[Provider::Fault], "a_login_that_hangs_keeps_nobody_else", |setup| {
        let token = Token::open(impatient(setup), setup.pin()).unwrap();
        let mac = MacKey::generate(&token, MacPurpose::Audit).unwrap();
        let tag = mac.authenticate(b"entry").unwrap();
        let slot = Token::list(&setup.module, None).unwrap()[0].0.try_into().unwrap();
        let library = cryptoki::context::Pkcs11::new(&setup.module).unwrap();
        library.open_rw_session(slot).unwrap().logout().unwrap();
        std::thread::scope(|scope| {
            setup.faults("hang_login 1");
            let hung = scope.spawn(|| mac.authenticate(b"entry"));
            until_one_hangs(setup);
            let results = beside_a_hang(setup, || mac.authenticate(b"entry"));
            assert!(results.iter().all(hangs), "{results:?}");
            setup.faults("");
            assert_eq!(hung.join().unwrap().unwrap(), tag);
        });
        assert_eq!(mac.authenticate(b"entry").unwrap(), tag);
        assert_eq!(token.health().state, State::Up);
    });
}

#[test]
fn a_creation_that_hangs_keeps_nobody_else() {
    on(&[Provider::Fault], "a_creation_that_hangs_keeps_nobody_else", |setup| {
        let token = Token::open(impatient(setup), setup.pin()).unwrap();
        let mac = MacKey::generate(&token, MacPurpose::Audit).unwrap();
        let tag = mac.authenticate(b"entry").unwrap();
        let list = || Kek::list(&token, KekUse::Encrypt);
        std::thread::scope(|scope| {
            setup.faults("hang_create 1");
            let hung = scope.spawn(|| Kek::generate(&token, KekUse::Encrypt));
            until_one_hangs(setup);
            let results = beside_a_hang(setup, list);
            assert!(results.iter().all(hangs), "{results:?}");
            assert!(hangs(&Kek::generate(&token, KekUse::Encrypt)));
            assert_eq!(mac.authenticate(b"entry").unwrap(), tag, "needs no object made");
            setup.faults("");
            let kek = hung.join().unwrap().unwrap();
            assert_eq!(list().unwrap(), [kek.id()]);
        });
    });
}

/// The binding indexes by what a module counts.
#[test]
fn a_panic_gives_its_session_back() {
    on(&[Provider::Fault], "a_panic_gives_its_session_back", |setup| {
        let config = TokenConfig { sessions_max: 2, session_wait_ms: 20, ..quick(setup) };
        let token = Token::open(config, setup.pin()).unwrap();
        let mac = MacKey::generate(&token, MacPurpose::Audit).unwrap();
        let tag = mac.authenticate(b"entry").unwrap();
        setup.faults("found_more 1");
        for _ in 0..3 {
            let list = || Kek::list(&token, KekUse::Encrypt);
            std::panic::catch_unwind(core::panic::AssertUnwindSafe(list)).unwrap_err();
        }
        setup.faults("");
        assert_eq!(mac.authenticate(b"entry").unwrap(), tag);
        assert!(Kek::list(&token, KekUse::Encrypt).unwrap().is_empty());
    });
}

#[test]
fn a_token_removed_is_down_and_comes_back() {
    on(&[Provider::Fault], "a_token_removed_is_down_and_comes_back", |setup| {
        let token = token(setup);
        let mac = MacKey::generate(&token, MacPurpose::Audit).unwrap();
        let tag = mac.authenticate(b"entry").unwrap();
        for _ in 0..3 {
            setup.faults("removed 1");
            let started = Instant::now();
            std::thread::scope(|scope| {
                for _ in 0..THREADS {
                    scope.spawn(|| mac.authenticate(b"entry").unwrap_err());
                }
            });
            eprintln!("16 threads refused after {:?}", started.elapsed());
            assert_eq!(token.health().state, State::Down);
            setup.faults("");
            let back = (0..400).find_map(|_| {
                std::thread::sleep(Duration::from_millis(5));
                mac.authenticate(b"entry").ok()
            });
            assert_eq!(back, Some(tag));
            assert_eq!(token.health().state, State::Up);
        }
    });
}
