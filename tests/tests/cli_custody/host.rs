//! A host with a SoftHSM token of its own, and the binary on it.

use std::fs;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::{TempDir, tempdir};

use crate::cli_support::{Run, binary};

pub const PIN: &str = "27182818";
pub const OFFICER_PIN: &str = "31415926";
const MODULES: [&str; 3] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
];

/// A folder with a token, PIN files, and vaults.
pub struct Host {
    folder: TempDir,
    pub module: &'static str,
    /// Variables for every command.
    pub environment: Vec<(&'static str, PathBuf)>,
}

impl Host {
    /// A host whose token is blank yet; none, which is said, where SoftHSM is not installed.
    pub fn new(test: &str) -> Option<Self> {
        let Some(module) = MODULES.into_iter().find(|path| Path::new(path).exists()) else {
            use std::io::Write;
            // Past the capture of passing tests.
            let mut stderr = std::io::stderr();
            let _ = writeln!(stderr, "skipped: {test}: no SoftHSM: apt-get install softhsm2");
            return None;
        };
        let host = Self { folder: tempdir().unwrap(), module, environment: Vec::new() };
        let tokens = host.path("tokens");
        fs::create_dir(&tokens).unwrap();
        let text = format!("directories.tokendir = {}\nlog.level = ERROR\n", tokens.display());
        fs::write(host.path("softhsm2.conf"), text).unwrap();
        host.write_secret("user.pin", PIN);
        host.write_secret("officer.pin", OFFICER_PIN);
        Some(host)
    }

    /// A host with a token and a vault in it, called `vault`.
    pub fn with_vault(test: &str) -> Option<Self> {
        let host = Self::new(test)?;
        host.init("vault", &[]).expect(0, "");
        Some(host)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file that is nobody else's to read.
    pub fn write_secret(&self, name: &str, text: &str) {
        use std::io::Write;
        let mut options = fs::OpenOptions::new();
        let file = options.write(true).create_new(true).mode(0o600).open(self.path(name));
        writeln!(file.unwrap(), "{text}").unwrap();
    }

    /// Makes a vault; its token is new and has the vault's name, unless `more` says otherwise.
    #[track_caller]
    pub fn init(&self, vault: &str, more: &[&str]) -> Run {
        let mut args =
            vec!["token", "init", "--module", self.module, "--officer-pin", "file:officer.pin"];
        if !more.contains(&"--label") {
            args.extend(["--label", vault]);
        }
        args.extend(more);
        self.on(vault, &args)
    }

    /// Runs a command on a vault, with the right PIN.
    pub fn on(&self, vault: &str, args: &[&str]) -> Run {
        self.run(vault, args, b"")
    }

    /// Runs a command on the vault `vault`, and expects it to end well; its output.
    #[track_caller]
    pub fn good(&self, args: &[&str]) -> String {
        let run = self.on("vault", args);
        run.expect(0, "");
        run.stdout.trim_end().to_owned()
    }

    /// Runs a command with this on its standard input.
    pub fn run(&self, vault: &str, args: &[&str], stdin: &[u8]) -> Run {
        let mut command = assert_cmd::Command::from_std(self.command(vault));
        command.args(args).write_stdin(stdin).output().unwrap().into()
    }

    pub fn command(&self, vault: &str) -> Command {
        let mut command = Command::new(binary());
        command
            .current_dir(self.folder.path())
            .env("SOFTHSM2_CONF", self.path("softhsm2.conf"))
            .env("PAIRLANE_VAULT", vault)
            .env("PAIRLANE_PIN_SOURCE", "file:user.pin")
            .env_remove("PAIRLANE_PKCS11_MODULE")
            .envs(self.environment.iter().cloned())
            .stdin(Stdio::null());
        command
    }

    /// The keys of a vault, as `keys list --json` has them.
    #[track_caller]
    pub fn keys(&self, vault: &str) -> Vec<Value> {
        let run = self.on(vault, &["keys", "list", "--json"]);
        run.expect(0, "");
        run.verdicts()
    }

    /// The state of a key of `vault`, by name.
    #[track_caller]
    pub fn state(&self, name: &str) -> String {
        let keys = self.keys("vault");
        let key = keys.iter().find(|key| key["name"] == name).expect("the key is listed");
        key["state"].as_str().unwrap().to_owned()
    }

    /// Signs as a key of a vault at a height.
    pub fn sign(&self, vault: &str, key: &str, height: &str, message: &str) -> Run {
        let place = ["--height", height, "--message", message];
        self.on(vault, &[&["keys", "sign", "--key", key][..], &place].concat())
    }

    /// Copies a folder, in place of what is there.
    pub fn copy(&self, from: &str, to: &str) {
        let _ = fs::remove_dir_all(self.path(to));
        let copied = Command::new("cp").arg("-a").args([self.path(from), self.path(to)]).status();
        assert!(copied.unwrap().success());
    }

    /// All files below a folder, with what is in them.
    pub fn files(&self, folder: &str) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = Vec::new();
        let mut folders = vec![self.path(folder)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let bytes = fs::read(&path).unwrap();
                    files.push((path, bytes));
                }
            }
        }
        files.sort();
        files
    }
}

/// The bytes of a line of hex.
pub fn bytes(hex: &str) -> Vec<u8> {
    hex::decode(hex.trim_end().strip_prefix("0x").expect("0x")).unwrap()
}
