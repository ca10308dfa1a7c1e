//! The guard's log lost, restored, and remembered by the token.

use std::fs;

use crate::host::Host;

#[test]
fn a_lost_log_stops_everything_until_a_person_accepts_it() {
    let test = "a_lost_log_stops_everything_until_a_person_accepts_it";
    let Some(host) = Host::with_vault(test) else { return };
    host.good(&["keys", "create", "--name", "k"]);
    host.sign("vault", "k", "7", "0xcafe").expect(0, "");
    fs::remove_file(host.path("vault/guard/guard.log")).unwrap();
    for _ in 0..2 {
        let lost = host.sign("vault", "k", "7", "0xbeef");
        lost.expect(2, "guard.log is missing, but").expect(2, "`pairlane guard accept lost-log`");
    }
    host.on("vault", &["guard", "accept", "older-log"]).expect(2, "guard.log is missing");
    assert!(!host.path("vault/guard/guard.log").exists(), "a refusal changes nothing");

    host.good(&["guard", "accept", "lost-log"]);
    assert_eq!(host.state("k"), "disabled", "nobody knows what it signed");
    host.sign("vault", "k", "7", "0xbeef").expect(2, "is disabled");
    let enabled = host.good(&["keys", "enable", "--key", "k"]);
    assert!(enabled.contains("the guard knows of nothing that it signed"), "{enabled}");
    host.sign("vault", "k", "8", "0xbeef").expect(0, "");
    assert!(host.good(&["audit", "show"]).contains("LostLog"));
}

#[test]
fn an_older_log_or_folder_is_refused() {
    let Some(host) = Host::with_vault("an_older_log_or_folder_is_refused") else { return };
    host.good(&["keys", "create", "--name", "k"]);
    host.sign("vault", "k", "7", "0xcafe").expect(0, "");
    host.copy("vault", "older");
    host.sign("vault", "k", "8", "0xcafe").expect(0, "");
    host.copy("vault", "newest");

    // The log alone: the file beside it remembers.
    host.copy("older/guard", "vault/guard");
    let refused = host.sign("vault", "k", "8", "0xbeef");
    refused.expect(2, "is older than what").expect(2, "guard.witness");
    // All of the folder: the token remembers.
    host.copy("older", "vault");
    let refused = host.sign("vault", "k", "8", "0xbeef");
    refused.expect(2, "is older than what the token \"vault\" remembers");
    refused.expect(2, "`pairlane guard accept older-log`");
    host.copy("newest", "vault");
    host.sign("vault", "k", "8", "0xbeef").expect(1, "refused: ");
    host.sign("vault", "k", "9", "0xbeef").expect(0, "");

    host.copy("older", "vault");
    host.good(&["guard", "accept", "older-log"]);
    host.sign("vault", "k", "9", "0xcafe").expect(2, "is disabled");
    host.good(&["keys", "enable", "--key", "k"]);
    host.sign("vault", "k", "10", "0xcafe").expect(0, "");
}

/// A crash between the token's new object and the end of the old one leaves both.
#[test]
fn an_older_memory_in_the_token_does_no_harm() {
    let Some(host) = Host::with_vault("an_older_memory_in_the_token_does_no_harm") else { return };
    host.good(&["keys", "create", "--name", "k"]);
    host.sign("vault", "k", "1", "0x01").expect(0, "");
    let before = host.files("tokens");
    host.copy("vault", "older");
    host.sign("vault", "k", "2", "0x02").expect(0, "");
    let destroyed: Vec<_> = before.iter().filter(|(path, _)| !path.exists()).collect();
    assert!(!destroyed.is_empty(), "the marker is replaced, not changed");
    let put_back = || {
        for (path, bytes) in &destroyed {
            fs::write(path, bytes).unwrap();
        }
    };
    put_back();
    host.copy("vault", "newest");
    host.copy("older", "vault");
    host.on("vault", &["keys", "list"]).expect(2, "is older than what the token");
    host.copy("newest", "vault");
    host.sign("vault", "k", "2", "0x03").expect(1, "refused: ");
    host.sign("vault", "k", "3", "0x03").expect(0, "");
    for (path, _) in &destroyed {
        assert!(!path.exists(), "what a crash left is cleared away: {}", path.display());
    }
}
