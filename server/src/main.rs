//! The pairlane command line: one command a file, each with a `run` that says how it ended.

#![forbid(unsafe_code)]

mod aggregate;
mod bench;
mod cli;
mod config;
mod cpu;
mod custody;
mod demo;
mod elect;
mod ending;
mod eth2;
mod executor;
mod hex_text;
mod input;
mod keygen;
mod lines;
mod message;
mod out_file;
mod pages;
mod secret_file;
mod serve;
mod sign;
mod suite;
mod table;
mod threshold;
mod verify;
mod vrf;

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use pairlane_hsm::token::TokenError;

use ending::Ending;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    // The library falls back where it cannot do what is asked; a person wants to hear of it.
    if let Err(error) = pairlane::Backend::from_environment() {
        complain(format_args!("{}: {error}", pairlane::BACKEND_VARIABLE));
        return Ending::Unreadable.into();
    }
    let ending = cli.run().unwrap_or_else(|error| {
        if closed_early(&error) {
            return Ending::Closed;
        }
        complain(format_args!("{error:#}"));
        if pin_refused(&error) { Ending::PinRefused } else { Ending::Unreadable }
    });
    ending.into()
}

/// Whether whoever read our output went away, as `head` does. That is no error of anybody's.
fn closed_early(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

fn pin_refused(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<TokenError>())
        .any(TokenError::is_of_the_pin)
}

/// Says something on stderr. Where even that is closed there is nobody left to tell.
fn complain(what: std::fmt::Arguments<'_>) {
    let _ = writeln!(io::stderr(), "pairlane: {what}");
}

/// Prints a command's answer.
fn print_line(answer: &dyn std::fmt::Display) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{answer}").and_then(|()| stdout.flush()).context("standard output")
}
