//! The token provider on each module that is installed.

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cryptoki::context::Pkcs11;
use cryptoki::error::RvError;
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, KeyType, ObjectClass};
use pairlane_hsm::token::{
    InitError, Kek, KekId, KekUse, MacKey, MacPurpose, Pin, State, Token, TokenConfig, TokenError,
    TokenSelector, init_token,
};
use support::{EVERY, LABEL, Provider, Setup, not_on, on};

/// The library as another part of the process may use it, behind our back.
fn elsewhere(setup: &Setup) -> Pkcs11 {
    Pkcs11::new(&setup.module).unwrap()
}

#[test]
fn a_token_is_found_by_label_and_serial_number() {
    on(&EVERY, "a_token_is_found_by_label_and_serial_number", |setup| {
        let config = setup.config();
        let token = Token::open(config.clone(), setup.pin()).unwrap();
        let identity = token.identity().clone();
        assert!(identity.initialized);
        let both = TokenSelector { serial: Some(identity.serial.clone()), ..config.token.clone() };
        let by_both = TokenConfig { token: both, ..config.clone() };
        assert_eq!(Token::open(by_both, setup.pin()).unwrap().identity(), &identity);

        let wrong = TokenSelector { serial: Some("no such".to_owned()), ..config.token.clone() };
        let wrong = TokenConfig { token: wrong, ..config.clone() };
        let error = Token::open(wrong, setup.pin()).unwrap_err();
        assert!(matches!(error, TokenError::NotFound { .. }));
        let text = error.to_string();
        assert!(text.contains("serial number \"no such\""), "{text}");
        assert!(text.contains(&identity.label), "what there is is listed: {text}");
        assert_eq!(token.health().state, State::Up);
    });
}

#[test]
fn a_module_that_is_none_is_named() {
    let missing = TokenConfig::new("/no/such/module.so", TokenSelector::by_label("x"));
    let error = Token::open(missing, Pin::new(b"1").unwrap()).unwrap_err().to_string();
    assert!(error.contains("/no/such/module.so"), "{error}");
    let other = TokenConfig::new("/proc/self/exe", TokenSelector::by_label("x"));
    let error = Token::open(other, Pin::new(b"1").unwrap()).unwrap_err();
    assert!(matches!(error, TokenError::Load { .. }), "{error}");
}

#[test]
fn a_wrong_pin_is_named_and_the_right_one_still_works() {
    on(&EVERY, "a_wrong_pin_is_named_and_the_right_one_still_works", |setup| {
        let config = setup.config();
        let wrong = Pin::new(b"wrong horse 4711").unwrap();
        let error = Token::open(config.clone(), wrong).unwrap_err();
        assert_eq!(error.return_value(), Some(RvError::PinIncorrect));
        assert!(error.to_string().starts_with("C_Login: CKR_PIN_INCORRECT: "), "{error}");
        Token::open(config, setup.pin()).unwrap();
    });
}

#[test]
fn only_a_blank_token_is_initialised() {
    on(&[Provider::SoftHsm, Provider::Kryoptic], "only_a_blank_token_is_initialised", |setup| {
        setup.token();
        let pin = setup.pin();
        let again = init_token(&setup.module, None, None, LABEL, &pin, &pin);
        assert!(matches!(again, Err(InitError::LabelTaken(_))), "{again:?}");
        let slots = Token::list(&setup.module, None).unwrap();
        let taken = slots.iter().find(|(_, it)| it.as_ref().is_ok_and(|it| it.initialized));
        let slot = Some(taken.unwrap().0);
        let wiped = init_token(&setup.module, None, slot, "another", &pin, &pin);
        assert!(matches!(wiped, Err(InitError::NotBlank(_))), "{wiped:?}");
        let long = init_token(&setup.module, None, None, &"x".repeat(33), &pin, &pin);
        assert!(matches!(long, Err(InitError::Label { actual: 33 })), "{long:?}");
    });
}

