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
        let verdict = match (self.common.suite, self.common.announced) {
            (SuiteName::EdwardsTai, true) => announced::<EdwardsTai>(&key, &alpha, &proof),
            (SuiteName::EdwardsEll2, true) => announced::<EdwardsEll2>(&key, &alpha, &proof),
            (SuiteName::EdwardsTai, false) => plain(&EdwardsTai, &key, &alpha, &proof),
            (SuiteName::EdwardsEll2, false) => plain(&EdwardsEll2, &key, &alpha, &proof),
            (SuiteName::P256Tai, _) => plain(&P256Tai, &key, &alpha, &proof),
            (SuiteName::P256Sswu, _) => plain(&P256Sswu, &key, &alpha, &proof),
            (SuiteName::BlsMinPk, _) => plain(&BlsVrf::<MinPk>::standard(), &key, &alpha, &proof),
            (SuiteName::BlsMinSig, _) => plain(&BlsVrf::<MinSig>::standard(), &key, &alpha, &proof),
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

fn plain<F: Vrf>(vrf: &F, key: &[u8], alpha: &[u8], proof: &[u8]) -> Result<Vec<u8>, VrfError> {
    vrf.verify_bytes(key, alpha, proof).map(|output| output.as_ref().to_vec())
}

fn announced<S: EdwardsSuite>(key: &[u8], alpha: &[u8], proof: &[u8]) -> Result<Vec<u8>, VrfError> {
    let key = PublicKey::<S>::from_bytes(key).map_err(VrfError::PublicKey)?;
    let proof = AnnouncedProof::from_bytes(proof).map_err(VrfError::Proof)?;
    key.verify_announced(alpha, &proof).map(|output| output.as_bytes().to_vec())
}
