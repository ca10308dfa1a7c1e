//! Throw-away tokens, each in a process of its own.
//!
//! A module reads its environment once, when it is initialised, so a test that needs a token runs
//! again in a child process with the environment of a fresh one. What cannot run is printed and
//! counted, never passed over in silence.

#![allow(dead_code, reason = "each test binary uses its own part")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

use pairlane_hsm::token::{Pin, Token, TokenConfig, TokenSelector, init_token};

/// Names the provider in a child process.
const PROVIDER: &str = "PAIRLANE_TEST_PROVIDER";
/// Names its folder there.
const FOLDER: &str = "PAIRLANE_TEST_FOLDER";

pub(crate) const LABEL: &str = "pairlane test";
const OFFICER_PIN: &[u8] = b"officer 0815";

/// A PKCS#11 module that tests run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Provider {
    SoftHsm,
    Kryoptic,
    Nss,
    /// SoftHSM behind our own module that fails on demand.
    Fault,
}

pub(crate) const EVERY: [Provider; 3] = [Provider::SoftHsm, Provider::Kryoptic, Provider::Nss];

impl Provider {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::SoftHsm => "softhsm",
            Self::Kryoptic => "kryoptic",
            Self::Nss => "nss",
            Self::Fault => "fault",
        }
    }

    /// The module's path, or why there is none.
    pub(crate) fn module(self) -> Result<PathBuf, String> {
        if self == Self::Fault {
            Self::SoftHsm.module()?;
            // Beside this program, where cargo puts what it builds for tests.
            let folder = std::env::current_exe().unwrap().parent().unwrap().to_owned();
            let path = folder.join("libpairlane_hsm_fault.so");
            return if path.exists() {
                Ok(path)
            } else {
                Err(format!("{} is missing", path.display()))
            };
        }
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR"));
        let (candidates, cure): (Vec<PathBuf>, _) = match self {
            Self::SoftHsm => (
                [
                    "/usr/lib/softhsm/libsofthsm2.so",
                    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
                    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
                ]
                .map(PathBuf::from)
                .to_vec(),
                "apt-get install softhsm2",
            ),
            Self::Kryoptic => (
                vec![workspace.join("kryoptic/target/release/libpairlane_kryoptic.so")],
                "hsm/kryoptic/build",
            ),
            Self::Nss => (
                [
                    "/usr/lib/x86_64-linux-gnu/nss/libsoftokn3.so",
                    "/usr/lib/x86_64-linux-gnu/libsoftokn3.so",
                    "/usr/lib/aarch64-linux-gnu/nss/libsoftokn3.so",
                    "/usr/lib/aarch64-linux-gnu/libsoftokn3.so",
                ]
                .map(PathBuf::from)
                .to_vec(),
                "apt-get install libnss3 libnss3-tools",
            ),
            Self::Fault => unreachable!("answered above"),
        };
        let found = candidates.into_iter().find(|path| path.exists());
        found.ok_or_else(|| format!("not installed: {cure}"))
    }

    /// The environment that the module reads its place from.
    fn environment(self, folder: &Path) -> Vec<(&'static str, PathBuf)> {
        match self {
            Self::SoftHsm => {
                let tokens = folder.join("tokens");
                std::fs::create_dir_all(&tokens).unwrap();
                let path = folder.join("softhsm2.conf");
                let text =
                    format!("directories.tokendir = {}\nlog.level = ERROR\n", tokens.display());
                std::fs::write(&path, text).unwrap();
                vec![("SOFTHSM2_CONF", path)]
            }
            Self::Kryoptic => {
                let path = folder.join("kryoptic.toml");
                let database = folder.join("token.sql");
                let text = format!(
                    "[[slots]]\nslot = 7\ndbtype = \"sqlite\"\ndbargs = \"{}\"\n",
                    database.display()
                );
                std::fs::write(&path, text).unwrap();
                vec![("KRYOPTIC_CONF", path)]
            }
            Self::Nss => vec![],
            Self::Fault => {
                let mut environment = Self::SoftHsm.environment(folder);
                environment.extend([
                    (pairlane_hsm_fault::MODULE, Self::SoftHsm.module().unwrap()),
                    (pairlane_hsm_fault::FAULTS, folder.join("faults")),
                    (pairlane_hsm_fault::COUNTS, folder.join("logins")),
                ]);
                environment
            }
        }
    }
}

