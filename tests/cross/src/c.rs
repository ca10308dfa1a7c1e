//! Tables as C text.

use std::fmt::Write;

/// Tables of rows, and the bytes and numbers that rows point into.
#[derive(Default)]
pub(crate) struct Tables {
    bytes: Vec<u8>,
    numbers: Vec<u64>,
    text: String,
}

impl Tables {
    /// A `struct bytes`.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> String {
        if bytes.is_empty() {
            return "{NULL, 0}".into();
        }
        let start = self.bytes.len();
        self.bytes.extend(bytes);
        format!("{{vector_bytes + {start}, {}}}", bytes.len())
    }

    /// A `const uint64_t *`.
    pub(crate) fn numbers(&mut self, numbers: &[u64]) -> String {
        let start = self.numbers.len();
        self.numbers.extend(numbers);
        format!("vector_numbers + {start}")
    }

    /// Messages end to end, and where each of them ends.
    pub(crate) fn messages(&mut self, messages: &[Vec<u8>]) -> [String; 2] {
        let mut end = 0;
        let ends = messages.iter().map(|message| {
            end += message.len() as u64;
            end
        });
        let ends: Vec<_> = ends.collect();
        [self.bytes(&messages.concat()), self.numbers(&ends)]
    }

    /// `static const struct TYPE NAME[]`, a row for each list of fields.
    pub(crate) fn table(&mut self, kind: &str, name: &str, rows: &[Vec<String>]) {
        writeln!(self.text, "static const struct {kind} {name}[] = {{").expect("into memory");
        for row in rows {
            writeln!(self.text, "  {{{}}},", row.join(", ")).expect("into memory");
        }
        self.text += "};\n\n";
    }

    /// The whole file.
    pub(crate) fn finish(self) -> String {
        let bytes: Vec<_> = self.bytes.iter().map(u8::to_string).collect();
        let numbers: Vec<_> = self.numbers.iter().map(|n| format!("UINT64_C({n})")).collect();
        let lines = |items: &[String]| {
            items.chunks(32).map(|line| line.join(",")).collect::<Vec<_>>().join(",\n")
        };
        format!(
            "static const uint8_t vector_bytes[] = {{\n{}}};\n\n\
             static const uint64_t vector_numbers[] = {{\n{}}};\n\n{}",
            lines(&bytes),
            lines(&numbers),
            self.text
        )
    }
}

/// A text literal; only for texts of our own files.
pub(crate) fn text(text: &str) -> String {
    assert!(text.chars().all(|c| c.is_ascii_graphic() || c == ' ') && !text.contains(['"', '\\']));
    format!("\"{text}\"")
}
