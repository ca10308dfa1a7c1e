//! Binary records of fixed length: `public_key | signature | message`.
//!
//! There is no header and no separator: a file can be cut and joined at any record. What it holds
//! is said by the options, and a length that does not divide is found at the end.

use std::convert::Infallible;
use std::io::{BufReader, Read};

use pairlane::Variant;

use super::batch::{Batch, Part};
use super::reader::ReadRecords;
use crate::input::{Cause, InputError, Place, SourceName};

/// Bytes read at a time.
const BUFFER_BYTES: usize = 1 << 18;

/// Lengths of the three parts, in bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    public_key: usize,
    signature: usize,
    message: usize,
}

impl Layout {
    /// The layout of a variant: compressed points and messages of one length.
    pub(super) fn of<V: Variant>(message: usize) -> Self {
        Self { public_key: V::PUBLIC_KEY_LENGTH, signature: V::SIGNATURE_LENGTH, message }
    }

    /// Bytes of a whole record.
    fn record(&self) -> usize {
        self.public_key + self.signature + self.message
    }

    /// One part of a record of the right length.
    fn part<'a>(&self, part: Part, record: &'a [u8]) -> &'a [u8] {
        let (public_key, rest) = record.split_at(self.public_key);
        let (signature, message) = rest.split_at(self.signature);
        match part {
            Part::PublicKey => public_key,
            Part::Signature => signature,
            Part::Message => message,
        }
    }
}

/// Reads binary records.
pub(super) struct Binary<R> {
    name: SourceName,
    reader: BufReader<R>,
    layout: Layout,
    record: Vec<u8>,
    number: u64,
}

impl<R: Read> Binary<R> {
    pub(super) fn new(name: SourceName, stream: R, layout: Layout) -> Self {
        let reader = BufReader::with_capacity(BUFFER_BYTES, stream);
        Self { name, reader, layout, record: Vec::new(), number: 0 }
    }

    /// An error at the record being read.
    fn error(&self, cause: Cause) -> InputError {
        self.name.error_at(Place::Record(self.number), cause)
    }
}

impl<R: Read> ReadRecords for Binary<R> {
    fn read(&mut self, batch: &mut Batch) -> Result<bool, InputError> {
        let expected = self.layout.record();
        self.record.clear();
        self.number += 1;
        let actual = (&mut self.reader)
            .take(expected as u64)
            .read_to_end(&mut self.record)
            .map_err(|error| self.error(Cause::Read(error)))?;
        if actual == 0 {
            return Ok(false);
        }
        // The end of the stream inside a record.
        if actual < expected {
            return Err(self.error(Cause::Truncated { expected, actual }));
        }
        let append = |part, out: &mut Vec<u8>| {
            out.extend_from_slice(self.layout.part(part, &self.record));
            Ok::<(), Infallible>(())
        };
        batch.push(self.number, append).unwrap_or_else(|never| match never {});
        batch.input_bytes = self.number * expected as u64;
        Ok(true)
    }

    fn would_wait(&self) -> bool {
        self.reader.buffer().len() < self.layout.record()
    }
}
