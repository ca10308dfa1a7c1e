//! Derivation and signing against blst: the same bytes out of the same bytes in.

use pairlane::{MessagePoint, MinPk, MinSig, Scheme, SecretKey, Suite, Tag};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::cases;

macro_rules! signing {
    ($name:ident, $variant:ident, $blst:ident) => {
        proptest! {
            #![proptest_config(cases(40))]

            #[test]
            fn $name(
                seed in vec(any::<u8>(), 32..80),
                info in vec(any::<u8>(), 0..40),
                message in vec(any::<u8>(), 0..300),
                tag in vec(any::<u8>(), 1..255),
                scheme in 0..3usize,
                index in any::<u32>(),
            ) {
                let secret = SecretKey::from_seed(&seed, &info).unwrap();
                let other = blst::$blst::SecretKey::key_gen(&seed, &info).unwrap();
                prop_assert_eq!(&*secret.expose_bytes(), &other.to_bytes());
                let key = secret.public_key::<$variant>();
                prop_assert_eq!(&key.to_bytes(), &other.sk_to_pk().to_bytes());
                prop_assert_eq!(&key.to_uncompressed(), &other.sk_to_pk().serialize());

                let scheme =
                    [Scheme::Basic, Scheme::Augmented, Scheme::ProofOfPossession][scheme];
                let suite = Suite::<$variant>::new(scheme, Tag::new(&tag).unwrap());
                let augmentation = match scheme {
                    Scheme::Augmented => key.to_bytes(),
                    _ => Vec::new(),
                };
                let signature = secret.sign(&suite, &message);
                let expected = other.sign(&message, &tag, &augmentation);
                prop_assert_eq!(&signature.to_bytes(), &expected.to_bytes());
                prop_assert_eq!(&signature.to_uncompressed(), &expected.serialize());
                prop_assert_eq!(signature.verify(&suite, &key, &message), Ok(()));
                let point = MessagePoint::for_signer(&suite, &key, &message);
                prop_assert_eq!(secret.sign_point(&point), signature);
                prop_assert_eq!(signature.verify_point(&key, &point), Ok(()));

                let master = SecretKey::derive_master(&seed).unwrap();
                let other = blst::$blst::SecretKey::derive_master_eip2333(&seed).unwrap();
                prop_assert_eq!(&*master.expose_bytes(), &other.to_bytes());
                let child = other.derive_child_eip2333(index);
                prop_assert_eq!(&*master.derive_child(index).expose_bytes(), &child.to_bytes());
            }
        }
    };
}

signing!(min_pk, MinPk, min_pk);
signing!(min_sig, MinSig, min_sig);
