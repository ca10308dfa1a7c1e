//! `pairlane aggregate`: many signatures to one.

use std::path::PathBuf;

use clap::Args;
use pairlane::{MinPk, MinSig, Signature, Variant};

use crate::ending::Ending;
use crate::hex_text;
use crate::input::{Cause, Source};
use crate::lines::Lines;
use crate::print_line;
use crate::suite::{VariantArgs, VariantName};

/// Signatures summed at a time, so that memory does not depend on how many there are.
const SUMMED_AT_ONCE: usize = 1024;

/// Sum signatures into one aggregate signature and print it
///
/// Reads one signature a line, in hex. Each must be a point of the right group; whether each is
/// anybody's signature on anything is not looked at.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct AggregateArgs {
    /// The signatures; `-` is standard input
    #[arg(default_value = "-")]
    file: PathBuf,

    #[command(flatten)]
    variant: VariantArgs,
}

const EXAMPLES: &str = "\
Examples:
  pairlane aggregate signatures.txt
  jq -r .signature votes.ndjson | pairlane aggregate --variant min-sig";

impl AggregateArgs {
    /// Sums, in the variant asked for.
    pub(crate) fn run(&self) -> anyhow::Result<Ending> {
        match self.variant.variant {
            VariantName::MinPk => self.aggregate::<MinPk>(),
            VariantName::MinSig => self.aggregate::<MinSig>(),
        }
    }

    /// One bad line spoils the sum, so the first one ends it.
    fn aggregate<V: Variant>(&self) -> anyhow::Result<Ending> {
        let source = Source::open(&self.file)?;
        let name = source.name.clone();
        let mut lines = Lines::new(name.clone(), source);
        // The sum so far comes first.
        let mut signatures = Vec::<Signature<V>>::with_capacity(SUMMED_AT_ONCE);
        let mut bytes = Vec::new();
        while let Some((_, line)) = lines.next()? {
            bytes.clear();
            let signature = hex_text::decode_onto(&mut bytes, line.trim_ascii())
                .map_err(Cause::Hex)
                .and_then(|()| Signature::from_bytes(&bytes).map_err(Cause::Signature))
                .map_err(|cause| lines.error(cause))?;
            signatures.push(signature);
            if signatures.len() == SUMMED_AT_ONCE {
                let sum = Signature::aggregate(&signatures)?;
                signatures.clear();
                signatures.push(sum);
            }
        }
        if signatures.is_empty() {
            return Err(name.error(Cause::Empty("signatures")).into());
        }
        let sum = Signature::aggregate(&signatures)?;
        print_line(&sum)?;
        Ok(Ending::Good)
    }
}
