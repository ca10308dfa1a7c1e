//! The file of stakes: who has how much.

use std::path::Path;

use pairlane::election::{ElectionError, Stakes};
use thiserror::Error;

use crate::input::{Cause, InputError, Source};
use crate::lines::Lines;

/// What is wrong with a line of stakes.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum StakeError {
    #[error("not UTF-8")]
    Text,
    #[error("one identifier and one stake are needed, as `alice,70` or `alice 70`")]
    Fields,
    #[error("the identifier has a control character or more than {ID_BYTES_MAX} bytes")]
    Id,
    #[error("stake `{0}` is not a whole number below 2^128")]
    Stake(String),
    #[error("`{id}` is on line {first} already")]
    Duplicate { id: String, first: u64 },
    #[error("{0}")]
    Refused(ElectionError),
}

/// Longest identifier, in bytes: it is a column of a table.
const ID_BYTES_MAX: usize = 256;

/// Most characters of a bad stake that a message repeats.
const SHOWN_MAX: usize = 48;

/// Reads a list of stakes in the order of its lines. At least one validator has stake.
pub(super) fn read(path: &Path) -> Result<Stakes<String>, InputError> {
    let source = Source::open(path)?;
    let name = source.name.clone();
    let mut lines = Lines::new(name.clone(), source);
    let (mut stakes, mut numbers) = (empty(), Vec::new());
    while let Some((number, line)) = lines.next()? {
        let entered = parse(line).and_then(|parsed| match parsed {
            None => Ok(false),
            Some((id, stake)) => enter(&mut stakes, &numbers, id, stake).map(|()| true),
        });
        match entered {
            Ok(true) => numbers.push(number),
            Ok(false) => {}
            Err(error) => return Err(lines.error(Cause::Stakes(error))),
        }
    }
    if stakes.is_empty() {
        return Err(name.error(Cause::Empty("stakes")));
    }
    if stakes.eligible() == 0 {
        return Err(name.error(Cause::Stakes(StakeError::Refused(ElectionError::NoStake))));
    }
    Ok(stakes)
}

fn empty() -> Stakes<String> {
    Stakes::new([]).expect("an empty list has nothing to refuse")
}

/// Adds a validator; of one that is there already, says on which line.
fn enter(
    stakes: &mut Stakes<String>,
    numbers: &[u64],
    id: &str,
    stake: u128,
) -> Result<(), StakeError> {
    stakes.add(id.to_owned(), stake).map(drop).map_err(|error| match error {
        ElectionError::DuplicateId { first, .. } => {
            StakeError::Duplicate { id: id.to_owned(), first: numbers[first] }
        }
        error => StakeError::Refused(error),
    })
}

/// The identifier and stake of a line; `None` where it is all comment.
fn parse(line: &[u8]) -> Result<Option<(&str, u128)>, StakeError> {
    let line = std::str::from_utf8(line).map_err(|_| StakeError::Text)?;
    let line = line.split('#').next().unwrap_or_default().trim();
    if line.is_empty() {
        return Ok(None);
    }
    let parted = line.split_once(',').or_else(|| line.split_once(char::is_whitespace));
    let (id, stake) = parted.ok_or(StakeError::Fields)?;
    let (id, stake) = (id.trim(), stake.trim());
    if id.is_empty() || stake.is_empty() || stake.contains([',', ' ', '\t']) {
        return Err(StakeError::Fields);
    }
    if id.len() > ID_BYTES_MAX || id.contains(char::is_control) {
        return Err(StakeError::Id);
    }
    // `parse` alone would take a plus sign.
    let digits = stake.bytes().all(|byte| byte.is_ascii_digit());
    match stake.parse() {
        Ok(amount) if digits => Ok(Some((id, amount))),
        _ => Err(StakeError::Stake(stake.chars().take(SHOWN_MAX).collect())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_an_identifier_and_a_number() {
        assert_eq!(parse(b"alice,70"), Ok(Some(("alice", 70))));
        assert_eq!(parse(b" alice ,  70 # most"), Ok(Some(("alice", 70))));
        assert_eq!(parse(b"bob\t 0"), Ok(Some(("bob", 0))));
        assert_eq!(parse(b"  # nobody"), Ok(None));
        let most = format!("a {}", u128::MAX);
        assert_eq!(parse(most.as_bytes()), Ok(Some(("a", u128::MAX))));
    }

    #[test]
    fn other_lines_are_refused() {
        for line in [&b"alice"[..], b",7", b"alice,", b"alice,1,2", b"alice 1 2"] {
            assert_eq!(parse(line), Err(StakeError::Fields), "{}", line.escape_ascii());
        }
        for stake in ["-1", "+1", "1.5", "0x7", "340282366920938463463374607431768211456"] {
            let line = format!("alice,{stake}");
            assert_eq!(parse(line.as_bytes()), Err(StakeError::Stake(stake.to_owned())));
        }
        assert_eq!(parse(b"a\x1b[2J,1"), Err(StakeError::Id));
        assert_eq!(parse(b"\xff,1"), Err(StakeError::Text));
    }
}
