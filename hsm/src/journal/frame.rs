//! Frames: how a batch of entries becomes bytes, and back.

use super::header::array;
use super::{ENTRY_BYTES_MAX, FRAME_BYTES_MAX, JournalError};

/// Entries on their way into one frame. The bytes stand as they will in the file, with room for
/// the frame's header in front.
#[derive(Debug)]
pub(crate) struct Batch {
    bytes: Vec<u8>,
    first: u64,
    count: u32,
}

impl Batch {
    pub(crate) fn new(first: u64) -> Self {
        Self { bytes: vec![0; HEAD_BYTES], first, count: 0 }
    }

    pub(crate) fn end(&self) -> u64 {
        self.first + u64::from(self.count)
    }

    pub(crate) fn has_room(&self, payload_bytes: usize) -> bool {
        self.bytes.len() - HEAD_BYTES + payload_bytes <= FRAME_BYTES_MAX
    }

    /// The caller has checked the entry's size and the room.
    pub(crate) fn push(&mut self, entry: &[u8]) {
        let length = u32::try_from(entry.len()).expect("entries have at most 2^20 bytes");
        self.bytes.extend_from_slice(&length.to_le_bytes());
        self.bytes.extend_from_slice(entry);
        self.count += 1;
    }

    /// The frame: a whole number of 16-byte blocks.
    pub(crate) fn seal(self, seed: u32) -> Vec<u8> {
        let Self { mut bytes, first, count } = self;
        let length = u32::try_from(bytes.len() - HEAD_BYTES).expect("payloads stay below 2^25");
        bytes.resize(HEAD_BYTES + padded(length), PADDING);
        let payload_crc = crc32c::crc32c_append(seed, &bytes[HEAD_BYTES..]);
        let head = Head { length, first, count, payload_crc };
        bytes[..HEAD_BYTES].copy_from_slice(&head.encode(seed));
        bytes
    }
}

/// Bytes of a batch's payload; an error if an entry or the whole is too large.
pub(crate) fn payload_bytes<E: AsRef<[u8]>>(entries: &[E]) -> Result<usize, JournalError> {
    let mut total = 0_usize;
    for entry in entries {
        let bytes = entry.as_ref().len();
        if bytes > ENTRY_BYTES_MAX {
            return Err(JournalError::TooLarge { what: "an entry", bytes, limit: ENTRY_BYTES_MAX });
        }
        total = total.saturating_add(4 + bytes);
    }
    if total > FRAME_BYTES_MAX {
        return Err(JournalError::TooLarge {
            what: "a batch",
            bytes: total,
            limit: FRAME_BYTES_MAX,
        });
    }
    Ok(total)
}

/// The header of a frame.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head {
    /// Bytes of the payload, padding not counted.
    pub(crate) length: u32,
    pub(crate) first: u64,
    pub(crate) count: u32,
    payload_crc: u32,
}

impl Head {
    fn encode(self, seed: u32) -> [u8; HEAD_BYTES] {
        let mut bytes = [0; HEAD_BYTES];
        bytes[..4].copy_from_slice(MAGIC);
        bytes[4..8].copy_from_slice(&self.length.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.first.to_le_bytes());
        bytes[16..20].copy_from_slice(&self.count.to_le_bytes());
        bytes[20..24].copy_from_slice(&self.payload_crc.to_le_bytes());
        // Both halves of the header have bytes that are never zero, so that one changed byte
        // cannot make either look like a block that was never written.
        bytes[24..28].copy_from_slice(MARK);
        let crc = crc32c::crc32c_append(seed, &bytes[..28]);
        bytes[28..].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    /// The header, if the bytes are one: checksum right, sizes within the limits.
    pub(crate) fn decode(bytes: &[u8; HEAD_BYTES], seed: u32) -> Option<Self> {
        let (body, crc) = bytes.split_at(28);
        let whole = &body[..4] == MAGIC
            && &body[24..] == MARK
            && crc32c::crc32c_append(seed, body).to_le_bytes() == crc;
        let head = Self {
            length: u32::from_le_bytes(array(&body[4..8])),
            first: u64::from_le_bytes(array(&body[8..16])),
            count: u32::from_le_bytes(array(&body[16..20])),
            payload_crc: u32::from_le_bytes(array(&body[20..24])),
        };
        (whole && head.count > 0 && head.length as usize <= FRAME_BYTES_MAX).then_some(head)
    }

    /// Bytes after the header: payload and padding.
    pub(crate) fn padded(&self) -> usize {
        padded(self.length)
    }

    /// Whether these are the payload and padding that the header was made for.
    pub(crate) fn covers(&self, padded: &[u8], seed: u32) -> bool {
        crc32c::crc32c_append(seed, padded) == self.payload_crc
    }

    /// The entries of a payload; `None` if their lengths do not add up.
    pub(crate) fn entries<'a>(&self, padded: &'a [u8]) -> Option<Vec<&'a [u8]>> {
        let mut rest = padded.get(..self.length as usize)?;
        let mut entries = Vec::with_capacity(self.count.min(self.length / 4 + 1) as usize);
        while !rest.is_empty() {
            let (length, after) = rest.split_first_chunk::<4>()?;
            let (entry, after) = after.split_at_checked(u32::from_le_bytes(*length) as usize)?;
            entries.push(entry);
            rest = after;
        }
        (entries.len() == self.count as usize).then_some(entries)
    }
}

/// Payload and padding: at least 4 bytes of padding, and a whole number of blocks.
fn padded(length: u32) -> usize {
    (length as usize + 4).next_multiple_of(BLOCK_BYTES)
}

pub(crate) const HEAD_BYTES: usize = 32;
/// Frames begin and end on multiples of this.
pub(crate) const BLOCK_BYTES: usize = 16;
const PADDING: u8 = 0xFF;
const MAGIC: &[u8; 4] = b"frm\x01";
const MARK: &[u8; 4] = b"\xA5fr\n";
