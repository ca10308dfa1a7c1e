//! Keys that the token makes, keeps and signs with: Ed25519 where it has EdDSA, BLS where its vendor
//! has a mechanism for it.
//!
//! What a token signs is verified before it leaves: a faulty signature can give an Ed25519 key away,
//! and no standard says how a vendor's BLS mechanism hashes.

mod bls;

use cryptoki::mechanism::Mechanism as BindingMechanism;
use cryptoki::object::{Attribute, AttributeType, ObjectHandle};
use ed25519_dalek::{Signature, VerifyingKey};

pub use bls::{NativeBls, Parameter, SchemeName, VendorMechanism};

use super::hex_bytes::HexBytes;
use crate::token::{Kind, Lease, Mechanism, ObjectName, SLACK, Token, TokenError};

/// The object id of a token's key, drawn when it is made.
pub type ObjectId = HexBytes<16>;

/// Bytes of an Ed25519 signature.
const ED25519_SIGNATURE_LENGTH: usize = 64;
/// What `CKA_EC_PARAMS` may say for edwards25519: its name as a string, or its object identifier.
const ED25519_CURVES: [&[u8]; 2] = [b"\x13\x0cedwards25519", b"\x06\x03\x2b\x65\x70"];
/// Labels of the objects.
const ED25519_LABEL: &str = "pairlane-ed25519";

/// A key of the token, ready for use.
#[derive(Clone, Debug)]
pub struct InToken {
    token: Token,
    object: ObjectId,
    public_key: Vec<u8>,
    kind: NativeKind,
}

#[derive(Clone, Debug)]
enum NativeKind {
    Ed25519,
    Bls(NativeBls),
}

impl NativeKind {
    fn label(&self) -> &'static str {
        match self {
            Self::Ed25519 => ED25519_LABEL,
            Self::Bls(_) => bls::LABEL,
        }
    }
}

/// A pair as the token made it.
struct Pair {
    public: ObjectHandle,
    private: ObjectHandle,
}

impl InToken {
    /// A new Ed25519 key in the token.
    pub(super) fn generate_ed25519(token: &Token) -> Result<Self, TokenError> {
        Self::generate(token, NativeKind::Ed25519)
    }

    /// A new BLS key in the token.
    pub(super) fn generate_bls(token: &Token, native: &NativeBls) -> Result<Self, TokenError> {
        Self::generate(token, NativeKind::Bls(native.clone()))
    }

    /// An Ed25519 key that the token holds.
    pub(super) fn open_ed25519(
        token: &Token,
        object: ObjectId,
        public_key: &[u8],
    ) -> Result<Self, TokenError> {
        Self::open(token, object, public_key, NativeKind::Ed25519)
    }

    /// A BLS key that the token holds.
    pub(super) fn open_bls(
        token: &Token,
        object: ObjectId,
        public_key: &[u8],
        native: &NativeBls,
    ) -> Result<Self, TokenError> {
        Self::open(token, object, public_key, NativeKind::Bls(native.clone()))
    }

    fn generate(token: &Token, kind: NativeKind) -> Result<Self, TokenError> {
        let mut object = HexBytes([0; 16]);
        token.random(&mut object.0)?;
        let public_key = token.run(|lease| {
            // A repetition after a lost reply must not leave a key of the first attempt behind.
            destroy_pair(lease, kind.label(), object)?;
            let pair = kind.make(lease, true, &object.0)?;
            let public_key = kind.public_key(lease, pair.public)?;
            kind.sign(lease, pair.private, &public_key, b"self-test")?;
            Ok(public_key)
        })?;
        Ok(Self { token: token.clone(), object, public_key, kind })
    }

    /// Signs once: so a token that has lost the key, or has another in its place, is found out.
    fn open(
        token: &Token,
        object: ObjectId,
        public_key: &[u8],
        kind: NativeKind,
    ) -> Result<Self, TokenError> {
        let public_key = public_key.to_vec();
        let key = Self { token: token.clone(), object, public_key, kind };
        key.sign(b"self-test")?;
        Ok(key)
    }

    /// The object's id.
    pub(super) fn object(&self) -> ObjectId {
        self.object
    }

    /// The public key.
    pub(super) fn public_key(&self) -> &[u8] {
        &self.public_key
    }

    /// How the token hashes for BLS, where the key is one.
    pub fn native_bls(&self) -> Option<&NativeBls> {
        match &self.kind {
            NativeKind::Bls(native) => Some(native),
            NativeKind::Ed25519 => None,
        }
    }

    /// Signs, and verifies before the signature leaves. Compressed, for BLS.
    ///
    /// # Errors
    /// [`TokenError`]; [`TokenError::Faulty`] for a signature that does not verify.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, TokenError> {
        let name = private_name(self.kind.label(), self.object);
        self.token.run(|lease| self.kind.sign(lease, lease.find(&name)?, &self.public_key, message))
    }
}

