//! `pairlane token`: a token made ready, looked at, tried out.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Subcommand};
use pairlane_hsm::envelope::{Level, probe};
use pairlane_hsm::keystore::{Custody, Scrypt};
use pairlane_hsm::token::{Token, TokenConfig, TokenSelector, init_token};
use pairlane_hsm::vault::Vault;

use super::access::{
    PinArgs, SourceArg, VaultArgs, VaultConfig, actor, check_is_new, guard_process, level_text,
    network,
};
use crate::ending::Ending;
use crate::table::table;
use crate::{complain, print_line};

/// Make a PKCS#11 token ready, look at it, or try out what it can do
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES, arg_required_else_help = true)]
pub(crate) struct TokenArgs {
    #[command(subcommand)]
    command: TokenCommand,
}

#[derive(Debug, Subcommand)]
enum TokenCommand {
    Init(InitArgs),
    Info(InfoArgs),
    Probe(ProbeArgs),
}

const EXAMPLES: &str = "\
Examples:
  pairlane token info --module /usr/lib/softhsm/libsofthsm2.so
  pairlane token init --vault vault --module /usr/lib/softhsm/libsofthsm2.so --label validators
  pairlane token probe --vault vault";

impl TokenArgs {
    /// Runs the inner command.
    pub(crate) fn run(&self) -> anyhow::Result<Ending> {
        match &self.command {
            TokenCommand::Init(args) => args.run(),
            TokenCommand::Info(args) => args.run(),
            TokenCommand::Probe(args) => args.run(),
        }
    }
}

/// Initialise a blank token and make a vault whose keys it seals
///
/// The token gets a label, the officer's PIN and the user's PIN; then its sealing keys are made in
/// it, never to leave it. With --existing, a token that is initialised already is taken as it is.
/// With --files, there is no token: keys lie in EIP-2335 files under a password.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  pairlane token init --vault vault --module /usr/lib/softhsm/libsofthsm2.so --label validators
  pairlane token init --vault vault --files")]
struct InitArgs {
    /// The vault's folder, new or empty
    #[arg(long, value_name = "FOLDER", env = "PAIRLANE_VAULT")]
    vault: PathBuf,

    #[command(flatten)]
    module: ModuleArgs,

    /// Where the officer's PIN for the new token comes from; forms as for --pin
    #[arg(long, value_name = "SOURCE", default_value = "prompt")]
    officer_pin: SourceArg,

    #[command(flatten)]
    pin: PinArgs,

    /// Take a token that is initialised already
    #[arg(long)]
    existing: bool,

    /// Keep keys in EIP-2335 files, without a token
    #[arg(long, conflicts_with_all = ["label", "existing", "level"])]
    files: bool,

    /// How keys are protected [default: the best that the token can do]
    #[arg(long, value_name = "LEVEL")]
    level: Option<Level>,

    /// The Ethereum network's `genesis_validators_root`, for Ethereum duties; for good
    #[arg(long, value_name = "HEX")]
    network: Option<String>,
}

/// Which token, through which module.
#[derive(Clone, Debug, Args)]
struct ModuleArgs {
    /// The token's PKCS#11 module, a shared library
    #[arg(long, value_name = "FILE", env = "PAIRLANE_PKCS11_MODULE")]
    module: Option<PathBuf>,

    /// The token's label
    #[arg(long, value_name = "TEXT")]
    label: Option<String>,

    /// The token's serial number
    #[arg(long, value_name = "TEXT")]
    serial: Option<String>,

    /// A string that the module wants at its start; NSS does
    #[arg(long, value_name = "TEXT")]
    parameters: Option<String>,
}

impl ModuleArgs {
    fn module(&self) -> anyhow::Result<&PathBuf> {
        self.module.as_ref().context("--module: which PKCS#11 module?")
    }

    fn config(&self) -> anyhow::Result<TokenConfig> {
        let selector = TokenSelector {
            label: self.label.clone(),
            serial: self.serial.clone(),
            ..TokenSelector::default()
        };
        anyhow::ensure!(
            self.label.is_some() || self.serial.is_some(),
            "--label or --serial: which token? `pairlane token info` lists them"
        );
        let mut config = TokenConfig::new(self.module()?, selector);
        config.parameters.clone_from(&self.parameters);
        Ok(config)
    }
}

