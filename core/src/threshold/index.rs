//! Who holds a share, and how many are needed.

use core::fmt;
use core::num::NonZeroU16;

use crate::arch::Fr;
use crate::threshold::error::ThresholdError;

/// Most holders of shares in one group.
///
/// Key generation costs each of `n` holders `n` messages and the checking of `n` commitments to `t`
/// coefficients, so that larger groups wait for minutes; decoders stop here before they allocate.
pub const PARTICIPANTS_MAX: u16 = 1024;

/// A holder's number, from 1 to [`PARTICIPANTS_MAX`]: the point at which the polynomial is taken.
///
/// Zero is no index: the polynomial's value at zero is the secret itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Index(NonZeroU16);

impl Index {
    /// The index of a number.
    ///
    /// # Errors
    /// [`ThresholdError::Index`] for zero and above [`PARTICIPANTS_MAX`].
    pub fn new(number: u16) -> Result<Self, ThresholdError> {
        match NonZeroU16::new(number) {
            Some(nonzero) if number <= PARTICIPANTS_MAX => Ok(Self(nonzero)),
            _ => Err(ThresholdError::Index { number }),
        }
    }

    /// The number, at least 1.
    pub fn get(self) -> u16 {
        self.0.get()
    }

    /// The place in a list that starts with index 1.
    pub(crate) fn place(self) -> usize {
        usize::from(self.get()) - 1
    }

    pub(crate) fn to_fr(self) -> Fr {
        Fr::from_u64(u64::from(self.get()))
    }
}

impl fmt::Display for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// `t` of `n`: how many holders are needed, and how many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Threshold {
    required: u16,
    participants: u16,
}

impl Threshold {
    /// `required` of `participants`.
    ///
    /// A group whose holders may be dishonest wants `participants >= 2 * required - 1`: then
    /// `required - 1` dishonest ones can neither sign nor keep the others from it.
    ///
    /// # Errors
    /// [`ThresholdError::Threshold`] unless
    /// `1 <= required <= participants <= PARTICIPANTS_MAX`.
    pub fn new(required: u16, participants: u16) -> Result<Self, ThresholdError> {
        if required == 0 || required > participants || participants > PARTICIPANTS_MAX {
            return Err(ThresholdError::Threshold { required, participants });
        }
        Ok(Self { required, participants })
    }

    /// `t`: how many shares sign together. One fewer know nothing of the key.
    pub fn required(self) -> usize {
        usize::from(self.required)
    }

    /// `n`: how many shares there are, with indices 1 to n.
    pub fn participants(self) -> usize {
        usize::from(self.participants)
    }

    /// Whether the index is one of 1 to n.
    pub fn contains(self, index: Index) -> bool {
        index.get() <= self.participants
    }

    /// The indices 1 to n.
    pub fn indices(self) -> impl Iterator<Item = Index> {
        (1..=self.participants).filter_map(NonZeroU16::new).map(Index)
    }

    pub(crate) fn to_bytes(self) -> [u8; 4] {
        let (t, n) = (self.required.to_be_bytes(), self.participants.to_be_bytes());
        [t[0], t[1], n[0], n[1]]
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.required, self.participants)
    }
}
