//! The messages that hold shares.

use zeroize::Zeroizing;

use super::{ANSWERS, CeremonyId, SHARE, head, read_head};
use crate::arch::SecretFr;
use crate::threshold::encoding::{Reader, push_count, rises};
use crate::threshold::error::DecodeError;
use crate::threshold::index::Index;

/// A share from one dealer to one receiver. **Private**: the caller encrypts it to the receiver.
///
/// Zeroized when dropped; has neither `Debug` nor serde.
#[derive(Clone)]
pub struct DealtShare {
    pub(crate) ceremony: CeremonyId,
    pub(crate) dealer: Index,
    pub(crate) receiver: Index,
    pub(crate) value: SecretFr,
}

impl DealtShare {
    /// Who deals.
    pub fn dealer(&self) -> Index {
        self.dealer
    }

    /// To whom.
    pub fn receiver(&self) -> Index {
        self.receiver
    }

    /// 69 bytes, in a buffer that wipes itself: kind 3, ceremony, dealer, receiver (2 bytes), the
    /// share (32 bytes, big-endian). Whoever calls this holds the share.
    pub fn expose_bytes(&self) -> Zeroizing<Vec<u8>> {
        // `head` leaves room for all of it: no copy of the share is left behind by growth.
        let mut out = Zeroizing::new(head(SHARE, &self.ceremony, self.dealer));
        out.extend_from_slice(&self.receiver.get().to_be_bytes());
        out.extend_from_slice(&*self.value.to_bytes());
        out
    }

    /// Decodes [`Self::expose_bytes`]; the share must be below r. Constant-time in the share.
    ///
    /// # Errors
    /// [`DecodeError`], naming what was refused.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let (ceremony, dealer) = read_head(&mut reader, SHARE)?;
        let receiver = reader.index()?;
        let value = reader.scalar()?;
        reader.end()?;
        Ok(Self { ceremony, dealer, receiver, value })
    }
}

impl zeroize::ZeroizeOnDrop for DealtShare {}

/// A dealer's answer to complaints: the shares of those who complained, now for all to see.
/// Broadcast.
#[derive(Clone)]
pub struct Answers {
    pub(crate) ceremony: CeremonyId,
    pub(crate) dealer: Index,
    pub(crate) shares: Vec<(Index, SecretFr)>,
}

impl Answers {
    /// Who answers.
    pub fn dealer(&self) -> Index {
        self.dealer
    }

    /// Whose shares are shown, in rising order.
    pub fn receivers(&self) -> impl Iterator<Item = Index> {
        self.shares.iter().map(|(receiver, _)| *receiver)
    }

    /// Kind 5, ceremony, dealer, 2 bytes for the number of shares, then 2 bytes of index and 32 of
    /// share for each: `37 + 34 k` bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = head(ANSWERS, &self.ceremony, self.dealer);
        push_count(&mut out, self.shares.len());
        for (receiver, share) in &self.shares {
            out.extend_from_slice(&receiver.get().to_be_bytes());
            out.extend_from_slice(&*share.to_bytes());
        }
        out
    }

    /// Decodes [`Self::to_bytes`]: at least one share, receivers in strictly rising order.
    ///
    /// # Errors
    /// [`DecodeError`], naming what was refused.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let (ceremony, dealer) = read_head(&mut reader, ANSWERS)?;
        let count = reader.count(34)?;
        let mut shares: Vec<(Index, SecretFr)> = Vec::with_capacity(count);
        for _ in 0..count {
            let receiver = reader.index()?;
            rises(shares.last().map(|(before, _)| *before), receiver)?;
            shares.push((receiver, reader.scalar()?));
        }
        reader.end()?;
        Ok(Self { ceremony, dealer, shares })
    }
}
