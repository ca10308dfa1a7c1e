//! A VRF from BLS signatures: they are unique, so a hash of one is an output.
//!
//! Twenty times the cost of [`super::edwards`] to verify. What it buys: the proof can be made by t
//! of n signers, so that no smaller group can predict, bias or withhold the output; and proofs go
//! through the same batches as signatures do.

use core::fmt;

use sha2::{Digest, Sha256};

use super::error::VrfError;
use super::output::Output;
use crate::error::VerifyError;
use crate::public_key::PublicKey;
use crate::secret_key::SecretKey;
use crate::signature::Signature;
use crate::tag::{Scheme, Suite, Tag};
use crate::variant::Variant;

/// Bytes of an output.
pub const OUTPUT_LENGTH: usize = 32;

/// What outputs are hashed under.
const OUTPUT_TAG: &[u8] = b"PAIRLANE-BLS-VRF-V1:";

/// A BLS VRF under one tag. Proofs are [`Signature`]s of [`Variant::SIGNATURE_LENGTH`] bytes, keys
/// are those of signatures.
///
/// ```
/// use pairlane::vrf::BlsVrf;
/// use pairlane::{MinSig, SecretKey};
///
/// let vrf = BlsVrf::<MinSig>::standard();
/// let secret = SecretKey::generate()?;
/// let proof = vrf.prove(&secret, b"epoch 7");
/// let output = vrf.verify(&secret.public_key(), b"epoch 7", &proof)?;
/// assert_eq!(output, vrf.proof_to_hash(&proof));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct BlsVrf<V: Variant> {
    suite: Suite<V>,
}

impl<V: Variant> BlsVrf<V> {
    /// Under a tag of the caller's own.
    ///
    /// # Errors
    /// [`VrfError::SignatureTag`] for a tag that begins as those of the signature schemes do. A key
    /// that also signs messages under the VRF's tag gives its outputs to whoever asks for a
    /// signature.
    pub fn new(tag: Tag) -> Result<Self, VrfError> {
        let taken = [&b"BLS_SIG_"[..], b"BLS_POP_"];
        if taken.iter().any(|prefix| tag.as_bytes().starts_with(prefix)) {
            return Err(VrfError::SignatureTag);
        }
        Ok(Self { suite: Suite::new(Scheme::Basic, tag) })
    }

    /// Under [`vrf_tag`].
    pub fn standard() -> Self {
        Self { suite: Suite::new(Scheme::Basic, vrf_tag::<V>()) }
    }

    /// The suite that proofs are signatures of: with it, [`crate::Item`] and [`crate::Verifier`]
    /// verify many proofs at once, and [`Self::proof_to_hash`] gives the output of each valid one.
    pub fn suite(&self) -> &Suite<V> {
        &self.suite
    }

    /// The proof for alpha.
    pub fn prove(&self, secret: &SecretKey, alpha: &[u8]) -> Signature<V> {
        secret.sign(&self.suite, alpha)
    }

    /// The output if the proof is this key's on alpha. Variable-time.
    ///
    /// # Errors
    /// [`VrfError::WrongProof`], also for the identity.
    pub fn verify(
        &self,
        key: &PublicKey<V>,
        alpha: &[u8],
        proof: &Signature<V>,
    ) -> Result<Output<OUTPUT_LENGTH>, VrfError> {
        proof
            .verify(&self.suite, key, alpha)
            .map(|()| self.proof_to_hash(proof))
            .map_err(|_: VerifyError| VrfError::WrongProof)
    }

    /// The output that a proof is for, **if it is valid**: SHA-256 of `"PAIRLANE-BLS-VRF-V1:" ||
    /// variant || 0x00 || length of the tag, one byte || tag || compressed signature`. The same for
    /// a signature of one signer and for one put together from the shares of a threshold.
    ///
    /// # Panics
    /// Never: a tag has at most 255 bytes.
    pub fn proof_to_hash(&self, proof: &Signature<V>) -> Output<OUTPUT_LENGTH> {
        let tag = self.suite.tag().as_bytes();
        let hash = Sha256::new()
            .chain_update(OUTPUT_TAG)
            .chain_update(V::NAME)
            .chain_update([0, u8::try_from(tag.len()).expect("a tag has at most 255 bytes")])
            .chain_update(tag)
            .chain_update(proof.to_bytes());
        Output::new(hash.finalize().into())
    }
}

/// The tag for VRFs, `BLS_VRF_..._NUL_`: after the manner of the draft's, and none of the draft's.
///
/// # Panics
/// Never: the tag is not empty.
pub fn vrf_tag<V: Variant>() -> Tag {
    Tag::new(format!("BLS_VRF_{}NUL_", V::HASH_SUITE)).expect("a tag that is not empty")
}

impl<V: Variant> Clone for BlsVrf<V> {
    fn clone(&self) -> Self {
        Self { suite: self.suite.clone() }
    }
}

impl<V: Variant> fmt::Debug for BlsVrf<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlsVrf({:?})", self.suite)
    }
}
