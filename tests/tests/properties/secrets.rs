//! What a secret key does not do and does not show.

use core::fmt::{Display, LowerHex, UpperHex};
use core::hash::Hash;

use pairlane::{
    MessageCache, MinPk, MinSig, PublicKey, Queue, Registry, SecretKey, SecretKeyError, Signature,
    Verifier,
};
use pairlane_tests::case::secret;

/// Does not compile if the type has one of the traits: the call then has two candidates.
macro_rules! assert_not_implemented {
    ($type:ty: $($trait:path),+ $(,)?) => {$(
        const _: fn() = || {
            trait AmbiguousIfImplemented<A> {
                fn probe() {}
            }
            impl<T: ?Sized> AmbiguousIfImplemented<()> for T {}
            struct Implemented;
            impl<T: ?Sized + $trait> AmbiguousIfImplemented<Implemented> for T {}
            let _ = <$type as AmbiguousIfImplemented<_>>::probe;
        };
    )+};
}

assert_not_implemented!(
    SecretKey: Copy,
    Display,
    LowerHex,
    UpperHex,
    Hash,
    Default,
    PartialOrd,
    AsRef<[u8]>,
    Into<Vec<u8>>,
    Into<[u8; 32]>,
    serde::Serialize,
    serde::Deserialize<'static>,
);

const fn shared<T: Send + Sync>() {}

const _: () = {
    shared::<SecretKey>();
    shared::<PublicKey<MinPk>>();
    shared::<Signature<MinSig>>();
    shared::<Registry<MinPk>>();
    shared::<MessageCache<MinSig>>();
    shared::<Verifier<'static, MinPk>>();
    shared::<Queue<MinSig, u64>>();
};

#[test]
fn debug_shows_no_byte_of_the_key() {
    for number in 0..20 {
        let key = secret(number);
        for shown in [format!("{key:?}"), format!("{key:#?}"), format!("{:?}", [Some(&key)])] {
            assert!(shown.contains("SecretKey(..)"), "{shown}");
            assert!(!shown.chars().any(|c| c.is_ascii_digit()), "{shown}");
            assert!(!shown.contains(&hex::encode(*key.expose_bytes())), "{shown}");
        }
    }
}

#[test]
fn errors_show_no_byte_of_the_key() {
    // Not below the group order, and with a pattern that would be seen.
    let bytes = [0xa7; 32];
    let error = SecretKey::from_bytes(&bytes).unwrap_err();
    assert_eq!(error, SecretKeyError::OutOfRange);
    for shown in [error.to_string(), format!("{error:?}")] {
        assert!(!shown.contains("a7") && !shown.contains("167"), "{shown}");
    }
    let error = SecretKey::from_bytes(&bytes[..31]).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("a7"));
    let error = SecretKey::from_seed(&bytes[..31], &[]).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("a7"));
}

#[test]
fn fresh_keys_differ_and_equal_keys_are_equal() {
    let keys = [(); 4].map(|()| SecretKey::generate().unwrap());
    for (i, a) in keys.iter().enumerate() {
        for (j, b) in keys.iter().enumerate() {
            assert_eq!(a == b, i == j);
        }
        assert_eq!(SecretKey::from_bytes(&*a.expose_bytes()).as_ref(), Ok(a));
    }
}
