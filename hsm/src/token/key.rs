//! The keys that live in the token: key-encryption keys and HMAC keys.

use core::fmt;
use core::str::FromStr;

use cryptoki::mechanism::Mechanism as BindingMechanism;
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::Token;
use super::error::TokenError;
use super::link::Lease;
use super::object::{Kind, ObjectName};
use super::raw::{Mechanism, SLACK};

/// Bytes of an HMAC-SHA256 tag.
pub(crate) const TAG_LENGTH: usize = 32;

/// The id of a key-encryption key: 16 bytes, 32 hex digits in text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KekId([u8; 16]);

impl KekId {
    /// From its bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for KekId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for KekId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KekId({self})")
    }
}

impl FromStr for KekId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut bytes = [0; 16];
        hex::decode_to_slice(text, &mut bytes)
            .map_err(|_| format!("\"{text}\" is no key-encryption key id: 32 hex digits"))?;
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for KekId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<KekId> for String {
    fn from(id: KekId) -> Self {
        id.to_string()
    }
}

/// What a key-encryption key may do. Never both: who can wrap and decrypt with one key reads every
/// key of the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KekUse {
    /// Encrypt and decrypt data.
    Encrypt,
    /// Wrap and unwrap keys.
    Wrap,
}

impl KekUse {
    fn label(self) -> &'static str {
        match self {
            Self::Encrypt => "pairlane-kek",
            Self::Wrap => "pairlane-kek-wrap",
        }
    }
}

/// Whether a key outlives its session. Session keys serve self-tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyLife {
    Token,
    Session,
}

/// A key-encryption key: AES-256, made in the token, never to leave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kek {
    id: KekId,
    usage: KekUse,
    name: ObjectName,
}

impl Kek {
    fn named(id: KekId, usage: KekUse) -> Self {
        Self { id, usage, name: Self::name_of(id, usage) }
    }

    /// A fresh key in the token.
    ///
    /// # Errors
    /// [`TokenError`]; [`TokenError::WeakKey`] when the token gives it other attributes than asked.
    pub fn generate(token: &Token, usage: KekUse) -> Result<Self, TokenError> {
        let mut id = [0; 16];
        token.random(&mut id)?;
        let kek = Self::named(KekId(id), usage);
        token.run(|lease| {
            // A repetition after a lost reply finds the key of the first attempt.
            let key = match lease.find(&kek.name) {
                Err(TokenError::ObjectMissing { .. }) => kek.make(lease, KeyLife::Token)?,
                found => found?,
            };
            kek.check(lease, key)
        })?;
        Ok(kek)
    }

    /// A key for a self-test, gone with the session of the lease.
    pub(crate) fn temporary(
        lease: &Lease<'_>,
        usage: KekUse,
    ) -> Result<(Self, ObjectHandle), TokenError> {
        let mut id = [0; 16];
        lease.random(&mut id)?;
        let kek = Self::named(KekId(id), usage);
        let key = kek.make(lease, KeyLife::Session)?;
        kek.check(lease, key)?;
        Ok((kek, key))
    }

    /// The key of an id, checked.
    ///
    /// # Errors
    /// [`TokenError::ObjectMissing`], [`TokenError::WeakKey`] and the rest of [`TokenError`].
    pub fn open(token: &Token, id: KekId, usage: KekUse) -> Result<Self, TokenError> {
        let kek = Self::named(id, usage);
        token.run(|lease| kek.check(lease, lease.find(&kek.name)?))?;
        Ok(kek)
    }