#[test]
fn keys_of_the_token_are_made_found_and_destroyed() {
    on(&EVERY, "keys_of_the_token_are_made_found_and_destroyed", |setup| {
        let token = setup.token();
        let kek = Kek::generate(&token, KekUse::Encrypt).unwrap();
        assert_eq!(Kek::list(&token, KekUse::Encrypt).unwrap(), [kek.id()]);
        assert_eq!(Kek::open(&token, kek.id(), KekUse::Encrypt).unwrap(), kek);
        let other = Kek::open(&token, kek.id(), KekUse::Wrap).unwrap_err();
        assert!(matches!(other, TokenError::ObjectMissing { .. }), "{other}");
        kek.destroy(&token).unwrap();
        assert!(Kek::list(&token, KekUse::Encrypt).unwrap().is_empty());

        let mac = MacKey::generate(&token, MacPurpose::Audit).unwrap();
        let tag = mac.authenticate(b"entry 1").unwrap();
        assert!(mac.verify(b"entry 1", &tag).unwrap());
        assert!(!mac.verify(b"entry 2", &tag).unwrap());
        assert!(!mac.verify(b"entry 1", &tag[..31]).unwrap());
        let again = MacKey::open(&token, MacPurpose::Audit).unwrap();
        assert_eq!(again.authenticate(b"entry 1").unwrap(), tag);
        let second = MacKey::generate(&token, MacPurpose::Audit).unwrap_err();
        assert!(matches!(second, TokenError::ObjectAmbiguous { .. }), "{second}");
    });
}

#[test]
fn a_key_with_weak_flags_is_refused() {
    on(&EVERY, "a_key_with_weak_flags_is_refused", |setup| {
        let token = setup.token();
        let id = [7; 16];
        let weak = [
            (false, true, true, "CKA_SENSITIVE"),
            (true, true, false, "CKA_EXTRACTABLE"),
            (true, false, true, "CKA_WRAP"),
        ];
        let library = elsewhere(setup);
        let slots = Token::list(&setup.module, None).unwrap();
        let slot = slots
            .iter()
            .find(|(_, it)| it.as_ref().is_ok_and(|it| it.label == token.identity().label))
            .unwrap()
            .0;
        let session = library.open_rw_session(slot.try_into().unwrap()).unwrap();
        for (sensitive, extractable, wrap, flaw) in weak {
            let template = [
                Attribute::Class(ObjectClass::SECRET_KEY),
                Attribute::KeyType(KeyType::AES),
                Attribute::ValueLen(32.into()),
                Attribute::Token(true),
                Attribute::Private(true),
                Attribute::Sensitive(sensitive),
                Attribute::Extractable(extractable),
                Attribute::Label(b"pairlane-kek".to_vec()),
                Attribute::Id(id.to_vec()),
                Attribute::Encrypt(true),
                Attribute::Decrypt(true),
                Attribute::Wrap(wrap),
                Attribute::Unwrap(wrap),
            ];
            let key = session.generate_key(&Mechanism::AesKeyGen, &template).unwrap();
            let error =
                Kek::open(&token, pairlane_hsm::token::KekId::from_bytes(id), KekUse::Encrypt)
                    .unwrap_err();
            assert!(matches!(error, TokenError::WeakKey { .. }), "{error}");
            assert!(error.to_string().contains(flaw), "{flaw}: {error}");
            // The provider has cached the handle, and must find out.
            session.destroy_object(key).unwrap();
        }
    });
}

#[test]
fn a_logout_elsewhere_is_recovered_from() {
    let test = "a_logout_elsewhere_is_recovered_from";
    not_on(Provider::Nss, test, "softokn crashes on a logout");
    on(&[Provider::SoftHsm, Provider::Kryoptic], test, |setup| {
        let token = setup.token();
        let mac = MacKey::generate(&token, MacPurpose::Audit).unwrap();
        let tag = mac.authenticate(b"entry").unwrap();
        let library = elsewhere(setup);
        for round in 1..=3 {
            let slot = own_slot(setup, &token);
            library.open_rw_session(slot).unwrap().logout().unwrap();
            assert_eq!(mac.authenticate(b"entry").unwrap(), tag, "round {round}");
        }
        let health = token.health();
        assert_eq!(health.state, State::Up);
        assert!(health.relinks >= 1, "{health:?}");
        assert_eq!(health.restarts, 0, "{health:?}");
    });
}

#[test]
fn a_library_finalised_elsewhere_is_started_again() {
    on(&EVERY, "a_library_finalised_elsewhere_is_started_again", |setup| {
        let token = setup.token();
        let mac = MacKey::generate(&token, MacPurpose::Audit).unwrap();
        let tag = mac.authenticate(b"entry").unwrap();
        for _ in 0..2 {
            elsewhere(setup).finalize().unwrap();
            assert_eq!(mac.authenticate(b"entry").unwrap(), tag);
        }
        let health = token.health();
        assert_eq!((health.state, health.restarts), (State::Up, 2), "{health:?}");
    });
}

