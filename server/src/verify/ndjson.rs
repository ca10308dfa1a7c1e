//! Records as JSON objects, one a line.
//!
//! Strict on purpose: a field that we do not know may be one that changes the meaning of the
//! others, and a misspelt one must not pass for a missing one.

use std::borrow::Cow;
use std::io::Read;

use serde::Deserialize;

use super::batch::{Batch, Part};
use super::reader::ReadRecords;
use crate::hex_text;
use crate::input::{Cause, InputError, SourceName};
use crate::lines::Lines;

/// Most characters of a parser's message that are passed on: it may quote a stranger's input.
const MESSAGE_CHARS_MAX: usize = 200;

/// A record as it stands in the text. Borrowed from the line, but for strings with escapes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields<'a> {
    #[serde(borrow)]
    public_key: Cow<'a, str>,
    #[serde(borrow)]
    message: Cow<'a, str>,
    #[serde(borrow)]
    signature: Cow<'a, str>,
}

impl Fields<'_> {
    /// A part's name, for errors, and its hex.
    fn part(&self, part: Part) -> (&'static str, &str) {
        match part {
            Part::PublicKey => ("public_key", &self.public_key),
            Part::Signature => ("signature", &self.signature),
            Part::Message => ("message", &self.message),
        }
    }
}

/// Reads NDJSON.
pub(super) struct Ndjson<R> {
    lines: Lines<R>,
}

impl<R: Read> Ndjson<R> {
    pub(super) fn new(name: SourceName, stream: R) -> Self {
        Self { lines: Lines::new(name, stream) }
    }
}

impl<R: Read> ReadRecords for Ndjson<R> {
    fn read(&mut self, batch: &mut Batch) -> Result<bool, InputError> {
        let Some((number, line)) = self.lines.next()? else { return Ok(false) };
        let pushed = parse(line, number, batch);
        pushed.map_err(|cause| self.lines.error(cause))?;
        batch.input_bytes = self.lines.bytes();
        Ok(true)
    }

    fn would_wait(&self) -> bool {
        self.lines.would_wait()
    }
}

/// Adds the record that a line holds.
fn parse(line: &[u8], number: u64, batch: &mut Batch) -> Result<(), Cause> {
    let fields: Fields<'_> = serde_json::from_slice(line).map_err(|error| json_cause(&error))?;
    batch.push(number, |part, out| {
        let (field, text) = fields.part(part);
        let decoded = hex_text::decode_onto(out, text.as_bytes());
        decoded.map_err(|error| Cause::FieldHex { field, error })
    })
}

/// The parser's message without its own idea of the line, fit to be shown on a terminal.
fn json_cause(error: &serde_json::Error) -> Cause {
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(&*text, |(text, _)| text);
    let shown = text.chars().take(MESSAGE_CHARS_MAX);
    let text = shown.map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    Cause::Json { column: error.column(), text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cause(line: &str) -> String {
        parse(line.as_bytes(), 1, &mut Batch::default()).unwrap_err().to_string()
    }

    #[test]
    fn parts_land_where_they_belong() {
        let mut batch = Batch::default();
        let line = r#" {"message":"0x","signature":"AB","public_key":"0x0102"} "#;
        parse(line.as_bytes(), 9, &mut batch).unwrap();
        let record = batch.records().next().unwrap();
        assert_eq!((record.number, record.public_key), (9, &[1, 2][..]));
        assert_eq!((record.message, record.signature), (&[][..], &[0xab][..]));
    }

    #[test]
    fn causes_name_field_and_reason() {
        assert_eq!(
            cause(r#"{"public_key":"","message":"zz","signature":""}"#),
            "field `message`: bad hex: the character at position 1 is not a hex digit"
        );
        assert!(cause(r#"{"public_key":"","message":""}"#).ends_with("missing field `signature`"));
        assert!(cause(r#"{"pubkey":""}"#).contains("unknown field `pubkey`, expected one of"));
        assert!(cause("{").starts_with("bad JSON at column 1: EOF"));
    }

    #[test]
    fn a_strangers_text_cannot_drive_the_terminal() {
        let shown = cause(&format!(r#"{{"\u001b[31m{}":1}}"#, "x".repeat(1000)));
        assert!(!shown.contains('\x1b') && shown.len() < 300);
    }
}
