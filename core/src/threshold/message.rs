//! What the parties of a ceremony say to one another, and its bytes.
//!
//! Every message starts with its kind (1 byte), the ceremony (32) and the sender's index (2,
//! big-endian). The transport must have made sure that the sender is who the index says.

mod secret;

pub use secret::{Answers, DealtShare};

use sha2::{Digest, Sha256};

use crate::signature::Signature;
use crate::threshold::commitment::Commitment;
use crate::threshold::encoding::{Reader, push_count, push_point, rises};
use crate::threshold::error::DecodeError;
use crate::threshold::index::Index;
use crate::variant::Variant;

/// Which ceremony a message belongs to: a digest of its kind, thresholds, variant, the group it
/// starts from and the caller's context.
pub type CeremonyId = [u8; 32];

const PLEDGE: u8 = 1;
const DEALING: u8 = 2;
const SHARE: u8 = 3;
const COMPLAINTS: u8 = 4;
const ANSWERS: u8 = 5;

/// A dealer's promise of the [`Dealing`] to come. Broadcast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pledge {
    pub(crate) ceremony: CeremonyId,
    pub(crate) dealer: Index,
    pub(crate) digest: [u8; 32],
}

impl Pledge {
    /// Who pledges.
    pub fn dealer(&self) -> Index {
        self.dealer
    }

    /// 67 bytes: kind 1, ceremony, dealer, 32 bytes of digest.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = head(PLEDGE, &self.ceremony, self.dealer);
        out.extend_from_slice(&self.digest);
        out
    }

    /// Decodes [`Self::to_bytes`].
    ///
    /// # Errors
    /// [`DecodeError`], naming what was refused.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let (ceremony, dealer) = read_head(&mut reader, PLEDGE)?;
        let digest = reader.array()?;
        reader.end()?;
        Ok(Self { ceremony, dealer, digest })
    }
}

/// A dealer's commitment to its polynomial, in key generation with a proof that it knows the
/// constant term. Broadcast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dealing<V: Variant> {
    pub(crate) ceremony: CeremonyId,
    pub(crate) dealer: Index,
    pub(crate) commitment: Commitment<V>,
    pub(crate) possession: Option<Signature<V>>,
}

impl<V: Variant> Dealing<V> {
    /// Who deals.
    pub fn dealer(&self) -> Index {
        self.dealer
    }

    /// What the dealer commits to.
    pub fn commitment(&self) -> &Commitment<V> {
        &self.commitment
    }

    /// Kind 2, ceremony, dealer, commitment as in [`Commitment::to_bytes`], 1 byte that is 1 where
    /// a compressed proof of possession follows: at most `38 + t * V::PUBLIC_KEY_LENGTH +
    /// V::SIGNATURE_LENGTH` bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = head(DEALING, &self.ceremony, self.dealer);
        self.commitment.write(&mut out);
        out.push(u8::from(self.possession.is_some()));
        if let Some(possession) = &self.possession {
            push_point(&mut out, possession.point());
        }
        out
    }

    /// Decodes [`Self::to_bytes`]: at most [`crate::threshold::PARTICIPANTS_MAX`] coefficients, all
    /// points of their subgroup and none the identity.
    ///
    /// # Errors
    /// [`DecodeError`], naming what was refused.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let (ceremony, dealer) = read_head(&mut reader, DEALING)?;
        // No honest dealer draws a coefficient of zero.
        let commitment = Commitment::read(&mut reader, false)?;
        let possession =
            if reader.flag()? { Some(Signature::from_point(reader.point(false)?)) } else { None };
        reader.end()?;
        Ok(Self { ceremony, dealer, commitment, possession })
    }

    /// What a [`Pledge`] of this dealing holds.
    pub(crate) fn digest(&self) -> [u8; 32] {
        let hash = Sha256::new().chain_update(b"PAIRLANE-DKG-PLEDGE-V1");
        hash.chain_update(self.to_bytes()).finalize().into()
    }

    /// What the proof of possession signs: the ceremony, the dealer and the whole commitment.
    pub(crate) fn possession_message(&self) -> Vec<u8> {
        let mut out = head(DEALING, &self.ceremony, self.dealer);
        self.commitment.write(&mut out);
        out
    }
}

/// Dealers whose share a receiver has not got, or that does not match their commitment. Broadcast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaints {
    pub(crate) ceremony: CeremonyId,
    pub(crate) complainer: Index,
    pub(crate) dealers: Vec<Index>,
}

impl Complaints {
    /// Who complains.
    pub fn complainer(&self) -> Index {
        self.complainer
    }

    /// About whom, in rising order.
    pub fn dealers(&self) -> &[Index] {
        &self.dealers
    }

    /// Kind 4, ceremony, complainer, 2 bytes for the number of dealers, 2 bytes for each:
    /// `37 + 2 k` bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = head(COMPLAINTS, &self.ceremony, self.complainer);
        push_count(&mut out, self.dealers.len());
        for dealer in &self.dealers {
            out.extend_from_slice(&dealer.get().to_be_bytes());
        }
        out
    }

    /// Decodes [`Self::to_bytes`]: at least one dealer, in strictly rising order.
    ///
    /// # Errors
    /// [`DecodeError`], naming what was refused.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let (ceremony, complainer) = read_head(&mut reader, COMPLAINTS)?;
        let count = reader.count(2)?;
        let mut dealers: Vec<Index> = Vec::with_capacity(count);
        for _ in 0..count {
            let dealer = reader.index()?;
            rises(dealers.last().copied(), dealer)?;
            dealers.push(dealer);
        }
        reader.end()?;
        Ok(Self { ceremony, complainer, dealers })
    }
}

fn head(kind: u8, ceremony: &CeremonyId, sender: Index) -> Vec<u8> {
    let mut out = Vec::with_capacity(128);
    out.push(kind);
    out.extend_from_slice(ceremony);
    out.extend_from_slice(&sender.get().to_be_bytes());
    out
}

fn read_head(reader: &mut Reader<'_>, kind: u8) -> Result<(CeremonyId, Index), DecodeError> {
    reader.kind(kind)?;
    Ok((reader.array()?, reader.index()?))
}
