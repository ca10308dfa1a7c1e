//! `pairlane vrf prove`.

use std::path::PathBuf;

use clap::Args;
use pairlane::vrf::edwards::{self, EdwardsSuite};
use pairlane::vrf::p256::{self, P256Suite};
use pairlane::vrf::{BlsVrf, EdwardsEll2, EdwardsTai, P256Sswu, P256Tai};
use pairlane::{MinPk, MinSig, SecretKey, Variant};
use serde::Serialize;

use super::{CommonArgs, SuiteName};
use crate::ending::Ending;
use crate::print_line;
use crate::secret_file;

/// Print the public key, the proof and the output for an input
///
/// The key file is that of keygen, 32 bytes of hex. For edwards25519 and P-256 these bytes are a
/// seed: the VRF's key is derived from them under a tag of pairlane's and the suite's name, so that
/// one file in two uses gives no secret away. It is therefore not the raw key of RFC 9381's test
/// vectors. For BLS the file's key is used as it is, under a tag that no signature has, and the
/// public key is the one that keygen printed.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct ProveArgs {
    /// The secret: a file of hex, as keygen writes it; `-` is standard input
    #[arg(long, value_name = "FILE")]
    key: PathBuf,

    #[command(flatten)]
    common: CommonArgs,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  pairlane vrf prove --key alice.key --alpha 0x07
  pairlane vrf prove --key alice.key --alpha 0x07 --announced --json
  pairlane vrf prove --key alice.key --alpha 0x07 --suite bls-min-sig";

/// What is printed, all of it public.
#[derive(Serialize)]
struct Proved {
    public_key: String,
    proof: String,
    output: String,
}

impl ProveArgs {
    /// Proves under the suite asked for.
    pub(super) fn run(&self) -> anyhow::Result<Ending> {
        let alpha = self.common.alpha()?;
        let key = secret_file::read_key(&self.key)?;
        let proved = match self.common.suite {
            SuiteName::EdwardsTai => self.edwards::<EdwardsTai>(&key, &alpha),
            SuiteName::EdwardsEll2 => self.edwards::<EdwardsEll2>(&key, &alpha),
            SuiteName::P256Tai => p256::<P256Tai>(&key, &alpha),
            SuiteName::P256Sswu => p256::<P256Sswu>(&key, &alpha),
            SuiteName::BlsMinPk => bls::<MinPk>(&key, &alpha),
            SuiteName::BlsMinSig => bls::<MinSig>(&key, &alpha),
        };
        if self.json {
            print_line(&serde_json::to_string(&proved)?)?;
        } else {
            let Proved { public_key, proof, output } = proved;
            print_line(&format_args!(
                "public_key: {public_key}\nproof: {proof}\noutput: {output}"
            ))?;
        }
        Ok(Ending::Good)
    }

    fn edwards<S: EdwardsSuite>(&self, key: &SecretKey, alpha: &[u8]) -> Proved {
        let secret = edwards::SecretKey::<S>::from_seed(&key.expose_bytes());
        let public_key = secret.public_key();
        let (proof, output) = if self.common.announced {
            let proof = secret.prove_announced(alpha);
            (proof.to_string(), proof.to_proof(public_key, alpha).proof_to_hash())
        } else {
            let proof = secret.prove(alpha);
            (proof.to_string(), proof.proof_to_hash())
        };
        Proved { public_key: public_key.to_string(), proof, output: output.to_string() }
    }
}

fn p256<S: P256Suite>(key: &SecretKey, alpha: &[u8]) -> Proved {
    let secret = p256::SecretKey::<S>::from_seed(&key.expose_bytes());
    let proof = secret.prove(alpha);
    Proved {
        public_key: secret.public_key().to_string(),
        proof: proof.to_string(),
        output: proof.proof_to_hash().to_string(),
    }
}

fn bls<V: Variant>(key: &SecretKey, alpha: &[u8]) -> Proved {
    let vrf = BlsVrf::<V>::standard();
    let proof = vrf.prove(key, alpha);
    Proved {
        public_key: key.public_key::<V>().to_string(),
        proof: proof.to_string(),
        output: vrf.proof_to_hash(&proof).to_string(),
    }
}
