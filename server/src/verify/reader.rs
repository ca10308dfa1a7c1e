//! The thread that reads, and the chunks that it hands over.
//!
//! Reading and parsing cost a small part of verifying, so one thread keeps many cores busy. The
//! channel's bound makes it wait when it is ahead.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use anyhow::bail;

use super::batch::{Batch, Record};
use super::binary::Binary;
use super::format::{Form, Peeked};
use super::ndjson::Ndjson;
use crate::input::InputError;

/// Batches that may lie in the channel.
const BATCHES_WAITING_MAX: usize = 16;

/// Fewest records that make a chunk without looking for more.
const CHUNK_RECORDS: usize = 8192;

/// Fewest bytes that make a chunk without looking for more.
const CHUNK_BYTES: usize = 1 << 24;

/// A way to read records.
pub(super) trait ReadRecords {
    /// Adds one record to the batch; says whether there was one.
    fn read(&mut self, batch: &mut Batch) -> Result<bool, InputError>;

    /// Whether the next record may have to be waited for.
    fn would_wait(&self) -> bool;
}

/// Batches from a thread of their own, gathered into chunks.
pub(super) struct Reader {
    parcels: Receiver<Parcel>,
    /// What came after the end of the last chunk.
    ended: Option<Result<(), InputError>>,
}

/// What the reading thread sends.
enum Parcel {
    /// Records, at least one.
    Batch(Batch),
    /// The end, reached or broken off at. Nothing comes after it; a channel that closes without
    /// it means that the thread broke off.
    End(Result<(), InputError>),
}

impl Reader {
    /// Starts to read. Nobody waits for the thread: it may be in a read that never ends.
    pub(super) fn start(form: Form, source: Peeked) -> Self {
        let (sender, parcels) = sync_channel(BATCHES_WAITING_MAX);
        let name = source.name.clone();
        thread::spawn(move || match form {
            Form::Ndjson => pump(Ndjson::new(name, source), &sender),
            Form::Binary(layout) => pump(Binary::new(name, source, layout), &sender),
        });
        Self { parcels, ended: None }
    }

    /// All that waits to be verified, up to the size of a chunk; waits for a first batch where
    /// nothing does. So a slow stream gets its verdicts at once, and a fast one large batches.
    /// What was read before an error comes before the error.
    pub(super) fn next_chunk(&mut self) -> anyhow::Result<Option<Chunk>> {
        if let Some(ended) = self.ended.take() {
            return Ok(ended.map(|()| None)?);
        }
        let mut chunk = Chunk::default();
        let Ok(mut parcel) = self.parcels.recv() else { bail!("the reading thread broke off") };
        loop {
            match parcel {
                Parcel::Batch(batch) => chunk.push(batch),
                Parcel::End(ended) if chunk.batches.is_empty() => {
                    return Ok(ended.map(|()| None)?);
                }
                Parcel::End(ended) => {
                    self.ended = Some(ended);
                    return Ok(Some(chunk));
                }
            }
            if chunk.is_full() {
                return Ok(Some(chunk));
            }
            match self.parcels.try_recv() {
                Ok(next) => parcel = next,
                Err(_) => return Ok(Some(chunk)),
            }
        }
    }
}

/// Reads to the end, or until nobody listens any more.
fn pump(mut records: impl ReadRecords, parcels: &SyncSender<Parcel>) {
    let mut batch = Batch::default();
    let ended = loop {
        match records.read(&mut batch) {
            Ok(true) if batch.is_full() || records.would_wait() => {
                if parcels.send(Parcel::Batch(std::mem::take(&mut batch))).is_err() {
                    return;
                }
            }
            Ok(true) => {}
            Ok(false) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    // A closed channel means that the verifier has ended, and with it the program.
    if batch.len() == 0 || parcels.send(Parcel::Batch(batch)).is_ok() {
        let _ = parcels.send(Parcel::End(ended));
    }
}

/// Records that are verified together.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    batches: Vec<Batch>,
    records: usize,
    bytes: usize,
}

impl Chunk {
    /// Takes a batch in, whole: a batch is never cut, so a chunk may be larger than its limit.
    fn push(&mut self, batch: Batch) {
        self.records += batch.len();
        self.bytes += batch.bytes();
        self.batches.push(batch);
    }

    fn is_full(&self) -> bool {
        self.records >= CHUNK_RECORDS || self.bytes >= CHUNK_BYTES
    }

    /// The records, in the order of the input.
    pub(super) fn records(&self) -> impl Iterator<Item = Record<'_>> {
        self.batches.iter().flat_map(Batch::records)
    }

    /// Where in the input the chunk ends, in bytes.
    pub(super) fn input_bytes(&self) -> u64 {
        self.batches.last().map_or(0, |batch| batch.input_bytes)
    }
}