#[test]
fn a_token_that_is_removed_is_down_until_it_is_back() {
    on(&[Provider::SoftHsm], "a_token_that_is_removed_is_down_until_it_is_back", |setup| {
        let config = TokenConfig { retry_first_ms: 1, retry_ceiling_ms: 20, ..setup.config() };
        let token = Token::open(config, setup.pin()).unwrap();
        let mac = MacKey::generate(&token, MacPurpose::Audit).unwrap();
        let tag = mac.authenticate(b"entry").unwrap();
        let (there, away) = (setup.folder.join("tokens"), setup.folder.join("away"));
        for _ in 0..2 {
            std::fs::rename(&there, &away).unwrap();
            std::fs::create_dir(&there).unwrap();
            let error = mac.authenticate(b"entry").unwrap_err();
            assert!(matches!(error, TokenError::NotFound { .. }), "{error}");
            assert_eq!(token.health().state, State::Down);
            // Refused at once while the breaker is open, without a call.
            let error = mac.authenticate(b"entry").unwrap_err();
            assert!(
                matches!(error, TokenError::Down { .. } | TokenError::NotFound { .. }),
                "{error}"
            );
            std::fs::remove_dir(&there).unwrap();
            std::fs::rename(&away, &there).unwrap();
            let back = (0..200).find_map(|_| {
                std::thread::sleep(Duration::from_millis(5));
                mac.authenticate(b"entry").ok()
            });
            assert_eq!(back, Some(tag));
            assert_eq!(token.health().state, State::Up);
        }
    });
}

#[test]
fn sixteen_threads_share_a_token() {
    on(&EVERY, "sixteen_threads_share_a_token", |setup| {
        let config = TokenConfig { sessions_max: 5, ..setup.config() };
        let token = Token::open(config, setup.pin()).unwrap();
        let mac = MacKey::generate(&token, MacPurpose::Audit).unwrap();
        let tag = mac.authenticate(b"entry").unwrap();
        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    for _ in 0..40 {
                        assert_eq!(mac.authenticate(b"entry").unwrap(), tag);
                    }
                });
            }
        });
        assert_eq!(token.health().state, State::Up);
    });
}

/// In SoftHSM 2.6.1 a search reads the file of an object half made; whoever makes it is then told that
/// its template is inconsistent, or gets a key with other flags than asked for.
#[test]
fn objects_are_made_while_others_are_looked_for() {
    const MAKERS: usize = 4;
    const EACH: usize = 25;
    on(&EVERY, "objects_are_made_while_others_are_looked_for", |setup| {
        let token = setup.token();
        let making = AtomicUsize::new(MAKERS);
        let mut made = std::thread::scope(|scope| {
            let makers: Vec<_> = (0..MAKERS)
                .map(|_| {
                    scope.spawn(|| {
                        let make = |_| Kek::generate(&token, KekUse::Encrypt).map(|kek| kek.id());
                        let made = (0..EACH).map(make).collect::<Result<Vec<_>, _>>();
                        making.fetch_sub(1, Ordering::Relaxed);
                        made.unwrap()
                    })
                })
                .collect();
            for _ in MAKERS..16 {
                scope.spawn(|| {
                    while making.load(Ordering::Relaxed) > 0 {
                        Kek::list(&token, KekUse::Encrypt).unwrap();
                    }
                });
            }
            makers.into_iter().flat_map(|maker| maker.join().unwrap()).collect::<Vec<_>>()
        });
        let mut listed = Kek::list(&token, KekUse::Encrypt).unwrap();
        made.sort_unstable_by_key(KekId::to_string);
        listed.sort_unstable_by_key(KekId::to_string);
        assert_eq!(listed, made);
        assert_eq!(token.health().last_error, None);
    });
}

fn own_slot(setup: &Setup, token: &Token) -> cryptoki::slot::Slot {
    let slots = Token::list(&setup.module, None).unwrap();
    let ours = |it: &pairlane_hsm::token::TokenIdentity| {
        it.serial == token.identity().serial && it.label == token.identity().label
    };
    let slot = slots.iter().find(|(_, it)| it.as_ref().is_ok_and(ours)).unwrap().0;
    slot.try_into().unwrap()
}
