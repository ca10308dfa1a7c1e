//! The demonstration's tables.

use comfy_table::{CellAlignment, Table};

use super::Judged;
use crate::table::table;

/// A row for each source and suite: how many, how many valid, and whether that is right.
pub(super) fn sources(judged: &[Judged<'_>]) -> Table {
    let mut table =
        table(&["source", "variant", "scheme", "signatures", "valid", "invalid", "as published"]);
    for column in 3..6 {
        right(&mut table, column);
    }
    for group in grouped(judged, |judged| (&judged.case.source, judged.case.variant)) {
        let case = group[0].case;
        let count = |test: &dyn Fn(&Judged<'_>) -> bool| group.iter().filter(|j| test(j)).count();
        let valid = count(&|judged| judged.verdict.is_valid());
        let wrong = count(&|judged| !judged.as_published());
        let right = if wrong == 0 { "all".to_owned() } else { format!("{wrong} NOT") };
        table.add_row([
            case.source.clone(),
            name_of(&case.variant),
            name_of(&case.scheme),
            group.len().to_string(),
            valid.to_string(),
            (group.len() - valid).to_string(),
            right,
        ]);
    }
    table
}

/// The rounds of drand: signatures that a network of strangers made.
pub(super) fn rounds(judged: &[Judged<'_>]) -> Table {
    let mut table = table(&["round", "public key", "signature", "verdict"]);
    for Judged { case, verdict, .. } in judged.iter().filter(|judged| judged.case.source == "drand")
    {
        let (key, signature) = (start_of(&case.public_key), start_of(&case.signature));
        table.add_row([case.name.clone(), key, signature, verdict.to_string()]);
    }
    table
}

/// A row for each reason there is: how often, and one signature that has it.
pub(super) fn reasons(judged: &[Judged<'_>]) -> Table {
    let mut table = table(&["times", "invalid because of", "for example"]);
    right(&mut table, 0);
    let mut groups = grouped(judged, |judged| judged.verdict.reason().map(pairlane::Reason::code));
    groups.sort_by_key(|group| std::cmp::Reverse(group.len()));
    for group in groups {
        let Judged { case, verdict, .. } = group[0];
        if let Some(reason) = verdict.reason() {
            table.add_row([group.len().to_string(), reason.to_string(), shown(case)]);
        }
    }
    table
}

/// The cases whose verdict is not the published one.
pub(super) fn wrong(judged: &[Judged<'_>]) -> Table {
    let mut table = table(&["signature", "published", "verdict"]);
    for Judged { case, verdict, .. } in judged.iter().filter(|judged| !judged.as_published()) {
        let published = if case.expected { "valid" } else { "invalid" };
        table.add_row([shown(case), published.to_owned(), verdict.to_string()]);
    }
    table
}

/// Groups in the order in which they first occur.
fn grouped<'a, 'j, K: PartialEq>(
    judged: &'a [Judged<'j>],
    key: impl Fn(&'a Judged<'j>) -> K,
) -> Vec<Vec<&'a Judged<'j>>> {
    let mut groups: Vec<(K, Vec<&Judged<'j>>)> = Vec::new();
    for judged in judged {
        let key = key(judged);
        match groups.iter_mut().find(|(found, _)| *found == key) {
            Some((_, group)) => group.push(judged),
            None => groups.push((key, vec![judged])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

fn shown(case: &super::Case) -> String {
    format!("{}: {}", case.source, case.name)
}

fn start_of(bytes: &[u8]) -> String {
    format!("0x{}...", hex::encode(&bytes[..bytes.len().min(8)]))
}

fn name_of(value: &impl clap::ValueEnum) -> String {
    value.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

fn right(table: &mut Table, column: usize) {
    if let Some(column) = table.column_mut(column) {
        column.set_cell_alignment(CellAlignment::Right);
    }
}
