//! The `crypto` part of a keystore: key derivation, checksum, cipher.

use aes::Aes128;
use ctr::Ctr128BE;
use ctr::cipher::{KeyIvInit, StreamCipher};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::arena::{Arena, ArenaError, Locked, after_secret};
use crate::envelope::SECRET_LENGTH;
use crate::keystore::HexBytes;
use crate::token::{Pin, tags_equal};

/// Memory that scrypt may take, all its buffers together: (n + p + 1) * r * 128 bytes. 512 MiB for
/// the large one, and room for those beside it.
const SCRYPT_BYTES_MAX: u64 = 513 << 20;
/// Work that scrypt may do, as n * r * p: four times that of [`Scrypt::Standard`], some seconds.
const SCRYPT_WORK_MAX: u64 = 1 << 23;
/// Largest p.
const SCRYPT_P_MAX: u32 = 16;
/// Rounds that PBKDF2 may take.
const PBKDF2_ROUNDS_MAX: u32 = 1 << 24;
/// Longest salt, in bytes.
const SALT_LENGTH_MAX: usize = 256;

/// Why a keystore file was not read, made or opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeystoreError {
    /// Not the JSON that EIP-2335 describes.
    #[error("no EIP-2335 keystore: {0}")]
    Format(String),
    /// Longer than any honest one.
    #[error("a keystore file has at most {} bytes, this one {actual}", super::KEYSTORE_LENGTH_MAX)]
    TooLong {
        /// Its bytes.
        actual: usize,
    },
    /// Parameters that would cost too much, or that no function takes.
    #[error("keystore: {0}: refused")]
    Parameters(String),
    /// The checksum is wrong.
    #[error("wrong password, or the keystore file is damaged")]
    Password,
    /// A password that is not text.
    #[error("a keystore's password must be UTF-8 text")]
    PasswordNotText,
    /// The operating system gives no randomness.
    #[error("no randomness from the operating system: {0}")]
    Randomness(getrandom::Error),
    /// No locked memory.
    #[error(transparent)]
    Arena(#[from] ArenaError),
}

/// The cost of scrypt for new files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scrypt {
    /// n = 2^18: 256 MiB and about a second. What the standard's examples use.
    Standard,
    /// n = 2^14: 16 MiB. For passwords that are random keys themselves, and for tests.
    Light,
}

impl Scrypt {
    fn n(self) -> u64 {
        match self {
            Self::Standard => 1 << 18,
            Self::Light => 1 << 14,
        }
    }
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Crypto {
    kdf: Kdf,
    checksum: Checksum,
    cipher: Cipher,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "function", rename_all = "lowercase", deny_unknown_fields)]
enum Kdf {
    Scrypt { params: ScryptParams, message: Empty },
    Pbkdf2 { params: Pbkdf2Params, message: Empty },
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScryptParams {
    dklen: u32,
    n: u64,
    p: u32,
    r: u32,
    #[serde(with = "hex::serde")]
    salt: Vec<u8>,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pbkdf2Params {
    dklen: u32,
    c: u32,
    prf: Prf,
    #[serde(with = "hex::serde")]
    salt: Vec<u8>,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
enum Prf {
    #[serde(rename = "hmac-sha256")]
    HmacSha256,
}

/// The message of a key derivation, which has none.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct Empty;

impl TryFrom<String> for Empty {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.is_empty() { Ok(Self) } else { Err("a kdf's message must be empty".to_owned()) }
    }
}

impl From<Empty> for String {
    fn from(_: Empty) -> Self {
        Self::new()
    }
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "function", rename_all = "lowercase", deny_unknown_fields)]
enum Checksum {
    Sha256 { params: NoParams, message: HexBytes<32> },
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NoParams {}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "function", deny_unknown_fields)]
enum Cipher {
    #[serde(rename = "aes-128-ctr")]
    Aes128Ctr { params: CtrParams, message: HexBytes<SECRET_LENGTH> },
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CtrParams {
    iv: HexBytes<16>,
}

impl Crypto {
    pub(super) fn seal(
        secret: &[u8; SECRET_LENGTH],
        password: &Pin,
        cost: Scrypt,
    ) -> Result<Self, KeystoreError> {
        let (mut salt, mut iv) = ([0; 32], [0; 16]);
        getrandom::fill(&mut salt).map_err(KeystoreError::Randomness)?;
        getrandom::fill(&mut iv).map_err(KeystoreError::Randomness)?;
        let params = ScryptParams { dklen: 32, n: cost.n(), p: 1, r: 8, salt: salt.to_vec() };
        let kdf = Kdf::Scrypt { params, message: Empty };
        let key = kdf.derive(password)?;
        let mut message = *secret;
        keystream(&key, &iv, &mut message);
        let checksum = checksum(&key, &message);
        after_secret();
        Ok(Self {
            kdf,
            checksum: Checksum::Sha256 { params: NoParams {}, message: HexBytes(checksum) },
            cipher: Cipher::Aes128Ctr {
                params: CtrParams { iv: HexBytes(iv) },
                message: HexBytes(message),
            },
        })
    }

