//! Selection by stake: who is drawn from which output.

use pairlane::Tag;
use pairlane::election::{Stakes, committee, select};

use crate::c::Tables;

const TAG: &[u8] = b"PAIRLANE-TESTS-LEADER";
const SEATS: usize = 3;

pub(crate) fn write(tables: &mut Tables) {
    let lists: [&[u128]; 3] =
        [&[1, 1, 1], &[5, 0, 7, 11, 1 << 40], &[1 << 100, u128::MAX >> 2, 3, 0, 1 << 126, 1]];
    let mut rows = Vec::new();
    for stakes in lists {
        for round in 0..4 {
            rows.push(draw(tables, stakes, &[round; 64]));
        }
    }
    tables.table("draw", "draws", &rows);
}

/// A row of `draws`. A validator is known by its position, as 8 big-endian bytes.
fn draw(tables: &mut Tables, amounts: &[u128], output: &[u8]) -> Vec<String> {
    let validators =
        amounts.iter().enumerate().map(|(i, &stake)| ((i as u64).to_be_bytes(), stake));
    let mut stakes = Stakes::new(validators).expect("stakes");
    let tag = Tag::new(TAG).expect("a tag");
    let leader = select(&tag, output, &stakes).expect("a leader").position;
    let members = committee(&tag, output, &mut stakes, SEATS).expect("members").positions;
    let members: Vec<_> = members.iter().map(|&member| member as u64).collect();
    let halves: Vec<_> = amounts.iter().flat_map(|&stake| split(stake)).collect();
    vec![
        amounts.len().to_string(),
        tables.numbers(&halves),
        tables.bytes(TAG),
        tables.bytes(output),
        leader.to_string(),
        SEATS.to_string(),
        tables.numbers(&members),
    ]
}

/// The high and the low half.
fn split(stake: u128) -> [u64; 2] {
    let bytes = stake.to_be_bytes();
    [0, 8].map(|at| u64::from_be_bytes(bytes[at..at + 8].try_into().expect("eight bytes")))
}
