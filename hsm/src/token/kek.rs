//! Key-encryption keys.

use core::fmt;
use core::str::FromStr;

use cryptoki::mechanism::Mechanism as BindingMechanism;
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectHandle};
use serde::{Deserialize, Serialize};

use super::Token;
use super::error::TokenError;
use super::key::{KeyLife, demand, origin_demands, secret_template};
use super::link::Lease;
use super::object::{Kind, ObjectName};

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
        let any = ObjectName::new(Kind::Secret, usage.label(), &[]);
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
        ObjectName::new(Kind::Secret, usage.label(), id.as_bytes())
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