    pub(super) fn open(
        &self,
        password: &Pin,
    ) -> Result<Locked<[u8; SECRET_LENGTH]>, KeystoreError> {
        let Cipher::Aes128Ctr { params, message } = &self.cipher;
        let Checksum::Sha256 { message: expected, .. } = &self.checksum;
        let key = self.kdf.derive(password)?;
        if !tags_equal(&checksum(&key, &message.0), &expected.0) {
            return Err(KeystoreError::Password);
        }
        let mut secret = Arena::process()?.bytes()?;
        *secret = message.0;
        keystream(&key, &params.iv.0, &mut *secret);
        drop(key);
        after_secret();
        Ok(secret)
    }
}

/// The second half of the key and the ciphertext, hashed.
fn checksum(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(&key[16..]).chain_update(message).finalize().into()
}

fn keystream(key: &[u8; 32], iv: &[u8; 16], data: &mut [u8]) {
    let key: &[u8; 16] = key.first_chunk().expect("32 bytes");
    Ctr128BE::<Aes128>::new(key.into(), iv.into()).apply_keystream(data);
}

impl Kdf {
    fn derive(&self, password: &Pin) -> Result<Locked<[u8; 32]>, KeystoreError> {
        let password = normalise(password)?;
        let refused = |what: String| Err(KeystoreError::Parameters(what));
        let mut key = Arena::process()?.bytes::<32>()?;
        match self {
            Self::Scrypt { params: ScryptParams { dklen, n, p, r, salt }, .. } => {
                check_lengths(*dklen, salt)?;
                check_cost(*n, *r, *p)?;
                let log_n = u8::try_from(n.trailing_zeros()).unwrap_or(u8::MAX);
                let params = scrypt::Params::new(log_n, *r, *p);
                let (Ok(params), true) = (params, n.is_power_of_two() && *n > 1) else {
                    return refused(format!("scrypt takes no n {n}, r {r}, p {p}"));
                };
                scrypt::scrypt(&password, salt, &params, &mut *key)
                    .map_err(|error| KeystoreError::Parameters(error.to_string()))?;
            }
            Self::Pbkdf2 { params: Pbkdf2Params { dklen, c, salt, .. }, .. } => {
                check_lengths(*dklen, salt)?;
                if !(1..=PBKDF2_ROUNDS_MAX).contains(c) {
                    return refused(format!("pbkdf2 with {c} rounds"));
                }
                pbkdf2::pbkdf2_hmac::<Sha256>(&password, salt, *c, &mut *key);
            }
        }
        drop(password);
        after_secret();
        Ok(key)
    }
}

/// Refuses what would take too much memory or time. A small n with a large r and p is dear too.
fn check_cost(n: u64, r: u32, p: u32) -> Result<(), KeystoreError> {
    let (r64, p64) = (u64::from(r), u64::from(p));
    let blocks = n.checked_add(p64 + 1);
    let bytes = blocks.and_then(|blocks| blocks.checked_mul(r64)?.checked_mul(128));
    let work = n.checked_mul(r64).and_then(|work| work.checked_mul(p64));
    let what = if bytes.is_none_or(|bytes| bytes > SCRYPT_BYTES_MAX) {
        format!("takes more than {} MiB", SCRYPT_BYTES_MAX >> 20)
    } else if work.is_none_or(|work| work > SCRYPT_WORK_MAX) || p > SCRYPT_P_MAX {
        format!("works too long: n * r * p is at most {SCRYPT_WORK_MAX}, p {SCRYPT_P_MAX}")
    } else {
        return Ok(());
    };
    Err(KeystoreError::Parameters(format!("scrypt with n {n}, r {r}, p {p} {what}")))
}

fn check_lengths(dklen: u32, salt: &[u8]) -> Result<(), KeystoreError> {
    if dklen != 32 {
        return Err(KeystoreError::Parameters(format!("dklen {dklen}, expected 32")));
    }
    if salt.len() > SALT_LENGTH_MAX {
        let what = format!("a salt of {} bytes, at most {SALT_LENGTH_MAX}", salt.len());
        return Err(KeystoreError::Parameters(what));
    }
    Ok(())
}

/// NFKD, then without control codes, then UTF-8.
fn normalise(password: &Pin) -> Result<Zeroizing<Vec<u8>>, KeystoreError> {
    let text = core::str::from_utf8(password.expose());
    let text = text.map_err(|_| KeystoreError::PasswordNotText)?;
    // Room for the longest decomposition, so that no half-grown copy is left behind.
    let mut out = Zeroizing::new(Vec::with_capacity(text.len() * 18 + 4));
    let mut buffer = [0; 4];
    for c in text.nfkd().filter(|c| !c.is_control()) {
        out.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes());
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_normalised_as_the_standard_says() {
        let normal = |text: &str| normalise(&Pin::new(text.as_bytes()).unwrap()).unwrap();
        let expected = hex::decode("7465737470617373776f7264f09f9491").unwrap();
        assert_eq!(*normal("𝔱𝔢𝔰𝔱𝔭𝔞𝔰𝔰𝔴𝔬𝔯𝔡🔑"), expected);
        assert_eq!(*normal("a\u{0}b\u{7f}c\u{85}\n"), b"abc");
        assert!(normalise(&Pin::new(&[0xff]).unwrap()).is_err());
    }

    #[test]
    fn scrypt_is_bounded_in_all_its_parameters() {
        // What wallets write, and the dearest of either kind.
        let taken =
            [(1 << 18, 8, 1), (1 << 18, 1, 8), (1 << 14, 8, 16), (1 << 19, 8, 1), (1 << 18, 8, 4)];
        for (n, r, p) in taken {
            check_cost(n, r, p).unwrap();
        }
        let refused = [
            (1 << 20, 8, 1, "MiB"),
            // The large buffer is small here, those beside it are not.
            (2, 1 << 21, 1, "MiB"),
            (2, 1 << 18, 16, "MiB"),
            (1 << 18, 8, 8, "too long"),
            (2, 1, 17, "too long"),
            (u64::MAX, 1, 1, "MiB"),
            (u64::MAX / 2, u32::MAX, u32::MAX, "MiB"),
        ];
        for (n, r, p, why) in refused {
            let error = check_cost(n, r, p).unwrap_err().to_string();
            assert!(error.contains(why), "{n} {r} {p}: {error}");
        }
    }
}
