//! The VRFs of RFC 9381 by number: keys, proofs and outputs as bytes.

use pairlane::vrf::edwards::{self, ANNOUNCED_PROOF_LENGTH, AnnouncedProof, EdwardsSuite};
use pairlane::vrf::{EdwardsEll2, EdwardsTai, P256Sswu, P256Tai, Vrf, VrfError, p256};

use crate::status::{Failure, PL_BAD_LENGTH, PL_BAD_SECRET_KEY};

/// VRF suite: ECVRF-EDWARDS25519-SHA512-TAI, the one to use where alpha is public.
pub const PL_VRF_TAI: i32 = 1;
/// VRF suite: ECVRF-EDWARDS25519-SHA512-ELL2, for an alpha that is secret.
pub const PL_VRF_ELL2: i32 = 2;
/// VRF suite: ECVRF-P256-SHA256-TAI. Has no announced form and no batches.
pub const PL_VRF_P256_TAI: i32 = 3;
/// VRF suite: ECVRF-P256-SHA256-SSWU. Has no announced form and no batches.
pub const PL_VRF_P256_SSWU: i32 = 4;

/// Bytes of a VRF public key on edwards25519.
pub const PL_VRF_KEY_BYTES: usize = 32;
/// Bytes of a proof on edwards25519 as RFC 9381 writes it.
pub const PL_VRF_PROOF_BYTES: usize = 80;
/// Bytes of a proof on edwards25519 in the announced form, which batches take.
pub const PL_VRF_ANNOUNCED_BYTES: usize = 128;
/// Bytes of a VRF output on edwards25519.
pub const PL_VRF_OUTPUT_BYTES: usize = 64;
/// Bytes of a VRF public key on P-256.
pub const PL_VRF_P256_KEY_BYTES: usize = 33;
/// Bytes of a proof on P-256.
pub const PL_VRF_P256_PROOF_BYTES: usize = 81;
/// Bytes of a VRF output on P-256.
pub const PL_VRF_P256_OUTPUT_BYTES: usize = 32;

/// Bytes of a secret key of any suite.
const SECRET_BYTES: usize = 32;

/// A suite that exists.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum VrfSuite {
    Tai,
    Ell2,
    P256Tai,
    P256Sswu,
}

impl VrfSuite {
    pub(crate) fn new(number: i32) -> Result<Self, Failure> {
        match number {
            PL_VRF_TAI => Ok(Self::Tai),
            PL_VRF_ELL2 => Ok(Self::Ell2),
            PL_VRF_P256_TAI => Ok(Self::P256Tai),
            PL_VRF_P256_SSWU => Ok(Self::P256Sswu),
            other => Err(crate::abi::suite::unknown("VRF suite", other)),
        }
    }

    fn is_edwards(self) -> bool {
        matches!(self, Self::Tai | Self::Ell2)
    }

    pub(crate) fn key_length(self) -> usize {
        if self.is_edwards() { PL_VRF_KEY_BYTES } else { PL_VRF_P256_KEY_BYTES }
    }

    pub(crate) fn proof_length(self) -> usize {
        if self.is_edwards() { PL_VRF_PROOF_BYTES } else { PL_VRF_P256_PROOF_BYTES }
    }

    pub(crate) fn output_length(self) -> usize {
        if self.is_edwards() { PL_VRF_OUTPUT_BYTES } else { PL_VRF_P256_OUTPUT_BYTES }
    }

    /// The output if the proof, on edwards25519 of either form, is the key's on alpha.
    pub(crate) fn verify(self, key: &[u8], alpha: &[u8], proof: &[u8]) -> Result<Vec<u8>, Failure> {
        Ok(match self {
            Self::Tai => verify_edwards(&EdwardsTai, key, alpha, proof)?,
            Self::Ell2 => verify_edwards(&EdwardsEll2, key, alpha, proof)?,
            Self::P256Tai => P256Tai.verify_bytes(key, alpha, proof)?.as_bytes().to_vec(),
            Self::P256Sswu => P256Sswu.verify_bytes(key, alpha, proof)?.as_bytes().to_vec(),
        })
    }

    /// The output that a proof of RFC 9381's form claims.
    pub(crate) fn proof_to_hash(self, proof: &[u8]) -> Result<Vec<u8>, Failure> {
        Ok(match self {
            Self::Tai => EdwardsTai.decode_proof(proof)?.proof_to_hash().as_bytes().to_vec(),
            Self::Ell2 => EdwardsEll2.decode_proof(proof)?.proof_to_hash().as_bytes().to_vec(),
            Self::P256Tai => P256Tai.decode_proof(proof)?.proof_to_hash().as_bytes().to_vec(),
            Self::P256Sswu => P256Sswu.decode_proof(proof)?.proof_to_hash().as_bytes().to_vec(),
        })
    }
}

fn verify_edwards<S>(suite: &S, key: &[u8], alpha: &[u8], proof: &[u8]) -> Result<Vec<u8>, VrfError>
where
    S: EdwardsSuite + Vrf<PublicKey = edwards::PublicKey<S>>,
{
    if proof.len() == ANNOUNCED_PROOF_LENGTH {
        let key = suite.decode_key(key)?;
        let proof = AnnouncedProof::from_bytes(proof).map_err(VrfError::Proof)?;
        return Ok(key.verify_announced(alpha, &proof)?.as_bytes().to_vec());
    }
    Ok(suite.verify_bytes(key, alpha, proof)?.as_ref().to_vec())
}

