//! A token's sealing keys, and what they do.

use cryptoki::error::RvError;
use cryptoki::mechanism::Mechanism as BindingMechanism;
use cryptoki::object::{Attribute, KeyType as TokenKeyType, ObjectClass, ObjectHandle};
use zeroize::Zeroize;

use super::SECRET_LENGTH;
use super::binding::Binding;
use super::error::SealError;
use super::level::Level;
use super::sealed::Sealed;
use crate::arena::{Arena, after_secret};
use crate::keystore::{HexBytes, KeyId};
use crate::token::{
    Kek, KekId, KekUse, Kind, Lease, MacKey, MacPurpose, Mechanism, ObjectName, SLACK, Token,
    TokenError, mac, tags_equal,
};

/// Seals and opens secrets at one level, under one key-encryption key.
#[derive(Clone, Debug)]
pub struct Sealer {
    token: Token,
    level: Level,
    kek: KekId,
}

/// Handles of the sealing keys: the key-encryption key where the level has one, and the HMAC key
/// where the level needs one.
#[derive(Clone, Copy)]
pub(super) struct Keys {
    pub(super) kek: Option<ObjectHandle>,
    pub(super) mac: Option<ObjectHandle>,
}

fn kek_use(level: Level) -> Option<KekUse> {
    match level {
        Level::EnvelopeGcm | Level::EnvelopeCbcHmac => Some(KekUse::Encrypt),
        Level::UnwrapObject => Some(KekUse::Wrap),
        _ => None,
    }
}

fn needs_mac(level: Level) -> bool {
    matches!(level, Level::EnvelopeCbcHmac | Level::UnwrapObject | Level::SecretObject)
}

impl Sealer {
    /// Fresh sealing keys in the token.
    ///
    /// # Errors
    /// [`SealError::NotSealing`] for levels that seal nothing; [`SealError::Token`].
    pub fn create(token: &Token, level: Level) -> Result<Self, SealError> {
        let kek = match kek_use(level) {
            Some(usage) => Kek::generate(token, usage)?.id(),
            None if needs_mac(level) => {
                let mut id = [0; 16];
                token.random(&mut id)?;
                KekId::from_bytes(id)
            }
            None => return Err(SealError::NotSealing { level }),
        };
        if needs_mac(level) {
            MacKey::generate(token, MacPurpose::Envelope(kek))?;
        }
        Ok(Self { token: token.clone(), level, kek })
    }

    /// The sealing keys of an id, checked.
    ///
    /// # Errors
    /// [`SealError::NotSealing`]; [`SealError::Token`], with [`TokenError::WeakKey`] for keys that
    /// could leave the token or may do too much.
    pub fn open(token: &Token, level: Level, kek: KekId) -> Result<Self, SealError> {
        if kek_use(level).is_none() && !needs_mac(level) {
            return Err(SealError::NotSealing { level });
        }
        if let Some(usage) = kek_use(level) {
            Kek::open(token, kek, usage)?;
        }
        if needs_mac(level) {
            MacKey::open(token, MacPurpose::Envelope(kek))?;
        }
        Ok(Self { token: token.clone(), level, kek })
    }

    /// Destroys the sealing keys. What is sealed under them is lost.
    ///
    /// # Errors
    /// [`SealError::Token`].
    pub fn destroy(self) -> Result<(), SealError> {
        if let Some(usage) = kek_use(self.level) {
            Kek::open(&self.token, self.kek, usage)?.destroy(&self.token)?;
        }
        if needs_mac(self.level) {
            MacKey::open(&self.token, MacPurpose::Envelope(self.kek))?.destroy()?;
        }
        Ok(())
    }

    /// The level.
    pub fn level(&self) -> Level {
        self.level
    }

    /// The id of the sealing keys.
    pub fn kek(&self) -> KekId {
        self.kek
    }

