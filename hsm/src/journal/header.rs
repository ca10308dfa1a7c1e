//! The first 64 bytes of a journal.

use std::fmt;

use super::JournalError;

/// What a journal is for: up to 16 lower-case letters, so that one is never read as another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Purpose([u8; 16]);

impl Purpose {
    /// A purpose by name.
    ///
    /// # Panics
    ///
    /// At compile time, where it belongs, for a name that is empty or has more than 16 bytes.
    pub const fn new(name: &str) -> Self {
        let name = name.as_bytes();
        assert!(!name.is_empty() && name.len() <= 16);
        let mut bytes = [0; 16];
        let mut i = 0;
        while i < name.len() {
            bytes[i] = name[i];
            i += 1;
        }
        Self(bytes)
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        String::from_utf8_lossy(&self.0).trim_end_matches('\0').fmt(f)
    }
}

/// The random number that tells a journal from every other.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Id(pub [u8; 16]);

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Id({self})")
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Header {
    pub(crate) purpose: Purpose,
    pub(crate) id: Id,
    pub(crate) first_sequence: u64,
    /// How often the journal was rewritten.
    pub(crate) generation: u64,
}

/// Why 64 bytes are not a header.
pub(crate) enum Fault {
    Reason(&'static str),
    Version(u32),
}

impl Header {
    pub(crate) fn new(purpose: Purpose) -> Result<Self, JournalError> {
        let mut id = [0; 16];
        getrandom::fill(&mut id).map_err(JournalError::Randomness)?;
        Ok(Self { purpose, id: Id(id), first_sequence: 0, generation: 0 })
    }

    pub(crate) fn encode(&self) -> [u8; BYTES] {
        let mut bytes = [0; BYTES];
        bytes[..8].copy_from_slice(MAGIC);
        bytes[8..12].copy_from_slice(&VERSION.to_le_bytes());
        bytes[12..28].copy_from_slice(&self.purpose.0);
        bytes[28..44].copy_from_slice(&self.id.0);
        bytes[44..52].copy_from_slice(&self.first_sequence.to_le_bytes());
        bytes[52..60].copy_from_slice(&self.generation.to_le_bytes());
        let crc = crc32c::crc32c(&bytes[..60]);
        bytes[60..].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    pub(crate) fn decode(bytes: &[u8; BYTES]) -> Result<Self, Fault> {
        let (body, crc) = bytes.split_at(60);
        if &body[..8] != MAGIC {
            return Err(Fault::Reason("it does not begin as one"));
        }
        if crc32c::crc32c(body).to_le_bytes() != crc {
            return Err(Fault::Reason("the checksum of its header is wrong"));
        }
        let version = u32::from_le_bytes(array(&body[8..12]));
        if version != VERSION {
            return Err(Fault::Version(version));
        }
        Ok(Self {
            purpose: Purpose(array(&body[12..28])),
            id: Id(array(&body[28..44])),
            first_sequence: u64::from_le_bytes(array(&body[44..52])),
            generation: u64::from_le_bytes(array(&body[52..60])),
        })
    }

    /// The seed of every checksum in the file: it covers the random id.
    pub(crate) fn seed(&self) -> u32 {
        crc32c::crc32c(&self.encode()[..60])
    }
}

/// The bytes of a slice whose length the caller has just fixed.
pub(crate) fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(bytes);
    out
}

pub(crate) const BYTES: usize = 64;
pub(crate) const VERSION: u32 = 1;
const MAGIC: &[u8; 8] = b"pairlog\n";
