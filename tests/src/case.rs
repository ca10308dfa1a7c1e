//! One item of a batch, together with the verdict that it has to get.

use pairlane::{
    Item, ItemKey, ItemMessage, ItemSignature, KeyHandle, MessagePoint, PublicKey, Reason,
    Registry, Scheme, SecretKey, Signature, Suite, Verdict,
};

use crate::oracle::Oracle;
use crate::random::Random;

/// An item whose parts are encoded, or decoded, hashed and registered beforehand; the verdict is
/// blst's on the same bytes.
#[derive(Clone, Debug)]
pub struct Case<V: Oracle> {
    suite: Suite<V>,
    key: Vec<u8>,
    message: Vec<u8>,
    signature: Vec<u8>,
    verdict: Verdict,
    checked_key: Option<PublicKey<V>>,
    handle: Option<KeyHandle>,
    hashed: Option<MessagePoint<V>>,
    checked_signature: Option<Signature<V>>,
}

impl<V: Oracle> Case<V> {
    /// A case of encoded parts. Asks the oracle.
    pub fn new(suite: &Suite<V>, key: Vec<u8>, message: Vec<u8>, signature: Vec<u8>) -> Self {
        // In the augmented scheme the key's compressed form is signed in front of the message.
        let augmentation = match (suite.scheme(), PublicKey::<V>::from_bytes(&key)) {
            (Scheme::Augmented, Ok(key)) => key.to_bytes(),
            _ => Vec::new(),
        };
        let tag = suite.tag().as_bytes();
        let verdict = V::verdict(tag, &augmentation, &key, &message, &signature);
        Self {
            suite: suite.clone(),
            key,
            message,
            signature,
            verdict,
            checked_key: None,
            handle: None,
            hashed: None,
            checked_signature: None,
        }
    }

    /// A signature that is as it should be; the oracle has to agree.
    pub fn good(suite: &Suite<V>, secret: &SecretKey, message: &[u8]) -> Self {
        let signature = secret.sign(suite, message).to_bytes();
        let key = secret.public_key::<V>().to_bytes();
        let case = Self::new(suite, key, message.to_vec(), signature);
        assert_eq!(case.verdict, Verdict::Valid);
        case
    }

    /// The case with another signature.
    #[must_use]
    pub fn with_signature(&self, signature: Vec<u8>) -> Self {
        Self::new(&self.suite, self.key.clone(), self.message.clone(), signature)
    }

    /// The case with another key.
    #[must_use]
    pub fn with_key(&self, key: Vec<u8>) -> Self {
        Self::new(&self.suite, key, self.message.clone(), self.signature.clone())
    }

    /// The case with its key decoded and checked beforehand, where it is a key.
    #[must_use]
    pub fn with_checked_key(mut self) -> Self {
        self.checked_key = PublicKey::from_bytes(&self.key).ok();
        self
    }

    /// The case with its key registered, where it is a key.
    #[must_use]
    pub fn with_handle(mut self, registry: &mut Registry<V>) -> Self {
        self.handle = registry.insert(&self.key).ok();
        self
    }

    /// The case with a handle that the verifier's registry does not know.
    #[must_use]
    pub fn with_unknown_handle(mut self, handle: KeyHandle) -> Self {
        self.handle = Some(handle);
        self.verdict = Verdict::Invalid(Reason::UnknownKey);
        self
    }

    /// The case with its message hashed beforehand, where there is a key to hash it for.
    #[must_use]
    pub fn with_hashed_message(mut self) -> Self {
        let key = PublicKey::from_bytes(&self.key).ok();
        self.hashed = key.map(|key| MessagePoint::for_signer(&self.suite, &key, &self.message));
        self
    }

    /// The case with its signature decoded and checked beforehand, where it is one.
    #[must_use]
    pub fn with_checked_signature(mut self) -> Self {
        self.checked_signature = Signature::from_bytes(&self.signature).ok();
        self
    }

    /// The case with key and signature in the longer encoding, where they are points.
    #[must_use]
    pub fn with_uncompressed_points(mut self) -> Self {
        if let Ok(key) = PublicKey::<V>::from_bytes(&self.key) {
            self.key = key.to_uncompressed();
        }
        if let Ok(signature) = Signature::<V>::from_bytes(&self.signature) {
            self.signature = signature.to_uncompressed();
        }
        self
    }

    /// The item as a batch takes it.
    pub fn item(&self) -> Item<'_, V> {
        let key = match (&self.handle, &self.checked_key) {
            (Some(handle), _) => ItemKey::Handle(*handle),
            (None, Some(key)) => ItemKey::Checked(key),
            (None, None) => ItemKey::Bytes(&self.key),
        };
        let message =
            self.hashed.as_ref().map_or(ItemMessage::Bytes(&self.message), ItemMessage::Hashed);
        let signature = self
            .checked_signature
            .as_ref()
            .map_or(ItemSignature::Bytes(&self.signature), ItemSignature::Checked);
        Item { suite: &self.suite, key, message, signature }
    }

    /// The verdict that the item has to get.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// The scheme and tag.
    pub fn suite(&self) -> &Suite<V> {
        &self.suite
    }

    /// The encoded key.
    pub fn key(&self) -> &[u8] {
        &self.key
    }

    /// The message.
    pub fn message(&self) -> &[u8] {
        &self.message
    }

    /// The encoded signature.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }
}

/// The secret key of a number. Tests only: anybody can compute it.
pub fn secret(number: u64) -> SecretKey {
    let seed: [u8; 32] = Random::new(number).bytes();
    SecretKey::from_seed(&seed, b"pairlane tests").expect("32 bytes of seed")
}

/// `count` good cases: all keys and messages distinct, the three schemes and the ways to give an
/// item's parts in turn.
pub fn good_cases<V: Oracle>(count: usize) -> Vec<Case<V>> {
    let suites = [Suite::basic(), Suite::proof_of_possession(), Suite::augmented()];
    (0..count)
        .map(|k| {
            let message = format!("message {k}");
            let case = Case::good(&suites[k % 3], &secret(k as u64), message.as_bytes());
            match k % 7 {
                0 => case.with_checked_key(),
                2 => case.with_uncompressed_points(),
                4 => case.with_hashed_message(),
                6 => case.with_checked_signature(),
                _ => case,
            }
        })
        .collect()
}
