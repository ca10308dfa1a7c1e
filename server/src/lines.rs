//! Lines of bounded length, with their numbers.

use std::io::{BufRead, BufReader, Read};

use crate::input::{Cause, InputError, LINE_BYTES_MAX, Place, SourceName};

/// Bytes read at a time.
const BUFFER_BYTES: usize = 1 << 18;

/// Reads lines that are not blank. Blank lines count, so that numbers are those of an editor.
pub(crate) struct Lines<R> {
    name: SourceName,
    reader: BufReader<R>,
    line: Vec<u8>,
    number: u64,
    bytes: u64,
}

impl<R: Read> Lines<R> {
    /// Lines of a stream that is called `name` in errors.
    pub(crate) fn new(name: SourceName, stream: R) -> Self {
        let reader = BufReader::with_capacity(BUFFER_BYTES, stream);
        Self { name, reader, line: Vec::new(), number: 0, bytes: 0 }
    }

    /// The next line that is not blank, without its end, and its number; `None` after the last.
    pub(crate) fn next(&mut self) -> Result<Option<(u64, &[u8])>, InputError> {
        loop {
            self.line.clear();
            self.number += 1;
            // Two more than the limit: the line's end may be CR LF.
            let mut limited = (&mut self.reader).take(LINE_BYTES_MAX as u64 + 2);
            let count = limited.read_until(b'\n', &mut self.line).map_err(|error| {
                self.name.error_at(Place::Line(self.number), Cause::Read(error))
            })?;
            if count == 0 {
                return Ok(None);
            }
            self.bytes += count as u64;
            if without_end(&self.line).len() > LINE_BYTES_MAX {
                return Err(self.error(Cause::LineTooLong));
            }
            if !self.line.trim_ascii().is_empty() {
                return Ok(Some((self.number, without_end(&self.line))));
            }
        }
    }

    /// Bytes of all lines read so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether the next line may have to be waited for.
    pub(crate) fn would_wait(&self) -> bool {
        !self.reader.buffer().contains(&b'\n')
    }

    /// An error at the line read last.
    pub(crate) fn error(&self, cause: Cause) -> InputError {
        self.name.error_at(Place::Line(self.number), cause)
    }
}

/// A line without LF or CR LF.
fn without_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn lines(text: &[u8]) -> Lines<&[u8]> {
        Lines::new(SourceName::new(Path::new("f")), text)
    }

    #[test]
    fn blank_lines_count_and_ends_go() {
        let mut lines = lines(b"a\r\n\n  \nb");
        assert_eq!(lines.next().unwrap(), Some((1, &b"a"[..])));
        assert_eq!(lines.next().unwrap(), Some((4, &b"b"[..])));
        assert_eq!(lines.bytes(), 8);
        assert_eq!(lines.next().unwrap(), None);
    }

    #[test]
    fn the_limit_is_exact() {
        let mut longest = vec![b'x'; LINE_BYTES_MAX];
        longest.extend(b"\r\nshort\n");
        let mut good = lines(&longest);
        assert_eq!(good.next().unwrap().unwrap().1.len(), LINE_BYTES_MAX);
        assert_eq!(good.next().unwrap(), Some((2, &b"short"[..])));
        let longer = vec![b'x'; LINE_BYTES_MAX + 1];
        let error = lines(&longer).next().unwrap_err();
        assert_eq!(error.to_string(), "f: line 1: longer than 1048576 bytes");
    }
}
