//! A client: how it proves who it is, and what it may do.

use std::collections::HashSet;

use anyhow::{Context, bail, ensure};
use rustls::pki_types::ServerName;

use super::certificate::PeerCertificate;
use super::token::{Token, sha256};
use crate::hex_text;
use crate::serve::settings::{Client as Settings, Permission};

/// What a client may do.
#[derive(Debug)]
pub(super) struct Client {
    name: String,
    may: Vec<Permission>,
    keys: Keys,
}

/// How a client proves who it is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Proof {
    Token(Token),
    Certificate([u8; 32]),
    CertificateName(ServerName<'static>),
}

/// The public keys that a client may sign with.
#[derive(Debug)]
enum Keys {
    All,
    These(HashSet<Vec<u8>>),
}

impl Proof {
    pub(super) fn is_token(&self, token: &Token) -> bool {
        matches!(self, Self::Token(known) if known == token)
    }

    pub(super) fn is_certificate(&self, shown: &PeerCertificate) -> bool {
        match self {
            Self::Token(_) => false,
            Self::Certificate(sha256) => shown.has_hash(sha256),
            Self::CertificateName(name) => shown.has_name(name),
        }
    }
}

impl Client {
    /// Whoever brings no credentials.
    pub(super) fn anonymous(may: &[Permission]) -> Self {
        Self { name: ANONYMOUS.to_owned(), may: may.to_vec(), keys: Keys::All }
    }

    pub(super) fn parse(settings: &Settings) -> anyhow::Result<(Proof, Self)> {
        let Settings { name, may, keys, .. } = settings;
        ensure!(
            (1..=NAME_CHARS_MAX).contains(&name.len())
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)),
            "a name has 1 to {NAME_CHARS_MAX} letters, digits and -_."
        );
        ensure!(name != ANONYMOUS, "this name is that of callers without credentials");
        let signs = may.contains(&Permission::Sign);
        ensure!(
            signs != keys.is_empty(),
            "`keys` and `may = [\"sign\"]` go together: list public keys in hex, or \"*\" for all"
        );
        let client = Self { name: name.clone(), may: may.clone(), keys: Keys::parse(keys)? };
        Ok((proof(settings)?, client))
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn is_anonymous(&self) -> bool {
        self.name == ANONYMOUS
    }

    pub(super) fn may(&self, permission: Permission) -> bool {
        self.may.contains(&permission)
    }

    pub(super) fn has_key(&self, public_key: &[u8]) -> bool {
        match &self.keys {
            Keys::All => true,
            Keys::These(keys) => keys.contains(public_key),
        }
    }
}

impl Keys {
    fn parse(keys: &[String]) -> anyhow::Result<Self> {
        if keys.iter().any(|key| key == "*") {
            return Ok(Self::All);
        }
        let parse = |key: &String| {
            let mut bytes = Vec::new();
            hex_text::decode_onto(&mut bytes, key.as_bytes())
                .with_context(|| format!("keys: `{key}`: bad hex"))?;
            let lengths =
                "public keys have 32 bytes (Ed25519, ECVRF) or, compressed, 48 or 96 bytes";
            ensure!([32, 48, 96].contains(&bytes.len()), "keys: `{key}`: {lengths}");
            Ok(bytes)
        };
        keys.iter().map(parse).collect::<anyhow::Result<_>>().map(Self::These)
    }
}

fn proof(settings: &Settings) -> anyhow::Result<Proof> {
    let Settings { token_sha256, token_file, certificate_sha256, certificate_name, .. } = settings;
    match (token_sha256, token_file, certificate_sha256, certificate_name) {
        (Some(hash), None, None, None) => Token::of_hash(hash).map(Proof::Token),
        (None, Some(path), None, None) => Token::of_file(path).map(Proof::Token),
        (None, None, Some(hash), None) => {
            sha256(hash).context("certificate_sha256").map(Proof::Certificate)
        }
        (None, None, None, Some(name)) => {
            let name = ServerName::try_from(name.clone());
            name.context("certificate_name").map(Proof::CertificateName)
        }
        _ => bail!(
            "exactly one of token_file, token_sha256, certificate_sha256 and certificate_name is \
             needed"
        ),
    }
}

const ANONYMOUS: &str = "anonymous";

const NAME_CHARS_MAX: usize = 64;
