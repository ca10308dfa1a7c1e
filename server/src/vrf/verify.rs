//! `pairlane vrf verify`.

use clap::Args;
use pairlane::vrf::edwards::{AnnouncedProof, EdwardsSuite, PublicKey};
use pairlane::vrf::{BlsVrf, EdwardsEll2, EdwardsTai, P256Sswu, P256Tai, Vrf, VrfError};
use pairlane::{MinPk, MinSig};

use super::{CommonArgs, SuiteName, hex_argument};
use crate::ending::Ending;
use crate::{complain, print_line};

/// Verify a proof and print the output
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct VerifyArgs {
    /// The prover's public key, in hex
    #[arg(long, value_name = "HEX")]
    public_key: String,

    #[command(flatten)]
    common: CommonArgs,

    /// The proof, in hex
    #[arg(long, value_name = "HEX")]
    proof: String,
}

const EXAMPLES: &str = "\
Examples:
  pairlane vrf verify --public-key 0x.. --alpha 0x07 --proof 0x..
  pairlane vrf verify --public-key 0x.. --alpha 0x07 --proof 0x.. --suite p256-tai

Exit status:
  0    the proof is valid; its output is printed
  1    it is not, or the key or the proof is malformed: stderr says which
  2    bad usage, bad hex";

impl VerifyArgs {
    /// Verifies under the suite asked for.
    pub(super) fn run(&self) -> anyhow::Result<Ending> {
        let alpha = self.common.alpha()?;
        let key = hex_argument("--public-key", &self.public_key)?;
        let proof = hex_argument("--proof", &self.proof)?;
        let verdict = if self.common.announced {
            announced_output(self.common.suite, &key, &alpha, &proof)
        } else {
            output(self.common.suite, &key, &alpha, &proof)
        };
        match verdict {
            Ok(output) => {
                print_line(&format_args!("0x{}", hex::encode(output)))?;
                Ok(Ending::Good)
            }
            Err(reason) => {
                complain(format_args!("{reason}"));
                Ok(Ending::SomeInvalid)
            }
        }
    }
}

/// The output of a proof as RFC 9381 writes it, or of a BLS proof, if it is valid.
pub(crate) fn output(
    suite: SuiteName,
    key: &[u8],
    alpha: &[u8],
    proof: &[u8],
) -> Result<Vec<u8>, VrfError> {
    match suite {
        SuiteName::EdwardsTai => plain(&EdwardsTai, key, alpha, proof),
        SuiteName::EdwardsEll2 => plain(&EdwardsEll2, key, alpha, proof),
        SuiteName::P256Tai => plain(&P256Tai, key, alpha, proof),
        SuiteName::P256Sswu => plain(&P256Sswu, key, alpha, proof),
        SuiteName::BlsMinPk => plain(&BlsVrf::<MinPk>::standard(), key, alpha, proof),
        SuiteName::BlsMinSig => plain(&BlsVrf::<MinSig>::standard(), key, alpha, proof),
    }
}

/// The output of an announced proof, if it is valid. Suites without this form take none.
pub(crate) fn announced_output(
    suite: SuiteName,
    key: &[u8],
    alpha: &[u8],
    proof: &[u8],
) -> Result<Vec<u8>, VrfError> {
    match suite {
        SuiteName::EdwardsTai => announced::<EdwardsTai>(key, alpha, proof),
        SuiteName::EdwardsEll2 => announced::<EdwardsEll2>(key, alpha, proof),
        _ => output(suite, key, alpha, proof),
    }
}

fn plain<F: Vrf>(vrf: &F, key: &[u8], alpha: &[u8], proof: &[u8]) -> Result<Vec<u8>, VrfError> {
    vrf.verify_bytes(key, alpha, proof).map(|output| output.as_ref().to_vec())
}

fn announced<S: EdwardsSuite>(key: &[u8], alpha: &[u8], proof: &[u8]) -> Result<Vec<u8>, VrfError> {
    let key = PublicKey::<S>::from_bytes(key).map_err(VrfError::PublicKey)?;
    let proof = AnnouncedProof::from_bytes(proof).map_err(VrfError::Proof)?;
    key.verify_announced(alpha, &proof).map(|output| output.as_bytes().to_vec())
}
