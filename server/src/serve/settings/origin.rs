//! Which of the sources set a value: a flag, the environment, a line of the file, or none of them.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Flag(&'static str),
    Variable(String),
    Line(PathBuf, usize),
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) => f.write_str(name),
            Self::Variable(name) => f.write_str(name),
            Self::Line(file, line) => write!(f, "{}:{line}", file.display()),
            Self::Default => f.write_str("default"),
        }
    }
}

/// What each source has set, by the path of the field: `limits.batch_items_max`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Origins {
    flags: BTreeMap<&'static str, &'static str>,
    variables: BTreeMap<String, String>,
    file: Option<(PathBuf, BTreeMap<String, usize>)>,
}

impl Origins {
    /// Notes that a flag sets a field.
    pub(crate) fn flag(&mut self, field: &'static str, flag: &'static str) {
        self.flags.insert(field, flag);
    }

    /// Notes that a variable which is not ours sets a field.
    pub(super) fn variable(&mut self, field: &str, name: &str) {
        self.variables.insert(field.to_owned(), name.to_owned());
    }

    /// Notes what the environment sets.
    pub(super) fn variables(&mut self, names: impl Iterator<Item = String>) {
        let field = |name: String| {
            let rest = name.strip_prefix(super::ENVIRONMENT)?.strip_prefix('_')?;
            Some((rest.to_lowercase().replace("__", "."), name))
        };
        self.variables.extend(names.filter_map(field));
    }

    /// Notes which line of a file sets what. A file that is no TOML sets nothing.
    pub(super) fn file(&mut self, path: &Path, text: &str) {
        let mut lines = BTreeMap::new();
        if let Ok(table) = DeTable::parse(text) {
            note_table(&mut lines, text, "", table.get_ref());
        }
        self.file = Some((path.to_owned(), lines));
    }

    /// The names of the environment's variables, where there are any.
    pub(super) fn variable_names(&self) -> String {
        self.variables.values().map(String::as_str).collect::<Vec<_>>().join(", ")
    }

    /// Who set a field. Of a field that nobody set: the table that it would stand in.
    pub(crate) fn of(&self, field: &str) -> Origin {
        let mut path = field;
        loop {
            if let Some(origin) = self.exactly(path) {
                return origin;
            }
            match path.rfind(['.', '[']) {
                Some(end) => path = &path[..end],
                None => return Origin::Default,
            }
        }
    }

    /// Who set a field itself.
    pub(crate) fn exactly(&self, field: &str) -> Option<Origin> {
        if let Some(flag) = self.flags.get(field) {
            return Some(Origin::Flag(flag));
        }
        if let Some(name) = self.variables.get(field) {
            return Some(Origin::Variable(name.clone()));
        }
        let (path, lines) = self.file.as_ref()?;
        lines.get(field).map(|line| Origin::Line(path.clone(), *line))
    }
}

fn note_table(lines: &mut BTreeMap<String, usize>, text: &str, path: &str, table: &DeTable<'_>) {
    for (key, value) in table {
        let name = key.get_ref();
        let path = if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
        lines.insert(path.clone(), line_of(text, &key.span()));
        match value.get_ref() {
            DeValue::Table(inner) => note_table(lines, text, &path, inner),
            DeValue::Array(array) => {
                for (place, entry) in array.iter().enumerate() {
                    let path = format!("{path}[{place}]");
                    lines.insert(path.clone(), line_of(text, &entry.span()));
                    if let DeValue::Table(inner) = entry.get_ref() {
                        note_table(lines, text, &path, inner);
                    }
                }
            }
            _ => {}
        }
    }
}

/// The line that a part of a text begins on, from 1.
pub(super) fn line_of(text: &str, span: &Range<usize>) -> usize {
    let before = text.as_bytes().iter().take(span.start);
    before.filter(|byte| **byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_is_named() {
        let mut origins = Origins::default();
        let text = "threads = 1\nlisten = \"a\"\n\n[limits]\nbody_bytes_max = 1\n\
                    [[access.clients]]\nname = \"a\"\n\n[[access.clients]]\nname = \"b\"\n";
        origins.file(Path::new("f"), text);
        origins.variables(
            ["PAIRLANE_SERVE_LIMITS__BODY_BYTES_MAX", "PATH"].map(str::to_owned).into_iter(),
        );
        origins.flag("listen", "--listen");
        let of = |field| origins.of(field).to_string();
        assert_eq!(of("threads"), "f:1");
        assert_eq!(of("listen"), "--listen");
        assert_eq!(of("limits.body_bytes_max"), "PAIRLANE_SERVE_LIMITS__BODY_BYTES_MAX");
        assert_eq!(of("access.clients[1].name"), "f:10");
        assert_eq!(of("access.clients[1].keys"), "f:9");
        assert_eq!(of("limits.other"), "f:4");
        assert_eq!(of("ops_listen"), "default");
        assert_eq!(origins.exactly("limits.other"), None);
    }
}
