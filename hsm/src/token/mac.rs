//! HMAC keys.

use cryptoki::mechanism::Mechanism as BindingMechanism;
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectHandle};
use zeroize::Zeroizing;

use super::Token;
use super::error::TokenError;
use super::kek::KekId;
use super::key::{KeyLife, demand, origin_demands, secret_template};
use super::link::Lease;
use super::object::{Kind, ObjectName};
use super::raw::{Mechanism, SLACK};

/// Bytes of an HMAC-SHA256 tag.
pub(crate) const TAG_LENGTH: usize = 32;

/// What an HMAC key authenticates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MacPurpose {
    /// Entries of the audit log.
    Audit,
    /// Envelopes under a key-encryption key.
    Envelope(KekId),
}

impl MacPurpose {
    pub(crate) fn name(self) -> ObjectName {
        match self {
            // NSS keeps no key without an id.
            Self::Audit => ObjectName::new(Kind::Secret, "pairlane-hmac-audit", b"audit"),
            Self::Envelope(kek) => {
                ObjectName::new(Kind::Secret, "pairlane-hmac-envelope", kek.as_bytes())
            }
        }
    }
}

/// An HMAC-SHA256 key, made in the token, never to leave it.
#[derive(Clone, Debug)]
pub struct MacKey {
    token: Token,
    name: ObjectName,
}

impl MacKey {
    /// A fresh key; refused where there is one for the purpose.
    ///
    /// # Errors
    /// [`TokenError`]; [`TokenError::ObjectAmbiguous`] when there is one already.
    pub fn generate(token: &Token, purpose: MacPurpose) -> Result<Self, TokenError> {
        let name = purpose.name();
        let already = token.run(|lease| lease.find_all(&name.template()))?.len();
        if already > 0 {
            return Err(TokenError::ObjectAmbiguous {
                object: name.to_string(),
                count: already + 1,
            });
        }
        token.run(|lease| {
            // A repetition after a lost reply finds the key of the first attempt.
            let key = match lease.find(&name) {
                Err(TokenError::ObjectMissing { .. }) => make_mac(lease, &name, KeyLife::Token)?,
                found => found?,
            };
            check_mac(lease, &name, key)
        })?;
        Ok(Self { token: token.clone(), name })
    }

    /// The key for a purpose, checked.
    ///
    /// # Errors
    /// [`TokenError::ObjectMissing`], [`TokenError::WeakKey`] and the rest of [`TokenError`].
    pub fn open(token: &Token, purpose: MacPurpose) -> Result<Self, TokenError> {
        let name = purpose.name();
        token.run(|lease| check_mac(lease, &name, lease.find(&name)?))?;
        Ok(Self { token: token.clone(), name })
    }

    /// Destroys the key: nothing that it authenticated can be checked any more.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn destroy(self) -> Result<(), TokenError> {
        self.token.run(|lease| {
            lease.destroy(lease.find(&self.name)?)?;
            lease.forget(&self.name);
            Ok(())
        })
    }

    /// The tag of a message.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn authenticate(&self, message: &[u8]) -> Result<[u8; TAG_LENGTH], TokenError> {
        self.token.run(|lease| mac(lease, lease.find(&self.name)?, message))
    }

    /// Whether a tag is that of a message. Constant-time in the tag.
    ///
    /// # Errors
    /// [`TokenError`] when the token does not answer; a wrong tag is `false`.
    pub fn verify(&self, message: &[u8], tag: &[u8]) -> Result<bool, TokenError> {
        Ok(tags_equal(&self.authenticate(message)?, tag))
    }
}

/// Constant-time equality of tags.
pub(crate) fn tags_equal(a: &[u8; TAG_LENGTH], b: &[u8]) -> bool {
    if b.len() != TAG_LENGTH {
        return false;
    }
    let difference = a.iter().zip(b).fold(0, |acc, (a, b)| acc | (a ^ b));
    core::hint::black_box(difference) == 0
}

/// HMAC-SHA256 under a key of the token.
pub(crate) fn mac(
    lease: &Lease<'_>,
    key: ObjectHandle,
    message: &[u8],
) -> Result<[u8; TAG_LENGTH], TokenError> {
    let mut out = Zeroizing::new([0; TAG_LENGTH + SLACK]);
    lease.sign(&Mechanism::HmacSha256, key, message, &mut *out, TAG_LENGTH)?;
    Ok(*out.first_chunk().expect("longer than a tag"))
}

/// An HMAC key for a self-test, gone with the session of the lease.
pub(crate) fn temporary_mac(lease: &Lease<'_>) -> Result<ObjectHandle, TokenError> {
    let name = ObjectName::new(Kind::Secret, "pairlane-hmac-probe", &[]);
    let key = make_mac(lease, &name, KeyLife::Session)?;
    check_mac(lease, &name, key)?;
    Ok(key)
}

fn make_mac(
    lease: &Lease<'_>,
    name: &ObjectName,
    life: KeyLife,
) -> Result<ObjectHandle, TokenError> {
    let mut template = secret_template(name, KeyType::GENERIC_SECRET, life);
    template.extend([
        Attribute::Sign(true),
        Attribute::Verify(true),
        Attribute::Encrypt(false),
        Attribute::Decrypt(false),
        Attribute::Wrap(false),
        Attribute::Unwrap(false),
    ]);
    lease.generate_key(&BindingMechanism::GenericSecretKeyGen, &template)
}

fn check_mac(lease: &Lease<'_>, name: &ObjectName, key: ObjectHandle) -> Result<(), TokenError> {
    let mut demands = origin_demands(lease);
    demands.extend([
        (AttributeType::Sign, true),
        (AttributeType::Decrypt, false),
        (AttributeType::Wrap, false),
        (AttributeType::Unwrap, false),
    ]);
    demand(lease, name, key, &demands)
}
