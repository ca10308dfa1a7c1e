//! `pairlane verify`: a stream of signatures in, a verdict for each out.
//!
//! One thread reads and decodes text, another verifies; a bounded channel lies between them, so
//! memory does not depend on the length of the input:
//!
//! | what | at most |
//! |---|---|
//! | a line, or a binary record | 1 MiB |
//! | a batch: 512 records or 256 KiB, and its last record | 1.3 MiB |
//! | the channel: 16 batches | 20 MiB |
//! | a chunk: 8192 records or 16 MiB, and its last batch | 18 MiB |
//! | the engine, about 1 KiB for each record of a chunk | 10 MiB |
//! | keys and messages remembered | 60 MiB |
//!
//! The usual case, records of some hundred bytes by few signers, takes about 30 MiB.

mod batch;
mod binary;
mod engine;
mod format;
mod keys;
mod ndjson;
mod output;
mod progress;
mod reader;
mod rows;
mod tally;

use std::path::PathBuf;

use clap::Args;
use pairlane::{MinPk, MinSig, Variant, WeightBits};

use crate::complain;
use crate::ending::{EXIT_STATUS, Ending};
use crate::executor::ThreadsArgs;
use crate::input::{Cause, Source};
use crate::suite::{SuiteArgs, VariantName};
use engine::Engine;
use format::{Form, FormatName};
use output::Output;
use progress::Progress;
use reader::Reader;
use rows::{OutputName, Rows};
use tally::Tally;

/// Verify signatures, each with a verdict of its own
///
/// Reads one record a line, `{"public_key":"0x..","message":"0x..","signature":"0x.."}`, or binary
/// records of fixed length, public key | signature | message, with points compressed.
/// Verdicts come in the order of the records, as soon as they are known.
#[derive(Debug, Args)]
#[command(after_long_help = after_help())]
pub(crate) struct VerifyArgs {
    /// The signatures; `-` is standard input
    file: PathBuf,

    #[command(flatten)]
    suite: SuiteArgs,

    /// What the input is; `auto` goes by the extension .bin, then by the first byte
    #[arg(long, value_enum, default_value = "auto")]
    format: FormatName,

    /// Bytes of each message of a binary input [default: 32]
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u32).range(0..=1 << 20))]
    message_length: Option<u32>,

    /// What to print
    #[arg(long, value_enum, default_value = "table")]
    output: OutputName,

    /// Print the invalid ones only
    #[arg(long)]
    invalid_only: bool,

    /// Write verdicts to a file, which appears when the whole input was read, or not at all
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    #[command(flatten)]
    threads: ThreadsArgs,

    /// Odds of a bad signature passing by luck: 2^-64 or 2^-128 a batch
    #[arg(long, value_name = "BITS", default_value = "64", value_parser = weight_bits)]
    weight_bits: WeightBits,
}

const EXAMPLES: &str = "\
Examples:
  pairlane verify signatures.ndjson
  pairlane verify --scheme basic --variant min-sig --output ndjson - < rounds.ndjson
  pairlane verify --message-length 32 --invalid-only --out bad.txt votes.bin";

const OUTPUT_FIELDS: &str = "\
NDJSON output: {\"line\":7,\"valid\":true} or {\"line\":7,\"valid\":false,\"code\":..,\"reason\":..}
where line is that of the input (of a binary one, the record), from 1; code is for
programs and stays as it is, reason is for people.";

/// What comes below the options. Put together here because clap takes one text.
fn after_help() -> String {
    format!("{OUTPUT_FIELDS}\n\n{EXIT_STATUS}\n\n{EXAMPLES}")
}

/// Reads `--weight-bits`.
fn weight_bits(text: &str) -> Result<WeightBits, String> {
    match text {
        "64" => Ok(WeightBits::Bits64),
        "128" => Ok(WeightBits::Bits128),
        _ => Err("64 or 128".to_owned()),
    }
}

impl VerifyArgs {
    /// Verifies, in the variant asked for.
    pub(crate) fn run(&self) -> anyhow::Result<Ending> {
        match self.suite.variant {
            VariantName::MinPk => self.verify::<MinPk>(),
            VariantName::MinSig => self.verify::<MinSig>(),
        }
    }

    /// Opens everything before the first verdict, so that bad usage costs nothing; a file of
    /// verdicts takes its place only after the last.
    fn verify<V: Variant>(&self) -> anyhow::Result<Ending> {
        let suite = self.suite.suite::<V>()?;
        let executor = self.threads.executor()?;
        let source = Source::open(&self.file)?;
        let (name, size_bytes) = (source.name.clone(), source.size_bytes);
        let (form, source) = self.format.form::<V>(&self.file, source, self.message_length)?;
        let mut output = Output::create(self.out.as_deref())?;
        let mut rows = Rows::new(self.output, self.invalid_only, matches!(form, Form::Binary(_)));
        let mut reader = Reader::start(form, source);
        let mut engine = Engine::<V>::new(&suite, self.weight_bits, &executor);
        let progress = Progress::new(size_bytes, output.is_on_terminal());
        let mut tally = Tally::start();
        while let Some(chunk) = reader.next_chunk()? {
            let verdicts = engine.verify(&chunk);
            for (record, verdict) in chunk.records().zip(verdicts) {
                tally.count(verdict);
                rows.write(&mut output, &record, verdict)?;
            }
            output.end_chunk()?;
            progress.advance(chunk.input_bytes(), tally.records);
        }
        progress.finish();
        if tally.records == 0 {
            return Err(name.error(Cause::Empty("records")).into());
        }
        output.finish()?;
        complain(format_args!("{tally}"));
        Ok(if tally.invalid == 0 { Ending::Good } else { Ending::SomeInvalid })
    }
}