/// The secret key of a suite.
pub(crate) enum VrfKey {
    Tai(edwards::SecretKey<EdwardsTai>),
    Ell2(edwards::SecretKey<EdwardsEll2>),
    P256Tai(p256::SecretKey<P256Tai>),
    P256Sswu(p256::SecretKey<P256Sswu>),
}

/// Runs an expression with the key of whichever suite.
macro_rules! with_key {
    ($key:expr, |$inner:ident| $body:expr) => {
        match $key {
            VrfKey::Tai($inner) => $body,
            VrfKey::Ell2($inner) => $body,
            VrfKey::P256Tai($inner) => $body,
            VrfKey::P256Sswu($inner) => $body,
        }
    };
}

impl VrfKey {
    pub(crate) fn generate(suite: VrfSuite) -> Result<Self, Failure> {
        Ok(match suite {
            VrfSuite::Tai => Self::Tai(edwards::SecretKey::generate()?),
            VrfSuite::Ell2 => Self::Ell2(edwards::SecretKey::generate()?),
            VrfSuite::P256Tai => Self::P256Tai(p256::SecretKey::generate()?),
            VrfSuite::P256Sswu => Self::P256Sswu(p256::SecretKey::generate()?),
        })
    }

    pub(crate) fn from_seed(suite: VrfSuite, seed: &[u8]) -> Result<Self, Failure> {
        let seed = secret_bytes(seed)?;
        Ok(match suite {
            VrfSuite::Tai => Self::Tai(edwards::SecretKey::from_seed(seed)),
            VrfSuite::Ell2 => Self::Ell2(edwards::SecretKey::from_seed(seed)),
            VrfSuite::P256Tai => Self::P256Tai(p256::SecretKey::from_seed(seed)),
            VrfSuite::P256Sswu => Self::P256Sswu(p256::SecretKey::from_seed(seed)),
        })
    }

    pub(crate) fn from_rfc9381(suite: VrfSuite, secret: &[u8]) -> Result<Self, Failure> {
        let secret = secret_bytes(secret)?;
        Ok(match suite {
            VrfSuite::Tai => Self::Tai(edwards::SecretKey::from_rfc9381_seed(secret)),
            VrfSuite::Ell2 => Self::Ell2(edwards::SecretKey::from_rfc9381_seed(secret)),
            VrfSuite::P256Tai => Self::P256Tai(p256::SecretKey::from_rfc9381_secret(secret)?),
            VrfSuite::P256Sswu => Self::P256Sswu(p256::SecretKey::from_rfc9381_secret(secret)?),
        })
    }

    pub(crate) fn suite(&self) -> VrfSuite {
        match self {
            Self::Tai(_) => VrfSuite::Tai,
            Self::Ell2(_) => VrfSuite::Ell2,
            Self::P256Tai(_) => VrfSuite::P256Tai,
            Self::P256Sswu(_) => VrfSuite::P256Sswu,
        }
    }

    pub(crate) fn public_key(&self) -> Vec<u8> {
        with_key!(self, |key| key.public_key().as_bytes().to_vec())
    }

    pub(crate) fn prove(&self, alpha: &[u8]) -> Vec<u8> {
        with_key!(self, |key| key.prove(alpha).to_bytes().to_vec())
    }

    /// The form that batches take; the P-256 suites have none.
    pub(crate) fn prove_announced(&self, alpha: &[u8]) -> Result<Vec<u8>, Failure> {
        match self {
            Self::Tai(key) => Ok(key.prove_announced(alpha).to_bytes().to_vec()),
            Self::Ell2(key) => Ok(key.prove_announced(alpha).to_bytes().to_vec()),
            Self::P256Tai(_) | Self::P256Sswu(_) => {
                let detail = "the suites on P-256 have no announced proofs";
                Err(Failure::new(PL_BAD_LENGTH, detail))
            }
        }
    }
}

fn secret_bytes(secret: &[u8]) -> Result<&[u8; SECRET_BYTES], Failure> {
    secret.try_into().map_err(|_| {
        let detail = format_args!("{} bytes given; a VRF secret has {SECRET_BYTES}", secret.len());
        Failure::new(PL_BAD_SECRET_KEY, detail)
    })
}

/// The lengths of the header are those of the library.
const _: () = assert!(
    PL_VRF_KEY_BYTES == edwards::PUBLIC_KEY_LENGTH
        && PL_VRF_PROOF_BYTES == edwards::PROOF_LENGTH
        && PL_VRF_ANNOUNCED_BYTES == ANNOUNCED_PROOF_LENGTH
        && PL_VRF_OUTPUT_BYTES == edwards::OUTPUT_LENGTH
        && PL_VRF_P256_KEY_BYTES == p256::PUBLIC_KEY_LENGTH
        && PL_VRF_P256_PROOF_BYTES == p256::PROOF_LENGTH
        && PL_VRF_P256_OUTPUT_BYTES == p256::OUTPUT_LENGTH
        && SECRET_BYTES == edwards::SEED_LENGTH
        && SECRET_BYTES == p256::SECRET_KEY_LENGTH
);
