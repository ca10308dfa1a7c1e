//! What the guard's tests share: short ways to write keys and duties.
#![allow(dead_code, reason = "not every test uses all of it")]

use std::path::Path;

use pairlane_hsm::guard::{Act, Digest, Duty, Guard, GuardKey, Options, Position, Vote};

pub(crate) fn key(i: u32) -> GuardKey {
    let mut bytes = [0x90; 48];
    bytes[..4].copy_from_slice(&i.to_be_bytes());
    GuardKey::new(&bytes).unwrap()
}

pub(crate) fn options() -> Options {
    Options { network: Some([1; 32]), ..Options::default() }
}

pub(crate) fn open(directory: &Path) -> Guard {
    Guard::open(directory, options()).unwrap().0
}

pub(crate) fn consensus(i: u32, (height, round, phase): (u64, u64, u8), digest: u8) -> Duty {
    let act = Act::Consensus(Position { height, round, phase });
    Duty { key: key(i), act, digest: Digest([digest; 32]) }
}

pub(crate) fn block(i: u32, slot: u64, digest: u8) -> Duty {
    Duty { key: key(i), act: Act::Block { slot }, digest: Digest([digest; 32]) }
}

pub(crate) fn attestation(i: u32, source_epoch: u64, target_epoch: u64, digest: u8) -> Duty {
    let act = Act::Attestation(Vote { source_epoch, target_epoch });
    Duty { key: key(i), act, digest: Digest([digest; 32]) }
}
