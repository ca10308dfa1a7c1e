//! What a token can really do: each path done once on random data, because flags lie.

use core::fmt;

use serde::Serialize;

use super::SECRET_LENGTH;
use super::binding::Binding;
use super::level::Level;
use super::sealer::{Keys, seal, unseal};
use crate::arena::{Arena, after_secret};
use crate::keystore::native::ed25519_self_test;
use crate::keystore::{KeyId, KeyType};
use crate::token::{
    Kek, KekId, KekUse, Lease, SLACK, Token, TokenError, mac, tags_equal, temporary_mac,
};

/// Whether a path works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "status", content = "why")]
pub enum Path {
    /// It did what it should.
    Works,
    /// It did not, and why.
    Fails(String),
}

impl Path {
    /// Whether it works.
    pub fn works(&self) -> bool {
        *self == Self::Works
    }

    fn from_result(result: Result<(), TokenError>) -> Self {
        match result {
            Ok(()) => Self::Works,
            Err(error) => Self::Fails(error.to_string()),
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Works => f.write_str("works"),
            Self::Fails(why) => write!(f, "no: {why}"),
        }
    }
}

/// What a token can do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Capabilities {
    /// Random bytes, not all alike.
    pub random: Path,
    /// An HMAC key that stays in the token: what the audit log needs.
    pub hmac: Path,
    /// Ed25519 in the token.
    pub ed25519: Path,
    /// Each level that seals, and whether it works.
    pub levels: Vec<(Level, Path)>,
    /// What the holder should know about the token.
    pub warnings: Vec<String>,
}

impl Capabilities {
    /// The strongest level that works, none when not even the weakest does.
    pub fn best(&self) -> Option<Level> {
        self.levels.iter().filter(|(_, path)| path.works()).map(|(level, _)| *level).min()
    }
}

impl fmt::Display for Capabilities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "random: {}", self.random)?;
        writeln!(f, "hmac: {}", self.hmac)?;
        writeln!(f, "ed25519: {}", self.ed25519)?;
        for (level, path) in &self.levels {
            writeln!(f, "{level}: {path}")?;
        }
        for warning in &self.warnings {
            writeln!(f, "warning: {warning}")?;
        }
        match self.best() {
            Some(best) => write!(f, "protection: {best}"),
            None => f.write_str("protection: none"),
        }
    }
}

/// Does everything once. Leaves nothing in the token.
///
/// # Errors
/// [`TokenError`] when the token cannot be reached; what it cannot do is part of the answer.
pub fn probe(token: &Token) -> Result<Capabilities, TokenError> {
    token.run(|lease| {
        let mut probe = [0; 32];
        lease.random(&mut probe)?; // reachable at all
        Ok(())
    })?;
    // One run for each path: a path that fails may spoil its session.
    let path = |check: &dyn Fn(&Lease<'_>) -> Result<(), TokenError>| {
        Path::from_result(token.run(|lease| check(lease)))
    };
    let sealing =
        [Level::EnvelopeGcm, Level::EnvelopeCbcHmac, Level::UnwrapObject, Level::SecretObject];
    let capabilities = Capabilities {
        random: path(&random),
        hmac: path(&hmac),
        ed25519: path(&ed25519_self_test),
        levels: sealing
            .into_iter()
            .map(|level| (level, path(&|lease: &Lease<'_>| round_trip(lease, level))))
            .collect(),
        warnings: warnings(token),
    };
    after_secret();
    Ok(capabilities)
}

fn warnings(token: &Token) -> Vec<String> {
    let mut warnings = Vec::new();
    if token.config().accept_unproven_origin {
        warnings.push(
            "the origin of keys is not demanded: the token may hold a copy that was made outside"
                .to_owned(),
        );
    }
    let identity = token.identity();
    let software = ["SoftHSM", "Kryoptic", "NSS", "Mozilla"];
    if software
        .iter()
        .any(|name| identity.manufacturer.contains(name) || identity.model.contains(name))
    {
        warnings.push(format!(
            "{} {} is software: it keeps keys in files of this host",
            identity.manufacturer, identity.model
        ));
    }
    if !identity.login_required {
        warnings.push("the token wants no PIN".to_owned());
    }
    warnings
}

fn random(lease: &Lease<'_>) -> Result<(), TokenError> {
    let (mut first, mut second) = ([0; 32], [0; 32]);
    lease.random(&mut first)?;
    lease.random(&mut second)?;
    if first == second || first.iter().all(|byte| *byte == first[0]) {
        let what = "the same bytes twice".to_owned();
        return Err(TokenError::Faulty { function: "C_GenerateRandom", what });
    }
    Ok(())
}

fn hmac(lease: &Lease<'_>) -> Result<(), TokenError> {
    let key = temporary_mac(lease)?;
    let tag = mac(lease, key, b"probe")?;
    let faithful = tags_equal(&tag, &mac(lease, key, b"probe")?);
    let other = tags_equal(&tag, &mac(lease, key, b"prob3")?);
    lease.destroy(key)?;
    if !faithful || other {
        let what = "a tag that does not follow the message".to_owned();
        return Err(TokenError::Faulty { function: "C_Sign", what });
    }
    Ok(())
}

/// Seals a random secret, opens it, and fails to open it for another record.
fn round_trip(lease: &Lease<'_>, level: Level) -> Result<(), TokenError> {
    let usage = if level == Level::UnwrapObject { KekUse::Wrap } else { KekUse::Encrypt };
    let mut id = [0; 16];
    lease.random(&mut id)?;
    let (mut kek_id, mut kek) = (KekId::from_bytes(id), None);
    if level != Level::SecretObject {
        let (made, handle) = Kek::temporary(lease, usage)?;
        (kek_id, kek) = (made.id(), Some(handle));
    }
    let mac = if level == Level::EnvelopeGcm { None } else { Some(temporary_mac(lease)?) };
    let keys = Keys { kek, mac };
    let mut secret = Arena::process()?.bytes::<SECRET_LENGTH>()?;
    lease.random(&mut *secret)?;
    let key = KeyId::of(KeyType::Ed25519, &*secret); // any id that is nobody's
    let binding = Binding { key, key_type: KeyType::BlsMinPk, public_key: &id };
    let other = Binding { public_key: b"another", ..binding.clone() };

    let faulty = |what: &str| TokenError::Faulty { function: "C_Decrypt", what: what.to_owned() };
    let sealed = seal(lease, keys, level, kek_id, &binding, &secret)?;
    let mut opened = Arena::process()?.bytes::<{ SECRET_LENGTH + SLACK }>()?;
    let result = unseal(lease, keys, kek_id, &binding, &sealed, &mut opened);
    let right = matches!(result, Ok(true)) && opened[..SECRET_LENGTH] == secret[..];
    let swapped = unseal(lease, keys, kek_id, &other, &sealed, &mut opened);
    if level == Level::SecretObject {
        super::sealer::destroy_secret_object(lease, key)?;
    }
    for handle in [kek, mac].into_iter().flatten() {
        // The session may be spoilt by the failure that was asked for; the keys go with it.
        let _ = lease.destroy(handle);
    }
    result?;
    if !right {
        return Err(faulty("not what was sealed"));
    }
    if matches!(swapped, Ok(true)) {
        return Err(faulty("what was sealed for one record opens for another"));
    }
    Ok(())
}
