//! What the input is: said by the user, by the file's name or by its first byte.

use std::io::{self, Read};
use std::path::Path;

use anyhow::ensure;
use clap::ValueEnum;
use pairlane::Variant;

use super::binary::Layout;
use crate::input::{Cause, InputError, Source, SourceName};

/// Bytes of a message of a binary record where nobody says: those of a SHA-256.
const MESSAGE_LENGTH: u32 = 32;

/// `--format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FormatName {
    /// By the extension .bin, then by the first byte
    Auto,
    /// JSON objects, one a line
    Ndjson,
    /// Records of fixed length
    Binary,
}

/// How records lie in the input.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form {
    /// A JSON object on each line.
    Ndjson,
    /// Records of fixed length, without anything between them.
    Binary(Layout),
}

/// A source whose first byte has been looked at and put back.
///
/// A pipe cannot be rewound, and a buffered reader made here would take more than one byte that
/// the right reader, made later, would miss.
pub(super) struct Peeked {
    pub(super) name: SourceName,
    first: Option<u8>,
    source: Source,
}

impl Peeked {
    fn new(mut source: Source) -> Result<Self, InputError> {
        let name = source.name.clone();
        let mut first = Vec::with_capacity(1);
        let read = (&mut source).take(1).read_to_end(&mut first);
        read.map_err(|error| name.error(Cause::Read(error)))?;
        Ok(Self { name, first: first.first().copied(), source })
    }
}

/// The first byte, then the rest.
impl Read for Peeked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let (Some(first), Some(slot)) = (self.first, buffer.first_mut()) {
            *slot = first;
            self.first = None;
            return Ok(1);
        }
        self.source.read(buffer)
    }
}

impl FormatName {
    /// Decides, having read at most one byte. An empty input is an error here already.
    pub(super) fn form<V: Variant>(
        self,
        path: &Path,
        source: Source,
        message_length: Option<u32>,
    ) -> anyhow::Result<(Form, Peeked)> {
        let peeked = Peeked::new(source)?;
        let Some(first) = peeked.first else {
            return Err(peeked.name.error(Cause::Empty("records")).into());
        };
        let binary = match self {
            Self::Auto => path.extension().is_some_and(|ext| ext == "bin") || is_binary(first),
            Self::Ndjson => false,
            Self::Binary => true,
        };
        if binary {
            let length = usize::try_from(message_length.unwrap_or(MESSAGE_LENGTH))?;
            return Ok((Form::Binary(Layout::of::<V>(length)), peeked));
        }
        ensure!(
            message_length.is_none(),
            "{}: --message-length is for binary input, and this is read as NDJSON",
            peeked.name
        );
        Ok((Form::Ndjson, peeked))
    }
}

/// Whether a first byte is that of binary records. A compressed point has its highest bit set and
/// no text begins so, but one with a byte-order mark, whose first byte no point has.
fn is_binary(first: u8) -> bool {
    const BYTE_ORDER_MARK: u8 = 0xef;
    !first.is_ascii() && first != BYTE_ORDER_MARK
}