impl InitArgs {
    fn run(&self) -> anyhow::Result<Ending> {
        guard_process();
        check_is_new(&self.vault)?;
        self.network.as_deref().map(network).transpose()?;
        let (config, custody) = if self.files {
            let config = VaultConfig { token: None, network: self.network.clone() };
            (config, Custody::Files(Scrypt::Standard))
        } else {
            let (token_config, token) = self.token()?;
            let config = VaultConfig { token: Some(token_config), network: self.network.clone() };
            (config, Custody::Token { token, level: self.level, native_bls: None })
        };
        let vault = Vault::create(&self.vault, custody, config.options()?, &actor())?;
        config.write(&self.vault)?;
        let level = vault.store().level();
        if !vault.token_remembers() {
            complain(format_args!(
                "nothing outside the folder remembers how far the guard's log has come: never go \
                 on from a copy of it"
            ));
        }
        print_line(&format_args!(
            "made the vault {}\n{}",
            self.vault.display(),
            level_text(level)
        ))?;
        Ok(Ending::Good)
    }

    /// The token, initialised if it was blank, logged in to. Its serial number is noted: another
    /// token of this label is not it.
    fn token(&self) -> anyhow::Result<(TokenConfig, Token)> {
        let mut config = self.module.config()?;
        let pin = self.pin.read("PIN of the token's user")?;
        if !self.existing {
            let label = self.module.label.as_deref().context("--label: how shall it be called?")?;
            let officer = self.officer_pin.read("--officer-pin", "PIN of the token's officer")?;
            let parameters = self.module.parameters.as_deref();
            let identity =
                init_token(self.module.module()?, parameters, None, label, &officer, &pin)?;
            config.token.serial = Some(identity.serial);
        }
        let token = Token::open(config.clone(), pin)?;
        config.token.serial = Some(token.identity().serial.clone());
        config.token.label = Some(token.identity().label.clone());
        Ok((config, token))
    }
}

/// List the tokens that a module shows
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  pairlane token info --module /usr/lib/softhsm/libsofthsm2.so")]
struct InfoArgs {
    /// The PKCS#11 module, a shared library
    #[arg(long, value_name = "FILE", env = "PAIRLANE_PKCS11_MODULE")]
    module: PathBuf,

    /// A string that the module wants at its start; NSS does
    #[arg(long, value_name = "TEXT")]
    parameters: Option<String>,
}

impl InfoArgs {
    fn run(&self) -> anyhow::Result<Ending> {
        let mut rows = table(&["slot", "label", "serial", "model", "manufacturer", "state"]);
        for (slot, identity) in Token::list(&self.module, self.parameters.as_deref())? {
            match identity {
                Ok(token) => {
                    let state = if token.initialized { "initialised" } else { "blank" };
                    rows.add_row([
                        slot.to_string(),
                        token.label,
                        token.serial,
                        token.model,
                        token.manufacturer,
                        state.to_owned(),
                    ]);
                }
                Err(error) => {
                    rows.add_row([slot.to_string(), error.to_string()]);
                }
            }
        }
        print_line(&rows)?;
        Ok(Ending::Good)
    }
}

/// Try out every way in which a token could protect keys, on random data
///
/// Leaves nothing in the token. What a token says of itself is not believed; what it does is.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  pairlane token probe --vault vault
  pairlane token probe --module /usr/lib/softhsm/libsofthsm2.so --label validators")]
struct ProbeArgs {
    /// The vault whose token it is
    #[arg(long, value_name = "FOLDER", env = "PAIRLANE_VAULT")]
    vault: Option<PathBuf>,

    #[command(flatten)]
    module: ModuleArgs,

    #[command(flatten)]
    pin: PinArgs,
}

impl ProbeArgs {
    fn run(&self) -> anyhow::Result<Ending> {
        guard_process();
        let config = match &self.vault {
            Some(folder) => {
                let args = VaultArgs { vault: folder.clone(), pin: self.pin.clone() };
                args.config()?.token.context("this vault has no token: its keys are in files")?
            }
            None => self.module.config()?,
        };
        let token = Token::open(config, self.pin.read("token PIN")?)?;
        let found = probe(&token)?;
        let mut rows = table(&["path", "result", "protects against", "leaves open"]);
        for (name, path) in [
            ("random", &found.random),
            ("hmac (audit log)", &found.hmac),
            ("ed25519", &found.ed25519),
        ] {
            rows.add_row([name.to_owned(), path.to_string(), String::new(), String::new()]);
        }
        for (level, path) in &found.levels {
            let (good, open) = (level.protects().to_owned(), level.leaves_open().to_owned());
            rows.add_row([level.to_string(), path.to_string(), good, open]);
        }
        print_line(&rows)?;
        for warning in &found.warnings {
            print_line(&format_args!("warning: {warning}"))?;
        }
        let Some(level) = found.best() else {
            print_line(&"best: none, this token cannot protect keys")?;
            return Ok(Ending::SomeInvalid);
        };
        print_line(&format_args!("best: {level}"))?;
        Ok(Ending::Good)
    }
}
