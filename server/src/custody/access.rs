//! Which vault, and how it is opened.

use std::convert::Infallible;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context, ensure};
use clap::Args;
use pairlane_hsm::arena::harden;
use pairlane_hsm::envelope::Level;
use pairlane_hsm::guard::Accept;
use pairlane_hsm::token::{Pin, PinError, PinSource, Token, TokenConfig};
use pairlane_hsm::vault::{Vault, VaultOptions, VaultReport};
use serde::{Deserialize, Serialize};

use crate::complain;
use crate::secret_file::write_new;

/// Where a vault says how to reach its token.
const CONFIG: &str = "vault.json";

/// Everybody may read it: there is nothing secret in it.
const CONFIG_MODE: u32 = 0o644;

/// Which vault.
#[derive(Clone, Debug, Args)]
pub(super) struct VaultArgs {
    /// The vault's folder
    #[arg(long, value_name = "FOLDER", env = "PAIRLANE_VAULT")]
    pub(super) vault: PathBuf,

    #[command(flatten)]
    pub(super) pin: PinArgs,
}

/// Where the PIN comes from.
#[derive(Clone, Debug, Args)]
pub(super) struct PinArgs {
    /// Where the token's PIN (in a vault of files, the password) comes from: `fd:NUMBER`,
    /// `file:PATH`, `env:NAME` or `prompt`; never the PIN itself
    #[arg(long, value_name = "SOURCE", env = "PAIRLANE_PIN_SOURCE", default_value = "prompt")]
    pin: SourceArg,
}

impl PinArgs {
    pub(super) fn read(&self, what: &str) -> anyhow::Result<Pin> {
        self.pin.read("--pin", what)
    }
}

/// A PIN's source as an argument. What is none is refused when it is read, not before: clap would
/// repeat the argument, which may be the PIN.
#[derive(Clone, Debug)]
pub(super) struct SourceArg(Option<PinSource>);

impl FromStr for SourceArg {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.parse().ok()))
    }
}

impl SourceArg {
    /// Reads the PIN; `option` is what the source was given with, `what` what a prompt asks for.
    pub(super) fn read(&self, option: &str, what: &str) -> anyhow::Result<Pin> {
        let Some(source) = &self.0 else {
            return Err(PinError::Form).context(option.to_owned());
        };
        source.read(what).with_context(|| format!("{option} {source}"))
    }
}

/// How a vault reaches its token, and which network it serves.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VaultConfig {
    /// The token; none for a vault of EIP-2335 files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) token: Option<TokenConfig>,
    /// The Ethereum network's `genesis_validators_root`, in hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) network: Option<String>,
}

impl VaultConfig {
    fn read(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(CONFIG);
        let text = fs::read(&path)
            .with_context(|| format!("{}: `pairlane token init` makes a vault", path.display()))?;
        serde_json::from_slice(&text).with_context(|| path.display().to_string())
    }

    /// Written once, when the vault is made.
    pub(super) fn write(&self, folder: &Path) -> anyhow::Result<()> {
        let mut text = serde_json::to_vec_pretty(self).context("vault.json")?;
        text.push(b'\n');
        write_new(&folder.join(CONFIG), &text, CONFIG_MODE)
    }

    /// What the vault is opened with.
    pub(super) fn options(&self) -> anyhow::Result<VaultOptions> {
        let network = self.network.as_deref().map(network).transpose()?;
        Ok(VaultOptions { network, ..VaultOptions::default() })
    }
}

/// A network's root from hex.
pub(super) fn network(text: &str) -> anyhow::Result<[u8; 32]> {
    let mut root = [0; 32];
    let decoded = crate::hex_text::decode_into(&mut root, text.as_bytes());
    decoded.context("genesis_validators_root")?;
    Ok(root)
}

/// An open vault, and what opens its keys.
pub(crate) struct Opened {
    pub(crate) vault: Vault,
    /// The password of a vault of files.
    password: Option<Pin>,
}

impl Opened {
    /// Opens the vault in a folder; the PIN is asked for when the vault is known to be there.
    pub(crate) fn open(
        folder: &Path,
        read_pin: impl FnOnce(&str) -> anyhow::Result<Pin>,
        accept: Option<Accept>,
        actor: &str,
    ) -> anyhow::Result<Self> {
        guard_process();
        let config = VaultConfig::read(folder)?;
        let options = VaultOptions { accept, ..config.options()? };
        let (token, password) = match config.token {
            Some(token) => (Some(Token::open(token, read_pin("token PIN")?)?), None),
            None => (None, Some(read_pin("password")?)),
        };
        let (vault, report) = Vault::open(folder, token, options, actor)?;
        tell(&report);
        Ok(Self { vault, password })
    }

    /// The vault, and the password of a vault of files.
    pub(crate) fn into_parts(self) -> (Vault, Option<Pin>) {
        (self.vault, self.password)
    }

    /// What the keys of a vault of files are opened with.
    pub(crate) fn password(&self) -> Option<&Pin> {
        self.password.as_ref()
    }
}

impl VaultArgs {
    /// Opens the vault for a command.
    pub(super) fn open(&self) -> anyhow::Result<Opened> {
        self.open_accepting(None)
    }

    /// Opens the vault, accepting a disagreement that a person has looked into.
    pub(super) fn open_accepting(&self, accept: Option<Accept>) -> anyhow::Result<Opened> {
        Opened::open(&self.vault, |what| self.pin.read(what), accept, &actor())
    }

    /// Logs in to the vault's token, if it has one, without opening the vault.
    pub(super) fn with_token<T>(
        &self,
        act: impl FnOnce(Option<&Token>) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        guard_process();
        let token = match VaultConfig::read(&self.vault)?.token {
            Some(config) => Some(Token::open(config, self.pin.read("token PIN")?)?),
            None => None,
        };
        act(token.as_ref())
    }

    /// The vault's own account of its token.
    pub(super) fn config(&self) -> anyhow::Result<VaultConfig> {
        VaultConfig::read(&self.vault)
    }
}

/// No core file and no debugger, as far as the system lets us.
pub(crate) fn guard_process() {
    if let Err(error) = harden() {
        complain(format_args!("warning: this process could not be hardened: {error}"));
    }
}

/// What a person should hear of an opening.
fn tell(report: &VaultReport) {
    if let Some(torn) = &report.guard.torn {
        complain(format_args!("the guard's log had a torn tail, cut off: {torn:?}"));
    }
    if let Some(torn) = &report.audit_torn {
        complain(format_args!("the audit log had a torn tail, cut off: {torn:?}"));
    }
    if let Some(why) = &report.guard.rewrite_failed {
        complain(format_args!("the guard's log could not be made smaller: {why}"));
    }
}

/// Who the audit log says it was.
pub(super) fn actor() -> String {
    let user = std::env::var("USER").or_else(|_| std::env::var("LOGNAME"));
    format!("cli:{}", user.unwrap_or_else(|_| "unknown".to_owned()))
}

/// What a level is good for, as every command says it.
pub(crate) fn level_text(level: Level) -> String {
    format!(
        "protection {level}: against {}. Not against: {}.",
        level.protects(),
        level.leaves_open()
    )
}

/// One vault, one folder.
pub(super) fn check_is_new(folder: &Path) -> anyhow::Result<()> {
    ensure!(!folder.join(CONFIG).exists(), "{} holds a vault already", folder.display());
    Ok(())
}
