//! A service that signs with the vault of a host.
#![allow(unreachable_pub, dead_code, reason = "each suite uses a part")]

use std::fs;
use std::process::{Command, Stdio};

use crate::cli_support::{Run, binary};
use crate::host::Host;
use crate::serve_support::Server;

/// Whoever asks may sign.
const FOR_ALL: &str = "[access]\nanonymous = [\"verify\", \"list-keys\", \"sign\"]\n";

/// Writes the configuration of a service that signs for whoever asks.
pub fn configure(host: &Host) -> String {
    configure_with(host, FOR_ALL)
}

fn configure_with(host: &Host, access: &str) -> String {
    let path = host.path("pairlane.toml");
    let text = format!(
        "[signing]\nvault = \"{}\"\npin_source = \"file:{}\"\n{access}",
        host.path("vault").display(),
        host.path("user.pin").display()
    );
    fs::write(&path, text).unwrap();
    path.display().to_string()
}

/// Starts it.
pub fn start(host: &Host) -> Server {
    start_with(host, FOR_ALL)
}

/// Starts one with rules of its own for who may what.
pub fn start_with(host: &Host, access: &str) -> Server {
    let config = configure_with(host, access);
    let token = host.path("softhsm2.conf").display().to_string();
    let more = host.environment.iter().map(|(name, path)| (*name, path.to_str().unwrap()));
    let environment: Vec<_> = more.chain([("SOFTHSM2_CONF", token.as_str())]).collect();
    Server::start(binary(), &["--config", &config], &environment)
}

/// Starts one that is expected to end by itself.
pub fn start_in_vain(host: &Host) -> Run {
    let config = configure(host);
    let started = Command::new(binary())
        .args(["serve", "--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0", "--config"])
        .arg(config)
        .env("SOFTHSM2_CONF", host.path("softhsm2.conf"))
        .stdin(Stdio::null())
        .output();
    started.unwrap().into()
}