/// What a test in a child process has.
pub(crate) struct Setup {
    pub(crate) provider: Provider,
    pub(crate) module: PathBuf,
    pub(crate) folder: PathBuf,
}

/// Runs a test on each module that is installed, each time in a process of its own. `name` is the
/// test's own full name.
pub(crate) fn on(providers: &[Provider], name: &str, test: fn(&Setup)) {
    if let Ok(provider) = std::env::var(PROVIDER) {
        let known = [&EVERY[..], &[Provider::Fault]].concat();
        let provider = *known.iter().find(|p| p.name() == provider).expect("a known provider");
        let folder = PathBuf::from(std::env::var_os(FOLDER).expect("set with the provider"));
        let module = provider.module().expect("checked by the parent");
        return test(&Setup { provider, module, folder });
    }
    for provider in providers {
        if let Err(why) = provider.module() {
            skipped(&format!("{name} on {}", provider.name()), &why);
            continue;
        }
        let folder = tempfile::tempdir().unwrap();
        let status = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--nocapture", "--include-ignored", "--test-threads=1"])
            .env(PROVIDER, provider.name())
            .env(FOLDER, folder.path())
            .envs(provider.environment(folder.path()))
            .output()
            .unwrap();
        let (out, err) =
            (String::from_utf8_lossy(&status.stdout), String::from_utf8_lossy(&status.stderr));
        // Past the capture of passing tests.
        let _ = std::io::stderr().write_all(err.as_bytes());
        let ended = status.status;
        assert!(ended.success(), "{name} on {}: {ended}\n{out}\n{err}", provider.name());
        assert!(out.contains("1 passed"), "{name} ran no test: is its name right?\n{out}");
    }
}

/// Says, once, that a test does not run on a module.
pub(crate) fn not_on(provider: Provider, test: &str, why: &str) {
    if std::env::var_os(PROVIDER).is_none() {
        skipped(&format!("{test} on {}", provider.name()), why);
    }
}

/// Says what did not run, and why.
pub(crate) fn skipped(what: &str, why: &str) {
    let _ = writeln!(std::io::stderr(), "skipped: {what}: {why}");
}

impl Setup {
    /// A fresh token's configuration.
    pub(crate) fn config(&self) -> TokenConfig {
        if self.provider == Provider::Nss {
            return self.nss();
        }
        let (officer, user) = (Pin::new(OFFICER_PIN).unwrap(), self.pin());
        init_token(&self.module, None, None, LABEL, &officer, &user).unwrap();
        TokenConfig::new(&self.module, TokenSelector::by_label(LABEL))
    }

    fn nss(&self) -> TokenConfig {
        let password = self.folder.join("password");
        std::fs::write(&password, self.pin_bytes()).unwrap();
        let database = format!("sql:{}", self.folder.display());
        let mut made = Command::new("certutil");
        made.args(["-N", "-d", &database, "-f"]).arg(&password);
        assert!(made.output().unwrap().status.success(), "certutil -N");
        let token = TokenSelector::by_label("NSS Certificate DB");
        TokenConfig {
            parameters: Some(format!(
                "configdir='{database}' certPrefix='' keyPrefix='' secmod='secmod.db'"
            )),
            accept_unproven_origin: true,
            ..TokenConfig::new(&self.module, token)
        }
    }

    pub(crate) fn pin(&self) -> Pin {
        Pin::new(&self.pin_bytes()).unwrap()
    }

    /// A PIN of this token's own, so that a search for it finds no constant of this program.
    pub(crate) fn pin_bytes(&self) -> Vec<u8> {
        let digest = Sha256::digest(self.folder.as_os_str().as_encoded_bytes());
        hex::encode(&digest[..12]).into_bytes()
    }

    /// Puts faults in force, for [`Provider::Fault`].
    pub(crate) fn faults(&self, faults: &str) {
        // Moved into place: a call must never read half of it.
        let beside = self.folder.join("faults.new");
        std::fs::write(&beside, faults.replace(", ", "\n")).unwrap();
        std::fs::rename(beside, self.folder.join("faults")).unwrap();
    }

    /// Logins that the module has counted, for [`Provider::Fault`].
    pub(crate) fn logins(&self) -> u64 {
        let count = std::fs::read_to_string(self.folder.join("logins"));
        count.map_or(0, |count| count.split(' ').next().unwrap().parse().unwrap())
    }

    /// A fresh token, logged in.
    pub(crate) fn token(&self) -> Token {
        Token::open(self.config(), self.pin()).unwrap()
    }
}
