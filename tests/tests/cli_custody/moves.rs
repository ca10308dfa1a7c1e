//! Keys and histories from one vault to another.

use std::fs;

use crate::host::Host;

/// Folder copies of SoftHSM's own would not do: the second vault's token is another one.
fn two_vaults(test: &str) -> Option<Host> {
    let host = Host::with_vault(test)?;
    host.init("second", &[]).expect(0, "");
    Some(host)
}

#[test]
fn a_backup_is_restored_with_its_history() {
    let Some(host) = two_vaults("a_backup_is_restored_with_its_history") else { return };
    for kind in ["bls-min-pk", "ecvrf-tai", "ed25519"] {
        host.good(&["keys", "create", "--type", kind, "--name", kind]);
    }
    host.sign("vault", "bls-min-pk", "100", "0xcafe").expect(0, "");
    let backup = ["keys", "backup", "--required", "2", "--shares", "3", "--out", "backup"];
    let made = host.on("vault", &backup);
    made.expect(0, "left out: ").expect(0, "which the token keeps to itself");
    assert!(made.stdout.starts_with("2 keys in backup/backup.json; 2 of 3 shares"));
    assert_eq!(host.files("backup").len(), 4);
    let before = host.files("backup");
    host.on("vault", &backup).expect(2, "not overwritten");
    assert_eq!(host.files("backup"), before);
    host.good(&["keys", "disable", "--key", "bls-min-pk"]);
    host.good(&["guard", "export", "--out", "history.json"]);

    let restore = |shares: &[&str]| {
        let shares: Vec<String> = shares.iter().map(|n| format!("backup/share-{n}")).collect();
        let mut args = vec!["keys", "restore", "backup/backup.json"];
        for share in &shares {
            args.extend(["--share", share]);
        }
        host.on("second", &args)
    };
    restore(&["1"]).expect(2, "");
    restore(&["1", "1"]).expect(2, "");
    assert!(host.keys("second").is_empty(), "too few shares restore nothing");
    let restored = restore(&["3", "1"]);
    assert!(restored.expect(0, "").stdout.starts_with("restored 2 keys, disabled"));
    assert!(host.keys("second").iter().all(|key| key["state"] == "disabled"));
    let sign = |height: &str, message: &str| host.sign("second", "bls-min-pk", height, message);
    sign("101", "0xcafe").expect(2, "is disabled");

    let import = host.on("second", &["guard", "import", "history.json"]);
    import.expect(0, "");
    let enabled = host.on("second", &["keys", "enable", "--key", "bls-min-pk"]);
    assert!(enabled.expect(0, "").stdout.contains("its history is known"), "{}", enabled.stdout);
    sign("100", "0xbeef").expect(1, "refused: ");
    sign("99", "0xcafe").expect(1, "refused: ");
    sign("101", "0xcafe").expect(0, "");
    // What is here already stays as it is.
    restore(&["1", "2"]).expect(0, "here already: ");
    sign("101", "0xbeef").expect(1, "refused: ");

    let text = fs::read_to_string(host.path("backup/backup.json")).unwrap();
    fs::write(host.path("backup/backup.json"), &text[..text.len() - 10]).unwrap();
    restore(&["1", "2"]).expect(2, "backup/backup.json");
}

const NETWORK: &str = "0x04700007fabc8282644aed6d1c7c9e21d38a03a0c4ba193f3afe428824b3a673";

fn interchange(network: &str, key: &str) -> String {
    serde_json::json!({
        "metadata": {
            "interchange_format_version": "5",
            "genesis_validators_root": network,
        },
        "data": [{
            "pubkey": key,
            "signed_blocks": [{ "slot": "81952" }],
            "signed_attestations": [{ "source_epoch": "2290", "target_epoch": "3007" }],
        }],
    })
    .to_string()
}

#[test]
fn ethereum_histories_go_in_and_out() {
    let Some(host) = Host::new("ethereum_histories_go_in_and_out") else { return };
    host.init("vault", &["--network", NETWORK]).expect(0, "");
    host.init("other", &[]).expect(0, "");
    host.init("third", &["--network", "0x00"]).expect(2, "genesis_validators_root");
    let key = host.good(&["keys", "create", "--name", "k"]);
    let import =
        |vault: &str, file: &str| host.on(vault, &["guard", "import", "--format", "eip3076", file]);
    fs::write(host.path("history.json"), interchange(NETWORK, &key)).unwrap();
    let taken = import("vault", "history.json");
    let said = &taken.expect(0, "").stdout;
    assert_eq!(said, "0 keys new to the guard, 1 permitted less than before, 0 unchanged\n");
    let said = import("vault", "history.json");
    assert!(said.expect(0, "").stdout.ends_with("1 unchanged\n"), "{}", said.stdout);
    import("other", "history.json").expect(2, "no Ethereum network is set");

    let chosen = host.good(&["guard", "export"]);
    let export = host.good(&["guard", "export", "--format", "eip3076"]);
    assert_eq!(chosen, export, "all that is on record");
    let export: serde_json::Value = serde_json::from_str(&export).unwrap();
    assert_eq!(export["metadata"]["genesis_validators_root"], NETWORK);
    let exported = &export["data"][0];
    assert_eq!(exported["pubkey"], *key);
    assert_eq!(exported["signed_blocks"][0]["slot"], "81952");
    assert_eq!(exported["signed_attestations"][0]["target_epoch"], "3007");

    host.good(&["keys", "enable", "--key", "k"]);
    host.sign("vault", "k", "7", "0xcafe").expect(0, "");
    host.on("vault", &["guard", "export"])
        .expect(2, "--format eip3076 and with --format consensus");
    host.good(&["guard", "export", "--format", "consensus"]);

    let foreign = interchange(&NETWORK.replace('7', "8"), &key);
    fs::write(host.path("foreign.json"), foreign).unwrap();
    import("vault", "foreign.json").expect(2, "network");
    let wrong = interchange(NETWORK, &key).replace("81952", "-1");
    fs::write(host.path("wrong.json"), wrong).unwrap();
    import("vault", "wrong.json").expect(2, "data[0].signed_blocks[0]");
    import("vault", "missing.json").expect(2, "missing.json");
    host.on("vault", &["guard", "import", "history.json"]).expect(2, "history.json");
}