/// Destroys a pair of the token.
pub(super) fn destroy(token: &Token, object: ObjectId) -> Result<(), TokenError> {
    token.run(|lease| {
        for label in [ED25519_LABEL, bls::LABEL] {
            destroy_pair(lease, label, object)?;
            lease.forget(&private_name(label, object));
        }
        Ok(())
    })
}

/// Makes an Ed25519 pair, signs and verifies, and destroys it.
pub(crate) fn ed25519_self_test(lease: &Lease<'_>) -> Result<(), TokenError> {
    self_test(lease, &NativeKind::Ed25519)
}

fn self_test(lease: &Lease<'_>, kind: &NativeKind) -> Result<(), TokenError> {
    let pair = kind.make(lease, false, b"probe")?;
    let signed = kind
        .public_key(lease, pair.public)
        .and_then(|public_key| kind.sign(lease, pair.private, &public_key, b"probe"));
    lease.destroy(pair.private)?;
    lease.destroy(pair.public)?;
    signed.map(|_| ())
}

fn private_name(label: &str, object: ObjectId) -> ObjectName {
    ObjectName::new(Kind::Private, label, &object.0)
}

fn destroy_pair(lease: &Lease<'_>, label: &str, object: ObjectId) -> Result<(), TokenError> {
    for kind in [Kind::Private, Kind::Public] {
        for stray in lease.find_all(&ObjectName::new(kind, label, &object.0).template())? {
            lease.destroy(stray)?;
        }
    }
    Ok(())
}

impl NativeKind {
    fn make(&self, lease: &Lease<'_>, in_token: bool, id: &[u8]) -> Result<Pair, TokenError> {
        let (mechanism, curves) = match self {
            Self::Ed25519 => (
                BindingMechanism::EccEdwardsKeyPairGen,
                ED25519_CURVES.map(<[u8]>::to_vec).to_vec(),
            ),
            Self::Bls(native) => (BindingMechanism::EccKeyPairGen, vec![native.ec_params.clone()]),
        };
        let private = [
            Attribute::Token(in_token),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Sign(true),
            Attribute::Label(self.label().into()),
            Attribute::Id(id.to_vec()),
        ];
        let mut last = None;
        for curve in curves {
            let public = [
                Attribute::Token(in_token),
                Attribute::Verify(true),
                Attribute::EcParams(curve),
                Attribute::Label(self.label().into()),
                Attribute::Id(id.to_vec()),
            ];
            match lease.generate_key_pair(&mechanism, &public, &private) {
                Ok((public, private)) => return Ok(Pair { public, private }),
                Err(error) => last = Some(error),
            }
        }
        Err(last.expect("at least one curve was tried"))
    }

    fn public_key(&self, lease: &Lease<'_>, public: ObjectHandle) -> Result<Vec<u8>, TokenError> {
        let point = read_point(lease, public)?;
        match self {
            Self::Ed25519 if point.len() == 32 => Ok(point),
            Self::Ed25519 => Err(faulty("C_GetAttributeValue", "CKA_EC_POINT is not of 32 bytes")),
            Self::Bls(native) => native.compress_key(&point),
        }
    }

    fn sign(
        &self,
        lease: &Lease<'_>,
        private: ObjectHandle,
        public_key: &[u8],
        message: &[u8],
    ) -> Result<Vec<u8>, TokenError> {
        match self {
            Self::Bls(native) => native.sign(lease, private, public_key, message),
            Self::Ed25519 => {
                let mut out = [0; ED25519_SIGNATURE_LENGTH + SLACK];
                let length = ED25519_SIGNATURE_LENGTH;
                lease.sign(&Mechanism::EdDsa, private, message, &mut out, length)?;
                let signature: [u8; ED25519_SIGNATURE_LENGTH] = *out.first_chunk().expect("longer");
                let wrong = || faulty("C_Sign", "an Ed25519 signature that does not verify");
                let key = public_key.try_into().ok().map(VerifyingKey::from_bytes);
                let Some(Ok(key)) = key else { return Err(wrong()) };
                key.verify_strict(message, &Signature::from_bytes(&signature))
                    .map_err(|_| wrong())?;
                Ok(signature.to_vec())
            }
        }
    }
}

fn faulty(function: &'static str, what: &str) -> TokenError {
    TokenError::Faulty { function, what: what.to_owned() }
}

/// The public point: an octet string in DER, or, on newer tokens, its bytes.
fn read_point(lease: &Lease<'_>, public: ObjectHandle) -> Result<Vec<u8>, TokenError> {
    let attributes = lease.attributes(public, &[AttributeType::EcPoint])?;
    let point = attributes.into_iter().find_map(|attribute| match attribute {
        Attribute::EcPoint(point) => Some(point),
        _ => None,
    });
    let point = point.unwrap_or_default();
    // Points here have at most 192 bytes: a length of one byte, or of two after 0x81.
    Ok(match &point[..] {
        [0x04, length, rest @ ..] if usize::from(*length) == rest.len() => rest.to_vec(),
        [0x04, 0x81, length, rest @ ..] if usize::from(*length) == rest.len() => rest.to_vec(),
        _ => point,
    })
}
