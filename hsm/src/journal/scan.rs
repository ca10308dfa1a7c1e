//! Reading a journal from its first byte, and judging its last.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::frame::{BLOCK_BYTES, HEAD_BYTES, Head};
use super::header::{self, Fault, Header, Id, Purpose};
use super::{FRAME_BYTES_MAX, JournalError};

/// What reading a journal found.
#[derive(Clone, Copy, Debug)]
pub struct Scan {
    pub(crate) header: Header,
    /// Bytes up to the end of the last whole frame.
    pub length: u64,
    /// Number that the next entry would get.
    pub next_sequence: u64,
    /// What a crash left after that.
    pub torn: Option<Torn>,
}

impl Scan {
    /// The journal's id.
    pub fn id(&self) -> Id {
        self.header.id
    }
}

/// An entry as it is read.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The journal it is in.
    pub log: Id,
    /// Its number.
    pub sequence: u64,
    /// What was appended.
    pub bytes: &'a [u8],
}

/// A tail that was never acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Torn {
    /// Where it begins.
    pub offset: u64,
    /// Its length.
    pub bytes: u64,
}

/// Reads a journal without locking or changing it, handing every entry to
/// `visit`. Beside a running writer, the last commit may show as torn.
///
/// # Errors
///
/// As `Journal::open`.
pub fn scan(
    path: &Path,
    purpose: Purpose,
    mut visit: impl FnMut(Entry<'_>) -> Result<(), String>,
) -> Result<Scan, JournalError> {
    let file = File::open(path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => JournalError::Missing { path: path.into() },
        _ => JournalError::Io { path: path.into(), action: "open", source },
    })?;
    let file_bytes = file.metadata().map_err(JournalError::io(path, "read"))?.len();
    let mut input = BufReader::with_capacity(1 << 18, &file);
    let header = read_header(path, purpose, &mut input)?;
    let seed = header.seed();
    let mut frames = Frames {
        input,
        seed,
        file_bytes,
        offset: header::BYTES as u64,
        sequence: header.first_sequence,
        payload: Vec::new(),
    };
    let torn = loop {
        let (offset, sequence) = (frames.offset, frames.sequence);
        let damaged =
            |reason| JournalError::Damaged { path: path.into(), offset, sequence, reason };
        match frames.next().map_err(JournalError::io(path, "read"))? {
            Next::End => break None,
            Next::Torn => break Some(Torn { offset, bytes: file_bytes - offset }),
            Next::Damaged(reason) => return Err(damaged(reason)),
            Next::Frame(head) => {
                let Some(entries) = head.entries(&frames.payload) else {
                    return Err(damaged("the lengths of its entries do not add up"));
                };
                for bytes in entries {
                    let sequence = frames.sequence;
                    visit(Entry { log: header.id, sequence, bytes }).map_err(|reason| {
                        JournalError::Entry { path: path.into(), offset, sequence, reason }
                    })?;
                    frames.sequence += 1;
                }
            }
        }
    };
    Ok(Scan { header, length: frames.offset, next_sequence: frames.sequence, torn })
}

fn read_header(
    path: &Path,
    purpose: Purpose,
    input: &mut impl Read,
) -> Result<Header, JournalError> {
    let fault = |reason| JournalError::Header { path: path.into(), reason };
    let mut bytes = [0; header::BYTES];
    input.read_exact(&mut bytes).map_err(|source| match source.kind() {
        io::ErrorKind::UnexpectedEof => fault("it has fewer than 64 bytes"),
        _ => JournalError::Io { path: path.into(), action: "read", source },
    })?;
    let header = Header::decode(&bytes).map_err(|found| match found {
        Fault::Reason(reason) => fault(reason),
        Fault::Version(found) => {
            JournalError::Version { path: path.into(), found, supported: header::VERSION }
        }
    })?;
    if header.purpose != purpose {
        return Err(JournalError::Purpose {
            path: path.into(),
            found: header.purpose.to_string(),
            expected: purpose.to_string(),
        });
    }
    Ok(header)
}

/// Frames from front to back.
struct Frames<'a> {
    input: BufReader<&'a File>,
    seed: u32,
    file_bytes: u64,
    /// Where the next frame begins.
    offset: u64,
    /// Number of the next entry.
    sequence: u64,
    /// Payload and padding of the frame just read.
    payload: Vec<u8>,
}

enum Next {
    Frame(Head),
    End,
    Torn,
    Damaged(&'static str),
}

impl Frames<'_> {
    fn next(&mut self) -> io::Result<Next> {
        let rest = self.file_bytes - self.offset;
        if rest == 0 {
            return Ok(Next::End);
        }
        if rest < HEAD_BYTES as u64 {
            return Ok(Next::Torn);
        }
        let mut bytes = [0; HEAD_BYTES];
        self.input.read_exact(&mut bytes)?;
        let Some(head) = Head::decode(&bytes, self.seed) else {
            return self.judge_without_head(&bytes);
        };
        if head.first != self.sequence {
            return Ok(Next::Damaged("a whole frame, but not the one that belongs here"));
        }
        let total = (HEAD_BYTES + head.padded()) as u64;
        if total > rest {
            // The header's own checksum is right, so its length is what was to be written.
            return Ok(Next::Torn);
        }
        self.payload.resize(head.padded(), 0);
        self.input.read_exact(&mut self.payload)?;
        if !head.covers(&self.payload, self.seed) {
            let body = self.offset + HEAD_BYTES as u64;
            return Ok(if total == rest && has_unwritten_sector(body, &self.payload) {
                Next::Torn
            } else {
                Next::Damaged("the checksum of a frame's payload is wrong")
            });
        }
        self.offset += total;
        Ok(Next::Frame(head))
    }

    /// A frame whose header cannot be read is torn only if part of the header was never written
    /// and nothing after it is a frame: nothing is written after an unsynced one.
    fn judge_without_head(&self, head: &[u8]) -> io::Result<Next> {
        let reason = "the header of a frame is wrong";
        let rest = usize::try_from(self.file_bytes - self.offset).unwrap_or(usize::MAX);
        if rest > HEAD_BYTES + FRAME_BYTES_MAX + 2 * BLOCK_BYTES
            || !has_unwritten_sector(self.offset, head)
        {
            return Ok(Next::Damaged(reason));
        }
        let mut tail = vec![0; rest];
        self.input.get_ref().read_exact_at(&mut tail, self.offset)?;
        let frame_follows = tail
            .windows(HEAD_BYTES)
            .step_by(BLOCK_BYTES)
            .skip(1)
            .filter_map(|bytes| bytes.try_into().ok())
            .any(|bytes| Head::decode(bytes, self.seed).is_some());
        Ok(if frame_follows { Next::Damaged(reason) } else { Next::Torn })
    }
}

/// Whether one of the 512-byte sectors of the file reads as zeros, as far as these bytes, which
/// stand at `offset`, show it.
fn has_unwritten_sector(offset: u64, bytes: &[u8]) -> bool {
    let first = SECTOR_BYTES - usize::try_from(offset % SECTOR_BYTES as u64).unwrap_or(0);
    let (head, rest) = bytes.split_at(first.min(bytes.len()));
    std::iter::once(head)
        .chain(rest.chunks(SECTOR_BYTES))
        .any(|part| !part.is_empty() && part.iter().all(|byte| *byte == 0))
}

const SECTOR_BYTES: usize = 512;
