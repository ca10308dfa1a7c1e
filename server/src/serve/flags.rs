//! The flags that set something, for whatever reads the configuration.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use super::settings::{self, Origins, Settings};

/// Where settings come from.
#[derive(Clone, Debug, Args)]
pub(crate) struct Flags {
    /// The configuration
    #[arg(long, value_name = "FILE.toml", env = "PAIRLANE_CONFIG")]
    config: Option<PathBuf>,

    /// Where the API listens [default: 127.0.0.1:9400]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,

    /// Where health and metrics listen [default: 127.0.0.1:9401]
    #[arg(long, value_name = "ADDRESS:PORT")]
    ops_listen: Option<SocketAddr>,

    /// Threads that verify [default: one for each core]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,

    /// Verify each request by itself, also when many arrive together
    #[arg(long)]
    no_merge: bool,
}

impl Flags {
    /// What file, environment and flags say together, and which of them said what.
    pub(crate) fn settings(&self) -> anyhow::Result<(Settings, Origins)> {
        let (mut settings, mut origins) = settings::read(self.config.as_deref())?;
        let Self { config: _, listen, ops_listen, threads, no_merge } = self;
        if let Some(listen) = *listen {
            settings.listen = listen;
            origins.flag("listen", "--listen");
        }
        if let Some(listen) = *ops_listen {
            settings.ops_listen = listen;
            origins.flag("ops_listen", "--ops-listen");
        }
        if let Some(threads) = *threads {
            settings.threads = threads;
            origins.flag("threads", "--threads");
        }
        if *no_merge {
            settings.merge.enabled = false;
            origins.flag("merge.enabled", "--no-merge");
        }
        Ok((settings, origins))
    }
}
