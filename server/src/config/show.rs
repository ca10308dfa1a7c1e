//! Settings as lines of TOML, each with where it comes from.

use toml::{Table, Value};

use crate::serve::settings::{Origin, Origins, Settings};

/// A line for each setting: `limits.batch_items_max = 7    # pairlane.toml:3`.
pub(super) fn lines(
    settings: &Settings,
    origins: &Origins,
) -> Result<Vec<String>, toml::ser::Error> {
    let mut pairs = Vec::new();
    flatten("", &Table::try_from(settings)?, &mut pairs);
    let width = pairs.iter().map(|(field, value)| field.len() + value.len() + " = ".len());
    // What is longer than most does not push the others away.
    let width = width.filter(|width| *width <= WIDTH_MAX).max().unwrap_or(0);
    let line = |(field, value): &(String, String)| {
        let origin = origins.exactly(field).unwrap_or(Origin::Default);
        format!("{:width$}  # {origin}", format!("{field} = {value}"))
    };
    Ok(pairs.iter().map(line).collect())
}

fn flatten(path: &str, table: &Table, pairs: &mut Vec<(String, String)>) {
    for (name, value) in table {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        match value {
            Value::Table(inner) => flatten(&path, inner, pairs),
            value => pairs.push((path, value.to_string())),
        }
    }
}

const WIDTH_MAX: usize = 60;
