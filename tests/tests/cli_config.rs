//! `pairlane config`: what is wrong with a configuration is said with its place.

mod cli_support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use cli_support::{Run, binary, run};

/// A folder with a configuration.
struct Setup {
    folder: tempfile::TempDir,
}

impl Setup {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// Writes a file for the owner alone; `DIR` in the text is this folder.
    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, text.replace("DIR", self.folder.path().to_str().unwrap())).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path
    }

    fn config(&self, command: &str, text: &str, variables: &[(&str, &str)], flags: &[&str]) -> Run {
        let path = self.write("pairlane.toml", text);
        let mut process = Command::new(binary());
        process.args(["config", command, "--config"]).arg(path).args(flags);
        process.envs(variables.iter().copied()).output().unwrap().into()
    }

    #[track_caller]
    fn refused(&self, text: &str, words: &[&str]) {
        let run = self.config("check", text, &[], &[]);
        for words in words {
            run.expect(2, words);
        }
    }
}

#[test]
fn what_serve_would_start_from_is_good() {
    let setup = Setup::new();
    run(["config", "check"]).expect(0, "");
    setup.write("a.token", &"a1".repeat(32));
    let text = "threads = 1\n[[access.clients]]\nname = \"a\"\nmay = [\"verify\"]\n\
                token_file = \"DIR/a.token\"\n";
    let good = setup.config("check", text, &[], &[]);
    good.expect(0, "");
    assert_eq!(good.stdout, "the configuration is good\n");
    setup.config("check", "listen = \"0.0.0.0:1\"", &[], &[]).expect(0, "warning: ");
}

#[test]
fn each_mistake_is_named_with_file_line_and_field() {
    let setup = Setup::new();
    setup.refused("threads = 1\ntreads = 2\n", &["pairlane.toml:2: treads: unknown field"]);
    setup
        .refused("\n[limits]\nbatch_items_max = \"x\"\n", &[":3: limits.batch_items_max: invalid"]);
    setup.refused("threads = 1\nlisten =\n", &["pairlane.toml:2: "]);
    setup.refused("[limits]\nbatch_items_max = 0\n", &[":2: limits.batch_items_max is 0"]);
    setup.refused("\n[log]\nfilter = \"a=b=c\"\n", &[":3: log.filter is `a=b=c`"]);
    setup.refused("[tls]\ncertificate = \"DIR/none.pem\"\n", &[":1: tls: certificate and key"]);
    setup.refused(
        "[tls]\ncertificate = \"DIR/none.pem\"\nkey = \"DIR/none.key\"\n",
        &["pairlane.toml:1: tls: ", "none.pem: no certificates"],
    );
    setup.refused(
        "[[access.clients]]\nname = \"a\"\ntoken_sha256 = \"00\"\n",
        &[":1: access.clients[0]: `a`: token_sha256: 1 bytes where 32 are needed"],
    );
    setup.refused("[signing]\nvault = \"DIR\"\n", &[":1: signing.pin_source is missing"]);
    setup.refused(
        "[signing]\nvault = \"DIR/none\"\npin_source = \"fd:3\"\n",
        &[":2: signing.vault is", "no folder"],
    );
    let none = run(["config", "check", "--config", "/none/pairlane.toml"]);
    none.expect(2, "configuration /none/pairlane.toml: No such file");
}

/// One run names all of them.
#[test]
fn mistakes_of_different_parts_are_named_together() {
    let text = "[merge]\nitems_max = 0\n[tls]\nops = true\n[access]\nanonymous = []\n\
                [[access.clients]]\nname = \"a b\"\ntoken_sha256 = \"00\"\n";
    let named = [":2: merge.items_max is 0", ":3: tls: ", ":7: access.clients[0]: `a b`: a name"];
    Setup::new().refused(text, &named);
}

#[test]
fn variables_and_flags_are_named_as_such() {
    let setup = Setup::new();
    let variable = "PAIRLANE_SERVE_LIMITS__CONNECTIONS_MAX";
    let run = setup.config("check", "[limits]\nconnections_max = 3\n", &[(variable, "0")], &[]);
    run.expect(2, "PAIRLANE_SERVE_LIMITS__CONNECTIONS_MAX: limits.connections_max is 0");
    let run = setup.config("check", "", &[("PAIRLANE_SERVE_NOTHING", "0")], &[]);
    run.expect(2, "one of PAIRLANE_SERVE_NOTHING");
    let run = setup.config("check", "threads = 1\n", &[], &["--threads", "9999"]);
    run.expect(2, "--threads: threads is 9999");
}

/// A PIN that somebody wrote where its source belongs is not shown.
#[test]
fn a_pin_is_not_repeated() {
    for text in ["[signing]\npin_source = \"27182818\"\n", "[signing]\npin_source = 27182818\n"] {
        for command in ["check", "show"] {
            let run = Setup::new().config(command, text, &[], &[]);
            run.expect(2, ":2: signing.pin_source: ");
            assert!(!run.stderr.contains("2718") && !run.stdout.contains("2718"), "{}", run.stderr);
        }
    }
    let run =
        Setup::new().config("check", "", &[("PAIRLANE_SERVE_SIGNING__PIN_SOURCE", "2718")], &[]);
    assert!(run.code == Some(2) && !run.stderr.contains("2718"), "{}", run.stderr);
}

#[test]
fn what_is_shown_says_where_it_comes_from_and_can_be_read_again() {
    let setup = Setup::new();
    let text = "threads = 3\n[limits]\nbatch_items_max = 7\nbody_bytes_max = 1\n\
                [[access.clients]]\nname = \"a\"\ntoken_file = \"DIR/a.token\"\nmay = [\"verify\"]\n";
    let variables = [("PAIRLANE_SERVE_LIMITS__BODY_BYTES_MAX", "2000")];
    let shown = setup.config("show", text, &variables, &["--no-merge"]);
    shown.expect(0, "");
    let origin = |start: &str| {
        let line = shown.stdout.lines().find(|line| line.starts_with(start));
        let line = line.unwrap_or_else(|| panic!("no {start} in {}", shown.stdout));
        line.rsplit_once("# ").unwrap().1.to_owned()
    };
    assert!(origin("threads = 3 ").ends_with("pairlane.toml:1"));
    assert!(origin("limits.batch_items_max = 7 ").ends_with("pairlane.toml:3"));
    assert_eq!(origin("limits.body_bytes_max = 2000 "), variables[0].0);
    assert_eq!(origin("merge.enabled = false "), "--no-merge");
    assert_eq!(origin("listen = \"127.0.0.1:9400\" "), "default");
    assert!(origin("access.clients = [").ends_with("pairlane.toml:5"));

    let again = setup.config("show", &shown.stdout, &[], &[]);
    again.expect(0, "");
    let values = |run: &Run| -> Vec<String> {
        run.stdout.lines().map(|line| line.rsplit_once('#').unwrap().0.trim().to_owned()).collect()
    };
    assert_eq!(values(&again), values(&shown));
}
