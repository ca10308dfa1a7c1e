//! Ed25519 in the token itself.

use cryptoki::mechanism::Mechanism as BindingMechanism;
use cryptoki::object::{Attribute, AttributeType, ObjectHandle};
use ed25519_dalek::{Signature, VerifyingKey};

use super::id::KeyId;
use crate::token::{Kind, Lease, Mechanism, ObjectName, SLACK, Token, TokenError};

/// Bytes of a signature.
const SIGNATURE_LENGTH: usize = 64;
/// What `CKA_EC_PARAMS` may say for this curve: its name as a string, or its object identifier.
const CURVES: [&[u8]; 2] = [b"\x13\x0cedwards25519", b"\x06\x03\x2b\x65\x70"];

/// A pair whose object id is drawn before its public key is known; see [`adopt`].
struct Pair {
    public: ObjectHandle,
    private: ObjectHandle,
    public_key: [u8; 32],
}

fn label() -> &'static str {
    "pairlane-ed25519"
}

/// The private key's object: its id is the first half of the key's.
fn private_name(key: KeyId) -> ObjectName {
    ObjectName::new(Kind::PrivateKey, label(), &key.as_bytes()[..16])
}

fn make(lease: &Lease<'_>, in_token: bool, id: &[u8]) -> Result<Pair, TokenError> {
    let private = [
        Attribute::Token(in_token),
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Sign(true),
        Attribute::Label(label().into()),
        Attribute::Id(id.to_vec()),
    ];
    let mut last = None;
    for curve in CURVES {
        let public = [
            Attribute::Token(in_token),
            Attribute::Verify(true),
            Attribute::EcParams(curve.to_vec()),
            Attribute::Label(label().into()),
            Attribute::Id(id.to_vec()),
        ];
        match lease.generate_key_pair(&BindingMechanism::EccEdwardsKeyPairGen, &public, &private) {
            Ok((public, private)) => {
                return read_point(lease, public)
                    .map(|public_key| Pair { public, private, public_key });
            }
            Err(error) => last = Some(error),
        }
    }
    Err(last.expect("at least one curve was tried"))
}

/// The public point: an octet string in DER around 32 bytes, or, on newer tokens, the 32 bytes.
fn read_point(lease: &Lease<'_>, public: ObjectHandle) -> Result<[u8; 32], TokenError> {
    let attributes = lease.attributes(public, &[AttributeType::EcPoint])?;
    let point = attributes.into_iter().find_map(|attribute| match attribute {
        Attribute::EcPoint(point) => Some(point),
        _ => None,
    });
    let point = point.unwrap_or_default();
    let bytes = point.strip_prefix(&[0x04, 0x20]).unwrap_or(&point);
    bytes.try_into().map_err(|_| TokenError::Faulty {
        function: "C_GetAttributeValue",
        what: format!("CKA_EC_POINT of {} bytes", point.len()),
    })
}

fn sign_with(
    lease: &Lease<'_>,
    private: ObjectHandle,
    public_key: &[u8; 32],
    message: &[u8],
) -> Result<[u8; SIGNATURE_LENGTH], TokenError> {
    let mut out = [0; SIGNATURE_LENGTH + SLACK];
    lease.sign(&Mechanism::EdDsa, private, message, &mut out, SIGNATURE_LENGTH)?;
    let signature: [u8; SIGNATURE_LENGTH] = *out.first_chunk().expect("longer");
    // A faulty signature can give an Ed25519 key away, and proves nothing: it never leaves.
    let right = VerifyingKey::from_bytes(public_key)
        .and_then(|key| key.verify_strict(message, &Signature::from_bytes(&signature)));
    right.map(|()| signature).map_err(|_| TokenError::Faulty {
        function: "C_Sign",
        what: "an Ed25519 signature that does not verify".to_owned(),
    })
}

/// Makes a pair, signs and verifies, and destroys it.
pub(crate) fn self_test(lease: &Lease<'_>) -> Result<(), TokenError> {
    let pair = make(lease, false, b"probe")?;
    let signed = sign_with(lease, pair.private, &pair.public_key, b"probe");
    lease.destroy(pair.private)?;
    lease.destroy(pair.public)?;
    signed.map(|_| ())
}

/// Makes a key in the token; its public key. The object id must be drawn by the caller.
pub(super) fn generate(token: &Token) -> Result<[u8; 32], TokenError> {
    let mut draft = [0; 16];
    token.random(&mut draft)?;
    token.run(|lease| {
        // A repetition after a lost reply must not leave a key of the first attempt behind.
        for kind in [Kind::PrivateKey, Kind::PublicKey] {
            for stray in lease.find_all(&ObjectName::new(kind, label(), &draft).template())? {
                lease.destroy(stray)?;
            }
        }
        let pair = make(lease, true, &draft)?;
        let key = KeyId::of(super::KeyType::Ed25519, &pair.public_key);
        let id = [Attribute::Id(key.as_bytes()[..16].to_vec())];
        for object in [pair.private, pair.public] {
            lease.update(object, &id)?;
        }
        sign_with(lease, pair.private, &pair.public_key, b"self-test")?;
        Ok(pair.public_key)
    })
}

/// Signs in the token, and verifies before the signature leaves.
pub(crate) fn sign(
    token: &Token,
    key: KeyId,
    public_key: &[u8; 32],
    message: &[u8],
) -> Result<[u8; SIGNATURE_LENGTH], TokenError> {
    let name = private_name(key);
    token.run(|lease| sign_with(lease, lease.find(&name)?, public_key, message))
}

/// Whether the token holds the key.
pub(super) fn is_there(token: &Token, key: KeyId) -> Result<(), TokenError> {
    token.run(|lease| lease.find(&private_name(key)).map(|_| ()))
}

/// Destroys a key of the token.
pub(super) fn destroy(token: &Token, key: KeyId) -> Result<(), TokenError> {
    let name = private_name(key);
    token.run(|lease| {
        for kind in [Kind::PrivateKey, Kind::PublicKey] {
            for object in lease.find_all(&ObjectName { kind, ..name.clone() }.template())? {
                lease.destroy(object)?;
            }
        }
        lease.forget(&name);
        Ok(())
    })
}
