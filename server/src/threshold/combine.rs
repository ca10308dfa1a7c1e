//! `pairlane threshold combine`.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use clap::Args;
use pairlane::threshold::{Index, PartialSignature, RecoverError};
use pairlane::{MinPk, MinSig, Sequential, Signature, Variant, Verifier};

use super::GroupSuiteArgs;
use super::files::GroupFile;
use crate::ending::Ending;
use crate::hex_text;
use crate::input::{Cause, InputError, Source};
use crate::lines::Lines;
use crate::message::MessageArgs;
use crate::suite::VariantName;
use crate::{complain, print_line};

/// Combine partial signatures to the group's signature and print it
///
/// Wrong partial signatures are put aside and named on stderr; as long as enough good ones are
/// left, the signature is the same as without them.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct CombineArgs {
    /// The group: the public file that deal wrote
    #[arg(long, value_name = "FILE")]
    group: PathBuf,

    #[command(flatten)]
    message: MessageArgs,

    #[command(flatten)]
    suite: GroupSuiteArgs,

    /// The partial signatures, one a line as sign prints them; `-` is standard input
    #[arg(default_value = "-")]
    partials: PathBuf,
}

const EXAMPLES: &str = "\
Examples:
  pairlane threshold combine --group group/group.json --message 0xcafe partials
  cat partial-1 partial-3 | pairlane threshold combine --group group/group.json --message 0xcafe -

Exit status:
  0    the signature is printed; it verifies under the group's key
  1    too few of the partial signatures are good: stderr names the wrong ones
  2    bad usage, or input that cannot be read";

impl CombineArgs {
    /// Combines, in the group's variant.
    pub(super) fn run(&self) -> anyhow::Result<Ending> {
        let stdin =
            [&self.group, &self.partials].into_iter().filter(|path| *path == Path::new("-"));
        ensure!(
            stdin.count() + usize::from(self.message.is_stdin()) <= 1,
            "only one of --group, --message-file and the partial signatures can be standard input"
        );
        let file = GroupFile::read(&self.group)?;
        self.suite.check_variant(file.variant)?;
        let message = self.message.bytes()?;
        match file.variant {
            VariantName::MinPk => self.combine::<MinPk>(&file, &message),
            VariantName::MinSig => self.combine::<MinSig>(&file, &message),
        }
    }

    fn combine<V: Variant>(&self, file: &GroupFile, message: &[u8]) -> anyhow::Result<Ending> {
        let group = file.group::<V>().with_context(|| self.group.display().to_string())?;
        let suite = self.suite.suite::<V>()?;
        let partials = read_partials::<V>(&self.partials, group.threshold().participants())?;
        match group.combine(&suite, message, &partials, &Verifier::new(), &Sequential) {
            Ok(combined) => {
                name_wrong(&combined.wrong);
                print_line(&combined.signature)?;
                Ok(Ending::Good)
            }
            Err(RecoverError::TooFew { required, given, wrong }) if !wrong.is_empty() => {
                name_wrong(&wrong);
                complain(format_args!("{given} good partial signatures, {required} required"));
                Ok(Ending::SomeInvalid)
            }
            Err(error) => Err(error).with_context(|| self.partials.display().to_string()),
        }
    }
}

fn name_wrong(wrong: &[Index]) {
    for index in wrong {
        complain(format_args!("the partial signature of holder {index} is wrong"));
    }
}

/// Reads lines of an index and a signature: no more than there are holders, none twice.
fn read_partials<V: Variant>(
    path: &Path,
    participants: usize,
) -> Result<Vec<PartialSignature<V>>, InputError> {
    let source = Source::open(path)?;
    let name = source.name.clone();
    let mut lines = Lines::new(name.clone(), source);
    let (mut partials, mut firsts) = (Vec::new(), vec![None; participants]);
    while let Some((number, line)) = lines.next()? {
        let partial = parse::<V>(line).map_err(|cause| lines.error(cause))?;
        let index = partial.index();
        let Some(first) = firsts.get_mut(usize::from(index.get()) - 1) else {
            return Err(lines.error(Cause::NotOfGroup { index, participants }));
        };
        if let Some(first) = *first {
            return Err(lines.error(Cause::PartialTwice { index, first }));
        }
        *first = Some(number);
        partials.push(partial);
    }
    if partials.is_empty() {
        return Err(name.error(Cause::Empty("partial signatures")));
    }
    Ok(partials)
}

fn parse<V: Variant>(line: &[u8]) -> Result<PartialSignature<V>, Cause> {
    let mut fields = line.split(u8::is_ascii_whitespace).filter(|field| !field.is_empty());
    let (Some(index), Some(signature), None) = (fields.next(), fields.next(), fields.next()) else {
        return Err(Cause::PartialFields);
    };
    let index = std::str::from_utf8(index).ok().and_then(|index| index.parse().ok());
    let index = index.and_then(|index| Index::new(index).ok()).ok_or(Cause::PartialFields)?;
    let mut bytes = Vec::new();
    hex_text::decode_onto(&mut bytes, signature).map_err(Cause::Hex)?;
    let signature = Signature::from_bytes(&bytes).map_err(Cause::Signature)?;
    Ok(PartialSignature::new(index, signature))
}
