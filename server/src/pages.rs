//! Shell completions and man pages, from the definition of the commands.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::cli::Cli;
use crate::ending::Ending;

/// Print a shell's completion script
#[derive(Debug, Args)]
#[command(after_long_help = COMPLETIONS_EXAMPLES)]
pub(crate) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  pairlane completions bash > ~/.local/share/bash-completion/completions/pairlane
  pairlane completions zsh > ~/.zfunc/_pairlane
  pairlane completions fish > ~/.config/fish/completions/pairlane.fish";

impl CompletionsArgs {
    pub(crate) fn run(&self) -> anyhow::Result<Ending> {
        // Into memory first: clap_complete panics where its output is closed.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "pairlane", &mut script);
        let mut stdout = io::stdout().lock();
        stdout.write_all(&script).and_then(|()| stdout.flush()).context("standard output")?;
        Ok(Ending::Good)
    }
}

/// Write the man pages, one for each command
#[derive(Debug, Args)]
#[command(after_long_help = MAN_EXAMPLES)]
pub(crate) struct ManArgs {
    /// The folder to write to; made if it is not there
    dir: PathBuf,
}

const MAN_EXAMPLES: &str = "\
Examples:
  pairlane man ~/.local/share/man/man1
  man -l target/man/pairlane-verify.1";

impl ManArgs {
    pub(crate) fn run(&self) -> anyhow::Result<Ending> {
        let named = || self.dir.display().to_string();
        fs::create_dir_all(&self.dir).with_context(named)?;
        clap_mangen::generate_to(Cli::command(), &self.dir).with_context(named)?;
        Ok(Ending::Good)
    }
}