    /// The ids of all keys of a use in the token.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn list(token: &Token, usage: KekUse) -> Result<Vec<KekId>, TokenError> {
        let any = ObjectName::new(Kind::SecretKey, usage.label(), &[]);
        token.run(|lease| {
            let mut ids = Vec::new();
            for object in lease.find_all(&any.template())? {
                for attribute in lease.attributes(object, &[AttributeType::Id])? {
                    if let Attribute::Id(id) = attribute {
                        ids.extend(<[u8; 16]>::try_from(id).map(KekId));
                    }
                }
            }
            Ok(ids)
        })
    }

    /// Destroys the key. Whatever is sealed under it is lost.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn destroy(self, token: &Token) -> Result<(), TokenError> {
        token.run(|lease| {
            let key = lease.find(&self.name)?;
            lease.destroy(key)?;
            lease.forget(&self.name);
            Ok(())
        })
    }

    /// Its id.
    pub fn id(&self) -> KekId {
        self.id
    }

    /// Its use.
    pub fn usage(&self) -> KekUse {
        self.usage
    }

    pub(crate) fn name_of(id: KekId, usage: KekUse) -> ObjectName {
        ObjectName::new(Kind::SecretKey, usage.label(), id.as_bytes())
    }

    fn make(&self, lease: &Lease<'_>, life: KeyLife) -> Result<ObjectHandle, TokenError> {
        let encrypt = self.usage == KekUse::Encrypt;
        let mut template = secret_template(&self.name, KeyType::AES, life);
        template.extend([
            Attribute::Encrypt(encrypt),
            Attribute::Decrypt(encrypt),
            Attribute::Wrap(!encrypt),
            Attribute::Unwrap(!encrypt),
            Attribute::Sign(false),
            Attribute::Verify(false),
        ]);
        lease.generate_key(&BindingMechanism::AesKeyGen, &template)
    }

    /// Refuses a key that could leave the token, was not made in it, or may do too much.
    fn check(&self, lease: &Lease<'_>, key: ObjectHandle) -> Result<(), TokenError> {
        let encrypt = self.usage == KekUse::Encrypt;
        let mut demands = origin_demands(lease);
        demands.extend([
            (AttributeType::Encrypt, encrypt),
            (AttributeType::Decrypt, encrypt),
            (AttributeType::Wrap, !encrypt),
            (AttributeType::Unwrap, !encrypt),
        ]);
        demand(lease, &self.name, key, &demands)
    }
}

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
            Self::Audit => ObjectName::new(Kind::SecretKey, "pairlane-hmac-audit", b"audit"),
            Self::Envelope(kek) => {
                ObjectName::new(Kind::SecretKey, "pairlane-hmac-envelope", kek.as_bytes())
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
    let name = ObjectName::new(Kind::SecretKey, "pairlane-hmac-probe", &[]);
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

/// A secret key of 32 bytes that is made in the token and stays there. `CKA_COPYABLE` is not among
/// its attributes: NSS does not know it, and fails.
fn secret_template(name: &ObjectName, key_type: KeyType, life: KeyLife) -> Vec<Attribute> {
    let mut template = vec![
        Attribute::Class(ObjectClass::SECRET_KEY),
        Attribute::KeyType(key_type),
        Attribute::ValueLen(32.into()),
        Attribute::Token(life == KeyLife::Token),
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Derive(false),
        Attribute::Label(name.label.clone().into_bytes()),
    ];
    if !name.id.is_empty() {
        template.push(Attribute::Id(name.id.clone()));
    }
    template
}

/// That a key cannot leave the token now, and, unless the configuration waives it, that it never
/// could and was made there.
fn origin_demands(lease: &Lease<'_>) -> Vec<(AttributeType, bool)> {
    let mut demands = vec![(AttributeType::Sensitive, true), (AttributeType::Extractable, false)];
    if !lease.accept_unproven_origin {
        demands.extend([
            (AttributeType::AlwaysSensitive, true),
            (AttributeType::NeverExtractable, true),
            (AttributeType::Local, true),
        ]);
    }
    demands
}

/// Refuses an object whose attributes differ from what is demanded, or that does not tell them.
fn demand(
    lease: &Lease<'_>,
    name: &ObjectName,
    key: ObjectHandle,
    demands: &[(AttributeType, bool)],
) -> Result<(), TokenError> {
    let wanted: Vec<AttributeType> = demands.iter().map(|(attribute, _)| *attribute).collect();
    let have = lease.attributes(key, &wanted)?;
    for (attribute, demanded) in demands {
        let actual = have.iter().find(|a| a.attribute_type() == *attribute).and_then(flag);
        if actual != Some(*demanded) {
            let actual = actual.map_or("not told".to_owned(), |actual| actual.to_string());
            let flaw = format!(
                "{} is {actual}, it must be {demanded}; make a new key with pairlane keys rotate-kek",
                attribute_name(*attribute)
            );
            return Err(TokenError::WeakKey { object: name.to_string(), flaw });
        }
    }
    Ok(())
}

fn flag(attribute: &Attribute) -> Option<bool> {
    match attribute {
        Attribute::Sensitive(b)
        | Attribute::AlwaysSensitive(b)
        | Attribute::Extractable(b)
        | Attribute::NeverExtractable(b)
        | Attribute::Local(b)
        | Attribute::Encrypt(b)
        | Attribute::Decrypt(b)
        | Attribute::Wrap(b)
        | Attribute::Unwrap(b)
        | Attribute::Sign(b) => Some(*b),
        _ => None,
    }
}

fn attribute_name(attribute: AttributeType) -> String {
    let mut name = "CKA".to_owned();
    for c in format!("{attribute:?}").chars() {
        if c.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(c.to_ascii_uppercase());
    }
    name
}
