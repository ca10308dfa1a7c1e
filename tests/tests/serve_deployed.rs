//! What `deploy` holds: the unit, the package, and how the service speaks with its manager.

mod cli_support;
mod serve_support;

use std::fs;
use std::io::Write;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use serve_support::Server;

fn deploy(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy").join(name)
}

/// Runs a tool; nothing where it is not installed.
fn run(program: &str, arguments: &[&str]) -> Option<(bool, String)> {
    let Ok(Output { status, stdout, stderr }) = Command::new(program).args(arguments).output()
    else {
        let _ = std::io::stderr().write_all(format!("skipped: no {program}\n").as_bytes());
        return None;
    };
    let text = [stdout, stderr].concat();
    Some((status.success(), String::from_utf8_lossy(&text).into_owned()))
}

#[test]
fn the_unit_is_sound_and_tight() {
    let unit = deploy("systemd/pairlane.service");
    let arguments = ["security", "--offline=true", "--threshold=25", unit.to_str().unwrap()];
    let Some((tight, text)) = run("systemd-analyze", &arguments) else { return };
    assert!(tight && text.contains("Overall exposure level"), "{text}");

    // As installed, but for the binary and for the manual, which are not installed here.
    let folder = tempfile::tempdir().unwrap();
    let installed = folder.path().join("pairlane.service");
    let text = fs::read_to_string(&unit).unwrap();
    let text = text
        .replace("/usr/bin/pairlane", cli_support::binary().to_str().unwrap())
        .replace("man:pairlane-serve(1) ", "");
    fs::write(&installed, text).unwrap();
    let arguments = ["verify", installed.to_str().unwrap()];
    let (sound, text) = run("systemd-analyze", &arguments).unwrap();
    let complaints = text.lines().any(|line| line.contains("pairlane.service"));
    assert!(sound && !complaints, "{text}");
}

#[test]
fn the_manager_hears_of_ready_alive_and_stopping() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let environment = [("NOTIFY_SOCKET", path.to_str().unwrap()), ("WATCHDOG_USEC", "200000")];
    let mut server = Server::start(cli_support::binary(), &["--threads", "1"], &environment);
    let hear = || {
        let mut buffer = [0; 256];
        let length = socket.recv(&mut buffer).expect("a message in time");
        String::from_utf8_lossy(&buffer[..length]).trim().to_owned()
    };
    assert_eq!(hear(), "READY=1");
    for _ in 0..3 {
        assert_eq!(hear(), "WATCHDOG=1");
    }
    server.signal("-TERM");
    let last = std::iter::repeat_with(hear).find(|heard| heard != "WATCHDOG=1");
    assert_eq!(last.as_deref(), Some("STOPPING=1"));
    assert_eq!(server.wait().code(), Some(0));
}

#[test]
fn the_packaged_configuration_is_one() {
    let file = deploy("debian/pairlane.toml");
    let arguments = ["--threads", "1", "--config", file.to_str().unwrap()];
    let server = Server::start(cli_support::binary(), &arguments, &[]);
    assert_eq!(server.ops("/readyz").status, 200);

    // What is commented out is the default, so it has to be readable as well: all but signing,
    // which needs a vault.
    let text = fs::read_to_string(&file).unwrap();
    let (text, _) = text.split_once("# Signing is off").unwrap();
    let shown: String = text
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(setting) if !setting.starts_with(' ') => format!("{setting}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    assert!(shown.contains("\nbatch_items_max = "), "{shown}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pairlane.toml");
    fs::write(&path, shown).unwrap();
    let server = Server::start(cli_support::binary(), &["--config", path.to_str().unwrap()], &[]);
    assert_eq!(server.ops("/readyz").status, 200);
}

#[test]
fn the_package_has_what_it_should_and_where() {
    let Some(_) = run("dpkg-deb", &["--version"]) else { return };
    let folder = tempfile::tempdir().unwrap();
    let build = deploy("debian/build");
    let arguments = [cli_support::binary().to_str().unwrap(), folder.path().to_str().unwrap(), "0"];
    let (built, text) = run(build.to_str().unwrap(), &arguments).unwrap();
    assert!(built, "{text}");
    let package = text.trim();

    let (_, listed) = run("dpkg-deb", &["-c", package]).unwrap();
    for path in [
        "./usr/bin/pairlane",
        "./etc/pairlane/pairlane.toml",
        "./lib/systemd/system/pairlane.service",
        "./usr/lib/sysusers.d/pairlane.conf",
        "./usr/share/man/man1/pairlane.1.gz",
        "./usr/share/man/man1/pairlane-serve.1.gz",
        "./usr/share/bash-completion/completions/pairlane",
        "./usr/share/zsh/vendor-completions/_pairlane",
        "./usr/share/fish/vendor_completions.d/pairlane.fish",
        "./usr/share/doc/pairlane/copyright",
        "./usr/share/doc/pairlane/changelog.gz",
    ] {
        assert!(listed.lines().any(|line| line.ends_with(path)), "{path}: {listed}");
    }
    for line in listed.lines() {
        let folder = line.starts_with('d');
        let program = line.ends_with("/usr/bin/pairlane");
        let mode = if folder {
            "drwxr-xr-x"
        } else if program {
            "-rwxr-xr-x"
        } else {
            "-rw-r--r--"
        };
        assert!(line.starts_with(mode) && line.contains("root/root"), "{line}");
    }
    let (_, about) = run("dpkg-deb", &["-I", package]).unwrap();
    for wanted in [" Package: pairlane", " Version: ", " Depends: libc6 (>= 2.", " Description: "] {
        assert!(about.contains(wanted), "{wanted}: {about}");
    }

    // What is unpacked runs, and is what the sums say.
    let root = folder.path().join("root");
    let root_text = root.to_str().unwrap();
    assert!(run("dpkg-deb", &["-R", package, root_text]).unwrap().0);
    let check = format!("cd {root_text} && md5sum --check --quiet DEBIAN/md5sums");
    let (good, text) = run("sh", &["-c", &check]).unwrap();
    assert!(good, "{text}");
    let server = Server::start(&root.join("usr/bin/pairlane"), &["--threads", "1"], &[]);
    assert_eq!(server.ops("/readyz").status, 200);
}
