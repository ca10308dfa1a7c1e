//! Records on their way from the reader to the verifier.
//!
//! A batch is one buffer and a list of where records lie in it: two allocations for hundreds of
//! records, given back together.

/// Most records in a batch.
const RECORDS_MAX: usize = 512;

/// Most bytes of records in a batch, but for its last record.
const BYTES_MAX: usize = 1 << 18;

/// One signature as it was read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record<'a> {
    /// Its line or its place among the records, from 1.
    pub(super) number: u64,
    pub(super) public_key: &'a [u8],
    pub(super) message: &'a [u8],
    pub(super) signature: &'a [u8],
}

/// Records read together, in one buffer.
#[derive(Debug, Default)]
pub(super) struct Batch {
    bytes: Vec<u8>,
    spans: Vec<Span>,
    /// Where in the input the batch ends.
    pub(super) input_bytes: u64,
}

/// Where a record lies in its batch: key, then signature, then message.
#[derive(Clone, Copy, Debug)]
struct Span {
    number: u64,
    start: usize,
    key_end: usize,
    signature_end: usize,
    end: usize,
}

impl Batch {
    /// Adds a record by having its three parts appended to the buffer, in the order key,
    /// signature, message. A part that fails leaves no record.
    pub(super) fn push<E>(
        &mut self,
        number: u64,
        mut append: impl FnMut(Part, &mut Vec<u8>) -> Result<(), E>,
    ) -> Result<(), E> {
        let start = self.bytes.len();
        append(Part::PublicKey, &mut self.bytes)?;
        let key_end = self.bytes.len();
        append(Part::Signature, &mut self.bytes)?;
        let signature_end = self.bytes.len();
        append(Part::Message, &mut self.bytes)?;
        let end = self.bytes.len();
        self.spans.push(Span { number, start, key_end, signature_end, end });
        Ok(())
    }

    /// The records, in the order of the input.
    pub(super) fn records(&self) -> impl ExactSizeIterator<Item = Record<'_>> {
        self.spans.iter().map(|span| Record {
            number: span.number,
            public_key: &self.bytes[span.start..span.key_end],
            signature: &self.bytes[span.key_end..span.signature_end],
            message: &self.bytes[span.signature_end..span.end],
        })
    }

    /// How many records.
    pub(super) fn len(&self) -> usize {
        self.spans.len()
    }

    /// Bytes of all records.
    pub(super) fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Whether it is time to send it on.
    pub(super) fn is_full(&self) -> bool {
        self.len() >= RECORDS_MAX || self.bytes() >= BYTES_MAX
    }
}

/// A part of a record.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    PublicKey,
    Signature,
    Message,
}
