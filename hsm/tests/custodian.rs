//! Keys in use: what is signed verifies, and locked keys sign nothing.

mod support;

use ed25519_dalek::{Signature as Ed25519Signature, VerifyingKey};
use pairlane::vrf::edwards::{Proof, PublicKey as VrfKey};
use pairlane::vrf::{EdwardsEll2, EdwardsTai};
use pairlane::{
    MinPk, MinSig, Possession, PublicKey, Scheme, Signature, Suite, Variant, possession_tag,
};
use pairlane_hsm::custodian::{BlsScheme, Clearance, Custodian, CustodyError, Message};
use pairlane_hsm::keystore::{Custody, KeyStore, KeyType, Record};
use support::{Provider, on};

const BLS: Message<'_> =
    Message::Bls { scheme: BlsScheme::Standard(Scheme::ProofOfPossession), message: b"block 7" };
const ED25519: Message<'_> = Message::Ed25519 { message: b"block 7" };
const VRF: Message<'_> = Message::Vrf { alpha: b"epoch 7" };

fn message_of(key_type: KeyType) -> &'static Message<'static> {
    match key_type {
        KeyType::BlsMinPk | KeyType::BlsMinSig => &BLS,
        KeyType::Ed25519 => &ED25519,
        KeyType::EcvrfTai | KeyType::EcvrfEll2 => &VRF,
    }
}

fn verify_bls<V: Variant>(key: &[u8], signature: &[u8]) {
    let key = PublicKey::<V>::from_bytes(key).unwrap();
    let signature = Signature::from_bytes(signature).unwrap();
    signature.verify(&Suite::<V>::proof_of_possession(), &key, b"block 7").unwrap();
}

fn verify(record: &Record, made: &[u8]) {
    let key = &record.public_key;
    match record.key_type {
        KeyType::BlsMinPk => verify_bls::<MinPk>(key, made),
        KeyType::BlsMinSig => verify_bls::<MinSig>(key, made),
        KeyType::EcvrfTai => {
            let key = VrfKey::<EdwardsTai>::from_bytes(key).unwrap();
            key.verify(b"epoch 7", &Proof::from_bytes(made).unwrap()).unwrap();
        }
        KeyType::EcvrfEll2 => {
            let key = VrfKey::<EdwardsEll2>::from_bytes(key).unwrap();
            key.verify(b"epoch 7", &Proof::from_bytes(made).unwrap()).unwrap();
        }
        KeyType::Ed25519 => {
            let key = VerifyingKey::from_bytes(key[..].try_into().unwrap()).unwrap();
            key.verify_strict(b"block 7", &Ed25519Signature::from_slice(made).unwrap()).unwrap();
        }
    }
}

#[test]
fn unlocked_keys_sign_and_locked_ones_do_not() {
    on(
        &[Provider::SoftHsm, Provider::Kryoptic],
        "unlocked_keys_sign_and_locked_ones_do_not",
        |setup| {
            let custody = Custody::Token { token: setup.token(), level: None, native_bls: None };
            let store = KeyStore::create(&setup.folder.join("store"), custody).unwrap();
            let records: Vec<_> =
                KeyType::ALL.iter().map(|t| store.generate(*t, None, None).unwrap()).collect();
            let custodian = Custodian::new(store);
            let sign = |record: &Record, message: &Message<'_>| {
                custodian.sign(record.id, message, Clearance::danger_unguarded())
            };
            for record in &records {
                let message = message_of(record.key_type);
                assert!(matches!(sign(record, message), Err(CustodyError::Locked(_))));
                custodian.unlock(record.id, None).unwrap();
                verify(record, &sign(record, message).unwrap());
                for other in [&BLS, &ED25519, &VRF] {
                    let right = core::mem::discriminant(other) == core::mem::discriminant(message);
                    assert_eq!(sign(record, other).is_ok(), right);
                }
                assert!(custodian.lock(record.id));
                assert!(matches!(sign(record, message), Err(CustodyError::Locked(_))));
            }
            assert!(custodian.unlock_all(None).is_empty());
            assert_eq!(custodian.status().unlocked, records.len());
            let proof = custodian.prove_possession(records[0].id).unwrap();
            let key = PublicKey::<MinPk>::from_bytes(&records[0].public_key).unwrap();
            let proof = Possession::from_bytes(&proof).unwrap();
            proof.verify(&possession_tag::<MinPk>(), &key).unwrap();
            assert!(custodian.prove_possession(records[4].id).is_err());

            custodian.disable(records[0].id).unwrap();
            assert!(sign(&records[0], &BLS).is_err());
            assert_eq!(custodian.status().active, records.len() - 1);
            custodian.delete(records[1].id).unwrap();
            assert!(matches!(sign(&records[1], &BLS), Err(CustodyError::Store(_))));
            assert_eq!(custodian.lock_all(), records.len() - 2);
            eprintln!("{:?}", custodian.status());
        },
    );
}
