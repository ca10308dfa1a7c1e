//! Batches without end: records come in, verdicts go out, and neither is ever held whole.
//!
//! Pulling drives it: the next chunk is read when the verdicts of the last one have been taken, so a
//! client that does not read is not read from, and a busy engine holds back the network.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::{Buf, BytesMut};
use futures_util::{StreamExt, stream};
use pairlane::{KeyHandle, OwnedItem, OwnedKey, Suite, Verdict};
use serde::Deserialize;
use tokio::time::timeout;
use tracing::{Instrument, Span};

use crate::serve::app::App;
use crate::serve::engine::{Patience, Served, Spread};
use crate::serve::problem::{Kind, Problem};
use crate::serve::registry::{HANDLE_BYTES, Handle};
use crate::serve::wire::{Triple, VerdictAnswer, parse_json};

/// Most records verified together.
const CHUNK_ITEMS_MAX: usize = 8192;

/// Most bytes of records verified together, but for the last record.
const CHUNK_BYTES_MAX: usize = 4 << 20;

/// How long to wait for more before what has come is verified: a live stream is answered as it comes.
const LINGER: Duration = Duration::from_millis(2);

/// How records lie in the body, and verdicts in the answer.
#[derive(Clone, Copy, Debug)]
pub(super) enum Framing {
    /// An object a line.
    Lines,
    /// Key | signature | message, points compressed.
    Records { keys: KeyForm, message_length: usize },
}

/// How a binary record names its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum KeyForm {
    Bytes,
    Handles,
}

impl KeyForm {
    fn length<V: Served>(self) -> usize {
        match self {
            Self::Bytes => V::PUBLIC_KEY_LENGTH,
            Self::Handles => HANDLE_BYTES,
        }
    }

    /// The key that the beginning of a record names.
    fn key<V: Served>(self, bytes: &[u8], app: &App) -> OwnedKey {
        match self {
            Self::Bytes => OwnedKey::Bytes(bytes.to_vec()),
            Self::Handles => Handle::from_bytes(bytes)
                .map_or(OwnedKey::Handle(KeyHandle::default()), |handle| {
                    V::registered(&app.engine).owned_key(handle)
                }),
        }
    }
}

/// An answer that is written while the request is read.
pub(super) fn judged_stream<V: Served>(
    app: &App,
    suite: Arc<Suite<V>>,
    framing: Framing,
    body: Body,
) -> Result<Response, Problem> {
    let most = app.limits.record_bytes_max;
    if let Framing::Records { keys, message_length } = framing {
        let length = message_length.saturating_add(keys.length::<V>() + V::SIGNATURE_LENGTH);
        if length > most {
            let detail = format!("records of {length} bytes; at most {most} are possible");
            return Err(Problem::new(Kind::TooLarge, detail).of_field("message_length"));
        }
    }
    let reading = Reading {
        app: app.clone(),
        suite,
        framing,
        frames: body.into_data_stream().boxed(),
        buffer: BytesMut::new(),
        scanned: 0,
        records: 0,
        ended: false,
        answer: Answer::Open,
        asked: Span::current(),
    };
    let media_type = match framing {
        Framing::Lines => "application/x-ndjson",
        Framing::Records { .. } => "application/octet-stream",
    };
    let chunks = stream::unfold(reading, |mut reading| async move {
        let asked = reading.asked.clone();
        let chunk = reading.next_chunk().instrument(asked).await?;
        Some((chunk, reading))
    });
    Ok(([(header::CONTENT_TYPE, media_type)], Body::from_stream(chunks)).into_response())
}

/// A body that is being read.
struct Reading<V: Served> {
    app: App,
    suite: Arc<Suite<V>>,
    framing: Framing,
    frames: stream::BoxStream<'static, Result<Bytes, axum::Error>>,
    buffer: BytesMut,
    /// How much of the buffer has been looked at and holds no end of a line.
    scanned: usize,
    /// How many records have been taken.
    records: u64,
    /// The body has ended.
    ended: bool,
    answer: Answer,
    /// The request, where it is traced: its span lasts as long as the stream.
    asked: Span,
}

/// How far the answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Open,
    /// All verdicts are out, and it is still to be cut off.
    Broken,
    Over,
}

/// What was taken out of the buffer: a record, or a blank line.
struct Taken<V: Served> {
    item: Option<OwnedItem<V>>,
    bytes: usize,
}

impl<V: Served> Reading<V> {
    /// The verdicts on the next chunk as bytes of the answer, or `None` at the end.
    async fn next_chunk(&mut self) -> Option<Result<Bytes, StreamEnd>> {
        match self.answer {
            Answer::Open => {}
            Answer::Broken => {
                self.answer = Answer::Over;
                // A cut drops what has not been sent.
                tokio::time::sleep(LINGER).await;
                return Some(Err(StreamEnd));
            }
            Answer::Over => return None,
        }
        let mut items = Vec::new();
        let taken = self.gather(&mut items).await;
        let mut out = Vec::new();
        if !items.is_empty() {
            // What came before a mistake is judged all the same.
            let judged = self.app.engine.verify(items, Spread::AllThreads, Patience::Endless).await;
            match judged {
                Ok(verdicts) => self.write(&verdicts, &mut out),
                Err(problem) => return Some(self.end(&problem, out)),
            }
        }
        match taken {
            Err(problem) => Some(self.end(&problem, out)),
            Ok(()) if out.is_empty() => None,
            Ok(()) => Some(Ok(out.into())),
        }
    }

