//! Writes the vectors that C and C++ tests include: what the files under `tests/vectors` say, and
//! what this library answers from Rust where no file says it. `ffi/tests/vectors.h` has the types.
//!
//! Rust is held to the files while they are written: a disagreement ends the program.
//!
//! usage: pairlane-cross > vectors.inc

mod c;
mod election;
mod file;
mod keys;
mod many;
mod single;
mod vrf;

use std::io::Write;

fn main() -> std::io::Result<()> {
    let mut tables = c::Tables::default();
    keys::write(&mut tables);
    single::write(&mut tables);
    many::write(&mut tables);
    vrf::write(&mut tables);
    election::write(&mut tables);
    std::io::stdout().write_all(tables.finish().as_bytes())
}
