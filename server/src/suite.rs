//! `--variant`, `--scheme` and `--tag`: the ciphersuite of a command.

use std::fmt::Write;

use anyhow::Context;
use clap::{Args, ValueEnum};
use pairlane::{MinPk, MinSig, Scheme, Suite, Tag, Variant};
use serde::{Deserialize, Serialize};

/// Which group holds keys and which signatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum VariantName {
    /// Keys of 48 bytes in G1, signatures of 96 in G2 (Ethereum, drand mainnet)
    MinPk,
    /// Keys of 96 bytes in G2, signatures of 48 in G1 (drand quicknet)
    MinSig,
}

impl VariantName {
    /// The name as the command line and files write it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::MinPk => MinPk::NAME,
            Self::MinSig => MinSig::NAME,
        }
    }
}

/// The schemes of draft-irtf-cfrg-bls-signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SchemeName {
    /// NUL: the message is signed as it is (drand)
    Basic,
    /// AUG: the public key is hashed in front of the message
    Augmented,
    /// POP: as basic, for keys whose possession was proved (Ethereum)
    Possession,
}

impl From<SchemeName> for Scheme {
    fn from(name: SchemeName) -> Self {
        match name {
            SchemeName::Basic => Self::Basic,
            SchemeName::Augmented => Self::Augmented,
            SchemeName::Possession => Self::ProofOfPossession,
        }
    }
}

/// The variant alone, for commands that neither sign nor verify.
#[derive(Clone, Debug, Args)]
pub(crate) struct VariantArgs {
    /// Which group holds keys and which signatures
    #[arg(long, value_enum, default_value = "min-pk")]
    pub(crate) variant: VariantName,
}

/// A whole suite.
#[derive(Clone, Debug, Args)]
pub(crate) struct SuiteArgs {
    /// Which group holds keys and which signatures
    #[arg(long, value_enum, default_value = "min-pk")]
    pub(crate) variant: VariantName,

    /// The signature scheme
    #[arg(long, value_enum, default_value = "possession")]
    scheme: SchemeName,

    /// The domain-separation tag, a text [default: the draft's for variant and scheme]
    #[arg(long, value_name = "TEXT", long_help = tag_help())]
    tag: Option<String>,
}

impl SuiteArgs {
    /// The suite asked for. The caller has chosen `V` by [`Self::variant`].
    pub(crate) fn suite<V: Variant>(&self) -> anyhow::Result<Suite<V>> {
        suite(self.scheme, self.tag.as_deref()).context("--tag")
    }
}

/// A suite by name, under the draft's tag or one of its own.
pub(crate) fn suite<V: Variant>(
    scheme: SchemeName,
    tag: Option<&str>,
) -> Result<Suite<V>, pairlane::TagError> {
    Ok(match tag {
        Some(tag) => Suite::new(scheme.into(), Tag::new(tag)?),
        None => Suite::standard(scheme.into()),
    })
}

/// Asks the engine for its tags, so that the help cannot say another.
fn tag_help() -> String {
    let mut help = String::from(
        "The domain-separation tag, a text\n\nThe default is the draft's for variant and scheme:",
    );
    rows::<MinPk>(&mut help);
    rows::<MinSig>(&mut help);
    help
}

fn rows<V: Variant>(help: &mut String) {
    let schemes = [SchemeName::Basic, SchemeName::Augmented, SchemeName::Possession];
    for scheme in schemes {
        let suite = Suite::<V>::standard(scheme.into());
        let name = scheme.to_possible_value().map(|value| value.get_name().to_owned());
        let (name, tag) = (name.unwrap_or_default(), suite.tag().as_bytes().escape_ascii());
        // Writing to a string cannot fail.
        let _ = write!(help, "\n  {:<7} {name:<10} {tag}", V::NAME);
    }
}
