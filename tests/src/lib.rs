//! Shared by the test suites: vector files and their readers, an oracle over plain blst, and
//! builders of keys, points and batches.

#![allow(clippy::missing_panics_doc, reason = "a test says what it expects by failing")]

pub mod batch;
pub mod case;
pub mod counted;
pub mod decoding;
pub mod executor;
pub mod fault;
pub mod fuzzed;
pub mod group;
pub mod menu;
pub mod oracle;
pub mod random;
pub mod torsion;
pub mod variants;
pub mod vectors;
