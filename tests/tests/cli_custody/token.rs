//! `pairlane token`, and where PINs come from.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::host::{Host, OFFICER_PIN, PIN};

#[test]
fn a_token_is_made_looked_at_and_tried_out() {
    let Some(host) = Host::new("a_token_is_made_looked_at_and_tried_out") else { return };
    let info = ["token", "info", "--module", host.module];
    assert!(host.good(&info).contains("blank"));
    let made = host.init("vault", &[]);
    made.expect(0, "");
    assert!(made.stdout.contains("protection envelope-gcm: against theft"), "{}", made.stdout);
    assert!(made.stdout.contains("Not against: "), "{}", made.stdout);
    let listed = host.good(&info);
    let row = listed.lines().find(|line| line.contains("initialised")).expect("a token");
    assert!(row.contains("vault"), "{row}");

    let objects = host.files("tokens").len();
    let probe = host.good(&["token", "probe"]);
    for path in ["random", "hmac", "ed25519", "envelope-gcm", "envelope-cbc-hmac"] {
        let row = probe.lines().find(|line| line.trim_start().starts_with(path)).expect(path);
        assert!(row.contains("works"), "{row}");
    }
    assert!(probe.ends_with("best: envelope-gcm"), "{probe}");
    assert!(probe.contains("warning: SoftHSM"), "{probe}");
    assert_eq!(host.files("tokens").len(), objects, "a probe leaves nothing in the token");
    let outside = ["token", "probe", "--module", host.module, "--label", "vault"];
    assert!(host.good(&outside).ends_with("best: envelope-gcm"));
}

#[test]
fn init_takes_nothing_that_is_taken() {
    let Some(host) = Host::with_vault("init_takes_nothing_that_is_taken") else { return };
    let (vault, token) = (host.files("vault"), host.files("tokens").len());
    host.init("vault", &["--label", "second"]).expect(2, "vault holds a vault already");
    host.init("other", &["--label", "vault"]).expect(2, "a token with this label exists");
    assert!(!host.path("other").exists());
    assert_eq!((host.files("vault"), host.files("tokens").len()), (vault, token));

    // Said in so many words, a token is shared by two vaults.
    host.init("other", &["--label", "vault", "--existing"]).expect(0, "");
    host.on("other", &["keys", "create", "--name", "k"]).expect(0, "");
    assert!(host.keys("vault").is_empty());
    host.on("nowhere", &["keys", "list"]).expect(2, "`pairlane token init` makes a vault");
    host.init("third", &["--label", "third", "--level", "native"]).expect(2, "native");
}

#[test]
fn a_wrong_pin_is_tried_once() {
    let Some(host) = Host::with_vault("a_wrong_pin_is_tried_once") else { return };
    host.write_secret("wrong.pin", "14142135");
    let vault = host.files("vault");
    let refused = host.on("vault", &["keys", "list", "--pin", "file:wrong.pin"]);
    refused.expect(77, "C_Login: CKR_PIN_INCORRECT: the PIN is wrong; it was tried once");
    assert!(!refused.stderr.contains("14142135"));
    assert_eq!(host.files("vault"), vault);
    assert!(host.keys("vault").is_empty());
}

#[test]
fn pins_come_from_anywhere_but_the_command_line() {
    let test = "pins_come_from_anywhere_but_the_command_line";
    let Some(host) = Host::with_vault(test) else { return };
    let list = |source: &str| host.on("vault", &["keys", "list", "--pin", source]);
    for typed in [PIN, "pin:27182818", "27182818:"] {
        let refused = list(typed);
        refused.expect(2, "--pin: a PIN source is fd:NUMBER, file:PATH, env:NAME or prompt");
        let said = [refused.stdout, refused.stderr].concat();
        assert!(!said.contains(PIN), "what may be a PIN is repeated: {said}");
    }
    let init = |officer: &str| host.init("other", &["--officer-pin", officer]);
    // Given twice, it is refused by name alone.
    assert!(!init(OFFICER_PIN).stderr.contains(OFFICER_PIN));
    for source in ["fd:0", "file:/dev/stdin"] {
        let args = ["keys", "list", "--pin", source];
        host.run("vault", &args, format!("{PIN}\n").as_bytes()).expect(0, "");
    }
    let mut command = host.command("vault");
    command.args(["keys", "list", "--pin", "env:A_PIN"]).env("A_PIN", PIN);
    assert!(command.output().unwrap().status.success());
    list("env:NOT_SET").expect(2, "env:NOT_SET");
    list("file:missing.pin").expect(2, "missing.pin");
    fs::set_permissions(host.path("user.pin"), fs::Permissions::from_mode(0o644)).unwrap();
    list("file:user.pin").expect(2, "user.pin can be read by everybody: chmod o-rwx");
}
