//! BLS by a vendor's mechanism.
//!
//! PKCS#11 has no BLS, so everything is configuration: the curve's parameters, the mechanism's number
//! and its parameter, and the suite under which the token hashes. What is configured is believed
//! only after the token has made a key and a signature that our own verifier accepts.

use cryptoki::object::ObjectHandle;
use pairlane::{MinPk, MinSig, PublicKey, Scheme, Signature, Suite, Variant};
use serde::{Deserialize, Serialize};

use super::{NativeKind, faulty, self_test};
use crate::keystore::KeyType;
use crate::token::{Lease, Mechanism, SLACK, Token, TokenError};

/// Label of the objects.
pub(super) const LABEL: &str = "pairlane-bls";

/// A vendor's mechanism.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VendorMechanism {
    /// Its number, from `CKM_VENDOR_DEFINED` (0x80000000) up.
    pub id: u64,
    /// Its parameter.
    pub parameter: Parameter,
}

/// The parameter of a vendor's mechanism.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Parameter {
    /// None.
    None,
    /// One `CK_ULONG`, in the byte order of this host.
    Number(u64),
    /// Bytes as they are, in hex.
    Bytes(#[serde(with = "hex::serde")] Vec<u8>),
}

/// How a token does BLS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NativeBls {
    /// [`KeyType::BlsMinPk`] or [`KeyType::BlsMinSig`].
    pub key_type: KeyType,
    /// `CKA_EC_PARAMS` for `C_GenerateKeyPair` with `CKM_EC_KEY_PAIR_GEN`, in hex.
    #[serde(with = "hex::serde")]
    pub ec_params: Vec<u8>,
    /// What signs a message.
    pub sign: VendorMechanism,
    /// Whose suite of the draft the token hashes under: "basic", "augmented" or
    /// "proof-of-possession".
    pub scheme: SchemeName,
    /// Whether signatures come uncompressed.
    pub uncompressed: bool,
}

/// A scheme by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SchemeName {
    /// [`Scheme::Basic`].
    Basic,
    /// [`Scheme::Augmented`].
    Augmented,
    /// [`Scheme::ProofOfPossession`].
    ProofOfPossession,
}

impl From<SchemeName> for Scheme {
    fn from(name: SchemeName) -> Self {
        match name {
            SchemeName::Basic => Self::Basic,
            SchemeName::Augmented => Self::Augmented,
            SchemeName::ProofOfPossession => Self::ProofOfPossession,
        }
    }
}

impl NativeBls {
    /// IBM's EP11 token (Crypto Express on IBM Z), after what openCryptoki publishes: curve
    /// 1.3.6.1.4.1.2.267.999.3.2, `CKM_IBM_ECDSA_OTHER` with sub-mechanism `CKM_IBM_BLS`,
    /// signatures of 192 bytes. **Not tried on the device, and its suite is not published**: the
    /// self-test decides.
    pub fn ibm_ep11(scheme: SchemeName) -> Self {
        Self {
            key_type: KeyType::BlsMinPk,
            ec_params: b"\x06\x0c\x2b\x06\x01\x04\x01\x02\x82\x0b\x87\x67\x03\x02".to_vec(),
            sign: VendorMechanism { id: 0x8001_0031, parameter: Parameter::Number(6) },
            scheme,
            uncompressed: true,
        }
    }

    /// Makes a pair, signs with it, and verifies with our own code. Leaves nothing in the token.
    ///
    /// # Errors
    /// [`TokenError::Faulty`] when what it signs does not verify under the configured suite, with
    /// the suite under which it does, if any; [`TokenError`] when it signs nothing.
    pub fn self_test(&self, token: &Token) -> Result<(), TokenError> {
        token.run(|lease| self_test(lease, &NativeKind::Bls(self.clone())))
    }

    pub(super) fn compress_key(&self, point: &[u8]) -> Result<Vec<u8>, TokenError> {
        let key = match self.key_type {
            KeyType::BlsMinSig => PublicKey::<MinSig>::from_bytes(point).map(|key| key.to_bytes()),
            _ => PublicKey::<MinPk>::from_bytes(point).map(|key| key.to_bytes()),
        };
        key.map_err(|error| faulty("C_GetAttributeValue", &format!("CKA_EC_POINT: {error}")))
    }

    pub(super) fn sign(
        &self,
        lease: &Lease<'_>,
        private: ObjectHandle,
        public_key: &[u8],
        message: &[u8],
    ) -> Result<Vec<u8>, TokenError> {
        match self.key_type {
            KeyType::BlsMinSig => self.sign_as::<MinSig>(lease, private, public_key, message),
            _ => self.sign_as::<MinPk>(lease, private, public_key, message),
        }
    }

    fn sign_as<V: Variant>(
        &self,
        lease: &Lease<'_>,
        private: ObjectHandle,
        public_key: &[u8],
        message: &[u8],
    ) -> Result<Vec<u8>, TokenError> {
        let length = V::SIGNATURE_LENGTH * if self.uncompressed { 2 } else { 1 };
        let number;
        let parameter: &[u8] = match &self.sign.parameter {
            Parameter::None => &[],
            Parameter::Number(value) => {
                number = value.to_ne_bytes();
                &number
            }
            Parameter::Bytes(bytes) => bytes,
        };
        let mechanism = Mechanism::Vendor { id: self.sign.id, parameter };
        let mut out = [0; 192 + SLACK];
        lease.sign(&mechanism, private, message, &mut out, length)?;

        let key = PublicKey::<V>::from_bytes(public_key)
            .map_err(|error| faulty("C_GetAttributeValue", &error.to_string()))?;
        let signature = Signature::<V>::from_bytes(&out[..length])
            .map_err(|error| faulty("C_Sign", &error.to_string()))?;
        let verifies = |scheme| signature.verify(&Suite::standard(scheme), &key, message).is_ok();
        if verifies(self.scheme.into()) {
            return Ok(signature.to_bytes());
        }
        let others = [Scheme::Basic, Scheme::Augmented, Scheme::ProofOfPossession];
        let what = match others.into_iter().find(|scheme| verifies(*scheme)) {
            Some(other) => {
                format!("a signature of scheme {other:?}, configured is {:?}", self.scheme)
            }
            None => "a BLS signature that verifies under no suite of the draft".to_owned(),
        };
        Err(TokenError::Faulty { function: "C_Sign", what })
    }
}