    /// Seals a secret, and opens it again to be sure.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn seal(
        &self,
        binding: &Binding<'_>,
        secret: &[u8; SECRET_LENGTH],
    ) -> Result<Sealed, SealError> {
        let sealed = self
            .token
            .run(|lease| seal(lease, self.keys(lease)?, self.level, self.kek, binding, secret));
        after_secret();
        let sealed = sealed?;
        let mut opened = Arena::process()?.bytes()?;
        self.unseal(binding, &sealed, &mut opened)?;
        if tags_equal(&opened, secret) { Ok(sealed) } else { Err(SealError::Unfaithful) }
    }

    /// Opens a secret into memory of the caller's choice, which should be an arena's.
    ///
    /// # Errors
    /// [`SealError`]; `out` is zero then.
    pub fn unseal(
        &self,
        binding: &Binding<'_>,
        sealed: &Sealed,
        out: &mut [u8; SECRET_LENGTH],
    ) -> Result<(), SealError> {
        let (there, kek) = (sealed.level(), sealed.kek());
        if (there, kek) != (self.level, self.kek) {
            return Err(SealError::OtherSealer { there, kek, wanted: self.level });
        }
        let mut scratch = Arena::process()?.bytes::<{ SECRET_LENGTH + SLACK }>()?;
        let opened = self
            .token
            .run(|lease| unseal(lease, self.keys(lease)?, self.kek, binding, sealed, &mut scratch));
        match opened {
            Ok(true) => out.copy_from_slice(&scratch[..SECRET_LENGTH]),
            _ => out.zeroize(),
        }
        drop(scratch);
        after_secret();
        match opened {
            Ok(true) => Ok(()),
            Ok(false) => Err(SealError::Damaged { cause: "its tag is wrong".to_owned() }),
            Err(error) if is_of_the_data(&error) => {
                Err(SealError::Damaged { cause: error.to_string() })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Removes what a level keeps in the token for one key.
    ///
    /// # Errors
    /// [`SealError::Token`].
    pub fn discard(&self, key: KeyId) -> Result<(), SealError> {
        if self.level != Level::SecretObject {
            return Ok(());
        }
        Ok(self.token.run(|lease| destroy_secret_object(lease, key))?)
    }

    fn keys(&self, lease: &Lease<'_>) -> Result<Keys, TokenError> {
        let kek = kek_use(self.level)
            .map(|usage| lease.find(&Kek::name_of(self.kek, usage)))
            .transpose()?;
        let mac = needs_mac(self.level)
            .then(|| lease.find(&MacPurpose::Envelope(self.kek).name()))
            .transpose()?;
        Ok(Keys { kek, mac })
    }
}

/// Whether a token that answers blames the data. SoftHSM does so with a general error.
fn is_of_the_data(error: &TokenError) -> bool {
    let blaming = matches!(
        error,
        TokenError::Call { function: "C_Decrypt" | "C_UnwrapKey", .. }
            | TokenError::Faulty { function: "C_Decrypt" | "C_UnwrapKey", .. }
    );
    blaming
        && !matches!(
            error.return_value(),
            Some(
                RvError::KeyFunctionNotPermitted
                    | RvError::FunctionNotSupported
                    | RvError::DeviceRemoved
                    | RvError::TokenNotPresent
            )
        )
}

fn secret_object(key: KeyId) -> ObjectName {
    ObjectName::new(Kind::Secret, "pairlane-secret", key.as_bytes())
}

/// Destroys the secret object of a key, where there is one.
pub(super) fn destroy_secret_object(lease: &Lease<'_>, key: KeyId) -> Result<(), TokenError> {
    let name = secret_object(key);
    match lease.find(&name) {
        Ok(object) => {
            lease.destroy(object)?;
            lease.forget(&name);
            Ok(())
        }
        Err(TokenError::ObjectMissing { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

/// A generic secret of 32 bytes that can be read and wrapped.
fn readable_template() -> Vec<Attribute> {
    vec![
        Attribute::Class(ObjectClass::SECRET_KEY),
        Attribute::KeyType(TokenKeyType::GENERIC_SECRET),
        Attribute::Private(true),
        Attribute::Sensitive(false),
        Attribute::Extractable(true),
    ]
}

/// Creates a readable object around a secret; the copy that the call needs is wiped.
fn create_readable(
    lease: &Lease<'_>,
    mut template: Vec<Attribute>,
    secret: &[u8; SECRET_LENGTH],
) -> Result<ObjectHandle, TokenError> {
    template.push(Attribute::Value(secret.to_vec()));
    let created = lease.create(&template);
    for attribute in &mut template {
        if let Attribute::Value(value) = attribute {
            value.zeroize();
        }
    }
    created
}

fn missing(what: &str) -> TokenError {
    TokenError::ObjectMissing { object: what.to_owned() }
}

/// From both generators: one that repeats itself, the token's or the system's, must not make GCM
/// use an IV twice under a key.
fn fresh_iv<const N: usize>(lease: &Lease<'_>) -> Result<[u8; N], TokenError> {
    let (mut iv, mut system) = ([0; N], [0; N]);
    lease.random(&mut iv)?;
    getrandom::fill(&mut system).map_err(TokenError::Randomness)?;
    for (byte, other) in iv.iter_mut().zip(system) {
        *byte ^= other;
    }
    Ok(iv)
}

/// Seals with keys given by handle.
pub(super) fn seal(
    lease: &Lease<'_>,
    keys: Keys,
    level: Level,
    kek: KekId,
    binding: &Binding<'_>,
    secret: &[u8; SECRET_LENGTH],
) -> Result<Sealed, TokenError> {
    let aad = binding.authenticated(level, kek);
    let kek_key = || keys.kek.ok_or_else(|| missing("key-encryption key"));
    let tag = |parts: &[&[u8]]| {
        let key = keys.mac.ok_or_else(|| missing("HMAC key"))?;
        Ok::<_, TokenError>(HexBytes(mac(lease, key, &[&[&aad[..]], parts].concat().concat())?))
    };
    match level {
        Level::EnvelopeGcm => {
            let (iv, mut out) = (fresh_iv::<12>(lease)?, [0; 48 + SLACK]);
            let mechanism = Mechanism::AesGcm { iv: &iv, aad: &aad };
            lease.encrypt(&mechanism, kek_key()?, secret, &mut out, 48)?;
            let ciphertext = HexBytes(*out.first_chunk().expect("longer"));
            Ok(Sealed::EnvelopeGcm { kek, iv: HexBytes(iv), ciphertext })
        }
        Level::EnvelopeCbcHmac => {
            let (iv, mut out) = (fresh_iv::<16>(lease)?, [0; 32 + SLACK]);
            lease.encrypt(&Mechanism::AesCbc { iv: &iv }, kek_key()?, secret, &mut out, 32)?;
            let ciphertext: [u8; 32] = *out.first_chunk().expect("longer");
            let tag = tag(&[&iv, &ciphertext])?;
            let (iv, ciphertext) = (HexBytes(iv), HexBytes(ciphertext));
            Ok(Sealed::EnvelopeCbcHmac { kek, iv, ciphertext, tag })
        }
        Level::UnwrapObject => {
            let mut template = readable_template();
            template.push(Attribute::Token(false));
            let object = create_readable(lease, template, secret)?;
            let mut out = [0; 40 + SLACK];
            let wrapped = lease.wrap(&Mechanism::AesKeyWrap, kek_key()?, object, &mut out, 40);
            lease.destroy(object)?;
            wrapped?;
            let wrapped: [u8; 40] = *out.first_chunk().expect("longer");
            let tag = tag(&[&wrapped])?;
            Ok(Sealed::UnwrapObject { kek, wrapped: HexBytes(wrapped), tag })
        }
        Level::SecretObject => {
            let name = secret_object(binding.key);
            if let Err(TokenError::ObjectMissing { .. }) = lease.find(&name) {
                let mut template = readable_template();
                template.extend([
                    Attribute::Token(true),
                    Attribute::Label(name.label.clone().into_bytes()),
                    Attribute::Id(name.id.clone()),
                ]);
                create_readable(lease, template, secret)?;
            }
            Ok(Sealed::SecretObject { kek, tag: tag(&[])? })
        }
        Level::Native | Level::KeystoreFile => {
            Err(TokenError::NoProtection(format!("{level} seals nothing")))
        }
    }
}

/// Opens with keys given by handle, into the start of `out`; false for a wrong tag.
pub(super) fn unseal(
    lease: &Lease<'_>,
    keys: Keys,
    kek: KekId,
    binding: &Binding<'_>,
    sealed: &Sealed,
    out: &mut [u8; SECRET_LENGTH + SLACK],
) -> Result<bool, TokenError> {
    let aad = binding.authenticated(sealed.level(), kek);
    let kek_key = || keys.kek.ok_or_else(|| missing("key-encryption key"));
    // Before anything is decrypted.
    let is_right = |parts: &[&[u8]], tag: &HexBytes<32>| {
        let key = keys.mac.ok_or_else(|| missing("HMAC key"))?;
        let expected = mac(lease, key, &[&[&aad[..]], parts].concat().concat())?;
        Ok::<_, TokenError>(tags_equal(&expected, &tag.0))
    };
    match sealed {
        Sealed::EnvelopeGcm { iv, ciphertext, .. } => {
            let mechanism = Mechanism::AesGcm { iv: &iv.0, aad: &aad };
            lease.decrypt(&mechanism, kek_key()?, &ciphertext.0, out, SECRET_LENGTH)?;
        }
        Sealed::EnvelopeCbcHmac { iv, ciphertext, tag, .. } => {
            if !is_right(&[&iv.0, &ciphertext.0], tag)? {
                return Ok(false);
            }
            let mechanism = Mechanism::AesCbc { iv: &iv.0 };
            lease.decrypt(&mechanism, kek_key()?, &ciphertext.0, out, SECRET_LENGTH)?;
        }
        Sealed::UnwrapObject { wrapped, tag, .. } => {
            if !is_right(&[&wrapped.0], tag)? {
                return Ok(false);
            }
            let mut template = readable_template();
            template.push(Attribute::Token(false));
            let unwrap = |template: &[Attribute]| {
                lease.unwrap(&BindingMechanism::AesKeyWrap, kek_key()?, &wrapped.0, template)
            };
            // Some modules want the length, others refuse it.
            let object = match unwrap(&template) {
                Err(error) if error.return_value() == Some(RvError::TemplateIncomplete) => {
                    template.push(Attribute::ValueLen(32.into()));
                    unwrap(&template)?
                }
                result => result?,
            };
            let read = read_secret(lease, object, out);
            lease.destroy(object)?;
            read?;
        }
        Sealed::SecretObject { tag, .. } => {
            if !is_right(&[], tag)? {
                return Ok(false);
            }
            read_secret(lease, lease.find(&secret_object(binding.key))?, out)?;
        }
    }
    Ok(true)
}

fn read_secret(
    lease: &Lease<'_>,
    object: ObjectHandle,
    out: &mut [u8; SECRET_LENGTH + SLACK],
) -> Result<(), TokenError> {
    let length = lease.value(object, out)?;
    if length != SECRET_LENGTH {
        let what = format!("a secret of {length} bytes, expected {SECRET_LENGTH}");
        return Err(TokenError::Faulty { function: "C_GetAttributeValue", what });
    }
    Ok(())
}
