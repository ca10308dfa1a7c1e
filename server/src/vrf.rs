//! `pairlane vrf`: outputs that only a secret key gives and everybody can check.

mod prove;
mod verify;

use clap::{Args, Subcommand, ValueEnum};
use serde::Deserialize;

use crate::ending::Ending;
use prove::ProveArgs;
pub(crate) use verify::{announced_output, output};

use verify::VerifyArgs;

/// Prove or verify an output of a verifiable random function
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES, arg_required_else_help = true)]
pub(crate) struct VrfArgs {
    #[command(subcommand)]
    command: VrfCommand,
}

#[derive(Debug, Subcommand)]
enum VrfCommand {
    Prove(ProveArgs),
    Verify(VerifyArgs),
}

const EXAMPLES: &str = "\
Examples:
  pairlane vrf prove --key alice.key --alpha 0x07
  pairlane vrf verify --public-key 0x.. --alpha 0x07 --proof 0x..";

impl VrfArgs {
    /// Runs the inner command.
    pub(crate) fn run(&self) -> anyhow::Result<Ending> {
        match &self.command {
            VrfCommand::Prove(args) => args.run(),
            VrfCommand::Verify(args) => args.run(),
        }
    }
}

/// The suites.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SuiteName {
    /// ECVRF-EDWARDS25519-SHA512-TAI of RFC 9381: the one to use
    #[value(name = "edwards25519-tai")]
    #[serde(rename = "edwards25519-tai")]
    EdwardsTai,
    /// ECVRF-EDWARDS25519-SHA512-ELL2 of RFC 9381: where alpha is secret
    #[value(name = "edwards25519-ell2")]
    #[serde(rename = "edwards25519-ell2")]
    EdwardsEll2,
    /// ECVRF-P256-SHA256-TAI of RFC 9381
    P256Tai,
    /// ECVRF-P256-SHA256-SSWU of RFC 9381
    P256Sswu,
    /// The hash of a BLS signature, keys of 48 bytes
    BlsMinPk,
    /// The hash of a BLS signature, keys of 96 bytes
    BlsMinSig,
}

/// What prove and verify have in common.
#[derive(Clone, Debug, Args)]
struct CommonArgs {
    /// The input, in hex; it must hold nothing that the prover may choose
    #[arg(long, value_name = "HEX")]
    alpha: String,

    /// The VRF
    #[arg(long, value_enum, default_value = "edwards25519-tai")]
    suite: SuiteName,

    /// The proof has the 128-byte form that batches take (edwards25519 only)
    #[arg(long)]
    announced: bool,
}

impl SuiteName {
    /// Whether proofs have the announced form too.
    pub(crate) fn is_edwards(self) -> bool {
        matches!(self, Self::EdwardsTai | Self::EdwardsEll2)
    }
}

impl CommonArgs {
    /// The input's bytes, once `--announced` is known to go with the suite.
    fn alpha(&self) -> anyhow::Result<Vec<u8>> {
        anyhow::ensure!(
            self.suite.is_edwards() || !self.announced,
            "--announced: only edwards25519 has this form"
        );
        hex_argument("--alpha", &self.alpha)
    }
}

/// The bytes of an argument.
fn hex_argument(name: &str, text: &str) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    crate::hex_text::decode_onto(&mut bytes, text.as_bytes())
        .map_err(|error| anyhow::anyhow!("{name}: bad hex: {error}"))?;
    Ok(bytes)
}