    /// Ends the answer with a problem: as a last line, or by cutting the stream off.
    fn end(&mut self, problem: &Problem, mut out: Vec<u8>) -> Result<Bytes, StreamEnd> {
        self.answer = Answer::Over;
        match self.framing {
            Framing::Lines => {
                // Writing to memory cannot fail.
                let _ = serde_json::to_writer(&mut out, &problem.details());
                out.push(b'\n');
                Ok(out.into())
            }
            Framing::Records { .. } if out.is_empty() => Err(StreamEnd),
            Framing::Records { .. } => {
                self.answer = Answer::Broken;
                Ok(out.into())
            }
        }
    }

    /// Takes records until a chunk is full, nothing more has come, or the body ends.
    async fn gather(&mut self, items: &mut Vec<OwnedItem<V>>) -> Result<(), Problem> {
        let mut bytes = 0;
        while items.len() < CHUNK_ITEMS_MAX && bytes < CHUNK_BYTES_MAX {
            if let Some(taken) = self.next_record()? {
                bytes += taken.bytes;
                items.extend(taken.item);
                continue;
            }
            if self.ended || !self.fill(!items.is_empty()).await? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Reads more of the body; answers whether there was more, or the body has ended. `linger`:
    /// what has been gathered already does not wait for a slow client.
    async fn fill(&mut self, linger: bool) -> Result<bool, Problem> {
        let patience = Duration::from_millis(self.app.limits.body_wait_ms_max);
        let frame = match timeout(if linger { LINGER } else { patience }, self.frames.next()).await
        {
            Ok(frame) => frame,
            Err(_) if linger => return Ok(false),
            Err(_) => {
                let detail = format!("nothing came for {} ms", patience.as_millis());
                return Err(Problem::new(Kind::TooSlow, detail).of_item(self.records));
            }
        };
        match frame {
            Some(Ok(bytes)) => self.buffer.extend_from_slice(&bytes),
            Some(Err(_)) => {
                let problem = Problem::new(Kind::Malformed, "the body ended early");
                return Err(problem.of_item(self.records));
            }
            None => self.ended = true,
        }
        Ok(true)
    }

    /// Takes a record out of the buffer, with its length, if there is a whole one. A blank line is
    /// none.
    fn next_record(&mut self) -> Result<Option<Taken<V>>, Problem> {
        match self.framing {
            Framing::Lines => self.next_line(),
            Framing::Records { keys, message_length } => {
                let (key, signature) = (keys.length::<V>(), V::SIGNATURE_LENGTH);
                let length = key + signature + message_length;
                if self.buffer.len() < length {
                    if self.ended && !self.buffer.is_empty() {
                        let left = self.buffer.len();
                        let detail = format!("{left} bytes at the end; a record has {length}");
                        return Err(Problem::new(Kind::Malformed, detail).of_item(self.records));
                    }
                    return Ok(None);
                }
                let record = self.buffer.split_to(length);
                let item = OwnedItem {
                    suite: self.suite.clone(),
                    key: keys.key::<V>(&record[..key], &self.app),
                    message: record[key + signature..].to_vec(),
                    signature: record[key..key + signature].to_vec(),
                };
                self.records += 1;
                Ok(Some(Taken { item: Some(item), bytes: length }))
            }
        }
    }

    fn next_line(&mut self) -> Result<Option<Taken<V>>, Problem> {
        let most = self.app.limits.record_bytes_max;
        let fresh = &self.buffer[self.scanned..];
        let end = fresh.iter().position(|&byte| byte == b'\n').map(|at| self.scanned + at);
        self.scanned = self.buffer.len();
        let length = match end {
            Some(end) => end,
            None if self.ended => self.buffer.len(),
            None => 0,
        };
        if length > most || (end.is_none() && self.buffer.len() > most) {
            let detail = format!("a line of more than {most} bytes");
            return Err(Problem::new(Kind::TooLarge, detail).of_item(self.records));
        }
        if end.is_none() && (!self.ended || self.buffer.is_empty()) {
            return Ok(None);
        }
        let line = self.buffer.split_to(length);
        self.scanned = 0;
        if end.is_some() {
            self.buffer.advance(1);
        }
        if line.trim_ascii().is_empty() {
            return Ok(Some(Taken { item: None, bytes: 0 }));
        }
        let triple: Triple = parse_json(&line).map_err(|problem| problem.of_item(self.records))?;
        let item = triple.into_item(self.suite.clone(), &self.app);
        let item = item.map_err(|problem| problem.of_item(self.records))?;
        self.records += 1;
        Ok(Some(Taken { item: Some(item), bytes: length }))
    }

    fn write(&self, verdicts: &[Verdict], out: &mut Vec<u8>) {
        match self.framing {
            Framing::Records { .. } => out.extend(verdicts.iter().map(|verdict| verdict.number())),
            Framing::Lines => {
                for verdict in verdicts {
                    // Writing to memory cannot fail.
                    let _ = serde_json::to_writer(&mut *out, &VerdictAnswer::from(*verdict));
                    out.push(b'\n');
                }
            }
        }
    }
}

/// A binary answer that ends before its request does: the connection is cut, as a length that does
/// not come true.
#[derive(Debug, thiserror::Error)]
#[error("the stream was malformed, too slow or too large")]
struct StreamEnd;
