//! Bearer tokens, of which only the hash is kept.

use std::path::Path;

use anyhow::{Context, bail, ensure};
use axum::http::HeaderValue;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::hex_text;
use crate::secret_file;

/// SHA-256 of a token.
#[derive(Clone)]
pub(super) struct Token([u8; 32]);

impl PartialEq for Token {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(..)")
    }
}

impl Token {
    fn of(text: &[u8]) -> Self {
        Self(Sha256::digest(text).into())
    }

    /// What follows `Bearer`; `None` for anything else.
    pub(super) fn of_header(value: &HeaderValue) -> Option<Self> {
        let (scheme, token) = value.as_bytes().split_at_checked(SCHEME.len())?;
        let token = token.trim_ascii();
        (scheme.eq_ignore_ascii_case(SCHEME) && !token.is_empty()).then(|| Self::of(token))
    }

    /// A hash in hex, as the configuration has it.
    pub(super) fn of_hash(hex: &str) -> anyhow::Result<Self> {
        sha256(hex).context("token_sha256").map(Self)
    }

    /// Reads a token from a file that is not open to everybody.
    pub(super) fn of_file(path: &Path) -> anyhow::Result<Self> {
        let (_, text) = secret_file::read(path).context("token_file")?;
        secret_file::refuse_open_to_all(path).context("token_file")?;
        let path = path.display();
        let token = text.trim_ascii();
        let known = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(byte);
        ensure!(
            token.iter().all(known),
            "token_file {path}: a token is one line of letters, digits and -._~+/="
        );
        let bits_each = if token.iter().all(u8::is_ascii_hexdigit) { 4 } else { 6 };
        let bits = token.len() * bits_each;
        if bits < TOKEN_BITS_MIN {
            bail!(
                "token_file {path}: a token of {bits} bits at most; at least {TOKEN_BITS_MIN} are \
                 needed: `openssl rand -hex 32` makes one"
            );
        }
        Ok(Self::of(token))
    }
}

/// Reads a SHA-256 in hex, with or without `0x`.
pub(super) fn sha256(hex: &str) -> anyhow::Result<[u8; 32]> {
    let mut hash = [0; 32];
    hex_text::decode_into(&mut hash, hex.as_bytes())?;
    Ok(hash)
}

const SCHEME: &[u8] = b"Bearer ";

const TOKEN_BITS_MIN: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    fn read(text: &str, mode: u32) -> Result<Token, String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), text).unwrap();
        fs::set_permissions(file.path(), fs::Permissions::from_mode(mode)).unwrap();
        Token::of_file(file.path()).map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn a_token_is_long_and_not_for_everybody() {
        let long = "ab".repeat(32);
        let token = read(&format!("{long}\n"), 0o600).unwrap();
        let header = HeaderValue::from_str(&format!("bearer {long}")).unwrap();
        assert!(Token::of_header(&header).unwrap() == token);
        assert!(Token::of_hash(&hex::encode(Sha256::digest(&long))).unwrap() == token);
        assert!(read(&long, 0o604).unwrap_err().contains("mode 0604"));
        assert!(read(&long[..62], 0o600).unwrap_err().contains("248 bits"));
        assert!(read(&"z".repeat(42), 0o600).unwrap_err().contains("252 bits"));
        assert!(read(&"z z".repeat(42), 0o600).unwrap_err().contains("one line"));
        assert!(Token::of_hash("0x00").is_err());
        for header in ["Basic abc", "Bearer", "Bearer ", "Bearerabc", ""] {
            assert!(Token::of_header(&HeaderValue::from_static(header)).is_none(), "{header}");
        }
    }
}
